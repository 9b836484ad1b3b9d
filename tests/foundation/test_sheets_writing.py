"""Sheets we write open harmlessly and say what they should."""

import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.sheets import writing

INJECTIONS = [
    "=1+1",
    "+SUM(1,1)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://x","y")',
]


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def member(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_a_sheet_with_its_header() -> None:
    book = opened(writing.xlsx([["Zoë", 7]], ["Name", "Number"], writing.Layout(name="Learners", widths={0: 33})))
    sheet = book["Learners"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Name", "Number"], ["Zoë", 7]]
    assert sheet["A1"].font.b
    assert not sheet["A2"].font.b
    assert sheet.freeze_panes == "A2"
    assert round(sheet.column_dimensions["A"].width) == 34  # Excel's own padding


@pytest.mark.parametrize("text", [*INJECTIONS, "http://example.org", "mailto:a@example.org"])
def test_text_is_never_a_formula_or_a_link(text: str) -> None:
    data = writing.xlsx([[text]], ["Name"])
    xml = member(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert opened(data).active["A2"].data_type in {"s", "inlineStr"}


def test_digits_as_text_stay_text() -> None:
    cell = opened(writing.xlsx([["0001000043"]], ["ULN"], writing.Layout(texts=frozenset({0})))).active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("0001000043", "s", "@")


def test_numbers_too_long_for_excel_become_text() -> None:
    assert opened(writing.xlsx([[10**15 + 1]], ["Number"])).active["A2"].value == "1000000000000001"


def test_days_and_instants() -> None:
    instant = dt.datetime(2026, 7, 1, 11, 30, tzinfo=dt.UTC)
    first, second = next(
        opened(writing.xlsx([[dt.date(2001, 2, 28), instant]], ["Day", "At"])).active.iter_rows(min_row=2)
    )
    assert (first.value.date(), first.number_format) == (dt.date(2001, 2, 28), "dd/mm/yyyy")
    assert (f"{second.value:%H:%M}", second.number_format) == ("12:30", "dd/mm/yyyy hh:mm")  # summer time


def test_marked_cells_carry_what_is_wrong() -> None:
    marks = {(1, 0): "The ULN is wrong.", (1, 1): "This is missing."}
    sheet = opened(writing.xlsx([["ok", "ok"], ["bad", None]], ["ULN", "Name"], writing.Layout(marked=marks))).active
    assert sheet["A3"].comment.text == "The ULN is wrong."
    assert sheet["B3"].comment.text == "This is missing."
    assert sheet["A3"].fill.fgColor.rgb == "FFFFDD00"
    assert sheet["B3"].fill.fgColor.rgb == "FFFFDD00"
    assert sheet["A2"].comment is None
    assert sheet["A2"].fill.fill_type is None


def rules(data: bytes) -> dict:
    found = opened(data).active.data_validations.dataValidation
    return {str(rule.sqref): (rule.type, rule.formula1) for rule in found}


def test_choices_and_dates_are_asked_for() -> None:
    layout = writing.Layout(choices={1: ["Yes", "No"]}, dates=frozenset({2}))
    assert rules(writing.xlsx([], ["Name", "Agreed", "Born"], layout)) == {
        "B2:B1048576": ("list", '"Yes,No"'),
        "C2:C1048576": ("date", "1"),
    }


def test_long_lists_stand_on_a_hidden_sheet() -> None:
    choices = [f"Standard number {number}" for number in range(60)]
    data = writing.xlsx([["x", "y"]], ["Name", "Standard"], writing.Layout(choices={0: ["a"], 1: choices}))
    assert rules(data) == {"A2:A1048576": ("list", '"a"'), "B2:B1048576": ("list", "Lists!$A$2:$BH$2")}
    lists = opened(data)["Lists"]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists[2]] == choices


def test_what_does_not_fit_is_cut_and_says_so() -> None:
    value = opened(writing.xlsx([["x" * 40_000]], ["Text"])).active["A2"].value
    assert (len(value), value[-1]) == (32_767, "…")


def test_the_made_date_comes_from_the_clock(at) -> None:
    at(dt.datetime(2031, 5, 6, 7, 8, tzinfo=dt.UTC))
    assert "2031-05-06T07:08:00Z" in member(writing.xlsx([], ["a"]), "docProps/core.xml")
    first = writing.xlsx([["a"]], ["b"])
    assert member(first, "docProps/core.xml") == member(writing.xlsx([["a"]], ["b"]), "docProps/core.xml")


def test_writing_takes_rows_one_at_a_time() -> None:
    """Rows come from a generator and are not gathered: each is written before the next is asked for."""
    taken = []

    def rows():
        for number in range(2_000):
            taken.append(number)
            yield [number, f"Name {number}"]

    into = io.BytesIO()
    writing.xlsx_to(into, rows(), ["Number", "Name"])
    assert len(taken) == 2_000
    assert opened(into.getvalue()).active.max_row == 2_001


def test_a_text_table_has_commas_crlf_and_british_days() -> None:
    instant = dt.datetime(2026, 1, 5, 9, 0, tzinfo=clock.LONDON)
    text = writing.csv_text(
        [["Smith, Ann", 7, dt.date(2001, 2, 28), instant, None]], ["Name", "No", "Born", "At", "Note"]
    )
    assert text == 'Name,No,Born,At,Note\r\n"Smith, Ann",7,28/02/2001,05/01/2026 09:00,\r\n'


@pytest.mark.parametrize("text", [*INJECTIONS, "\n=1+1"])
def test_text_that_begins_like_a_formula_is_made_harmless(text: str) -> None:
    (header, row) = csv.reader(io.StringIO(writing.csv_text([[text]], [text]), newline=""))
    assert header == row == [f"'{text}"]


@pytest.mark.parametrize("value", ["a=1", "1-2", "O’Brien", "", " =1", -5, -1.5, True])
def test_what_is_harmless_stays(value) -> None:
    assert writing.neutral(value) == value


@given(st.text())
def test_no_text_starts_a_formula(text: str) -> None:
    assert not str(writing.neutral(text)).startswith(("=", "+", "-", "@", "\t", "\r"))
