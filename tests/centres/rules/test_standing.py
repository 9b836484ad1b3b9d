"""A1: both facts, day by day."""

import datetime as dt

import pytest

from centres.rules import (
    RegisterFacts,
    StandingFacts,
    both_facts_problems,
    sanctions_on,
    standing_decision_problems,
    standing_on,
    standing_problems,
)
from centres.states import BARRED, BLOCKS, NOT_APPROVED, OFF_REGISTER, GatedStep
from centres.states import SanctionLevel as Level
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
    assert [problem.code for problem in standing_problems(standings, day(3, 1), GatedStep.REGISTER)] == codes


NEW = {"submit", "approve", "issue", "countersign", "register"}
GOES_ON = {"book", "assess", "certify"}
# The table, written out once more by hand.
BARS = {
    NOT_APPROVED: NEW,
    Kind.APPROVED: set(),
    Kind.SUSPENDED: NEW | {"apply"},
    Kind.WITHDRAWN: NEW | {"apply"},
    Level.ACTION_PLAN: set(),
    Level.NO_EXTENSION: NEW - {"register"} | {"apply"},
    Level.NO_REGISTRATION: NEW | {"apply"},
    Level.ELEMENTS_WITHDRAWN: NEW | {"apply"},
    Level.CENTRE_WITHDRAWN: NEW | {"apply"},
    OFF_REGISTER: NEW,
}


@pytest.mark.clause("A1")
def test_what_bars_what_and_that_running_assessments_go_on():
    assert {reason: {str(step) for step in steps} for reason, steps in BLOCKS.items()} == BARS
    assert set(BARRED) == set(BLOCKS)
    assert all(not GOES_ON & steps for steps in BARS.values())


@pytest.mark.clause("A1")
@pytest.mark.parametrize("step", GatedStep)
@pytest.mark.parametrize("kind", [*Kind, *Level])
def test_each_step_reads_the_table_on_both_sides_of_the_day(kind, step):
    facts = [APPROVED, StandingFacts(kind, day(3, 1), day(3, 31))]
    barred = [f"imi_{kind}"] if str(step) in BARS[kind] else []
    for on, expected in ((day(2, 28), []), (day(3, 1), barred), (day(3, 31), barred), (day(4, 1), [])):
        assert [problem.code for problem in standing_problems(facts, on, step)] == expected


@pytest.mark.clause("A1")
@pytest.mark.parametrize("step", GatedStep)
def test_each_step_asks_both_facts_as_the_table_says(step):
    expected = ["not_imi_approved", "not_on_register"] if str(step) in NEW else []
    assert [problem.code for problem in both_facts_problems([], (), day(3, 1), step=step)] == expected
    assert both_facts_problems([APPROVED], (ON_REGISTER,), day(3, 1), step=step) == []


X_SUSPENDED = StandingFacts(Kind.SUSPENDED, day(3, 1), scope=frozenset({"X"}))


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("facts", "packages", "codes"),
    [
        ([APPROVED, X_SUSPENDED], ["X"], ["imi_suspended"]),
        ([APPROVED, X_SUSPENDED], ["Y"], []),
        ([APPROVED, X_SUSPENDED], [], []),  # the centre as a whole is free
        ([APPROVED, X_SUSPENDED], ["X", "Y"], ["imi_suspended"]),
        # lifted for all by a later approval, or for X alone
        ([APPROVED, X_SUSPENDED, StandingFacts(Kind.APPROVED, day(3, 2))], ["X"], []),
        ([APPROVED, StandingFacts(Kind.SUSPENDED, day(3, 1)),
          StandingFacts(Kind.APPROVED, day(3, 2), scope=frozenset({"X"}))], ["X"], []),
        ([APPROVED, StandingFacts(Kind.SUSPENDED, day(3, 1)),
          StandingFacts(Kind.APPROVED, day(3, 2), scope=frozenset({"X"}))], ["Y"], ["imi_suspended"]),
        ([APPROVED, StandingFacts(Level.ELEMENTS_WITHDRAWN, day(3, 1), scope=frozenset({"X"}))], ["X"],
         ["imi_level_4"]),
        ([APPROVED, StandingFacts(Level.ELEMENTS_WITHDRAWN, day(3, 1), scope=frozenset({"X"}))], ["Y"], []),
        ([APPROVED, X_SUSPENDED, StandingFacts(Level.NO_REGISTRATION, day(3, 1))], ["X"],
         ["imi_suspended", "imi_level_3"]),
        ([StandingFacts(Kind.APPROVED, day(1, 1), scope=frozenset({"X"}))], ["X"], []),
        ([StandingFacts(Kind.APPROVED, day(1, 1), scope=frozenset({"X"}))], ["Y"], ["not_imi_approved"]),
    ],
)  # fmt: skip
def test_what_a_decision_is_about(facts, packages, codes):
    found = standing_problems(facts, day(3, 2), GatedStep.REGISTER, packages)
    assert [problem.code for problem in found] == codes


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("facts", "packages", "start"),
    [
        ([APPROVED, X_SUSPENDED], ["X", "Y"], "IMI has suspended this centre for X; a centre has to be IMI Approved"),
        ([APPROVED, StandingFacts(Kind.SUSPENDED, day(3, 1))], ["X", "Y"], "IMI has suspended this centre; a centre"),
        ([APPROVED, StandingFacts(Level.NO_REGISTRATION, day(3, 1), scope=frozenset({"X"}))], ["X"],
         "A sanction of IMI bars this for X (Level 3: no new registrations)"),
    ],
)  # fmt: skip
def test_the_refusal_names_the_elements_where_others_are_free(facts, packages, start):
    (problem,) = standing_problems(facts, day(3, 2), GatedStep.REGISTER, packages)
    assert problem.message.startswith(start)
    assert problem.clause == "A1"


def test_the_heaviest_sanction_comes_first():
    facts = [StandingFacts(level, day(3, 1)) for level in (Level.ACTION_PLAN, Level.NO_REGISTRATION, Level.ACTION_PLAN)]
    assert sanctions_on(facts, day(3, 1)) == [Level.NO_REGISTRATION, Level.ACTION_PLAN]


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("kind", "changes", "codes"),
    [
        (Kind.SUSPENDED, {}, []),
        (Kind.SUSPENDED, {"reason": " "}, ["no_reason"]),
        (Kind.APPROVED, {"reason": ""}, []),
        (Kind.SUSPENDED, {"ends_on": day(3, 1)}, []),
        (Kind.SUSPENDED, {"ends_on": day(2, 28)}, ["ends_before_start"]),
        (Kind.SUSPENDED, {"has_scope": True}, []),
        (Kind.WITHDRAWN, {"has_scope": True}, ["withdrawn_in_part"]),
    ],
)
def test_what_a_decision_needs(kind, changes, codes):
    usual = {"reason": "Why", "starts_on": day(3, 1), "ends_on": None, "has_scope": False}
    assert [problem.code for problem in standing_decision_problems(kind, **{**usual, **changes})] == codes
