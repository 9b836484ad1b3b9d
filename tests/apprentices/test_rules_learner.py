"""A learner's own data: what stops and what only asks."""

import datetime as dt

import pytest

from apprentices.rules import LearnerData, learner_problems
from apprentices.rules.learner import age_on

TODAY = dt.date(2026, 9, 14)
DAY = dt.date


def problems(**changes):
    values = {
        "uln": "1061484016",
        "given_names": "Jordan",
        "family_name": "Lee",
        "date_of_birth": DAY(2001, 2, 28),
        "employer_name": "H",
        "programme_start_on": DAY(2025, 1, 6),
    }
    return [
        (one.code, one.field, one.warning) for one in learner_problems(LearnerData(**{**values, **changes}), TODAY, 15)
    ]


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (DAY(2011, 9, 14), []),
        (DAY(2011, 9, 15), [("unusual_age", "date_of_birth", True)]),
        (DAY(1946, 9, 14), []),
        (DAY(1945, 9, 15), []),
        (DAY(1945, 9, 14), [("unusual_age", "date_of_birth", True)]),
        (
            DAY(2026, 9, 15),
            [("born_later", "date_of_birth", False), ("starts_before_birth", "programme_start_on", False)],
        ),
        (
            DAY(2025, 1, 6),
            [("unusual_age", "date_of_birth", True), ("starts_before_birth", "programme_start_on", False)],
        ),
    ],
)
def test_birth(born, expected):
    assert problems(date_of_birth=born) == expected


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("start", "expected"),
    [(TODAY, []), (DAY(2026, 9, 15), [("starts_later", "programme_start_on", False)]), (DAY(2015, 1, 1), [])],
)
def test_start(start, expected):
    assert problems(programme_start_on=start) == expected


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (DAY(2026, 4, 6), []),
        (DAY(2026, 4, 5), [("short_programme", "planned_end_on", True)]),
        (DAY(2025, 1, 7), [("short_programme", "planned_end_on", True)]),
        (DAY(2025, 1, 6), [("ends_first", "planned_end_on", False)]),
    ],
)
def test_end(end, expected):
    """15 months from 6 January 2025 end on 6 April 2026."""
    assert problems(planned_end_on=end) == expected


@pytest.mark.clause("B3")
def test_part_time_asks_for_hours():
    assert problems(full_time=False) == [("no_hours", "weekly_hours", True)]
    assert problems(full_time=False, weekly_hours=20) == []


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (DAY(2000, 2, 29), DAY(2026, 2, 28), 25),
        (DAY(2000, 2, 29), DAY(2026, 3, 1), 26),
        (DAY(2000, 9, 14), TODAY, 26),
        (DAY(2000, 9, 15), TODAY, 25),
    ],
)
def test_age(born, day, age):
    assert age_on(born, day) == age
