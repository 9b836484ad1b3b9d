"""Files made for one request: harmless to open, saved and not shown, kept by nobody."""

import csv
import datetime as dt
import io
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import RequestFactory

from foundation import exports
from foundation.models import ClosedDay
from foundation.pieces import Column
from foundation.sheets import writing

TWO = [("Name", lambda row: row[0]), ("Said", lambda row: row[1])]
INJECTIONS = ["=1+1", "+SUM(1,1)", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1+1"]


def table(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(response.content)).active


@pytest.mark.parametrize(("address", "kind"), [("?export=csv", "csv"), ("?export=xlsx", "xlsx"), ("", "")])
def test_the_address_asks_for_a_file(address: str, kind: str) -> None:
    assert exports.wanted(RequestFactory().get(f"/{address}")) == kind


@pytest.mark.parametrize("other", ["xls", "pdf", "", ".csv", "../csv"])
def test_any_other_kind_is_the_page(other: str) -> None:
    assert exports.wanted(RequestFactory().get("/", {"export": other})) == ""


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_is_saved_under_its_name_and_kept_by_nobody(kind: str, content_type: str) -> None:
    response = exports.respond(kind, "centres", TWO, [])
    assert response["Content-Disposition"] == f'attachment; filename="centres.{kind}"'
    assert response["Content-Type"] == content_type
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_text_table_says_that_it_is_unicode() -> None:
    content = exports.respond("csv", "a", TWO, [("Zoë", "Ŵyn")]).content
    assert content.startswith(b"\xef\xbb\xbfName,Said\r\n")
    assert content.decode("utf-8-sig").splitlines()[1] == "Zoë,Ŵyn"
    assert content.count(b"\xef\xbb\xbf") == 1


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert table(exports.respond("csv", "a", TWO, [(text, text)]))[1] == [f"'{text}"] * 2
    cell = sheet(exports.respond("xlsx", "a", TWO, [(text, text)]))["A2"]
    assert cell.data_type in {"s", "inlineStr"}


def test_a_telephone_number_and_an_amount_below_zero_stay_readable() -> None:
    row = ("+44 20 7946 0000", Decimal("-160.50"))
    assert table(exports.respond("csv", "a", TWO, [row]))[1] == ["'+44 20 7946 0000", "-160.50"]
    phone, amount = next(sheet(exports.respond("xlsx", "a", TWO, [row])).iter_rows(min_row=2))
    assert (phone.value, amount.value, amount.number_format) == ("+44 20 7946 0000", -160.5, "#,##0.00")


def test_what_is_no_plain_value_is_written_as_its_words() -> None:
    holiday = ClosedDay(day=dt.date(2026, 12, 25), name="Christmas Day")
    response = exports.respond("csv", "a", TWO, [(holiday, None), (["x"], dt.date(2026, 12, 25))])
    assert table(response)[1:] == [[str(holiday), ""], ["['x']", "25/12/2026"]]


def test_rows_are_taken_one_at_a_time() -> None:
    taken = []

    def rows():
        for number in range(3):
            taken.append(number)
            yield (number, len(taken))

    assert table(exports.respond("csv", "a", TWO, rows()))[1:] == [["0", "1"], ["1", "2"], ["2", "3"]]


def test_the_columns_of_a_page_say_what_the_page_says() -> None:
    columns = [Column("centre.name", "Centre", link="url"), Column("count", "Rows"), Column("missing.at", "None")]
    rows = [SimpleNamespace(centre=SimpleNamespace(name="Alder"), count=lambda: 7), {"centre": {"name": "Birch"}}]
    found = [[(label, value(row)) for label, value in exports.shown(columns)] for row in rows]
    assert found == [
        [("Centre", "Alder"), ("Rows", 7), ("None", None)],
        [("Centre", "Birch"), ("Rows", None), ("None", None)],
    ]


def test_a_sheet_can_have_a_layout() -> None:
    layout = writing.Layout(name="Learners", texts=frozenset({0}))
    made = sheet(exports.respond("xlsx", "a", TWO, [("0001000043", 1)], layout))
    assert (made.title, made["A2"].number_format) == ("Learners", "@")


def test_only_files_of_a_known_kind_are_made() -> None:
    with pytest.raises(KeyError):
        exports.attachment(b"MZ", "learners.exe")


def test_bytes_go_out_as_they_are() -> None:
    assert exports.attachment(b"PK\x03\x04", "a.xlsx").content == b"PK\x03\x04"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("assessments-2026-10-19", "Assessments"),
        ("results-due-2026-12-08", "Results due"),
        ("bookings", "Bookings"),
        ("a-list-whose-name-is-longer-than-31", "A list whose name is longer tha"),
    ],
)
def test_a_sheet_is_called_after_its_list(name: str, title: str) -> None:
    assert sheet(exports.respond("xlsx", name, TWO, [])).title == title
