"""A1: both facts, day by day."""

import datetime as dt

import pytest

from centres.rules import (
    RegisterFacts,
    StandingFacts,
    both_facts_problems,
    standing_on,
    standing_problems,
)
from centres.states import StandingKind as Kind


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


APPROVED = StandingFacts(Kind.APPROVED, day(1, 1))
SUSPENDED_IN_MARCH = StandingFacts(Kind.SUSPENDED, day(3, 1), day(3, 31))
ON_REGISTER = RegisterFacts(day(1, 1))


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("standings", "on", "kind"),
    [
        ([], day(1, 1), None),
        ([APPROVED], dt.date(2025, 12, 31), None),
        ([APPROVED], day(1, 1), Kind.APPROVED),
        ([APPROVED], day(12, 31), Kind.APPROVED),
        ([StandingFacts(Kind.APPROVED, day(1, 1), day(1, 31))], day(1, 31), Kind.APPROVED),
        ([StandingFacts(Kind.APPROVED, day(1, 1), day(1, 31))], day(2, 1), None),
        ([APPROVED, SUSPENDED_IN_MARCH], day(2, 28), Kind.APPROVED),
        ([APPROVED, SUSPENDED_IN_MARCH], day(3, 1), Kind.SUSPENDED),
        ([APPROVED, SUSPENDED_IN_MARCH], day(3, 31), Kind.SUSPENDED),
        ([APPROVED, SUSPENDED_IN_MARCH], day(4, 1), Kind.APPROVED),
        ([APPROVED, StandingFacts(Kind.WITHDRAWN, day(5, 1))], day(6, 1), Kind.WITHDRAWN),
        (
            [APPROVED, StandingFacts(Kind.WITHDRAWN, day(5, 1)), StandingFacts(Kind.APPROVED, day(6, 1))],
            day(6, 1),
            Kind.APPROVED,
        ),
        # of two from the same day the later recorded counts
        ([APPROVED, StandingFacts(Kind.SUSPENDED, day(1, 1))], day(1, 1), Kind.SUSPENDED),
        ([StandingFacts(Kind.SUSPENDED, day(1, 1)), APPROVED], day(1, 1), Kind.APPROVED),
        # a suspension lifted before its end
        ([APPROVED, SUSPENDED_IN_MARCH, StandingFacts(Kind.APPROVED, day(3, 10))], day(3, 9), Kind.SUSPENDED),
        ([APPROVED, SUSPENDED_IN_MARCH, StandingFacts(Kind.APPROVED, day(3, 10))], day(3, 10), Kind.APPROVED),
    ],
)
def test_standing_on(standings, on, kind):
    assert standing_on(standings, on) == kind


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("standings", "codes"),
    [
        ([APPROVED], []),
        ([], ["not_imi_approved"]),
        ([APPROVED, StandingFacts(Kind.SUSPENDED, day(2, 1))], ["imi_suspended"]),
        ([APPROVED, StandingFacts(Kind.WITHDRAWN, day(2, 1))], ["imi_withdrawn"]),
    ],
)
def test_the_first_fact(standings, codes):
    assert [problem.code for problem in standing_problems(standings, day(3, 1))] == codes


@pytest.mark.clause("A1")
def test_both_facts_are_asked():
    assert [problem.code for problem in both_facts_problems([], (), day(3, 1))] == [
        "not_imi_approved",
        "not_on_register",
    ]
    assert both_facts_problems([APPROVED], (ON_REGISTER,), day(3, 1)) == []
