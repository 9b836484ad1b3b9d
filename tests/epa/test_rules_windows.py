"""The dates of the EPA period, on both sides of each boundary."""

import datetime as dt
from dataclasses import dataclass

import pytest

from epa.rules import windows
from epa.states import DeadlineKind


@dataclass(frozen=True)
class Settings:
    epa_months: int = 3
    resit_months: int = 12


@dataclass(frozen=True)
class Part:
    window_months: int = 3
    submission_days_before: int | None = None
    submission_within_months: int | None = None
    rework_months: int | None = None
    is_practical: bool = False
    subject_agreed: bool = False
    evidence_min: int | None = None


PRACTICAL = Part(is_practical=True)
PROJECT = Part(submission_days_before=14, submission_within_months=2, rework_months=1, subject_agreed=True)
DISCUSSION = Part(submission_days_before=14, evidence_min=10)
day = dt.date.fromisoformat


@pytest.mark.clause("C9")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2026-09-14", "2026-12-14"),
        ("2026-08-31", "2026-11-30"),  # November has 30 days
        ("2026-11-30", "2027-02-28"),  # February of an ordinary year
        ("2027-11-30", "2028-02-29"),  # February of a leap year
        ("2027-11-29", "2028-02-29"),
        ("2028-02-29", "2028-05-29"),
        ("2026-12-31", "2027-03-31"),
        ("2026-10-01", "2027-01-01"),
    ],
)
def test_period_is_three_calendar_months(starts_on, ends_on):
    assert windows.period(day(starts_on), Settings()) == day(ends_on)


@pytest.mark.clause("C9")
def test_period_length_is_a_setting():
    assert windows.period(day("2026-09-14"), Settings(epa_months=6)) == day("2027-03-14")


@pytest.mark.clause("C1", "C3", "C6")
@pytest.mark.parametrize("component", [PRACTICAL, PROJECT, DISCUSSION])
@pytest.mark.parametrize(
    ("starts_on", "last"),
    [("2026-09-14", "2026-12-14"), ("2026-11-30", "2027-02-28"), ("2027-11-30", "2028-02-29")],
)
def test_each_component_is_held_within_three_months(component, starts_on, last):
    ends_on = windows.period(day(starts_on), Settings())
    assert windows.held_by(component, day(starts_on), ends_on) == day(last)


@pytest.mark.clause("C9")
def test_no_window_is_longer_than_the_period():
    assert windows.held_by(Part(window_months=4), day("2026-09-14"), day("2026-12-14")) == day("2026-12-14")
    assert windows.held_by(Part(window_months=2), day("2026-09-14"), day("2026-12-14")) == day("2026-11-14")


@pytest.mark.clause("C2", "C4")
@pytest.mark.parametrize(
    ("starts_on", "interview", "due"),
    [
        ("2026-09-14", None, "2026-11-14"),  # start + 2 months, nothing arranged yet
        ("2026-09-14", "2026-11-29", "2026-11-14"),  # interview − 14 days = 15 Nov: the two months are earlier
        ("2026-09-14", "2026-11-28", "2026-11-14"),  # both the same day
        ("2026-09-14", "2026-11-27", "2026-11-13"),  # interview − 14 days is earlier
        ("2026-09-14", "2026-12-14", "2026-11-14"),
        ("2026-12-31", None, "2027-02-28"),  # month end, ordinary year
        ("2027-12-31", None, "2028-02-29"),  # month end, leap year
        ("2027-12-31", "2028-03-14", "2028-02-29"),  # 14 days before 14 Mar 2028 is 29 Feb
        ("2027-12-31", "2028-03-13", "2028-02-28"),
    ],
)
def test_project_report_is_due_on_the_earlier_of_two_days(starts_on, interview, due):
    assert windows.submission_due(PROJECT, day(starts_on), interview and day(interview)) == day(due)


@pytest.mark.clause("C7")
@pytest.mark.parametrize(
    ("discussion", "due"), [(None, None), ("2026-12-14", "2026-11-30"), ("2027-03-01", "2027-02-15")]
)
def test_portfolio_is_due_fourteen_days_before_the_discussion(discussion, due):
    got = windows.submission_due(DISCUSSION, day("2026-09-14"), discussion and day(discussion))
    assert got == (due and day(due))


@pytest.mark.clause("C1")
def test_nothing_is_handed_in_for_the_practical():
    assert windows.submission_due(PRACTICAL, day("2026-09-14"), day("2026-10-14")) is None


@pytest.mark.clause("C14")
@pytest.mark.parametrize(
    ("released", "due"),
    [("2026-09-14", "2026-10-14"), ("2027-01-31", "2027-02-28"), ("2028-01-31", "2028-02-29")],
)
def test_rework_is_due_one_month_after_release(released, due):
    assert windows.rework_due(PROJECT, day(released)) == day(due)
    assert windows.rework_due(DISCUSSION, day(released)) is None


@pytest.mark.clause("C14", "C4")
@pytest.mark.parametrize(
    ("component", "released", "scheduled", "due"),
    [
        (PROJECT, "2026-09-14", None, "2026-10-14"),
        (PROJECT, "2026-09-14", "2026-10-28", "2026-10-14"),  # both the same day
        (PROJECT, "2026-09-14", "2026-10-27", "2026-10-13"),
        (PROJECT, "2026-09-14", "2027-03-01", "2026-10-14"),
        (DISCUSSION, "2026-09-14", None, None),
        (DISCUSSION, "2026-09-14", "2026-10-28", "2026-10-14"),
        (PRACTICAL, "2026-09-14", "2026-10-28", None),
    ],
)
def test_submission_of_a_resit(component, released, scheduled, due):
    got = windows.resit_submission_due(component, day(released), scheduled and day(scheduled))
    assert got == (due and day(due))


@pytest.mark.clause("C11")
@pytest.mark.parametrize(
    ("released", "until"),
    [("2026-09-14", "2027-09-14"), ("2028-02-29", "2029-02-28"), ("2027-02-28", "2028-02-28")],
)
def test_resits_run_for_twelve_months(released, until):
    assert windows.resit_until(day(released), Settings()) == day(until)


@pytest.mark.clause("C11")
@pytest.mark.parametrize(("today", "open_"), [("2027-09-13", True), ("2027-09-14", True), ("2027-09-15", False)])
def test_the_last_day_of_the_twelve_months_counts(today, open_):
    assert windows.resits_open(day(today), day("2027-09-14")) is open_


@pytest.mark.clause("C4", "C7")
@pytest.mark.parametrize(
    ("due", "handed_in", "late"),
    [("2026-11-14", "2026-11-13", False), ("2026-11-14", "2026-11-14", False), ("2026-11-14", "2026-11-15", True)],
)
def test_the_due_day_itself_is_in_time(due, handed_in, late):
    assert windows.is_late(day(due), day(handed_in)) is late
    assert windows.is_late(None, day(handed_in)) is False


@pytest.mark.parametrize("kind", list(DeadlineKind))
def test_every_kind_of_deadline_has_a_warning(kind):
    assert windows.warn_on(kind, day("2026-12-14")) < day("2026-12-14")


@pytest.mark.parametrize(
    ("component", "window", "submission"), [(PRACTICAL, "C1", "C4"), (PROJECT, "C3", "C4"), (DISCUSSION, "C6", "C7")]
)
def test_which_clause_a_date_comes_from(component, window, submission):
    assert (windows.window_clause(component), windows.submission_clause(component)) == (window, submission)
