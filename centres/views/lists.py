"""A list as every list is: filtered, sorted, fifty a page, exported exactly as shown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.requests import SignedIn
from foundation.pieces import Column
from foundation.sheets import writing

PAGE = 50


def render_list(
    request: SignedIn,
    template: str,
    *,
    filterset: Any,
    columns: Sequence[Column],
    name: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a filtered queryset, or its export when ``?export=csv`` or ``xlsx`` is asked for."""
    rows = _sorted(filterset.qs, columns, request.GET.get("sort", ""))
    if request.GET.get("export") in {"csv", "xlsx"}:
        return export(request.GET["export"], name, columns, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request, template, {**(context or {}), "filter": filterset, "columns": columns, "page_obj": page, "name": name}
    )


def export(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """The columns of the page as a file; text that a program would take for a formula is written as text."""
    header = [column.label for column in columns]
    values = ([_plain(row, column) for column in columns] for row in rows)
    if kind == "xlsx":
        response = HttpResponse(writing.xlsx(values, header), content_type=writing.CONTENT_TYPE)
    else:
        response = HttpResponse(writing.csv_text(values, header), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def require_sight(request: SignedIn, model: type[Model]) -> None:
    """404 for whoever sees none of the model's rows by role: a page of ours without a row of its own."""
    if not request.user.roles & getattr(model, "SEEN_BY", frozenset()):
        raise Http404


def _sorted(rows: QuerySet[Any], columns: Sequence[Column], wanted: str) -> QuerySet[Any]:
    allowed = {column.sort for column in columns if column.sort}
    return rows.order_by(wanted, "pk") if wanted.lstrip("-") in allowed else rows


def _plain(row: Any, column: Column) -> Any:
    if column.kind == "state":
        return row.get_state_display()
    for part in column.key.split("."):
        row = getattr(row, part, None)
        row = row() if callable(row) else row
    if isinstance(row, Model):
        return str(row)
    return row if isinstance(row, str | int | float | dt.date) or row is None else str(row)
