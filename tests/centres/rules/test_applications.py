"""A1, A2, A3, A5: what an application needs; A9: handing it in again."""

import datetime as dt
from dataclasses import replace

import pytest

from centres.rules import (
    ActionFacts,
    ApplicationFacts,
    RegisterFacts,
    SectionState,
    StandingFacts,
    missing_for_submission,
    resubmission_problems,
    section_states,
    writable_problems,
)
from centres.states import ActionState, ApplicationState, StandingKind

TODAY = dt.date(2026, 9, 14)
WHOLE = ApplicationFacts(
    standings=[StandingFacts(StandingKind.APPROVED, dt.date(2020, 1, 1))],
    register=(RegisterFacts(dt.date(2020, 1, 1)),),
    plan="Plan AP01",
    elements=["AS-CSS-EPA"],
    staffing="Four trainers.",
    assessment="Sampled.",
    has_checklist=True,
    declared_by="Robin Owner",
    declared_plan="Plan AP01",
)


@pytest.mark.clause("A1", "A2", "A3", "A5")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"elements": ["AS-CSS-ASP", "AS-CSS-EPA"]}, []),
        ({"standings": []}, [("not_imi_approved", "A1", "standing")]),
        ({"register": ()}, [("not_on_register", "A1", "register")]),
        ({"register": (RegisterFacts(dt.date(2020, 1, 1), left_on=TODAY),)}, [("left_register", "A1", "register")]),
        ({"elements": []}, [("no_element", "A3", "elements")]),
        ({"staffing": "  \n"}, [("no_staffing", "A6", "staffing")]),
        ({"assessment": ""}, [("no_assessment", "A6", "assessment")]),
        ({"has_checklist": False}, [("no_checklist", "A5", "checklist")]),
        ({"declared_by": ""}, [("not_declared", "A2", "declaration")]),
        ({"declared_plan": "Plan AP00"}, [("declared_other_plan", "A2", "declaration")]),
    ],
)
def test_missing_for_submission(changes, found):
    problems = missing_for_submission(replace(WHOLE, **changes), TODAY)
    assert [(problem.code, problem.clause, problem.where) for problem in problems] == found


@pytest.mark.clause("A3")
def test_an_empty_application_lacks_everything_at_once():
    empty = ApplicationFacts(standings=[], register=(), plan="Plan AP01")
    assert [problem.code for problem in missing_for_submission(empty, TODAY)] == [
        "not_imi_approved",
        "not_on_register",
        "no_element",
        "no_staffing",
        "no_assessment",
        "no_checklist",
        "not_declared",
    ]


@pytest.mark.clause("A1")
def test_a_provider_that_takes_no_new_apprentices_may_still_apply():
    facts = replace(WHOLE, register=(RegisterFacts(dt.date(2020, 1, 1), not_starting=True),))
    assert [(problem.code, problem.warning) for problem in missing_for_submission(facts, TODAY)] == [
        ("not_starting", True)
    ]


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("states", "count"),
    [
        ([ActionState.ANSWERED], 0),
        ([ActionState.CLOSED, ActionState.ANSWERED], 0),
        ([ActionState.OPEN], 1),
        ([ActionState.OPEN, ActionState.ANSWERED, ActionState.OPEN], 2),
    ],
)
def test_every_action_is_answered_before_handing_in_again(states, count):
    actions = [ActionFacts("Name a trainer", state) for state in states]
    assert [problem.code for problem in resubmission_problems(WHOLE, actions, TODAY)] == ["action_unanswered"] * count


@pytest.mark.clause("A9", "A5")
def test_handing_in_again_needs_all_that_handing_in_needs():
    problems = resubmission_problems(replace(WHOLE, has_checklist=False), [], TODAY)
    assert [problem.code for problem in problems] == ["no_checklist"]


@pytest.mark.parametrize("state", list(ApplicationState))
def test_the_centre_writes_before_it_hands_in_and_while_it_answers(state):
    writable = state in {ApplicationState.DRAFT, ApplicationState.ACTIONS_REQUIRED}
    assert [problem.code for problem in writable_problems(state)] == ([] if writable else ["not_writable"])


def test_sections_are_read_off_the_list_of_what_is_missing():
    facts = replace(WHOLE, elements=[], declared_plan="Plan AP00", has_checklist=False)
    assert section_states(missing_for_submission(facts, TODAY)) == {
        "elements": SectionState.NOT_STARTED,
        "staffing": SectionState.DONE,
        "assessment": SectionState.DONE,
        "checklist": SectionState.NOT_STARTED,
        "declaration": SectionState.NEEDS_CHANGE,
    }
