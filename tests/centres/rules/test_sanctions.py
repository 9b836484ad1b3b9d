"""Sanctions and their action plans, both sides of each boundary (A1)."""

import datetime as dt

import pytest

from centres import rules
from centres.states import PlanState, SanctionLevel

pytestmark = pytest.mark.clause("A1")
TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)
ITEM = rules.PlanItem("Show the records.", TODAY + DAY)


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("level", "changes", "expected"),
    [
        (SanctionLevel.ACTION_PLAN, {}, []),
        (SanctionLevel.ACTION_PLAN, {"reason": " "}, ["no_reason"]),
        (SanctionLevel.ACTION_PLAN, {"plan": []}, ["no_plan"]),
        (SanctionLevel.ACTION_PLAN, {"plan": [rules.PlanItem("", TODAY + DAY)]}, ["action_without_text"]),
        (SanctionLevel.ACTION_PLAN, {"plan": [rules.PlanItem("x", TODAY)]}, ["action_due_passed"]),
        (SanctionLevel.NO_REGISTRATION, {"has_scope": True}, []),
        (SanctionLevel.ELEMENTS_WITHDRAWN, {}, ["no_scope"]),
        (SanctionLevel.ELEMENTS_WITHDRAWN, {"has_scope": True}, []),
        (SanctionLevel.CENTRE_WITHDRAWN, {}, []),
        (SanctionLevel.CENTRE_WITHDRAWN, {"has_scope": True}, ["scope_of_level_5"]),
    ],
)
def test_what_a_sanction_needs(level, changes, expected):
    usual = {"reason": "Why", "has_scope": False, "plan": [ITEM], "today": TODAY}
    assert codes(rules.sanction_problems(level, **{**usual, **changes})) == expected


@pytest.mark.parametrize(
    ("answer", "has_evidence", "expected"),
    [("Done", True, []), (" ", True, ["no_answer"]), ("Done", False, ["no_evidence"])],
)
def test_what_an_answer_needs(answer, has_evidence, expected):
    assert codes(rules.answer_problems(answer=answer, has_evidence=has_evidence)) == expected


@pytest.mark.parametrize(
    ("state", "closes", "comment", "expected"),
    [
        (PlanState.ANSWERED, True, "", []),
        (PlanState.ANSWERED, False, "", ["no_comment"]),
        (PlanState.ANSWERED, False, "More", []),
        (PlanState.OPEN, True, "", ["no_comment"]),
        (PlanState.OPEN, True, "No longer needed", []),
    ],
)
def test_what_settling_needs(state, closes, comment, expected):
    assert codes(rules.settling_problems(state, closes=closes, comment=comment)) == expected


@pytest.mark.parametrize(
    ("states", "reason", "expected"),
    [
        (["closed", "closed"], "Done", []),
        (["closed", "answered"], "Done", ["plan_not_done"]),
        (["open"], "Done", ["plan_not_done"]),
        (["closed"], " ", ["no_reason"]),
    ],
)
def test_when_a_sanction_is_lifted(states, reason, expected):
    assert codes(rules.lifting_problems(states=states, reason=reason)) == expected
