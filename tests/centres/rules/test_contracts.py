"""A8: from when a contract is in force, when it is chased, when it ends."""

import datetime as dt

import pytest

from centres import rules
from centres.states import EndCause

TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)
LONG_AGO = dt.date(2026, 1, 1)


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("starts_on", "earlier_from", "expected"),
    [
        (TODAY - DAY, None, TODAY),
        (TODAY, None, TODAY),
        (TODAY + DAY, None, TODAY + DAY),
        (TODAY, LONG_AGO, TODAY),
        (TODAY, TODAY + 5 * DAY, TODAY + 5 * DAY),
        (TODAY + 9 * DAY, TODAY + 5 * DAY, TODAY + 9 * DAY),
    ],
)
def test_it_is_in_force_from_the_countersigning_or_its_later_start(starts_on, earlier_from, expected):
    assert rules.first_day(countersigned_on=TODAY, starts_on=starts_on, earlier_from=earlier_from) == expected


@pytest.mark.clause("A8")
def test_the_earlier_version_holds_to_the_day_before():
    assert rules.last_day_before(TODAY) + DAY == TODAY


@pytest.mark.clause("A8")
@pytest.mark.parametrize(("day", "over"), [(29, False), (30, False), (31, True)])
def test_an_offer_can_be_signed_on_its_last_day(day, over):
    sign_by = rules.offer_ends_on(TODAY, 30)
    assert rules.offer_is_over(sign_by, TODAY + day * DAY) is over


@pytest.mark.clause("A8")
def test_notice_counts_its_own_day_as_nought():
    assert rules.notice_ends_on(dt.date(2026, 12, 3), 90) == dt.date(2027, 3, 3)
    assert rules.notice_ends_on(TODAY, 0) == TODAY


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("after", "offset", "last"),
    [
        ([7, 14, 25], [7, 14, 25], [False, False, True]),
        ([25, 7, 7], [7, 25], [False, True]),
        ([30], [30], [True]),
        ([7, 31], [7], [True]),
        ([0, 40], [], []),
        ([], [], []),
    ],
)
def test_it_is_chased_within_the_offer_once_a_day_the_last_time_loudly(after, offset, last):
    found = rules.chases(TODAY, after, TODAY + 30 * DAY)
    assert [(one.due_on - TODAY).days for one in found] == offset
    assert [one.last for one in found] == last


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"ends_on": TODAY - DAY}, ["ends_too_early"]),
        ({"in_force_from": TODAY}, []),
        ({"in_force_from": TODAY + DAY}, ["ends_too_early"]),
        ({"planned": TODAY + DAY}, []),
        ({"planned": TODAY}, ["not_earlier"]),
        ({"cause": ""}, ["no_cause"]),
        ({"cause": "whim"}, ["no_cause"]),
        ({"reason": " "}, ["no_reason"]),
        ({"ends_on": TODAY - DAY, "cause": "", "reason": ""}, ["ends_too_early", "no_cause", "no_reason"]),
    ],
)
def test_without_notice_it_ends_today_or_later_for_a_named_cause(changes, found):
    facts = {
        "in_force_from": LONG_AGO,
        "ends_on": TODAY,
        "planned": None,
        "cause": EndCause.CLOSED,
        "reason": "closes",
        "today": TODAY,
    }
    assert codes(rules.end_early_problems(**{**facts, **changes})) == found


@pytest.mark.clause("A8")
def test_notice_goes_to_the_version_that_follows():
    assert rules.successor_problems("CON-26-0009", None) == []
    (problem,) = rules.successor_problems("CON-26-0009", TODAY)
    assert "CON-26-0009" in problem.message
    assert "14/09/2026" in problem.message
