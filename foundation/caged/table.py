"""The job "sheet": the first filled sheet of a workbook, or a table as text, as chunks of columns."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from foundation.caged import archive, bookxml, delimited, kinds
from foundation.caged.main import Refusal

FIRST_CHUNK = 16  # titles and headers make columns mixed, which travels slower; the rows after them are alike
CHUNK = 2_000
Rows = Iterator[tuple[int, Sequence[Any]]]


def run(
    path: str, *, name_hint: str, sheet: str | None, max_rows: int, max_columns: int, max_cell: int
) -> Iterator[tuple[str, Any]]:
    """Lines: "head" (what the table is), "rows" (chunks), "done" (cells that are formulas or errors)."""
    kind = kinds.identify(path)
    bounds = (max_rows, max_columns, max_cell)
    if kind == kinds.CSV:
        yield from _text(path, name_hint, bounds)
    elif kind == kinds.XLSX:
        yield from _excel(path, sheet, bounds)
    elif kind in {kinds.XLS, kinds.ODS}:
        if kind == kinds.ODS:
            with archive.open_checked(path) as opened:
                archive.look_at_xml(opened)
        yield from _other(path, kind, sheet, bounds)
    else:
        code = "renamed" if name_hint.lower().endswith((".xlsx", ".xls", ".ods", ".csv", ".tsv")) else "not_a_sheet"
        raise Refusal(
            code, f"This is {kinds.describe(kind)}, not a spreadsheet. Save it as .xlsx or .csv and send it again."
        )


def _text(path: str, name_hint: str, bounds: tuple[int, int, int]) -> Iterator[tuple[str, Any]]:
    max_rows, max_columns, max_cell = bounds
    decoded = delimited.read(path)
    if decoded is None:
        raise Refusal("not_a_sheet", "This is no table as text.")
    text, encoding = decoded
    delimiter, text = delimited.sniff(text, name_hint)
    records = delimited.records(text, delimiter, max_cell)
    width = max((len(record) for record in records), default=0)
    check_bounds(len(records), width, max_rows, max_columns)
    padded = ((number, record + [""] * (width - len(record))) for number, record in enumerate(records, 1))
    yield (
        "head",
        {"format": "csv", "sheet": "", "sheets": [], "encoding": encoding, "delimiter": delimiter, "date1904": False},
    )
    yield from _chunks(padded, max_cell)
    yield "done", {"formulas": [], "errors": [], "formulas_known": True}


def _excel(path: str, wanted: str | None, bounds: tuple[int, int, int]) -> Iterator[tuple[str, Any]]:
    with archive.open_checked(path) as opened:
        scan = bookxml.Scan(path, opened)
        scan.start()
        if scan.is_small:  # so that what it refuses is said before calamine meets it
            scan.finish()
        sheet, names = _load(path, wanted, bounds)
        scan.finish()
        parts, uses_1904 = bookxml.look_at_workbook(opened, needed=bool(scan.odd))
        head = {
            "format": "xlsx",
            "sheet": sheet.name,
            "sheets": names,
            "encoding": "",
            "delimiter": "",
            "date1904": uses_1904,
        }
        yield "head", head
        yield from _chunks(_calamine_rows(sheet), bounds[2])
        part = parts.get(sheet.name, "")
        formulas, errors = bookxml.odd_cells(opened, part) if part in scan.odd else ([], [])
        yield "done", {"formulas": formulas, "errors": errors, "formulas_known": bool(part) or not scan.odd}


def _other(path: str, kind: str, wanted: str | None, bounds: tuple[int, int, int]) -> Iterator[tuple[str, Any]]:
    sheet, names = _load(path, wanted, bounds)
    short = "xls" if kind == kinds.XLS else "ods"
    yield (
        "head",
        {"format": short, "sheet": sheet.name, "sheets": names, "encoding": "", "delimiter": "", "date1904": False},
    )
    yield from _chunks(_calamine_rows(sheet), bounds[2])
    yield "done", {"formulas": [], "errors": [], "formulas_known": False}


def _load(path: str, wanted: str | None, bounds: tuple[int, int, int]) -> tuple[Any, list[str]]:
    """The wanted sheet, or the first visible one with anything in it; and the names of all visible ones."""
    import python_calamine as calamine  # imported here: tables as text do without it

    kind = calamine.SheetTypeEnum
    try:
        with open(path, "rb") as content:  # by its content: given a path, calamine believes the ending of the name
            book = calamine.CalamineWorkbook.from_filelike(content)
        visible = [
            each.name
            for each in book.sheets_metadata
            if each.visible == calamine.SheetVisibleEnum.Visible and each.typ == kind.WorkSheet
        ]
        if any(each.typ == macro for each in book.sheets_metadata for macro in (kind.MacroSheet, kind.Vba)):
            raise Refusal("macros", "The file contains macros. Save it without them (as .xlsx) and send it again.")
        if wanted is not None and wanted not in visible:
            raise Refusal("no_such_sheet", f"The file has no sheet called “{wanted}”.")
        for name in visible if wanted is None else [wanted]:
            sheet = book.get_sheet_by_name(name)
            if sheet.end is not None:
                check_bounds(sheet.end[0] + 1, sheet.end[1] + 1, bounds[0], bounds[1])
                return sheet, visible
    except calamine.PasswordError as error:
        raise Refusal(
            "password", "The file is protected by a password. Remove the password and send it again."
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        if "limit exceeded" in str(error):
            raise Refusal("too_large", "The sheet spans more rows and columns than we allow.") from error
        raise Refusal("damaged", "The file is damaged and cannot be read. Save it again and send it again.") from error
    raise Refusal("empty", "The file has no sheet with anything in it.")


def check_bounds(rows: int, columns: int, max_rows: int, max_columns: int) -> None:
    """Refuse a table that is too long or too wide."""
    if rows > max_rows:
        raise Refusal("too_many_rows", f"The sheet reaches down to row {rows:,}; we can take up to {max_rows:,} rows.")
    if columns > max_columns:
        raise Refusal("too_many_columns", f"The sheet has {columns:,} columns; we can take up to {max_columns:,}.")


def _calamine_rows(sheet: Any) -> Rows:
    """Rows from 1 with the columns before the first filled one put back."""
    missing = [""] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, (missing + row if missing else row)


def _chunks(rows: Rows, max_cell: int) -> Iterator[tuple[str, Any]]:
    """Chunks of rows that are not blank, turned into columns: columns of one type travel fast."""
    numbers: list[int] = []
    kept: list[Sequence[Any]] = []
    size = FIRST_CHUNK
    seen = False
    for number, row in rows:
        first = row[0]
        if first.__class__ is str and (not first or first.isspace()) and _blank(row):
            continue
        numbers.append(number)
        kept.append(row)
        if len(kept) >= size:
            yield "rows", [numbers, _columns(numbers, kept, max_cell)]
            numbers, kept, size, seen = [], [], CHUNK, True
    if kept:
        yield "rows", [numbers, _columns(numbers, kept, max_cell)]
    elif not seen:
        raise Refusal("empty", "The file has nothing in it.")


def _blank(row: Sequence[Any]) -> bool:
    return all(cell.__class__ is str and (not cell or cell.isspace()) for cell in row)


def _columns(numbers: list[int], rows: list[Sequence[Any]], max_cell: int) -> list[list[Any]]:
    return [_column(column, numbers, max_cell) for column in zip(*rows, strict=True)]


def _column(column: tuple[Any, ...], numbers: list[int], max_cell: int) -> list[Any]:
    """``[tag, values]``: "p" plain JSON values, "d" ordinals of days, "x" values with dates as ``[tag, value]``."""
    types = set(map(type, column))
    if types == {dt.date}:
        return ["d", list(map(dt.date.toordinal, column))]
    if str in types:
        _look_at_lengths(column, numbers, max_cell)
    if types <= {str, int, float, bool}:
        return ["p", [None if cell == "" else cell for cell in column] if "" in column else column]
    return ["x", [_tagged(cell) for cell in column]]


def _look_at_lengths(column: tuple[Any, ...], numbers: list[int], max_cell: int) -> None:
    try:
        longest = max(map(len, column))
    except TypeError:  # numbers among the texts
        longest = max(len(cell) for cell in column if cell.__class__ is str)
    if longest > max_cell:
        row = next(number for number, cell in zip(numbers, column, strict=True) if len(str(cell)) > max_cell)
        raise Refusal("cell_too_long", f"A cell in row {row} is longer than {max_cell:,} characters.")


def _tagged(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return ["t", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["d", cell.toordinal()]
    if isinstance(cell, dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return None if cell == "" else cell
