"""The two facts of A1: IMI's approval, dated, with its sanctions, and the government's register.

What each fact bars is said in one table, ``centres.states.BLOCKS``; nothing here knows it otherwise.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from centres.rules.providers import RegisterFacts, register_problems
from centres.states import BLOCKS, NOT_APPROVED, OFF_REGISTER, GatedStep, SanctionLevel, StandingKind
from foundation.errors import Problem


@dataclass(frozen=True)
class StandingFacts:
    """One decision or sanction of IMI about a centre, from a day to a day (None: until another one).

    ``scope`` are the codes of the elements it is about; None: the whole centre.
    """

    kind: StandingKind | SanctionLevel
    starts_on: dt.date
    ends_on: dt.date | None = None
    scope: frozenset[str] | None = None

    def holds(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def concerns(self, package: str) -> bool:
        """Whether it is about the element; of the centre as a whole ("") only what is about all of it."""
        return self.scope is None or package in self.scope


def standing_on(standings: Sequence[StandingFacts], day: dt.date, package: str = "") -> StandingKind | None:
    """IMI's standing of a centre, or of one of its elements, on a day (A1): of the decisions that hold, the one that
    starts last.

    ``standings`` come in the order in which they were recorded; of two from the same day the later recorded counts.
    """
    latest: tuple[dt.date, StandingKind] | None = None
    for one in standings:
        if isinstance(one.kind, SanctionLevel) or not one.holds(day) or not one.concerns(package):
            continue
        if latest is None or one.starts_on >= latest[0]:
            latest = one.starts_on, one.kind
    return latest[1] if latest else None


def sanctions_on(standings: Sequence[StandingFacts], day: dt.date, package: str = "") -> list[SanctionLevel]:
    """The sanctions that hold for the centre, or for one of its elements, on a day, the heaviest first (A1)."""
    found = {
        one.kind
        for one in standings
        if isinstance(one.kind, SanctionLevel) and one.holds(day) and one.concerns(package)
    }
    return sorted(found, reverse=True)


def standing_problems(
    standings: Sequence[StandingFacts], on: dt.date, step: GatedStep, packages: Iterable[str] = ()
) -> list[Problem]:
    """The first fact of A1: neither IMI's standing nor a sanction bars the step on that day.

    Asked for elements where the step is about some, else for the centre as a whole. One problem for each thing that
    bars; it names the elements where others are free.
    """
    asked = list(dict.fromkeys(packages)) or [""]
    barred: dict[str, list[str]] = {}
    for package in asked:
        decided = standing_on(standings, on, package)
        for reason in [decided or NOT_APPROVED, *sanctions_on(standings, on, package)]:
            if step in BLOCKS[reason]:
                barred.setdefault(reason, []).append(package)
    everywhere = _everywhere(standings, on)
    return [
        _standing_problem(reason, [] if found == asked and reason in everywhere else found)
        for reason, found in barred.items()
    ]


def _everywhere(standings: Sequence[StandingFacts], on: dt.date) -> set[str]:
    """What holds for the centre as a whole."""
    return {standing_on(standings, on) or NOT_APPROVED, *sanctions_on(standings, on)}


WORDS = {
    NOT_APPROVED: "This centre is not IMI Approved",
    StandingKind.SUSPENDED: "IMI has suspended this centre",
    StandingKind.WITHDRAWN: "IMI has withdrawn its approval of this centre",
}


def _standing_problem(reason: str, packages: list[str]) -> Problem:
    """What bars, for which elements, why and where to turn."""
    about = f" for {', '.join(packages)}" if any(packages) else ""
    if reason in SanctionLevel.values:
        words = f"A sanction of IMI bars this{about} ({SanctionLevel(reason).label})"
        message = f"{words} — guidance, Approval requirements. It is lifted once its action plan is done."
        return Problem(f"imi_{reason}", "A1", message, "sanctions")
    code = "not_imi_approved" if reason == NOT_APPROVED else f"imi_{reason}"
    words = f"{WORDS[reason]}{about}; a centre has to be IMI Approved"
    return Problem(code, "A1", f"{words} — guidance, Approval requirements. Ask IMI’s EPA team.", "standing")


def both_facts_problems(
    standings: Sequence[StandingFacts],
    register: Sequence[RegisterFacts],
    on: dt.date,
    *,
    step: GatedStep,
    packages: Iterable[str] = (),
) -> list[Problem]:
    """Both facts of A1, as they bar one step: IMI's standing for the elements concerned, and the register."""
    problems = standing_problems(standings, on, step, packages)
    return problems + (register_problems(register, on) if step in BLOCKS[OFF_REGISTER] else [])


def standing_decision_problems(
    kind: str, *, reason: str, starts_on: dt.date, ends_on: dt.date | None, has_scope: bool
) -> list[Problem]:
    """A decision about a centre says from when, and, unless it approves, why; only a suspension or an approval can be
    about part of what the centre does (A1)."""
    problems = []
    if kind != StandingKind.APPROVED and not reason.strip():
        problems.append(Problem("no_reason", "A1", "Say why; the centre is told the reason.", "standing", "reason"))
    if ends_on is not None and ends_on < starts_on:
        message = "The last day comes before the first."
        problems.append(Problem("ends_before_start", "A1", message, "standing", "ends_on"))
    if kind == StandingKind.WITHDRAWN and has_scope:
        message = "IMI’s approval is withdrawn from the whole centre. For named elements impose a sanction of level 4."
        problems.append(Problem("withdrawn_in_part", "A1", message, "standing", "packages"))
    return problems
