"""What an application needs before it can be handed in (A1, A2, A3, A5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from centres.rules.providers import RegisterFacts
from centres.rules.review import ActionFacts
from centres.rules.standing import StandingFacts, both_facts_problems
from centres.states import ActionState, ApplicationState, GatedStep
from foundation.errors import Problem

SECTIONS = {
    "elements": "Elements to deliver",
    "staffing": "People and resources",
    "assessment": "Assessment arrangements",
    "checklist": "Approval guidance checklist",
    "declaration": "Declaration",
}
WRITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.ACTIONS_REQUIRED})


@dataclass(frozen=True)
class ApplicationFacts:
    """An application as far as it has been filled in.

    ``plan`` is the assessment plan in force, ``declared_plan`` the one the declaration was about.
    """

    standings: Sequence[StandingFacts]
    register: Sequence[RegisterFacts]
    plan: str
    elements: Sequence[str] = ()
    staffing: str = ""
    assessment: str = ""
    has_checklist: bool = False
    declared_by: str = ""
    declared_plan: str = ""


class SectionState(StrEnum):
    NOT_STARTED = "Not started"
    DONE = "Done"
    NEEDS_CHANGE = "Needs change"


def missing_for_submission(facts: ApplicationFacts, on: dt.date) -> list[Problem]:
    """Everything that stands between the application and its submission (A1, A2, A3, A5), in the order of the page."""
    problems = both_facts_problems(facts.standings, facts.register, on, step=GatedStep.SUBMIT, packages=facts.elements)
    if not facts.elements:
        message = "Choose at least one element to deliver — guidance, Approval process."
        problems.append(Problem("no_element", "A3", message, "elements", "elements"))
    if not facts.staffing.strip():
        message = (
            "Describe the training and staffing resources; the Centre EQA confirms them for each element — guidance, "
            "Approval process."
        )
        problems.append(Problem("no_staffing", "A6", message, "staffing", "staffing"))
    if not facts.assessment.strip():
        message = (
            "Describe how assessments are carried out and checked; the Centre EQA confirms it for each element — "
            "guidance, Approval process."
        )
        problems.append(Problem("no_assessment", "A6", message, "assessment", "assessment"))
    if not facts.has_checklist:
        message = (
            "Upload the completed approval guidance checklist; it goes with every application — guidance, Approval "
            "process."
        )
        problems.append(Problem("no_checklist", "A5", message, "checklist", "checklist"))
    return problems + _declaration_problems(facts)


def _declaration_problems(facts: ApplicationFacts) -> list[Problem]:
    """A2: a named person has declared that the plan in force is read and understood."""
    if not facts.declared_by:
        message = (
            f"Declare that the assessment plan ({facts.plan}) has been read and is fully understood — guidance, "
            "Approval requirements."
        )
        return [Problem("not_declared", "A2", message, "declaration", "declared_by")]
    if facts.declared_plan != facts.plan:
        message = (
            f"The declaration is about the plan {facts.declared_plan}; the plan now in force is {facts.plan}. Read it "
            "and declare again — guidance, Approval requirements."
        )
        return [Problem("declared_other_plan", "A2", message, "declaration", "declared_by")]
    return []


def resubmission_problems(facts: ApplicationFacts, actions: Sequence[ActionFacts], on: dt.date) -> list[Problem]:
    """What stands between the centre's answers and handing the application in again (A9, and all of a submission)."""
    problems = missing_for_submission(facts, on)
    for action in actions:
        if action.state == ActionState.OPEN:
            message = f"Answer the action “{action.text[:80]}” — guidance, Approval process."
            problems.append(Problem("action_unanswered", "A9", message, "actions"))
    return problems


def writable_problems(state: str) -> list[Problem]:
    """An application is written in until it is submitted, and again while the centre answers actions (A3, A9)."""
    if state in WRITABLE:
        return []
    message = "This application has been handed in and can no longer be changed."
    return [Problem("not_writable", "A9", message, "application")]


def section_states(problems: Sequence[Problem]) -> dict[str, SectionState]:
    """The state of each section, read off the same list that refuses the submission."""
    wrong = {problem.where: problem for problem in problems if not problem.warning}
    states = {}
    for key in SECTIONS:
        if key not in wrong:
            states[key] = SectionState.DONE
        elif wrong[key].code == "declared_other_plan":
            states[key] = SectionState.NEEDS_CHANGE
        else:
            states[key] = SectionState.NOT_STARTED
    return states
