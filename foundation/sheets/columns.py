"""Which column is which: headers as people write them, matched to the columns that are wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from foundation.sheets.cells import clean
from foundation.sheets.table import Cell, Row, Table
from foundation.text import fold

HEADER_ROWS = 20


@dataclass(frozen=True)
class Column:
    """A wanted column: a key for programs, the label shown to people, other names it goes by, whether it must be."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Matching:
    """What was matched.

    ``found``: key → place (from 0). ``missing``: required columns not found. ``unknown``: headers of no wanted column,
    which are left alone. ``duplicates``: labels that more than one header matches, so that either might be meant.
    """

    found: dict[str, int] = field(default_factory=dict)
    missing: tuple[Column, ...] = ()
    unknown: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.duplicates


def match(header_cells: Sequence[Cell], columns: Iterable[Column]) -> Matching:
    """Match headers whatever their order, case, accents, punctuation and spaces; further columns do no harm."""
    wanted = list(columns)
    by_name = _names(wanted)
    found: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for place, cell in enumerate(header_cells):
        if cell is None or not key_of(cell):
            continue
        column = by_name.get(key_of(cell))
        if column is None:
            unknown.append(str(cell).strip())
        elif column.key in found:
            twice.append(column.label)
        else:
            found[column.key] = place
    missing = tuple(column for column in wanted if column.required and column.key not in found)
    return Matching(found, missing, tuple(unknown), tuple(dict.fromkeys(twice)))


def find_header(table: Table, columns: Iterable[Column]) -> tuple[Row, Matching] | None:
    """The header may stand under a title: of the first twenty rows, the first that matches the most columns."""
    wanted = list(columns)
    best: tuple[Row, Matching] | None = None
    for row in table.rows[:HEADER_ROWS]:
        matching = match(row.cells, wanted)
        if matching.found and (best is None or len(matching.found) > len(best[1].found)):
            best = row, matching
    return best


def key_of(header: Cell) -> str:
    """``*Date of Birth (dd/mm/yyyy):`` and ``date-of-birth`` have one key: what stands in brackets is a hint."""
    text = clean(str(header))
    plain, _, _ = text.partition("(")
    return fold(plain if fold(plain) else text).replace(" ", "")


def _names(columns: Iterable[Column]) -> dict[str, Column]:
    names: dict[str, Column] = {}
    for column in columns:
        for name in (column.label, column.key.replace("_", " "), *column.synonyms):
            key = key_of(name)
            if names.setdefault(key, column) is not column:
                raise ValueError(f"“{name}” names two columns: {names[key].key} and {column.key}")
    return names
