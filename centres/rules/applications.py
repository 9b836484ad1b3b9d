"""What an application needs before it can be handed in (A1, A2, A3, A5, A6)."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from centres.rules.policies import PolicyFacts, policies_problems
from centres.rules.providers import RegisterFacts
from centres.rules.review import ActionFacts
from centres.rules.staff import PersonFacts, conflict_problems, people_problems
from centres.rules.standing import StandingFacts, both_facts_problems
from centres.states import ActionState, ApplicationState, GatedStep
from foundation.errors import Problem

SECTIONS = {
    "elements": "Elements to deliver",
    "people": "People",
    "resources": "Training resources and sites",
    "assessment": "Assessment and IQA arrangements",
    "policies": "Policies",
    "checklist": "Approval guidance checklist",
    "interest": "Conflict of interest",
    "declaration": "Declarations",
}
WRITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.ACTIONS_REQUIRED})
# What was filled in and does not do any more; everything else is not filled in yet.
OUTDATED = frozenset(
    {"declared_other_plan", "declared_other_guidance", "policy_expired", "element_approved", "site_closed"}
)


@dataclass(frozen=True)
class ApplicationFacts:
    """An application as far as it has been filled in.

    ``plan`` and ``guidance`` are those in force, ``declared_plan`` and ``declared_guidance`` those that the
    declaration was about. ``approved`` are the elements that a contract of the centre covers or is on its way for.
    ``resources`` is text by element, ``sites`` how many of those named are in use, ``closed_sites`` what the others are
    called.
    """

    standings: Sequence[StandingFacts]
    register: Sequence[RegisterFacts]
    plan: str
    guidance: str = ""
    elements: Sequence[str] = ()
    approved: Collection[str] = ()
    people: Sequence[PersonFacts] = ()
    staffing: str = ""
    resources: Mapping[str, str] = field(default_factory=dict)
    sites: int = 0
    closed_sites: Sequence[str] = ()
    assessment: str = ""
    policies: Sequence[PolicyFacts] = ()
    policy_warning_days: int = 0
    has_checklist: bool = False
    no_conflicts: bool = False
    conflicts: int = 0
    declared_by: str = ""
    declared_plan: str = ""
    declared_guidance: str = ""


class SectionState(StrEnum):
    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    DONE = "Done"
    NEEDS_CHANGE = "Needs change"


def missing_for_submission(facts: ApplicationFacts, on: dt.date) -> list[Problem]:
    """Everything that stands between the application and its submission (A1, A2, A3, A5, A6), in the page's order."""
    return [
        *both_facts_problems(facts.standings, facts.register, on, step=GatedStep.SUBMIT, packages=facts.elements),
        *_element_problems(facts),
        *people_problems(facts.people, facts.elements, on),
        *_resource_problems(facts),
        *_assessment_problems(facts),
        *policies_problems(facts.policies, facts.policy_warning_days, on),
        *_checklist_problems(facts),
        *conflict_problems(declared_none=facts.no_conflicts, listed=facts.conflicts),
        *_declaration_problems(facts),
    ]


def _element_problems(facts: ApplicationFacts) -> Iterator[Problem]:
    if not facts.elements:
        message = "Choose at least one element to deliver — guidance, Approval process."
        yield Problem("no_element", "A3", message, "elements", "elements")
    yield from approved_problems(facts.elements, facts.approved)


def approved_problems(elements: Sequence[str], approved: Collection[str]) -> list[Problem]:
    """An element is applied for once: what is approved already needs no application (A3)."""
    return [
        Problem(
            "element_approved",
            "A3",
            f"{element} is approved already; apply for what is not — guidance, Approval process.",
            "elements",
            "elements",
        )
        for element in elements
        if element in approved
    ]


def _resource_problems(facts: ApplicationFacts) -> Iterator[Problem]:
    """A6 i: what there is to train with, for each element, and how many learners the staff is for."""
    if not facts.staffing.strip():
        message = (
            "Describe learner numbers, staffing and cover; the Centre EQA confirms that they are enough — guidance, "
            "Approval process."
        )
        yield Problem("no_staffing", "A6", message, "resources", "staffing")
    for element in facts.elements:
        if not facts.resources.get(element, "").strip():
            message = f"Describe the training resources for {element} — guidance, Approval process."
            yield Problem("no_resources", "A6", message, "resources", f"resources_{element}")
    for name in facts.closed_sites:
        message = f"{name} is not in use any more. Choose the sites where the elements are delivered now."
        yield Problem("site_closed", "A6", message, "resources", "sites")
    if not facts.sites and not facts.closed_sites:
        message = "Choose at least one site where the elements are delivered — guidance, Approval process."
        yield Problem("no_site", "A6", message, "resources", "sites")


def _assessment_problems(facts: ApplicationFacts) -> Iterator[Problem]:
    if not facts.assessment.strip():
        message = (
            "Describe how assessments are carried out and checked; the Centre EQA confirms it for each element — "
            "guidance, Approval process."
        )
        yield Problem("no_assessment", "A6", message, "assessment", "assessment")


def _checklist_problems(facts: ApplicationFacts) -> Iterator[Problem]:
    if not facts.has_checklist:
        message = (
            "Upload the completed approval guidance checklist; it goes with every application — guidance, Approval "
            "process."
        )
        yield Problem("no_checklist", "A5", message, "checklist", "checklist")


def _declaration_problems(facts: ApplicationFacts) -> list[Problem]:
    """A2: a named person has declared that the plan and the requirements in force are read and understood."""
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
    if facts.declared_guidance != facts.guidance:
        message = (
            f"The declaration is about the requirements of {facts.declared_guidance or 'earlier guidance'}; those now "
            f"in force are of {facts.guidance}. Read them and declare again — guidance, Approval requirements."
        )
        return [Problem("declared_other_guidance", "A2", message, "declaration", "declared_by")]
    return []


def declared_problems(*, name: str, role: str, understood: bool, requirements: bool) -> list[Problem]:
    """What a declaration needs: who makes it, in which role, and both ticks (A2)."""
    problems = []
    if not name.strip():
        problems.append(Problem("no_name", "A2", "Type the full name of who declares.", "declaration", "name"))
    if not role.strip():
        problems.append(Problem("no_role", "A2", "Type the role of who declares.", "declaration", "role"))
    if not understood:
        message = (
            "Tick that the assessment plan has been read and is fully understood — guidance, Approval requirements."
        )
        problems.append(Problem("not_declared", "A2", message, "declaration", "understood"))
    if not requirements:
        message = "Tick that the requirements have been read and understood — guidance, Approval requirements."
        problems.append(Problem("requirements_not_declared", "A2", message, "declaration", "requirements"))
    return problems


def beginning_problems(elements: Sequence[str], approved: Collection[str]) -> list[Problem]:
    """An application is begun where something is left to apply for (A3)."""
    if not elements or set(elements) - set(approved):
        return []
    message = "Every element of this standard is approved for the centre already."
    return [Problem("nothing_to_apply_for", "A3", message, "apply", "version")]


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


def begun_sections(facts: ApplicationFacts) -> set[str]:
    """The sections in which there is something."""
    begun = {
        "elements": facts.elements,
        "people": facts.people,
        "resources": facts.sites or facts.staffing.strip() or any(text.strip() for text in facts.resources.values()),
        "assessment": facts.assessment.strip(),
        "policies": any(policy.expires_on for policy in facts.policies),
        "checklist": facts.has_checklist,
        "interest": facts.no_conflicts or facts.conflicts,
        "declaration": facts.declared_by,
    }
    return {key for key, something in begun.items() if something}


def section_states(problems: Sequence[Problem], begun: Collection[str] = ()) -> dict[str, SectionState]:
    """The state of each section, read off the same list that refuses the submission."""
    wrong: dict[str, set[str]] = {}
    for problem in problems:
        if not problem.warning:
            wrong.setdefault(problem.where, set()).add(problem.code)
    states = {}
    for key in SECTIONS:
        if key not in wrong:
            states[key] = SectionState.DONE
        elif wrong[key] & OUTDATED:
            states[key] = SectionState.NEEDS_CHANGE
        elif key in begun:
            states[key] = SectionState.IN_PROGRESS
        else:
            states[key] = SectionState.NOT_STARTED
    return states
