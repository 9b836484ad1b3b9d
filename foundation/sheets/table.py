"""A table that has been read: rows of cells, and what is odd about some of them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Cell = str | int | float | bool | dt.date | dt.datetime | None
Place = tuple[int, int]


class Row(NamedTuple):
    """A row that is not blank: its number as the spreadsheet program shows it (from 1), its cells from column A."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One sheet.

    ``formulas`` and ``errors`` hold places (row number from 1, column from 0): a formula's cell carries the value its
    program last computed, or None when it never did; an error's (#N/A) is None. ``formulas_known`` is False for the
    formats that do not tell. ``date1904`` says what a bare number means as a date; ``sheets`` names all visible sheets.
    """

    format: str
    rows: list[Row]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    date1904: bool = False
    formulas: frozenset[Place] = field(default_factory=frozenset)
    errors: frozenset[Place] = field(default_factory=frozenset)
    formulas_known: bool = True

    @property
    def width(self) -> int:
        return len(self.rows[0].cells) if self.rows else 0

    def is_formula(self, number: int, column: int) -> bool:
        return (number, column) in self.formulas

    def is_error(self, number: int, column: int) -> bool:
        return (number, column) in self.errors

    def after(self, number: int) -> Iterator[Row]:
        """The rows below the one of that number, such as the header's."""
        return (row for row in self.rows if row.number > number)


def column_letters(column: int) -> str:
    """0 → "A", 26 → "AA"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(number: int, column: int) -> str:
    """The name a person knows the cell by: ``cell_name(14, 2)`` is "C14"."""
    return f"{column_letters(column)}{number}"
