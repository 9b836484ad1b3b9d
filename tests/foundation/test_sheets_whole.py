"""From a file to values: reading, header, columns and cells together, as an upload uses them."""

import concurrent.futures
import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest

from foundation import sheets
from foundation.errors import Problem, Refused
from foundation.sheets import writing
from tests.foundation import hostile

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (
    sheets.Column("uln", "ULN"),
    sheets.Column("given_names", "Given names"),
    sheets.Column("family_name", "Family name", ("Surname",)),
    sheets.Column("date_of_birth", "Date of birth", ("DOB",)),
)


def values_of(table: sheets.Table) -> tuple[list[tuple[int, dict]], list[tuple[str, Problem]]]:
    """Rows that are right with their numbers, and what is wrong with its cell: the least that an upload does."""
    found = sheets.find_header(table, COLUMNS)
    assert found is not None
    header, matching = found
    assert matching.is_complete
    right: list[tuple[int, dict]] = []
    wrong: list[tuple[str, Problem]] = []
    for row in table.after(header.number):
        values = {}
        for key, place in matching.found.items():
            cell = row.cells[place]
            if key == "uln":
                value, problem = sheets.parse_digits(cell, 10)
            elif key == "date_of_birth":
                value, problem = sheets.parse_date(cell, date1904=table.date1904)
            else:
                value, problem = sheets.parse_text(cell)
            if problem is not None:
                wrong.append((sheets.cell_name(row.number, place), problem))
            values[key] = value
        if not any(name[1:] == str(row.number) for name, _ in wrong):
            right.append((row.number, values))
    return right, wrong


def read(tmp_path: Path, data: bytes, name: str = "table.xlsx") -> sheets.Table:
    path = tmp_path / "upload"
    path.write_bytes(data)
    return sheets.read(path, name_hint=name)


def test_a_sheet_as_people_make_them(tmp_path: Path) -> None:
    text = (
        "Starters;;;;\r\n;;;;\r\nNotes;Surname;Given names;DOB;ULN\r\n"
        ";O’Brien ; Zoë;28/02/2001;1000000043\r\n;;;;\r\nlate;Smith;Ann;02/28/2001;1.00E+09\r\n"
    )
    right, wrong = values_of(read(tmp_path, text.encode("cp1252"), "a.csv"))
    born = dt.date(2001, 2, 28)
    assert right == [(4, {"uln": "1000000043", "given_names": "Zoë", "family_name": "O’Brien", "date_of_birth": born})]
    assert [(cell, problem.code) for cell, problem in wrong] == [("D6", "not_a_date"), ("E6", "destroyed")]


def test_every_row_is_accepted_or_told_with_its_number(tmp_path: Path) -> None:
    rows = [[f"{10**9 + number}" if number % 3 else "x", "Ann", "Smith", dt.date(2000, 1, 1)] for number in range(500)]
    table = read(tmp_path, writing.xlsx(rows, [column.label for column in COLUMNS]))
    right, wrong = values_of(table)
    bad = {int(cell[1:]) for cell, _ in wrong}
    assert bad == {number + 2 for number in range(0, 500, 3)}
    assert sorted([*bad, *(number for number, _ in right)]) == list(range(2, 502))


@pytest.mark.parametrize(("flag", "day"), [("0", dt.date(2001, 2, 28)), ("1", dt.date(2005, 3, 1))])
def test_a_bare_number_is_a_day_by_the_workbooks_own_count(tmp_path: Path, flag: str, day: dt.date) -> None:
    rows = hostile.rows_xml('<row r="3"><c r="A3"><v>1000000050</v></c><c r="D3"><v>36950</v></c></row>')
    table = read(tmp_path, hostile.workbook(rows, properties=f'<workbookPr date1904="{flag}"/>'))
    right, wrong = values_of(table)
    assert wrong == []
    assert (right[1][1]["uln"], right[1][1]["date_of_birth"]) == ("1000000050", day)


def test_a_formula_that_was_never_computed_is_blank_and_told(tmp_path: Path) -> None:
    rows = hostile.rows_xml(
        '<row r="3"><c r="A3"><f>1000000000+50</f></c><c r="B3" t="str"><f>"An"&amp;"n"</f><v>Ann</v></c></row>'
    )
    table = read(tmp_path, hostile.workbook(rows))
    right, _ = values_of(table)
    assert right[1][1]["uln"] is None
    assert right[1][1]["given_names"] == "Ann"
    assert [table.is_formula(3, place) for place in range(4)] == [True, True, False, False]


def test_a_report_of_what_is_wrong_can_be_sent_back_and_read_again(tmp_path: Path) -> None:
    """The way round: problems are marked in a copy, mended by the person, and the copy is an upload like any other."""
    header = [column.label for column in COLUMNS]
    rows = [["100", "=Ann", "Smith", "31/02/2001"]]
    marked = {(0, 0): "This must have 10 digits.", (0, 3): "There is no such day."}
    layout = writing.Layout(marked=marked, texts=frozenset({0}), dates=frozenset({3}), choices={1: ["x" * 40] * 20})
    table = read(tmp_path, writing.xlsx(rows, header, layout))
    assert table.sheets == ("Sheet1",)
    assert table.rows[1].cells == ("100", "=Ann", "Smith", "31/02/2001")
    assert table.formulas == frozenset()
    _, wrong = values_of(table)
    assert [(cell, problem.code) for cell, problem in wrong] == [("A2", "wrong_length"), ("D2", "no_such_day")]


def test_many_are_read_at_once_by_threads_of_one_process(tmp_path: Path) -> None:
    paths = []
    for number in range(12):
        path = tmp_path / f"{number}"
        path.write_bytes(hostile.far_cell_hidden() if number % 4 == 0 else f"a,b\n{number},x\n".encode())
        paths.append(path)

    def first_cell(path: Path) -> object:
        try:
            return sheets.read(path).rows[1].cells[0]
        except Refused as refused:
            return refused.problems[0].code

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        found = list(pool.map(first_cell, paths))
    assert found == ["too_large" if number % 4 == 0 else str(number) for number in range(12)]


def codes_in(folder: Path) -> set[str]:
    """The codes of refusals as the code writes them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))
    return set(re.findall(r'Refusal\(\s*"(\w+)"', text)) | set(
        re.findall(r'^[A-Z_]+ = \(\s*"(\w+)",', text, re.MULTILINE)
    )


def test_the_page_for_operators_lists_every_code() -> None:
    page = (ROOT / "docs" / "operating" / "uploads.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    used = codes_in(ROOT / "foundation" / "caged") | {"too_slow", "renamed", "not_a_sheet"}
    assert len(used) > 20
    assert used - told == set()


@pytest.mark.shared
def test_the_sample_of_digits_and_days_row_by_row(shared_data: Path) -> None:
    table = sheets.read(shared_data / "hostile-uploads" / "uln_and_date_types.xlsx")
    verdicts = []
    for row in table.after(1):
        uln, no_uln = sheets.parse_digits(row.cells[0], 10)
        day, no_day = sheets.parse_date(row.cells[3])
        verdicts.append((no_uln.code if no_uln else uln, no_day.code if no_day else day and day.isoformat()))
    assert verdicts == [
        ("1000000043", "2001-02-28"),
        ("1230000000", "2001-02-28"),
        ("destroyed", "not_a_date"),
        ("1000000043", "no_such_day"),
        ("1000000043", "short_year"),
        ("1000000043", "no_such_day"),
        ("wrong_length", "1899-12-31"),
        ("9999999999", "2001-03-01"),
        ("not_digits", "not_a_date"),
        (None, None),
    ]
    assert table.errors == {(11, 0), (11, 3)}


@pytest.mark.shared
def test_the_sample_of_names_comes_whole_and_clean(shared_data: Path) -> None:
    table = sheets.read(shared_data / "hostile-uploads" / "names.xlsx")
    names = [sheets.parse_text(row.cells[1])[0] for row in table.after(1)]
    assert len(names) == 20
    assert all(names)
    assert {"evil", "ab", "BOM", "Null", "None", "李小龍", "محمد", "O’Neil", "X Æ A-12", "-"} <= set(names)


@pytest.mark.shared
def test_the_sample_of_formulas_is_harmless_on_the_way_out(shared_data: Path) -> None:
    table = sheets.read(shared_data / "hostile-uploads" / "formula_injection.xlsx")
    assert len(table.formulas) == 6
    rows = [row.cells for row in table.rows]
    text = writing.csv_text(rows[1:], [str(cell) for cell in rows[0]])
    cells = [cell for record in csv.reader(io.StringIO(text, newline="")) for cell in record]
    assert len(cells) == 66
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [cell[:2] for cell in cells if cell.startswith("'")] == [
        "'+",
        "'+",
        "'-",
        "'-",
        "'@",
        "'@",
        "'\t",
        "'\t",
        "'\r",
        "'\r",
    ]
