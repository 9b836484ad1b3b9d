"""Sheets that we write: harmless to open, whatever people typed into the portal."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from foundation import clock
from foundation.sheets.table import column_letters

LONGEST = 32_767
LONGEST_INLINE_LIST = 255
LAST_ROW = 1_048_575
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Layout:
    """How the sheet looks and what it asks of who fills it in. Columns count from 0.

    ``choices``: column → the values it may take. ``dates``: columns that take a date. ``texts``: columns kept as text,
    so that no program makes numbers of long digits. ``marked``: (row of ``rows`` from 0, column) → what is wrong.
    """

    name: str = "Sheet1"
    widths: Mapping[int, float] = field(default_factory=dict)
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    texts: frozenset[int] = frozenset()
    marked: Mapping[tuple[int, int], str] = field(default_factory=dict)


PLAIN = Layout()


def xlsx(rows: Iterable[Sequence[Any]], header: Sequence[str], layout: Layout = PLAIN) -> bytes:
    """A workbook, whole."""
    into = io.BytesIO()
    xlsx_to(into, rows, header, layout)
    return into.getvalue()


def xlsx_to(into: IO[bytes], rows: Iterable[Sequence[Any]], header: Sequence[str], layout: Layout = PLAIN) -> None:
    """Write a workbook row by row in constant memory: bold frozen header; text is text, never a formula or a link."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(into, options) as book:
        book.set_properties({"created": clock.now().replace(tzinfo=None)})
        sheet = book.add_worksheet(layout.name)
        writer = _Writer(book, sheet, layout)
        writer.set_up(header)
        for number, row in enumerate(rows):
            writer.write_row(number, row)
        writer.ask(header)


class _Writer:
    """One sheet while it is being written."""

    def __init__(self, book: Any, sheet: Any, layout: Layout) -> None:
        self.book, self.sheet, self.layout = book, sheet, layout
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        marks = {"bg_color": "#FFDD00"}
        kinds = {
            "plain": {},
            "date": {"num_format": "dd/mm/yyyy"},
            "instant": {"num_format": "dd/mm/yyyy hh:mm"},
            "text": {"num_format": "@"},
            "amount": {"num_format": "#,##0.00"},
        }
        self.formats = {
            (name, mark): book.add_format({**kind, **(marks if mark else {})})
            for name, kind in kinds.items()
            for mark in (False, True)
        }

    def set_up(self, header: Sequence[str]) -> None:
        for column, title in enumerate(header):
            kind = "text" if column in self.layout.texts else "date" if column in self.layout.dates else "plain"
            width = self.layout.widths.get(column, min(max(len(title) + 2, 12), 40))
            self.sheet.set_column(column, column, width, self.formats[kind, False])
        self.sheet.freeze_panes(1, 0)
        for column, title in enumerate(header):
            self.sheet.write_string(0, column, title, self.bold)

    def write_row(self, number: int, row: Sequence[Any]) -> None:
        for column, value in enumerate(row):
            mark = self.layout.marked.get((number, column), "")
            self._write(number + 1, column, value, bool(mark))
            if mark:
                self.sheet.write_comment(number + 1, column, mark[:LONGEST], {"author": "", "x_scale": 2})

    def _write(self, line: int, column: int, value: Any, marked: bool) -> None:
        if value is None or value == "":
            if marked:
                self.sheet.write_blank(line, column, None, self.formats["plain", True])
        elif isinstance(value, bool):
            self.sheet.write_boolean(line, column, value, self.formats["plain", marked])
        elif isinstance(value, (int, float)) and abs(value) < 10**15:
            self.sheet.write_number(line, column, value, self.formats["plain", marked])
        elif isinstance(value, Decimal):
            self.sheet.write_number(line, column, value, self.formats["amount", marked])
        elif isinstance(value, dt.datetime):
            self.sheet.write_datetime(line, column, _local(value), self.formats["instant", marked])
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(line, column, value, self.formats["date", marked])
        else:
            kind = "text" if column in self.layout.texts else "plain"
            self.sheet.write_string(line, column, fit(str(value)), self.formats[kind, marked])

    def ask(self, header: Sequence[str]) -> None:
        """Lists and dates that the program offers or asks for; long lists stand on a hidden sheet of their own."""
        lists = None
        for column, choices in self.layout.choices.items():
            source: Any = list(choices)
            if len(",".join(choices)) > LONGEST_INLINE_LIST:
                lists = lists or self.book.add_worksheet("Lists")
                lists.hide()
                source = f"=Lists!$A${column + 1}:${column_letters(len(choices) - 1)}${column + 1}"
            self.sheet.data_validation(
                1, column, LAST_ROW, column, {"validate": "list", "source": source, "error_title": header[column][:32]}
            )
        if lists is not None:
            self._fill(lists)
        for column in self.layout.dates:
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": dt.date(1900, 1, 1),
                "maximum": dt.date(2100, 12, 31),
            }
            self.sheet.data_validation(1, column, LAST_ROW, column, {**rule, "error_title": header[column][:32]})

    def _fill(self, lists: Any) -> None:
        for column in sorted(self.layout.choices):
            choices = self.layout.choices[column]
            if len(",".join(choices)) > LONGEST_INLINE_LIST:
                for place, choice in enumerate(choices):
                    lists.write_string(column, place, choice)


def csv_text(rows: Iterable[Sequence[Any]], header: Sequence[str]) -> str:
    """A table as text, commas and CRLF. Send it encoded as ``utf-8-sig``, or Excel takes it for Windows-1252."""
    into = io.StringIO(newline="")
    writer = csv.writer(into, lineterminator="\r\n")
    writer.writerow([neutral(title) for title in header])
    writer.writerows([neutral(value) for value in row] for row in rows)
    return into.getvalue()


def neutral(value: Any) -> Any:
    """A cell of a text table that no program takes for a formula: text that begins like one gets an apostrophe."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, dt.datetime):
        return _local(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else value


def fit(text: str) -> str:
    """What a cell can hold."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _local(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(clock.LONDON).replace(tzinfo=None) if instant.tzinfo else instant
