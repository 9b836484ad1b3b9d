"""The two facts of A1: IMI's approval, dated, and the government's register."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.states import StandingKind
from foundation.errors import Problem

SUPPORTING = "Supporting provider"


@dataclass(frozen=True)
class StandingFacts:
    """One decision of IMI about a centre, from a day to a day (None: until another one)."""

    kind: StandingKind
    starts_on: dt.date
    ends_on: dt.date | None = None


@dataclass(frozen=True)
class RegisterFacts:
    """A provider's entry on the register. ``left_on`` is the first day on which it was no longer there."""

    joined_on: dt.date
    left_on: dt.date | None = None
    not_starting: bool = False
    provider_type: str = "Main provider"


def standing_on(standings: Sequence[StandingFacts], day: dt.date) -> StandingKind | None:
    """IMI's standing of a centre on a day (A1): of the decisions that hold, the one that starts last.

    ``standings`` come in the order in which they were recorded; of two from the same day the later recorded counts.
    """
    holding = [one for one in standings if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)]
    if not holding:
        return None
    latest = max(one.starts_on for one in holding)
    return [one for one in holding if one.starts_on == latest][-1].kind


def standing_problems(standings: Sequence[StandingFacts], on: dt.date) -> list[Problem]:
    """The first fact of A1: the centre is IMI Approved on that day."""
    kind = standing_on(standings, on)
    if kind == StandingKind.APPROVED:
        return []
    words = {
        None: "This centre is not IMI Approved",
        StandingKind.SUSPENDED: "IMI has suspended this centre",
        StandingKind.WITHDRAWN: "IMI has withdrawn its approval of this centre",
    }[kind]
    code = "not_imi_approved" if kind is None else f"imi_{kind}"
    message = f"{words}; a centre has to be IMI Approved — guidance, Approval requirements. Ask IMI’s EPA team."
    return [Problem(code, "A1", message, "standing")]


def register_problems(entry: RegisterFacts | None, on: dt.date) -> list[Problem]:
    """The second fact of A1: the provider is on the register on that day.

    A provider that takes on no new apprentices for now still brings its own to assessment: a warning. So is a
    supporting provider, whose apprentices are returned in another provider's ILR.
    """
    if entry is None or on < entry.joined_on or (entry.left_on is not None and on >= entry.left_on):
        left = entry is not None and entry.left_on is not None and on >= entry.left_on
        since = f" since {entry.left_on:%d/%m/%Y}" if entry and left else ""
        message = (
            f"This provider is {'no longer' if left else 'not'} on the register of apprenticeship training providers"
            f"{since}; a centre has to be on it — guidance, Approval requirements. The provider has to settle this "
            "with the Department for Education."
        )
        return [Problem("left_register" if left else "not_on_register", "A1", message, "register")]
    warnings = []
    if entry.not_starting:
        message = "The register says that this provider takes on no new apprentices at present."
        warnings.append(Problem("not_starting", "A1", message, "register", warning=True))
    if entry.provider_type == SUPPORTING:
        message = "The register has this provider as a supporting provider: another provider returns its ILR data."
        warnings.append(Problem("supporting_provider", "A1", message, "register", warning=True))
    return warnings


def both_facts_problems(standings: Sequence[StandingFacts], entry: RegisterFacts | None, on: dt.date) -> list[Problem]:
    """Both facts of A1."""
    return standing_problems(standings, on) + register_problems(entry, on)
