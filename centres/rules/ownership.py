"""Who may own a centre next (A1: somebody answers for it, always)."""

from foundation.errors import Problem


def next_owner_problems(*, acts_for_centre: bool, owns_it: bool) -> list[Problem]:
    """The successor acts for the centre already and does not own it yet (A1)."""
    if not acts_for_centre:
        message = "Only somebody who acts for the centre already can own it. Invite them first."
        return [Problem("not_of_the_centre", "A1", message, "people", "successor")]
    if owns_it:
        return [Problem("owns_already", "A1", "This person owns the centre already.", "people", "successor")]
    return []


def acceptance_problems(*, owner_still_owns: bool, successor_acts: bool) -> list[Problem]:
    """A transfer holds only while both are what they were when it was proposed (A1)."""
    problems = []
    if not owner_still_owns:
        message = "Whoever proposed this no longer owns the centre. Ask IMI’s EPA team."
        problems.append(Problem("no_longer_owner", "A1", message, "people"))
    if not successor_acts:
        problems.append(Problem("not_of_the_centre", "A1", "You no longer act for this centre.", "people"))
    return problems


def appointment_problems(*, acts_for_centre: bool, owns_it: bool, reason: str) -> list[Problem]:
    """IMI appoints an owner where the one before is gone, and says why (A1)."""
    problems = next_owner_problems(acts_for_centre=acts_for_centre, owns_it=owns_it)
    if not reason.strip():
        message = "Say why the owner cannot hand the centre over."
        problems.append(Problem("no_reason", "A1", message, "people", "reason"))
    return problems
