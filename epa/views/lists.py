"""What the lists of the assessing half share: pages of fifty, and the table as shown as CSV."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse

from accounts.requests import SignedIn
from foundation.sheets.writing import csv_text

PAGE = 50
Export = tuple[str, Callable[[Any], object]]


def page_of(request: SignedIn, rows: Any) -> Page:
    """The page that the address asks for; the last one when it asks for more."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def csv_response(name: str, columns: Sequence[Export], rows: Iterable[Any]) -> HttpResponse:
    """The rows as a CSV file for a spreadsheet; ``name`` carries no personal data."""
    text = csv_text([[value(row) for _, value in columns] for row in rows], [label for label, _ in columns])
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
