"""A1: when the register is fetched again, and when somebody has to be told."""

import datetime as dt

import pytest

from centres.rules import is_old, needs_a_person, next_try
from foundation import clock
from foundation.errors import Problem


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 9, 14, hour, minute, tzinfo=clock.LONDON)


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("number", "now", "again"),
    [
        (1, at(5), at(5, 15)),
        (2, at(5, 15), at(6, 15)),
        (3, at(6, 15), at(8, 15)),
        (4, at(8, 15), at(12, 15)),
        (5, at(12, 15), None),
        (4, at(19, 59), at(23, 59)),
        (4, at(20), None),  # the next day has its own
    ],
)
def test_a_day_has_five_tries(number, now, again):
    assert next_try(number, now) == again


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["register_html"], False),
        (["register_truncated"], False),
        (["register_redirect"], False),
        (["register_shrank"], True),
        (["register_columns"], True),
        (["register_row", "register_row"], True),
    ],
)
def test_what_does_not_pass_by_itself(codes, expected):
    assert needs_a_person([Problem(code, "A1", "") for code in codes]) is expected


@pytest.mark.clause("A1")
@pytest.mark.parametrize(("day", "old"), [(14, False), (21, False), (22, True)])
def test_the_register_is_old_after_the_last_day_allowed(day, old):
    assert is_old(dt.date(2026, 9, 14), dt.date(2026, 9, day), 7) is old
