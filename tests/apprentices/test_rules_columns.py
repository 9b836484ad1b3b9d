"""One rule a column: each value taken and each refused."""

import datetime as dt
from dataclasses import asdict
from decimal import Decimal

import pytest

from apprentices.rules import FIELDS, LearnerData, read_learner
from apprentices.rules.columns import Reading

GOOD = {
    "uln": "1061484016",
    "given_names": "Jordan",
    "family_name": "Lee",
    "date_of_birth": "28/02/2001",
    "employer_name": "Hertford Motor Group",
    "programme_start_on": dt.date(2024, 9, 2),
}


def read(**changes):
    return read_learner({**GOOD, **changes})


@pytest.mark.clause("D1")
def test_the_least_that_is_needed():
    learner, problems = read()
    assert problems == []
    assert learner == LearnerData(
        uln="1061484016",
        given_names="Jordan",
        family_name="Lee",
        date_of_birth=dt.date(2001, 2, 28),
        employer_name="Hertford Motor Group",
        programme_start_on=dt.date(2024, 9, 2),
    )
    assert learner.full_time


@pytest.mark.clause("D1")
@pytest.mark.parametrize("key", [field.key for field in FIELDS])
def test_empty_cells(key):
    """What is required says so; what is not may be empty."""
    required = next(field.required for field in FIELDS if field.key == key)
    for empty in (None, "", "   ", "\u200b"):
        _, problems = read(**{key: empty})
        assert [(one.code, one.field) for one in problems] == ([("missing", key)] if required else [])


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("uln", 1061484016, "1061484016"),
        ("uln", 1061484016.0, "1061484016"),
        ("uln", "1061484016.0", "1061484016"),
        ("uln", " 1061 484 016 ", "1061484016"),
        ("uln", "'1061484016", "1061484016"),
        ("given_names", "  Zoë\u00a0 Anne ", "Zoë Anne"),
        ("family_name", "Ŵyn-O’Brien", "Ŵyn-O’Brien"),
        ("family_name", "1002327805", "1002327805"),
        ("date_of_birth", dt.datetime(2001, 2, 28, 0, 0), dt.date(2001, 2, 28)),  # noqa: DTZ001 - as a sheet has it
        ("date_of_birth", "2001-02-28", dt.date(2001, 2, 28)),
        ("date_of_birth", "28 Feb 2001", dt.date(2001, 2, 28)),
        ("date_of_birth", 36950, dt.date(2001, 2, 28)),
        ("email", " jordan@example.org ", "jordan@example.org"),
        ("employer_address", "  12  Mill\u00a0Road, ", "12 Mill Road,"),
        ("employer_address", 12, "12"),
        ("employer_address", "x" * 200, "x" * 200),
        ("employer_postcode", "sg138pq", "SG13 8PQ"),
        ("employer_postcode", "SG13  8PQ", "SG13 8PQ"),
        ("employer_postcode", "W1A 1AA", "W1A 1AA"),
        ("full_time", "NO", False),
        ("full_time", "part-time", False),
        ("full_time", True, True),
        ("full_time", "y", True),
        ("weekly_hours", 22.5, Decimal("22.5")),
        ("weekly_hours", "30", Decimal(30)),
        ("weekly_hours", 1, Decimal(1)),
        ("weekly_hours", 60, Decimal(60)),
        ("planned_end_on", "30/04/2028", dt.date(2028, 4, 30)),
    ],
)
def test_taken(key, cell, value):
    learner, problems = read(**{key: cell})
    assert problems == []
    assert asdict(learner)[key] == value


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("key", "cell", "code"),
    [
        ("uln", "1.23E+09", "destroyed"),
        ("uln", 1061484016.5, "destroyed"),
        ("uln", "106148401", "wrong_length"),
        ("uln", "1061484016x", "not_digits"),
        ("uln", "9999999999", "uln_temporary"),
        ("uln", "1234567890", "uln_check_digit"),
        ("uln", True, "not_digits"),
        ("given_names", "—", "not_a_name"),
        ("given_names", "x" * 101, "too_long"),
        ("date_of_birth", "32 December 2001", "no_such_day"),
        ("date_of_birth", "32/12/2001", "no_such_day"),
        ("date_of_birth", "29/02/2001", "no_such_day"),
        ("date_of_birth", "12/31/2001", "not_a_date"),
        ("date_of_birth", "28/02/01", "short_year"),
        ("date_of_birth", 2001, "not_a_date"),
        ("email", "jordan at example.org", "not_an_email"),
        ("employer_address", "x" * 201, "too_long"),
        ("employer_postcode", "12345", "not_a_postcode"),
        ("full_time", "sometimes", "not_yes_no"),
        ("weekly_hours", "many", "not_hours"),
        ("weekly_hours", "0.5", "not_hours"),
        ("weekly_hours", "60.5", "not_hours"),
        ("weekly_hours", "22.55", "not_hours"),
        ("weekly_hours", "NaN", "not_hours"),
    ],
)
def test_refused(key, cell, code):
    learner, problems = read(**{key: cell})
    assert learner is None
    assert [(one.code, one.field, one.clause) for one in problems] == [(code, key, "D1")]


@pytest.mark.clause("D1")
def test_every_problem_at_once():
    _, problems = read_learner({"uln": "1", "email": "x", "date_of_birth": "yesterday"})
    assert [one.field for one in problems] == [
        "uln",
        "given_names",
        "family_name",
        "date_of_birth",
        "email",
        "employer_name",
        "programme_start_on",
    ]


def test_reading_depends_on_the_book_and_the_setting():
    learner, _ = read_learner({**GOOD, "date_of_birth": 35488, "uln": "1002327800"}, Reading("10023278", date1904=True))
    assert (learner.date_of_birth, learner.uln) == (dt.date(2001, 2, 28), "1002327800")


def test_as_json_and_back():
    learner, _ = read(weekly_hours="22.5", full_time="No", planned_end_on="30/04/2028")
    assert LearnerData.from_json(learner.as_json()) == learner
    bare, _ = read()
    assert LearnerData.from_json(bare.as_json()) == bare


def test_a_row_stored_before_a_column_was_added_is_still_understood():
    learner, _ = read(employer_town="Hertford")
    plain = learner.as_json()
    del plain["employer_address"]
    assert LearnerData.from_json(plain) == learner
