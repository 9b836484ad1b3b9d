"""The desktop review: decisions per element and criterion, and what is additionally required (A6, A7, A9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.states import ActionState, Verdict
from foundation.errors import Problem
from foundation.workingdays import add_months


@dataclass(frozen=True)
class Cell:
    """One criterion for one element; ``verdict`` is empty while undecided."""

    element: str
    criterion: str
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class ActionFacts:
    """Something required of the centre, as far as it has got."""

    text: str
    state: str


@dataclass(frozen=True)
class ReviewFacts:
    """What an approval rests on. ``a1`` are the problems of the two facts of A1, as they are today."""

    cells: Sequence[Cell]
    actions: Sequence[ActionFacts]
    a1: Sequence[Problem]
    rated: bool = True


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
    problems = new_reviewer_problems(to)
    if not reason.strip():
        problems.append(Problem("no_reason", "A6", "Say why the reviewer changes.", "hand_over", "reason"))
    return problems


def new_reviewer_problems(to: Successor) -> list[Problem]:
    """Whom an application is given to is another Centre EQA, without an interest on record (A6)."""
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
    return problems


def left_lately(left_on: dt.date, on: dt.date, months: int) -> bool:
    """Whether who belonged to a centre until a day is barred from reviewing it still: so many months from then (A6)."""
    return on < add_months(left_on, months)


def decision_problems(cells: Sequence[Cell]) -> list[Problem]:
    """What is not met, and what does not apply, carries its reason (A6)."""
    return [_without_reason(cell) for cell in cells if lacks_reason(cell)]


def lacks_reason(cell: Cell) -> bool:
    """Whether the answer needs a reason that it does not have (A6)."""
    return cell.verdict in {Verdict.NOT_MET, Verdict.NOT_APPLICABLE} and not cell.reason.strip()


def _without_reason(cell: Cell) -> Problem:
    words = "is not met" if cell.verdict == Verdict.NOT_MET else "does not apply"
    message = f"{cell.element} ({cell.criterion}): say why the criterion {words} — guidance, Approval process."
    code = "refusal_without_reason" if cell.verdict == Verdict.NOT_MET else "exception_without_reason"
    return Problem(code, "A6", message, "review")


def decided_of(cells: Sequence[Cell]) -> tuple[int, int]:
    """How many of the criteria are answered, and of how many (A6)."""
    return sum(bool(cell.verdict) and not lacks_reason(cell) for cell in cells), len(cells)


def approval_problems(facts: ReviewFacts) -> list[Problem]:
    """What stands between the review and full approval (A1, A6, A7, A9)."""
    problems = list(facts.a1)
    for cell in facts.cells:
        if not cell.verdict:
            message = f"{cell.element} ({cell.criterion}) has not been decided — guidance, Approval process."
            problems.append(Problem("undecided", "A6", message, "review"))
        elif cell.verdict == Verdict.NOT_MET:
            message = f"{cell.element} ({cell.criterion}) is not met: {cell.reason} — guidance, Approval process."
            problems.append(Problem("not_met", "A6", message, "review"))
    if not facts.cells:
        message = "There is no element with a criterion to decide on — guidance, Approval process."
        problems.append(Problem("nothing_to_decide", "A6", message, "review"))
    if not facts.rated:
        problems.append(Problem("risk_not_rated", "A6", "Rate the risk of this application.", "risk"))
    for action in facts.actions:
        if action.state != ActionState.CLOSED:
            message = f"The action “{action.text[:80]}” is not closed — guidance, Approval process."
            problems.append(Problem("action_not_closed", "A9", message, "actions"))
    return problems
