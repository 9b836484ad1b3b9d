"""The planner: every derived date, exactly, and what is impossible."""

import datetime as dt

import pytest

from epa.rules import planner
from tests.epa import values

CALENDAR = values.calendar()
TODAY = dt.date(2026, 6, 16)


def made(**given: dt.date) -> planner.Plan:
    return planner.plan(values.settings(), today=TODAY, calendar=CALENDAR, **given)


def by_code(plan: planner.Plan) -> dict[str, tuple[dt.date, str, bool]]:
    return {date.code: (date.day, date.clause, date.feasible) for date in plan.dates}


@pytest.mark.clause("E2", "C1", "C2", "C3", "C4", "C6", "C7", "C9", "C11", "F1", "F5")
def test_every_date_that_follows_from_a_start_and_a_practical() -> None:
    plan = made(starts_on=dt.date(2026, 7, 1), desired_on=dt.date(2026, 9, 15))
    assert by_code(plan) == {
        "request": (dt.date(2026, 6, 17), "E2", True),
        "gateway": (dt.date(2026, 7, 1), "C9", True),
        "submission_PRJ": (dt.date(2026, 9, 1), "C4", True),
        "practical": (dt.date(2026, 9, 15), "C1", True),
        "submission_DIS": (dt.date(2026, 9, 17), "C7", True),
        "window_OBS": (dt.date(2026, 10, 1), "C1", True),
        "window_PRJ": (dt.date(2026, 10, 1), "C3", True),
        "window_DIS": (dt.date(2026, 10, 1), "C6", True),
        "period_end": (dt.date(2026, 10, 1), "C9", True),
        "result": (dt.date(2026, 10, 30), "F1", True),
        "claim": (dt.date(2026, 10, 30), "F5", True),
        "resits": (dt.date(2027, 10, 30), "C11", True),
    }
    assert plan.problems == ()
    assert plan.feasible


def test_the_dates_come_in_order_of_time() -> None:
    days = [date.day for date in made().dates]
    assert days == sorted(days)


@pytest.mark.clause("C9", "E2")
def test_with_nothing_given_it_plans_the_earliest_that_is_possible() -> None:
    plan = made()
    assert (plan.desired_on, plan.starts_on, plan.feasible) == (TODAY + dt.timedelta(days=90), TODAY, True)


@pytest.mark.clause("C9")
def test_with_a_start_given_the_practical_is_not_before_it() -> None:
    plan = made(starts_on=dt.date(2026, 12, 1))
    assert (plan.desired_on, plan.starts_on, plan.feasible) == (dt.date(2026, 12, 1), dt.date(2026, 12, 1), True)


@pytest.mark.clause("C1", "C9")
@pytest.mark.parametrize(
    ("desired", "start"),
    [
        (dt.date(2026, 12, 15), dt.date(2026, 9, 15)),
        (dt.date(2026, 11, 30), dt.date(2026, 8, 30)),
        (dt.date(2026, 12, 31), dt.date(2026, 10, 1)),
        (dt.date(2027, 5, 31), dt.date(2027, 3, 1)),
    ],
)
def test_the_earliest_start_whose_window_still_holds_the_date(desired: dt.date, start: dt.date) -> None:
    assert planner.earliest_start(values.settings(), desired) == start
    assert made(desired_on=desired).starts_on == start


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"desired_on": dt.date(2026, 9, 14)}, []),
        ({"desired_on": dt.date(2026, 9, 11)}, [("notice", "E2", False)]),
        (
            {"desired_on": dt.date(2026, 9, 15), "starts_on": dt.date(2026, 9, 16)},
            [("before_start", "C1", False)],
        ),
        ({"desired_on": dt.date(2026, 9, 16), "starts_on": dt.date(2026, 6, 16)}, []),
        (
            {"desired_on": dt.date(2026, 9, 17), "starts_on": dt.date(2026, 6, 16)},
            [("after_window", "C1", False)],
        ),
        (
            {"desired_on": dt.date(2026, 9, 15), "starts_on": dt.date(2026, 6, 15)},
            [("start_past", "C9", True)],
        ),
        ({"desired_on": dt.date(2026, 9, 19)}, [("no_working_day", "E2", True)]),
    ],
)
@pytest.mark.clause("E2", "C1", "C9")
def test_what_is_impossible_is_said_with_its_clause(given: dict, expected: list) -> None:
    plan = made(**given)
    assert [(problem.code, problem.clause, problem.warning) for problem in plan.problems] == expected
    assert plan.feasible is all(warning for _, _, warning in expected)


@pytest.mark.clause("E2")
@pytest.mark.parametrize(("day", "feasible"), [(dt.date(2026, 9, 13), False), (dt.date(2026, 9, 14), True)])
def test_a_last_day_to_request_that_has_passed_is_shown_as_such(day: dt.date, feasible: bool) -> None:
    assert by_code(made(desired_on=day))["request"][2] is feasible


@pytest.mark.clause("C2", "C4")
@pytest.mark.parametrize(
    ("within", "before", "due"),
    [
        (2, 14, dt.date(2026, 9, 1)),
        (3, 14, dt.date(2026, 9, 17)),
        (None, 14, dt.date(2026, 9, 17)),
        (2, None, dt.date(2026, 9, 1)),
    ],
)
def test_the_report_is_due_at_the_earlier_of_the_two(within: int | None, before: int | None, due: dt.date) -> None:
    import dataclasses

    project = dataclasses.replace(values.PRJ, submission_within_months=within, submission_days_before=before)
    settings = values.settings(components=(values.OBS, project))
    plan = planner.plan(settings, today=TODAY, calendar=CALENDAR, starts_on=dt.date(2026, 7, 1))
    assert by_code(plan)["submission_PRJ"][0] == due


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    ("released", "friday"),
    [
        (dt.date(2026, 9, 14), dt.date(2026, 9, 18)),
        (dt.date(2026, 9, 17), dt.date(2026, 9, 18)),
        (dt.date(2026, 9, 18), dt.date(2026, 9, 18)),
        (dt.date(2026, 9, 19), dt.date(2026, 9, 25)),
        (dt.date(2026, 9, 20), dt.date(2026, 9, 25)),
    ],
)
def test_claimed_on_the_friday(released: dt.date, friday: dt.date) -> None:
    assert planner.claim_friday(released) == friday


def test_any_version_can_be_planned_and_one_without_a_practical_says_so() -> None:
    settings = values.settings(components=(values.DIS,), epa_months=4, booking_notice_days=30)
    plan = planner.plan(settings, today=TODAY, calendar=CALENDAR, starts_on=dt.date(2026, 7, 16))
    assert by_code(plan)["period_end"][0] == dt.date(2026, 11, 16)
    assert [problem.code for problem in plan.problems] == ["no_practical"]


def test_beyond_the_calendar_it_says_so_instead_of_guessing() -> None:
    plan = made(desired_on=dt.date(2030, 12, 2))
    assert (plan.dates, [problem.code for problem in plan.problems]) == ((), ["horizon"])
