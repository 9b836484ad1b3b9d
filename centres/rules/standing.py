"""The two facts of A1: IMI's approval, dated, and the government's register."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.rules.providers import RegisterFacts, register_problems
from centres.states import StandingKind
from foundation.errors import Problem


@dataclass(frozen=True)
class StandingFacts:
    """One decision of IMI about a centre, from a day to a day (None: until another one)."""

    kind: StandingKind
    starts_on: dt.date
    ends_on: dt.date | None = None


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


def both_facts_problems(
    standings: Sequence[StandingFacts], register: Sequence[RegisterFacts], on: dt.date
) -> list[Problem]:
    """Both facts of A1."""
    return standing_problems(standings, on) + register_problems(register, on)
