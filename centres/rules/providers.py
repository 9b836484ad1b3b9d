"""A provider's time on the register, day by day: the second fact of A1."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Problem

SUPPORTING = "Supporting provider"


@dataclass(frozen=True)
class RegisterFacts:
    """A stretch of time on the register during which nothing changed.

    ``joined_on`` is its first day; ``left_on`` the first day on which it was over, because the provider left the
    register or because another stretch, with other facts, begins. One that begins and ends on the same day never holds.
    """

    joined_on: dt.date
    left_on: dt.date | None = None
    not_starting: bool = False
    provider_type: str = "Main provider"
    name: str = ""

    def holds(self, on: dt.date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


def facts_on(history: Sequence[RegisterFacts], on: dt.date) -> RegisterFacts | None:
    """What the register says of a provider on a day, past or to come (A1); None: it is not on it."""
    return next((facts for facts in history if facts.holds(on)), None)


def left_by(history: Sequence[RegisterFacts], on: dt.date) -> dt.date | None:
    """Since when a provider that is not on the register on that day has been gone; None: it was never there before."""
    ended = [facts.left_on for facts in history if facts.left_on is not None and facts.joined_on < facts.left_on <= on]
    return max(ended) if ended and facts_on(history, on) is None else None


def register_problems(history: Sequence[RegisterFacts], on: dt.date) -> list[Problem]:
    """The second fact of A1: the provider is on the register on that day.

    A provider that takes on no new apprentices for now still brings its own to assessment: a warning. So is a
    supporting provider, whose apprentices are returned in another provider's ILR.
    """
    facts = facts_on(history, on)
    if facts is None:
        return [_not_there(left_by(history, on))]
    warnings = []
    if facts.not_starting:
        message = "The register says that this provider takes on no new apprentices at present."
        warnings.append(Problem("not_starting", "A1", message, "register", warning=True))
    if facts.provider_type == SUPPORTING:
        message = "The register has this provider as a supporting provider: another provider returns its ILR data."
        warnings.append(Problem("supporting_provider", "A1", message, "register", warning=True))
    return warnings


def _not_there(left: dt.date | None) -> Problem:
    since = f" since {left:%d/%m/%Y}" if left else ""
    message = (
        f"This provider is {'no longer' if left else 'not'} on the register of apprenticeship training providers"
        f"{since}; a centre has to be on it — guidance, Approval requirements. The provider has to settle this "
        "with the Department for Education."
    )
    return Problem("left_register" if left else "not_on_register", "A1", message, "register")
