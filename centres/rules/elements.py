"""Elements are decided one by one; what was declined may be appealed against (A3, A6, A7)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from foundation.errors import Problem


def chosen_problems(chosen: Collection[str], pending: Collection[str]) -> list[Problem]:
    """What is decided now: at least one element, each still undecided (A3)."""
    if not chosen:
        message = "Choose at least one element — guidance, Approval process."
        return [Problem("no_element", "A3", message, "review", "packages")]
    return [
        Problem("element_decided", "A3", f"{code} is not among the elements still to be decided.", "review", "packages")
        for code in chosen
        if code not in pending
    ]


@dataclass(frozen=True)
class AppealFacts:
    """What a centre's right to appeal rests on: whether anything was declined, until which day it may appeal, whether
    an appeal waits, and whether one about this refusal has been dismissed."""

    declined: bool
    until: dt.date | None
    waiting: bool = False
    dismissed: bool = False


def may_appeal_problems(facts: AppealFacts, on: dt.date) -> list[Problem]:
    """A refusal can be appealed against once, through its last day (A6)."""
    if not facts.declined or facts.until is None:
        return [Problem("nothing_declined", "A6", "Nothing was declined that could be appealed against.", "appeal")]
    if facts.waiting:
        return [Problem("appeal_waiting", "A6", "Your appeal is being looked at already.", "appeal")]
    if facts.dismissed:
        return [Problem("appeal_dismissed", "A6", "Your appeal against this refusal has been dismissed.", "appeal")]
    if on > facts.until:
        message = f"An appeal could be lodged until {facts.until:%d/%m/%Y}."
        return [Problem("appeal_too_late", "A6", message, "appeal")]
    return []


def deciding_problems(name: str, declined_it: bool, interests: Collection[str], is_member: bool) -> list[Problem]:
    """An appeal is decided by somebody who did not decline, and who has no interest in the centre (A6)."""
    problems = []
    if declined_it:
        message = f"{name} declined this application, so somebody else decides the appeal."
        problems.append(Problem("decides_own_refusal", "A6", message, "appeal"))
    if is_member or interests:
        message = f"{name} has an interest in this centre, so somebody else decides the appeal."
        problems.append(Problem("decider_has_interest", "A6", message, "appeal"))
    return problems
