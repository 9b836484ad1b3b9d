"""A9: the days of an action required, more time, and answers that are not enough."""

import datetime as dt

import pytest

from centres.rules import ActionDays, action_days, extension_problems, reopening_problems

TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)


def codes(problems) -> list[str]:
    assert {problem.clause for problem in problems} <= {"A9"}
    return [problem.code for problem in problems]


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("due_on", "remind_on"),
    [
        (dt.date(2026, 10, 14), dt.date(2026, 10, 7)),
        (dt.date(2026, 9, 22), dt.date(2026, 9, 15)),
        (dt.date(2026, 9, 21), None),  # a reminder on the day of the letter itself would say nothing new
        (dt.date(2026, 9, 15), None),
    ],
)
def test_a_due_date_brings_its_days(due_on, remind_on):
    assert action_days(due_on, TODAY, 7, 5) == ActionDays(remind_on, due_on + DAY, due_on + 6 * DAY)


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("due_on", "to", "reason", "found"),
    [
        (TODAY + DAY, TODAY + 2 * DAY, "Ill", []),
        (TODAY - 9 * DAY, TODAY + DAY, "Ill", []),
        (TODAY - 9 * DAY, TODAY, "Ill", ["action_due_passed"]),
        (TODAY + DAY, TODAY + DAY, "Ill", ["not_later"]),
        (TODAY + DAY, TODAY + 2 * DAY, "  ", ["no_reason"]),
        (TODAY + DAY, TODAY, "", ["not_later", "no_reason"]),
    ],
)
def test_more_time_is_a_later_day_with_a_reason(due_on, to, reason, found):
    assert codes(extension_problems(due_on, to, reason, TODAY)) == found


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("due_on", "to", "comment", "found"),
    [
        (TODAY + DAY, None, "The CV is missing", []),
        (TODAY, None, "The CV is missing", ["action_due_passed"]),
        (TODAY, TODAY + DAY, "The CV is missing", []),
        (TODAY + DAY, TODAY, "The CV is missing", ["action_due_passed"]),
        (TODAY + DAY, None, " ", ["no_comment"]),
    ],
)
def test_an_answer_goes_back_with_what_is_missing_and_a_day_to_come(due_on, to, comment, found):
    assert codes(reopening_problems(due_on, to, comment, TODAY)) == found
