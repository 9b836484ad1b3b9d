"""Files made for one request: the table of a list as a text table or a workbook. Saved, not shown, and kept by nobody.

Text that a program would take for a formula is written as text (``foundation.sheets.writing``).
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from foundation.pieces import Column, value_at
from foundation.sheets import writing

ExportColumn = tuple[str, Callable[[Any], object]]  # its heading, and what it says of a row
TYPES = {".csv": "text/csv; charset=utf-8", ".xlsx": writing.CONTENT_TYPE}
KINDS = tuple(suffix.removeprefix(".") for suffix in TYPES)
DAY = re.compile(r"-\d{4}-\d\d-\d\d$")
CELLS = (str, int, float, Decimal, dt.date)


def wanted(request: HttpRequest) -> str:
    """The kind of file that the address asks for by ``?export=``; "" where it asks for the page."""
    kind = request.GET.get("export", "")
    return kind if kind in KINDS else ""


def respond(
    kind: str, name: str, columns: Sequence[ExportColumn], rows: Iterable[Any], layout: writing.Layout = writing.PLAIN
) -> HttpResponse:
    """The rows as a file of that kind, taken one at a time. ``name`` has no ending and carries no personal data.

    A workbook's sheet is called after the list where the layout has no name for it.
    """
    if layout.name == writing.PLAIN.name:
        layout = replace(layout, name=_sheet_of(name))
    header = [label for label, _ in columns]
    table = ([_cell(value(row)) for _, value in columns] for row in rows)
    content = writing.xlsx(table, header, layout) if kind == "xlsx" else writing.csv_text(table, header)
    return attachment(content, f"{name}.{kind}")


def shown(columns: Iterable[Column]) -> list[ExportColumn]:
    """The columns of a page's table, for a file that says exactly what the page says."""
    return [(column.label, functools.partial(_shown, column)) for column in columns]


def attachment(content: bytes | str, name: str) -> HttpResponse:
    """A file that is saved under that name. Text goes out with a mark, or Excel takes it for Windows-1252."""
    data = content.encode("utf-8-sig") if isinstance(content, str) else content
    response = HttpResponse(data, content_type=TYPES[PurePath(name).suffix])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _sheet_of(name: str) -> str:
    """``results-due-2026-12-08`` is the list "Results due" of a day; a sheet's name has 31 characters at most."""
    return DAY.sub("", name).replace("-", " ").strip().capitalize()[:31] or writing.PLAIN.name


def _shown(column: Column, row: Any) -> object:
    value = value_at(row, column.key)
    if column.kind == "state" and isinstance(value, Model):
        return value.get_state_display()  # type: ignore[attr-defined]
    return value


def _cell(value: object) -> Any:
    """What a cell can hold as it is; of anything else its words."""
    return value if value is None or isinstance(value, CELLS) else str(value)
