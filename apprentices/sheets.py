"""The learners' sheet: what a table that was read says, the empty template, the copy with its problems marked."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from apprentices.rules import FIELDS, ReadRow, read_learner
from apprentices.rules.columns import Reading
from foundation import clock, sheets
from foundation.errors import Problem
from foundation.sheets import writing

LAST_ROW = 1_048_575
COLUMNS = tuple(field.column for field in FIELDS)
PROBLEM_COLUMN = "What is wrong"


@dataclass(frozen=True)
class ReadSheet:
    """A sheet as understood: problems of the file as a whole, or its rows with what each cell said, by column key."""

    problems: tuple[Problem, ...] = ()
    rows: tuple[ReadRow, ...] = ()
    cells: Mapping[int, Mapping[str, str]] | None = None


def understand(table: sheets.Table, reading: Reading) -> ReadSheet:
    """Read every row below the header; nothing is guessed where a column is missing or stands twice."""
    found = sheets.find_header(table, COLUMNS)
    if found is None:
        message = "No row of the sheet has the names of the columns. Use the template, or name the columns as it does."
        return ReadSheet((Problem("no_header", "D1", message, "template"),))
    header, matching = found
    if not matching.is_complete:
        return ReadSheet(tuple(_header_problems(matching)))
    if not table.formulas_known:
        message = f"An .{table.format} file does not say which of its cells are formulas. Save it as .xlsx or .csv."
        return ReadSheet((Problem("formulas_unknown", "D1", message, "template"),))
    rows, cells = [], {}
    for row in table.after(header.number):
        values = {key: row.cells[place] for key, place in matching.found.items()}
        if all(value is None for value in values.values()) and not _is_odd(table, row.number, matching):
            continue  # something stands in this row, but in no column of ours
        learner, problems = read_learner(values, reading)
        odd = _odd_cells(table, row.number, matching)
        taken = {problem.field for problem in odd}
        problems = odd + [problem for problem in problems if problem.field not in taken]
        rows.append(ReadRow(row.number, None if odd else learner, tuple(problems)))
        cells[row.number] = {key: _shown(value) for key, value in values.items() if value is not None}
    if not rows:
        return ReadSheet((Problem("no_rows", "D1", "There is no learner below the names of the columns.", "template"),))
    return ReadSheet((), tuple(rows), cells)


def _header_problems(matching: sheets.Matching) -> list[Problem]:
    problems = []
    for column in matching.missing:
        hint = f" Not recognised: {', '.join(matching.unknown[:8])}." if matching.unknown else ""
        message = f"The column “{column.label}” is missing.{hint}"
        problems.append(Problem("column_missing", "D1", message, "template", column.key))
    for label in matching.duplicates:
        message = f"Two columns could be “{label}”. Remove or rename one."
        problems.append(Problem("column_twice", "D1", message, "template"))
    return problems


def _is_odd(table: sheets.Table, number: int, matching: sheets.Matching) -> bool:
    return any(table.is_formula(number, place) or table.is_error(number, place) for place in matching.found.values())


def _odd_cells(table: sheets.Table, number: int, matching: sheets.Matching) -> list[Problem]:
    """Cells whose value is computed or an error: what they will say tomorrow nobody knows."""
    problems = []
    for key, place in matching.found.items():
        if table.is_error(number, place):
            message = f"{sheets.cell_name(number, place)} holds an error of the spreadsheet."
            problems.append(Problem("error_cell", "D1", message, "", key))
        elif table.is_formula(number, place):
            message = f"{sheets.cell_name(number, place)} holds a formula. Copy it and paste it as a value."
            problems.append(Problem("formula", "D1", message, "", key))
    return problems


def _shown(cell: sheets.Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else str(cell)


def template_csv() -> str:
    """The names of the columns, and nothing else that could be registered by mistake."""
    return writing.csv_text([], [field.label for field in FIELDS])


def template_xlsx() -> bytes:
    """The sheet to fill in with its lists and dates, and a second one that explains every column with an example."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": clock.now().replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "plain": book.add_format(),
        }
        _fill_learners(book.add_worksheet("Learners"), bold, formats)
        _fill_guidance(book.add_worksheet("Guidance"), bold, wrapped)
    return into.getvalue()


def _fill_learners(sheet: Any, bold: Any, formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for place, field in enumerate(FIELDS):
        kind = "text" if field.is_text else "date" if field.is_date else "plain"
        sheet.set_column(place, place, max(16, len(field.label) + 2), formats[kind])
        sheet.write_string(0, place, field.label, bold)
        if field.choices:
            sheet.data_validation(1, place, LAST_ROW, place, {"validate": "list", "source": list(field.choices)})


def _fill_guidance(sheet: Any, bold: Any, wrapped: Any) -> None:
    for place, (title, width) in enumerate((("Column", 22), ("Needed", 10), ("What to enter", 60), ("Example", 26))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    for line, field in enumerate(FIELDS, 1):
        for place, text in enumerate((field.label, "yes" if field.required else "no", field.hint, field.example)):
            sheet.write_string(line, place, text, wrapped)


def with_problems(table: sheets.Table, problems: Mapping[int, Sequence[Problem]]) -> bytes:
    """The user's own table with a first column that says what is wrong in the row, and the cells at fault marked."""
    found = sheets.find_header(table, COLUMNS)
    places = found[1].found if found else {}
    header_number = found[0].number if found else 0
    rows: list[list[sheets.Cell]] = []
    marked: dict[tuple[int, int], str] = {}
    for row in table.after(header_number):
        line = len(rows)
        own = problems.get(row.number, ())
        rows.append([" ".join(problem.message for problem in own), *map(_kept, row.cells)])
        for problem in own:
            if problem.field in places:
                place = (line, places[problem.field] + 1)
                marked[place] = " ".join(filter(None, (marked.get(place, ""), problem.message)))
    header = [PROBLEM_COLUMN, *("" if cell is None else str(cell) for cell in (found[0].cells if found else ()))]
    texts = frozenset(places[field.key] + 1 for field in FIELDS if field.is_text and field.key in places)
    layout = writing.Layout(name="Learners", widths={0: 60}, texts=texts, marked=marked)
    return writing.xlsx(rows, header, layout)


def _kept(cell: sheets.Cell) -> sheets.Cell:
    """A cell as it was; long whole numbers as text, so that no program shows them in scientific form."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 10**9 else cell
