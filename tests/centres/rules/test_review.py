"""A6, A7, A9: the desktop review."""

import datetime as dt

import pytest

from centres.rules import (
    ActionFacts,
    Cell,
    NewAction,
    ReviewFacts,
    Successor,
    action_problems,
    approval_problems,
    decided_of,
    decision_problems,
    handing_over_problems,
    interest_problems,
    undeclared_problems,
)
from centres.states import ActionState, Verdict
from foundation.errors import Problem

TODAY = dt.date(2026, 9, 14)
MET = [
    Cell("ASP", "i", Verdict.MET),
    Cell("ASP", "ii", Verdict.MET),
    Cell("EPA", "i", Verdict.MET),
    Cell("EPA", "ii", Verdict.MET),
]


def codes(problems) -> list[tuple[str, str]]:
    return [(problem.code, problem.clause) for problem in problems]


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("declared", "interests", "member", "found"),
    [
        (True, [], False, []),
        (False, [], False, ["interest_not_declared"]),
        (True, [], True, ["reviewer_is_member"]),
        (True, ["worked there until March"], False, ["reviewer_has_interest"]),
        (False, ["one", "two"], True, ["interest_not_declared", "reviewer_is_member"] + ["reviewer_has_interest"] * 2),
    ],
)
def test_the_reviewer_has_no_interest(declared, interests, member, found):
    assert [problem.code for problem in interest_problems(declared, interests, member)] == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "reason", "found"),
    [
        ({}, "Ill", []),
        ({}, " ", [("no_reason", "A6")]),
        ({"is_eqa": False}, "Ill", [("not_an_eqa", "A6")]),
        ({"is_reviewer": True}, "Ill", [("same_reviewer", "A6")]),
        ({"is_member": True}, "Ill", [("reviewer_is_member", "A6")]),
        ({"interests": ["owns a share"]}, "Ill", [("reviewer_has_interest", "A6")]),
        ({"is_eqa": False, "interests": ["a", "b"]}, "", ["not_an_eqa", *["reviewer_has_interest"] * 2, "no_reason"]),
    ],
)
def test_who_an_application_is_handed_to(changes, reason, found):
    plain = {"name": "Erin", "is_eqa": True, "is_reviewer": False, "interests": [], "is_member": False}
    problems = codes(handing_over_problems(Successor(**plain | changes), reason))
    assert problems == [one if isinstance(one, tuple) else (one, "A6") for one in found]


@pytest.mark.clause("A6")
def test_nothing_is_decided_before_the_declaration():
    assert codes(undeclared_problems(declared=False)) == [("interest_not_declared", "A6")]
    assert undeclared_problems(declared=True) == []


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (Cell("EPA", "i", Verdict.MET), []),
        (Cell("EPA", "i", ""), []),
        (Cell("EPA", "i", Verdict.NOT_MET, "One trainer left."), []),
        (Cell("EPA", "i", Verdict.NOT_MET), [("refusal_without_reason", "A6")]),
        (Cell("EPA", "i", Verdict.NOT_MET, "  "), [("refusal_without_reason", "A6")]),
        (Cell("EPA", "i", Verdict.NOT_APPLICABLE, "No workshop is needed."), []),
        (Cell("EPA", "i", Verdict.NOT_APPLICABLE), [("exception_without_reason", "A6")]),
    ],
)
def test_a_no_has_its_reason(cell, found):
    assert codes(decision_problems([cell])) == found


@pytest.mark.clause("A6", "A7")
@pytest.mark.parametrize(
    ("cells", "actions", "a1", "found"),
    [
        (MET, [], [], []),
        (MET, [ActionState.CLOSED], [], []),
        ([*MET[:3], Cell("EPA", "ii", "")], [], [], [("undecided", "A6")]),
        ([*MET[:3], Cell("EPA", "ii", Verdict.NOT_MET, "why")], [], [], [("not_met", "A6")]),
        ([*MET[:3], Cell("EPA", "ii", Verdict.NOT_APPLICABLE, "why")], [], [], []),
        ([], [], [], [("nothing_to_decide", "A6")]),
        (MET, [ActionState.OPEN], [], [("action_not_closed", "A9")]),
        (MET, [ActionState.ANSWERED, ActionState.CLOSED], [], [("action_not_closed", "A9")]),
        (MET, [], [Problem("left_register", "A1", "gone")], [("left_register", "A1")]),
    ],
)
def test_what_stands_between_review_and_approval(cells, actions, a1, found):
    facts = ReviewFacts(cells, [ActionFacts("text", state) for state in actions], a1)
    assert codes(approval_problems(facts)) == found


@pytest.mark.clause("A6")
def test_no_approval_before_the_risk_is_rated():
    assert codes(approval_problems(ReviewFacts(MET, [], [], rated=False))) == [("risk_not_rated", "A6")]


@pytest.mark.clause("A6")
def test_an_answer_counts_once_it_has_its_reason():
    answers = [Cell("EPA", "i", Verdict.NOT_MET), Cell("EPA", "ii", Verdict.NOT_APPLICABLE, "x"), Cell("ASP", "i", "")]
    assert decided_of([*MET, *answers]) == (5, 7)


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("new", "open_count", "found"),
    [
        ([NewAction(1, "Name a trainer", dt.date(2026, 9, 15))], 0, []),
        ([], 1, []),
        ([], 0, [("no_action", "A9")]),
        ([NewAction(1, "Name a trainer", TODAY)], 0, [("action_due_passed", "A9")]),
        ([NewAction(1, "  ", dt.date(2026, 9, 15))], 0, [("action_without_text", "A9")]),
        ([NewAction(3, "Name a trainer", dt.date(2026, 9, 15))], 0, [("action_of_other_element", "A9")]),
        (
            [NewAction(1, "", dt.date(2026, 9, 13)), NewAction(2, "x", dt.date(2026, 9, 15))],
            0,
            [("action_without_text", "A9"), ("action_due_passed", "A9")],
        ),
    ],
)
def test_actions_have_an_element_a_text_and_a_day_to_come(new, open_count, found):
    assert codes(action_problems(new, open_count, [1, 2], TODAY)) == found
