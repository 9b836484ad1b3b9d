"""The desktop review: decisions per element and criterion, and what is additionally required (A6, A7, A9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.states import ActionState
from foundation.errors import Problem


@dataclass(frozen=True)
class Cell:
    """One criterion for one element; ``met`` is None while undecided."""

    element: str
    criterion: str
    met: bool | None
    reason: str = ""


@dataclass(frozen=True)
class ActionFacts:
    """Something required of the centre, as far as it has got."""

    text: str
    state: str


@dataclass(frozen=True)
class NewAction:
    """An action that a Centre EQA requires: for which element (package id), what, by when."""

    package_id: int
    text: str
    due_on: dt.date


@dataclass(frozen=True)
class ReviewFacts:
    """What an approval rests on. ``a1`` are the problems of the two facts of A1, as they are today."""

    cells: Sequence[Cell]
    actions: Sequence[ActionFacts]
    a1: Sequence[Problem]


def interest_problems(declared: bool, interests: Sequence[str], is_member: bool) -> list[Problem]:
    """The reviewer has no interest in the centre: declares it, and nothing on record says otherwise (A6)."""
    problems = []
    if not declared:
        message = "Declare that you have no interest in this centre; without it you cannot review it."
        problems.append(Problem("interest_not_declared", "A6", message, "take", "no_interest"))
    if is_member:
        message = "You belong to this centre, so somebody else has to review its application."
        problems.append(Problem("reviewer_is_member", "A6", message, "take", "no_interest"))
    for nature in interests:
        message = f"Your interest in this centre is on record ({nature}), so somebody else has to review it."
        problems.append(Problem("reviewer_has_interest", "A6", message, "take", "no_interest"))
    return problems


def undeclared_problems(declared: bool) -> list[Problem]:
    """Whoever was handed an application declares to have no interest before anything is decided (A6)."""
    if declared:
        return []
    message = "Declare that you have no interest in this centre before you decide — guidance, Approval process."
    return [Problem("interest_not_declared", "A6", message, "declare")]


@dataclass(frozen=True)
class Successor:
    """Whom an application is handed to, as far as it matters: name, role, whether it is the same person as now."""

    name: str
    is_eqa: bool
    is_reviewer: bool
    interests: Sequence[str]
    is_member: bool


def handing_over_problems(to: Successor, reason: str) -> list[Problem]:
    """An application goes to another Centre EQA, who has no interest on record, with a reason (A6)."""
    problems = []
    if not to.is_eqa:
        problems.append(Problem("not_an_eqa", "A6", f"{to.name} is not a Centre EQA.", "hand_over", "reviewer"))
    if to.is_reviewer:
        message = f"{to.name} is reviewing this application already."
        problems.append(Problem("same_reviewer", "A6", message, "hand_over", "reviewer"))
    if to.is_member:
        message = f"{to.name} belongs to this centre, so somebody else has to review its application."
        problems.append(Problem("reviewer_is_member", "A6", message, "hand_over", "reviewer"))
    for nature in to.interests:
        message = f"{to.name} has an interest in this centre on record ({nature}), so somebody else has to review it."
        problems.append(Problem("reviewer_has_interest", "A6", message, "hand_over", "reviewer"))
    if not reason.strip():
        problems.append(Problem("no_reason", "A6", "Say why the reviewer changes.", "hand_over", "reason"))
    return problems


def decision_problems(cells: Sequence[Cell]) -> list[Problem]:
    """A “no” carries its reason (A6)."""
    return [
        Problem(
            "refusal_without_reason",
            "A6",
            f"{cell.element} ({cell.criterion}): say why the criterion is not met — guidance, Approval process.",
            "review",
        )
        for cell in cells
        if cell.met is False and not cell.reason.strip()
    ]


def approval_problems(facts: ReviewFacts) -> list[Problem]:
    """What stands between the review and full approval (A1, A6, A7, A9)."""
    problems = list(facts.a1)
    for cell in facts.cells:
        if cell.met is None:
            message = f"{cell.element} ({cell.criterion}) has not been decided — guidance, Approval process."
            problems.append(Problem("undecided", "A6", message, "review"))
        elif not cell.met:
            message = f"{cell.element} ({cell.criterion}) is not met: {cell.reason} — guidance, Approval process."
            problems.append(Problem("not_met", "A6", message, "review"))
    if not facts.cells:
        message = "There is no element with a criterion to decide on — guidance, Approval process."
        problems.append(Problem("nothing_to_decide", "A6", message, "review"))
    for action in facts.actions:
        if action.state != ActionState.CLOSED:
            message = f"The action “{action.text[:80]}” is not closed — guidance, Approval process."
            problems.append(Problem("action_not_closed", "A9", message, "actions"))
    return problems


def action_problems(
    new: Sequence[NewAction], open_count: int, element_ids: Sequence[int], today: dt.date
) -> list[Problem]:
    """Actions required: at least one, each with an element of the application, a text and a day to come (A9)."""
    problems = []
    if not new and not open_count:
        message = "Say at least one thing that is additionally required — guidance, Approval process."
        problems.append(Problem("no_action", "A9", message, "actions"))
    for number, action in enumerate(new, start=1):
        if action.package_id not in element_ids:
            message = f"Action {number} is about an element that is not in the application."
            problems.append(Problem("action_of_other_element", "A9", message, "actions", "package"))
        if not action.text.strip():
            message = f"Action {number}: write what is required."
            problems.append(Problem("action_without_text", "A9", message, "actions", "text"))
        if action.due_on <= today:
            message = f"Action {number}: the day by which it is due must be after today."
            problems.append(Problem("action_due_passed", "A9", message, "actions", "due_on"))
    return problems
