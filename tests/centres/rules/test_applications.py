"""A1, A2, A3, A5: what an application needs; A9: handing it in again."""

import datetime as dt
from dataclasses import replace

import pytest

from centres.rules import (
    SECTIONS,
    ActionFacts,
    ApplicationFacts,
    PersonFacts,
    PolicyFacts,
    RegisterFacts,
    SectionState,
    StandingFacts,
    beginning_problems,
    begun_sections,
    declared_problems,
    missing_for_submission,
    resubmission_problems,
    section_states,
    writable_problems,
)
from centres.states import ActionState, ApplicationState, StandingKind

TODAY = dt.date(2026, 9, 14)
EVERYTHING = frozenset({"AS-CSS-ASP", "AS-CSS-EPA"})
WHOLE = ApplicationFacts(
    standings=[StandingFacts(StandingKind.APPROVED, dt.date(2020, 1, 1))],
    register=(RegisterFacts(dt.date(2020, 1, 1)),),
    plan="Plan AP01",
    guidance="Issue 4",
    elements=["AS-CSS-EPA"],
    people=[PersonFacts(role, frozenset({role}), EVERYTHING, cpd_on=TODAY) for role in ("trainer", "assessor", "iqa")],
    staffing="Four trainers.",
    resources={"AS-CSS-ASP": "Rooms.", "AS-CSS-EPA": "Rooms."},
    sites=1,
    assessment="Sampled.",
    policies=[PolicyFacts("Appeals policy", dt.date(2026, 1, 1), dt.date(2028, 1, 1))],
    policy_warning_days=60,
    has_checklist=True,
    no_conflicts=True,
    declared_by="Robin Owner",
    declared_plan="Plan AP01",
    declared_guidance="Issue 4",
)


@pytest.mark.clause("A1", "A2", "A3", "A5", "A6")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"elements": ["AS-CSS-ASP", "AS-CSS-EPA"]}, []),
        ({"standings": []}, [("not_imi_approved", "A1", "standing")]),
        ({"register": ()}, [("not_on_register", "A1", "register")]),
        ({"register": (RegisterFacts(dt.date(2020, 1, 1), left_on=TODAY),)}, [("left_register", "A1", "register")]),
        ({"elements": []}, [("no_element", "A3", "elements")]),
        ({"approved": {"AS-CSS-ASP"}}, []),
        ({"approved": {"AS-CSS-EPA"}}, [("element_approved", "A3", "elements")]),
        ({"people": []}, [("no_people", "A6", "people")]),
        ({"staffing": "  \n"}, [("no_staffing", "A6", "resources")]),
        ({"resources": {"AS-CSS-ASP": "Rooms."}}, [("no_resources", "A6", "resources")]),
        ({"resources": {"AS-CSS-EPA": " "}}, [("no_resources", "A6", "resources")]),
        ({"sites": 0}, [("no_site", "A6", "resources")]),
        ({"sites": 1, "closed_sites": ["Mill Lane"]}, [("site_closed", "A6", "resources")]),
        ({"policies": []}, []),
        ({"policies": [PolicyFacts("Appeals policy")]}, [("policy_missing", "A6", "policies")]),
        ({"no_conflicts": False}, [("no_interest_statement", "A6", "interest")]),
        ({"no_conflicts": False, "conflicts": 1}, []),
        ({"assessment": ""}, [("no_assessment", "A6", "assessment")]),
        ({"has_checklist": False}, [("no_checklist", "A5", "checklist")]),
        ({"declared_by": ""}, [("not_declared", "A2", "declaration")]),
        ({"declared_plan": "Plan AP00"}, [("declared_other_plan", "A2", "declaration")]),
        ({"declared_guidance": "Issue 3"}, [("declared_other_guidance", "A2", "declaration")]),
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
        "no_people",
        "no_staffing",
        "no_site",
        "no_assessment",
        "no_checklist",
        "no_interest_statement",
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
    facts = replace(WHOLE, elements=[], people=[], assessment="", declared_plan="Plan AP00", has_checklist=False)
    facts = replace(facts, resources={}, sites=0)
    states = section_states(missing_for_submission(facts, TODAY), begun_sections(facts))
    assert states == {
        "elements": SectionState.NOT_STARTED,
        "people": SectionState.NOT_STARTED,
        "resources": SectionState.IN_PROGRESS,
        "assessment": SectionState.NOT_STARTED,
        "policies": SectionState.DONE,
        "checklist": SectionState.NOT_STARTED,
        "interest": SectionState.DONE,
        "declaration": SectionState.NEEDS_CHANGE,
    }


def test_every_section_of_a_whole_application_is_begun_and_of_an_empty_one_none():
    assert begun_sections(WHOLE) == set(SECTIONS)
    assert begun_sections(ApplicationFacts(standings=[], register=None, plan="Plan AP01")) == set()


@pytest.mark.clause("A3")
@pytest.mark.parametrize(
    ("elements", "approved", "found"),
    [
        (["A", "B"], set(), []),
        (["A", "B"], {"A"}, []),
        (["A", "B"], {"A", "B"}, ["nothing_to_apply_for"]),
        ([], set(), []),
    ],
)
def test_an_application_is_begun_where_something_is_left(elements, approved, found):
    assert [problem.code for problem in beginning_problems(elements, approved)] == found


@pytest.mark.clause("A2")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"name": " "}, ["no_name"]),
        ({"role": ""}, ["no_role"]),
        ({"understood": False}, ["not_declared"]),
        ({"requirements": False}, ["requirements_not_declared"]),
    ],
)
def test_what_a_declaration_needs(changes, found):
    whole = {"name": "Robin", "role": "Director", "understood": True, "requirements": True}
    assert [problem.code for problem in declared_problems(**whole | changes)] == found
