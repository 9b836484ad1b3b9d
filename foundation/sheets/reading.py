"""Reading a sheet that a stranger sent: the work is done in the cage, and what comes out of it is checked."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Any

from foundation import cage
from foundation.caged.main import DAMAGED
from foundation.errors import Refused
from foundation.sheets.table import Cell, Row, Table

_PLAIN = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True)
class Bounds:
    """How long and wide a table may be. 32,767 characters is what a cell of Excel can hold."""

    rows: int = 200_000
    columns: int = 256
    cell: int = 32_767


DEFAULT = Bounds()


def read(
    path: str | Path,
    *,
    name_hint: str = "",
    sheet: str | None = None,
    bounds: Bounds = DEFAULT,
    limits: cage.Limits = cage.DEFAULT,
) -> Table:
    """The first visible sheet with anything in it (or the one called ``sheet``) of an xlsx, xls, ods or text table.

    ``name_hint`` is the name the file came with: it breaks a tie between delimiters and makes a refusal clearer, and
    is never believed. Raises ``Refused`` with one problem; its codes are listed in docs/operating/uploads.md.
    """
    head: dict[str, Any] = {}
    end: dict[str, Any] = {}
    rows: list[Row] = []
    options = {
        "name_hint": name_hint,
        "sheet": sheet,
        "max_rows": bounds.rows,
        "max_columns": bounds.columns,
        "max_cell": bounds.cell,
    }
    try:
        for tag, payload in cage.run("sheet", path, limits, **options):
            if tag == "rows":
                _add(rows, payload, bounds)
            elif tag == "head":
                head = payload
            else:
                end = payload
        return _table(head, rows, end)
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise _nonsense() from error


def _table(head: dict[str, Any], rows: list[Row], end: dict[str, Any]) -> Table:
    return Table(
        format=str(head["format"]),
        rows=rows,
        sheet=str(head["sheet"]),
        sheets=tuple(map(str, head["sheets"])),
        encoding=str(head["encoding"]),
        delimiter=str(head["delimiter"]),
        date1904=bool(head["date1904"]),
        formulas=frozenset((int(row), int(column)) for row, column in end["formulas"]),
        errors=frozenset((int(row), int(column)) for row, column in end["errors"]),
        formulas_known=bool(end["formulas_known"]),
    )


def _add(rows: list[Row], payload: Any, bounds: Bounds) -> None:
    """Turn one chunk's columns into rows. The child is not trusted: shapes and types are checked."""
    numbers, coded = payload
    columns = [_decode(tag, values) for tag, values in coded]
    last = rows[-1].number if rows else 0
    ascending = all(type(number) is int for number in numbers) and numbers == sorted(set(numbers)) and numbers[0] > last
    width = len(rows[0].cells) if rows else len(columns)
    if not ascending or numbers[-1] > bounds.rows or len(columns) != width or width > bounds.columns:
        raise _nonsense()
    rows.extend(starmap(Row, zip(numbers, zip(*columns, strict=True), strict=True)))


def _decode(tag: str, values: list[Any]) -> list[Cell]:
    if tag == "d":
        return list(map(dt.date.fromordinal, values))
    if tag == "x":
        return [_TAGGED[cell[0]](cell[1]) if type(cell) is list else _plain(cell) for cell in values]
    if tag != "p" or not set(map(type, values)) <= _PLAIN:
        raise _nonsense()
    return values


def _plain(cell: Any) -> Cell:
    if type(cell) not in _PLAIN:
        raise _nonsense()
    return cell


_TAGGED: dict[str, Callable[[Any], Cell]] = {"d": dt.date.fromordinal, "t": dt.datetime.fromisoformat}


def _nonsense() -> Refused:
    return cage.refuse(*DAMAGED)
