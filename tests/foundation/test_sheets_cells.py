"""What a cell means is found out or refused, never guessed."""

import datetime as dt
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import sheets
from foundation.sheets.cells import clean

DAY = dt.date(2001, 2, 28)
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


def problem_of(parsed: tuple) -> str:
    value, problem = parsed
    assert value is None
    assert problem is not None
    assert problem.message
    assert not problem.warning
    return problem.code


@pytest.mark.parametrize(
    "cell",
    [
        DAY,
        dt.datetime(2001, 2, 28, 23, 59),  # noqa: DTZ001 - a sheet's time has no zone
        36950,
        36950.0,
        36950.75,  # with a time of day
        "28/02/2001",
        "28/2/2001",
        "28-02-2001",
        "28.02.2001",
        "28 / 02 / 2001",
        " 28/02/2001\u00a0",
        "\u200e28/02/2001",
        "2001-02-28",
        "2001/02/28",
        "2001-02-28T00:00:00",
        "2001-02-28 00:00:00",
        "28/02/2001 00:00",
        "28 Feb 2001",
        "28 February 2001",
        "28-Feb-2001",
        "28th February, 2001",
        "28FEB2001",
        "28 feb. 2001",
        "28/02/2001".translate(FULL_WIDTH),
    ],
)
def test_the_ways_to_write_a_day(cell) -> None:
    assert sheets.parse_date(cell) == (DAY, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("02/28/2001", "not_a_date"),  # month first is never guessed
        ("2001-28-02", "not_a_date"),
        ("28/02/01", "short_year"),
        ("01/02/03", "short_year"),
        ("28 Feb 01", "short_year"),
        ("28/02/20011", "short_year"),
        ("32/12/2001", "no_such_day"),
        ("32 December 2001", "no_such_day"),
        ("29/02/2001", "no_such_day"),
        ("2001-02-30", "no_such_day"),
        ("00/02/2001", "no_such_day"),
        ("28/00/2001", "no_such_day"),
        ("31/04/2001", "no_such_day"),
        ("28/13/2001", "no_such_day"),
        ("28/02/0000", "no_such_day"),
        ("28/02", "not_a_date"),
        ("28/02-2001", "not_a_date"),
        ("28 Ju 2001", "not_a_date"),
        ("28 Mai 2001", "not_a_date"),
        ("36950", "not_a_date"),  # a number as text may be anything
        ("n/a", "not_a_date"),
        ("tomorrow", "not_a_date"),
        (True, "not_a_date"),
        (0, "not_a_date"),
        (-5, "not_a_date"),
        (60, "not_a_date"),  # Excel's 29 Feb 1900
        (2001, "not_a_date"),  # a year, not 23 Jun 1905
        (28022001, "not_a_date"),
        (2_958_466, "not_a_date"),
        (math.nan, "not_a_date"),
        (math.inf, "not_a_date"),
        (1e300, "not_a_date"),
    ],
)
def test_what_is_no_day_is_a_problem(cell, code: str) -> None:
    assert problem_of(sheets.parse_date(cell)) == code


def test_month_first_is_told_apart_from_a_day_that_is_none() -> None:
    _, problem = sheets.parse_date("02/28/2001")
    assert problem is not None
    assert problem.message == "“02/28/2001” has no month 28; write dates as day/month/year."


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (1, dt.date(1900, 1, 1)),
        (59, dt.date(1900, 2, 28)),
        (61, dt.date(1900, 3, 1)),
        (2_958_465, dt.date(9999, 12, 31)),
    ],
)
def test_excel_counts_from_1900(serial: int, day: dt.date) -> None:
    assert sheets.parse_date(serial) == (day, None)


@pytest.mark.parametrize(
    ("serial", "day"), [(1, dt.date(1904, 1, 2)), (35488, DAY), (2_957_003, dt.date(9999, 12, 31))]
)
def test_excel_counts_from_1904(serial: int, day: dt.date) -> None:
    assert sheets.parse_date(serial, date1904=True) == (day, None)


def test_past_the_end_of_1904s_days() -> None:
    assert problem_of(sheets.parse_date(2_957_004, date1904=True)) == "not_a_date"


@given(st.dates(dt.date(1000, 1, 1)))
def test_every_day_in_every_form(day: dt.date) -> None:
    forms = (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day.day} {day:%B} {day.year}",
    )
    assert {sheets.parse_date(form) for form in forms} == {(day, None)}


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.none()))
def test_no_cell_breaks_a_parser(cell) -> None:
    for parsed in (
        sheets.parse_date(cell),
        sheets.parse_text(cell),
        sheets.parse_digits(cell),
        sheets.parse_digits(cell, 10),
    ):
        value, problem = parsed
        assert value is None or problem is None


@pytest.mark.parametrize("cell", [None, "", " ", "\u00a0", "\u200b", "\ufeff \t"])
def test_a_blank_cell_is_neither_value_nor_problem(cell) -> None:
    assert sheets.parse_date(cell) == (None, None)
    assert sheets.parse_text(cell) == (None, None)
    assert sheets.parse_digits(cell, 10) == (None, None)


@pytest.mark.parametrize(
    "cell",
    [
        1000000043,
        1000000043.0,
        "1000000043",
        " 1000000043 ",
        "\u00a01000000043\u200b",
        "'1000000043",
        "’1000000043",
        "100 000 0043",
        "1000000043.0",
        "1000000043.00",
        "1000000043".translate(FULL_WIDTH),
    ],
)
def test_the_ways_to_write_digits(cell) -> None:
    assert sheets.parse_digits(cell, 10) == ("1000000043", None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.00E+09", "destroyed"),
        ("1E9", "destroyed"),
        ("1,00e+9", "destroyed"),
        (1000000043.5, "destroyed"),
        (1e20, "destroyed"),
        (math.nan, "destroyed"),
        (math.inf, "destroyed"),
        ("1000000043.5", "not_digits"),
        ("-1000000043", "not_digits"),
        (-1000000043, "not_digits"),
        ("10000000A3", "not_digits"),
        ("1000000043/2", "not_digits"),
        ("=1000000043", "not_digits"),
        ("١٠٠٠٠٠٠٠٤٣", "not_digits"),
        ("²", "wrong_length"),
        (True, "not_digits"),
        (dt.date(2001, 2, 28), "not_digits"),
        ("100000004", "wrong_length"),
        ("10000000433", "wrong_length"),
        (43, "wrong_length"),
    ],
)
def test_what_is_no_identifier_is_a_problem(cell, code: str) -> None:
    assert problem_of(sheets.parse_digits(cell, 10)) == code


def test_digits_of_any_length_keep_their_zeros() -> None:
    assert sheets.parse_digits("007") == ("007", None)
    assert sheets.parse_digits(7) == ("7", None)


def test_a_wrong_length_is_told() -> None:
    _, problem = sheets.parse_digits("1", 10)
    assert problem is not None
    assert problem.message == "“1” has 1 digit; it must have 10."


@given(st.integers(10**9, 10**10 - 1))
def test_every_number_of_ten_digits(number: int) -> None:
    assert {sheets.parse_digits(cell, 10) for cell in (number, float(number), str(number), f" {number}\u00a0")} == {
        (str(number), None)
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Zoë \u00a0 Ann ", "Zoë Ann"),
        ("Zoe\u0308", "Zoë"),
        ("\u202eevil\u202c", "evil"),
        ("a\u200bb", "ab"),
        ("\ufeffBOM", "BOM"),
        ("a\u00adb", "ab"),
        ("tab\tbetween", "tab between"),
        ("two\r\nlines ", "two\nlines"),
        ("\x00\x07bell", "bell"),
        ("李小龍", "李小龍"),
        ("محمد", "محمد"),
        ("O’Neil", "O’Neil"),
        ("X Æ A-12", "X Æ A-12"),
        ("😀👩🏽\u200d🎓", "😀👩🏽\u200d🎓"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # shown escaped, not mended here
        ("=1+1", "=1+1"),
        ("Null", "Null"),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (DAY, "2001-02-28"),
    ],
)
def test_text_in_one_form(cell, text: str) -> None:
    assert sheets.parse_text(cell) == (text, None)


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_gives_nfc(text: str) -> None:
    once, _ = sheets.parse_text(text)
    if once is not None:
        assert sheets.parse_text(once) == (once, None)
        assert unicodedata.is_normalized("NFC", clean(once))
