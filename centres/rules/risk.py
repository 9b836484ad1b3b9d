"""The risk of an application: what the facts propose, and what the Centre EQA may make of it (A6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Problem
from standards.states import RISK_ORDER, Risk

MANY_ACTIONS, MANY_SITES = 3, 4
MEDIUM_FROM, HIGH_FROM = 1, 3


@dataclass(frozen=True)
class RiskFacts:
    """What a proposal rests on: whether the centre has had a contract before, how many actions this application has
    needed, how often IMI has suspended or withdrawn its approval, how many sites it has."""

    new_centre: bool
    actions: int
    sanctions: int
    sites: int


@dataclass(frozen=True)
class Proposal:
    rating: Risk
    grounds: Sequence[str]


def proposed_risk(facts: RiskFacts) -> Proposal:
    """The rating that the facts propose (A6): one point each, two for a sanction; one is medium, three are high."""
    grounds, points = [], 0
    if facts.new_centre:
        grounds.append("A new centre: it has not had an EPA contract before")
        points += 1
    if facts.actions >= MANY_ACTIONS:
        grounds.append(f"{facts.actions} actions were required during this review")
        points += 1
    if facts.sanctions:
        times = "once" if facts.sanctions == 1 else f"{facts.sanctions} times"
        grounds.append(f"IMI has suspended or withdrawn its approval {times} before")
        points += 2
    if facts.sites >= MANY_SITES:
        grounds.append(f"It delivers at {facts.sites} sites")
        points += 1
    rating = Risk.HIGH if points >= HIGH_FROM else Risk.MEDIUM if points >= MEDIUM_FROM else Risk.LOW
    return Proposal(rating, grounds or ["Nothing on record raises the risk"])


def rating_problems(rating: str, proposed: str, reason: str) -> list[Problem]:
    """The Centre EQA decides; a rating that is not the proposed one has its reason (A6)."""
    problems = []
    if rating not in Risk.values:
        problems.append(Problem("no_rating", "A6", "Choose low, medium or high.", "risk", "rating"))
    elif rating != proposed and not reason.strip():
        message = f"The facts propose “{Risk(proposed).label.lower()}”: say why you rate it otherwise."
        problems.append(Problem("deviation_without_reason", "A6", message, "risk", "reason"))
    return problems


def needs_sign_off(rating: str, sign_off_from: str) -> bool:
    """Whether a second person confirms the approval: from the version's rating on; never where that is empty (A6)."""
    if not sign_off_from or not rating:
        return False
    return RISK_ORDER[Risk(rating)] >= RISK_ORDER[Risk(sign_off_from)]
