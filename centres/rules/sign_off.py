"""The second person who confirms an approval, where the risk asks for one (A6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from foundation.errors import Problem


@dataclass(frozen=True)
class SignOffFacts:
    """Whether this approval needs a second person, which elements have been confirmed, and by whom (a person's id)."""

    needed: bool
    confirmed: Collection[str] = ()
    confirmed_by: int | None = None
    waiting: bool = False


def sign_off_problems(facts: SignOffFacts, elements: Sequence[str], reviewer: int | None) -> list[Problem]:
    """What stands between the elements and their approval, as far as the second person goes (A6)."""
    if not facts.needed:
        return []
    missing = [code for code in elements if code not in facts.confirmed]
    if not missing and facts.confirmed_by != reviewer:
        return []
    if facts.waiting:
        message = "A second person has been asked to confirm this approval and has not answered yet."
        return [Problem("sign_off_waiting", "A6", message, "sign_off")]
    message = "At this risk a second person confirms the approval before it is made: ask for it."
    return [Problem("sign_off_missing", "A6", message, "sign_off")]


def second_person_problems(
    is_reviewer: bool, declared: bool, interests: Sequence[str], is_member: bool
) -> list[Problem]:
    """Who confirms is somebody else than the reviewer and has no interest in the centre either (A6)."""
    problems = []
    if is_reviewer:
        message = "You review this application yourself: somebody else has to confirm the approval."
        problems.append(Problem("second_is_first", "A6", message, "sign_off"))
    if not declared:
        message = "Declare that you have no interest in this centre; without it you cannot confirm."
        problems.append(Problem("interest_not_declared", "A6", message, "sign_off", "no_interest"))
    if is_member:
        message = "You belong to this centre, so somebody else has to confirm the approval."
        problems.append(Problem("reviewer_is_member", "A6", message, "sign_off", "no_interest"))
    for nature in interests:
        message = f"Your interest in this centre is on record ({nature}), so somebody else has to confirm the approval."
        problems.append(Problem("reviewer_has_interest", "A6", message, "sign_off", "no_interest"))
    return problems
