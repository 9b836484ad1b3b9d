"""The template, and the copy with its problems marked."""

import io
import zipfile

import pytest

from apprentices import sheets
from apprentices.rules import FIELDS
from apprentices.rules.columns import Reading
from foundation.errors import Problem
from foundation.sheets import Row, Table, find_header, read
from tests.apprentices.builders import cells_of, learner_data, sheet

LABELS = [field.label for field in FIELDS]


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(sheets.template_xlsx())
    return path


@pytest.mark.clause("D1")
def test_the_template_matches_its_own_columns_and_holds_no_learner(template):
    table = read(template)
    header, matching = find_header(table, sheets.COLUMNS)
    assert (table.sheets, matching.is_complete, len(matching.found)) == (("Learners", "Guidance"), True, len(FIELDS))
    assert list(table.after(header.number)) == []
    assert [one.code for one in sheets.understand(table, Reading()).problems] == ["no_rows"]


def test_the_guidance_explains_every_column_by_an_example_that_is_right(template):
    rows = read(template, sheet="Guidance").rows
    assert [row.cells[0] for row in rows[1:]] == LABELS
    examples = {field.key: field.example for field in FIELDS}
    understood = sheets.understand(Table("xlsx", [Row(1, tuple(LABELS)), Row(2, tuple(examples.values()))]), Reading())
    assert [row.problems for row in understood.rows] == [()]


def test_the_template_has_lists(template):
    with zipfile.ZipFile(template) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<dataValidation type="list"' in page
    assert '"Yes,No"' in page.replace("&quot;", '"')


def test_the_template_as_text():
    assert sheets.template_csv() == ",".join(LABELS) + "\r\n"


def understood(*rows):
    return sheets.understand(Table("csv", [Row(number, cells) for number, cells in enumerate(rows, 1)]), Reading())


@pytest.mark.clause("D1")
@pytest.mark.parametrize(("known", "problems"), [(True, []), (False, ["formulas_unknown"])])
def test_a_file_that_does_not_tell_its_formulas_is_refused(known, problems):
    cells = tuple(cells_of(learner_data())[field.key] for field in FIELDS)
    table = Table("ods", [Row(1, tuple(LABELS)), Row(2, cells)], formulas_known=known)
    found = sheets.understand(table, Reading())
    assert [problem.code for problem in found.problems] == problems
    assert len(found.rows) == (1 if known else 0)


@pytest.mark.clause("D1")
def test_rows_keep_the_numbers_of_the_sheet():
    cells = tuple(cells_of(learner_data())[field.key] for field in FIELDS)
    table = Table("xlsx", [Row(3, tuple(LABELS)), Row(7, cells), Row(9, cells)])
    assert [row.number for row in sheets.understand(table, Reading()).rows] == [7, 9]


@pytest.mark.clause("D1")
def test_a_row_with_nothing_in_our_columns_is_no_row():
    header = ("Notes", *LABELS)
    blank = ("a note", *[None] * len(LABELS))
    assert [one.code for one in understood(header, blank).problems] == ["no_rows"]


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    "name",
    [
        "Employer address",
        "Employer Address 1",
        "EMPLOYER STREET",
        "Company address",
        "Employer address (line 1)",
        "employer_address",
    ],
)
def test_the_employers_address_by_its_names(name):
    learner = learner_data(employer_address="12 Mill Road")
    cells = tuple(cells_of(learner)[field.key] for field in FIELDS)
    labels = tuple(name if field.key == "employer_address" else field.label for field in FIELDS)
    (found,) = understood(labels, cells).rows
    assert found.learner == learner


@pytest.mark.clause("D1")
@pytest.mark.parametrize("name", ["Address", "Street", "Town", "Postcode"])
def test_an_address_that_does_not_say_whose_is_not_taken_for_the_employers(name):
    learner = learner_data()
    cells = (*(cells_of(learner)[field.key] for field in FIELDS), "5 Garden Close")
    (found,) = understood((*LABELS, name), cells).rows
    assert found.learner == learner


@pytest.mark.clause("D1")
def test_two_columns_of_addresses_are_not_guessed_between():
    header = (*LABELS, "Company address")
    assert [one.code for one in understood(header, (None,) * len(header)).problems] == ["column_twice"]


@pytest.mark.clause("D1")
def test_missing_columns_name_what_was_not_recognised():
    found = understood(("ULN", "Given names", "Colour"), ("1061484016", "A", "red")).problems
    assert {one.field for one in found} == {"family_name", "date_of_birth", "employer_name", "programme_start_on"}
    assert found[0].message == "The column “Family name” is missing. Not recognised: Colour."


@pytest.mark.clause("D1")
def test_formulas_and_errors():
    row = [cells_of(learner_data())[field.key] for field in FIELDS]
    row[1] = None
    table = Table(
        "xlsx",
        [Row(1, tuple(LABELS)), Row(2, tuple(row))],
        formulas=frozenset({(2, 2)}),
        errors=frozenset({(2, 1)}),
    )
    (found,) = sheets.understand(table, Reading()).rows
    assert found.learner is None
    assert [(one.field, one.code) for one in found.problems] == [
        ("given_names", "error_cell"),
        ("family_name", "formula"),
    ]


@pytest.mark.clause("D1")
def test_the_own_file_with_its_problems_marked(tmp_path):
    path = tmp_path / "mine.xlsx"
    rows = [cells_of(learner_data()) | {"family_name": "=cmd|x"}, learner_data()]
    path.write_bytes(sheet(rows))
    table = read(path)
    problem = Problem("uln_check_digit", "D1", "No such ULN.", "", "uln")
    marked = tmp_path / "marked.xlsx"
    marked.write_bytes(sheets.with_problems(table, {2: [problem]}))
    again = read(marked)
    assert again.rows[0].cells[:2] == (sheets.PROBLEM_COLUMN, "ULN")
    assert [row.cells[0] for row in again.rows[1:]] == ["No such ULN.", None]
    assert [row.cells[1:] for row in again.rows] == [row.cells for row in table.rows]
    assert again.formulas == frozenset()
    with zipfile.ZipFile(io.BytesIO(marked.read_bytes())) as book:
        assert "No such ULN." in book.read("xl/comments1.xml").decode()


@pytest.mark.clause("D1")
def test_the_marked_file_can_be_mended_and_sent_again(tmp_path):
    path = tmp_path / "marked.xlsx"
    path.write_bytes(sheet([learner_data()]))
    path.write_bytes(sheets.with_problems(read(path), {}))
    found = sheets.understand(read(path), Reading())
    assert (found.problems, len(found.rows), found.rows[0].problems) == ((), 1, ())
