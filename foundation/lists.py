"""A list as every list is: filtered, sorted, fifty a page, exported exactly as shown."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation import exports
from foundation.pieces import Column

PAGE = 50
NO_FILTER = frozenset({"page", "sort", "per_page", "export"})


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The page that the address asks for; the last one when it asks for more."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def is_filtered(request: HttpRequest) -> bool:
    """Whether the address filters: an empty list is then the filter's doing, and otherwise there is nothing yet."""
    return any(value for name, value in request.GET.items() if name not in NO_FILTER)


def render_list(
    request: HttpRequest,
    template: str,
    *,
    filterset: Any,
    columns: Sequence[Column],
    name: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a filtered queryset, or its export when ``?export=csv`` or ``xlsx`` is asked for."""
    rows = _sorted(filterset.qs, columns, request.GET.get("sort", ""))
    kind = exports.wanted(request)
    if kind:
        return exports.respond(kind, name, exports.shown(columns), rows)
    page = page_of(request, rows)
    shown = {"filter": filterset, "filtered": is_filtered(request), "columns": columns, "page_obj": page, "name": name}
    return render(request, template, {**(context or {}), **shown})


def _sorted(rows: QuerySet[Any], columns: Sequence[Column], wanted: str) -> QuerySet[Any]:
    allowed = {column.sort for column in columns if column.sort}
    return rows.order_by(wanted, "pk") if wanted.lstrip("-") in allowed else rows
