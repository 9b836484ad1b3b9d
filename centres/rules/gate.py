"""The gate to registering apprentices: everything that opens it, in one list (A1, A3, A7, A8)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.rules.approvals import expiry_problems
from centres.rules.providers import RegisterFacts
from centres.rules.standing import StandingFacts, both_facts_problems
from centres.states import ApplicationState, ContractState, GatedStep
from foundation.errors import Problem

# What happens next on the way to a contract in force, and where; nowhere where the portal or IMI's reviewer is at it.
CONTRACT_NEXT = {
    ContractState.PREPARING: ("the contract is being made; nothing is needed from the centre", ""),
    ContractState.OFFERED: ("the centre’s owner signs the contract", "contract"),
    ContractState.SIGNED: ("IMI checks the signed contract; nothing is needed from the centre", "countersign"),
}
WITH_REVIEWER = ("waiting for IMI, whose Centre EQA reviews the application", "")
APPLICATION_NEXT = {
    ApplicationState.DRAFT: ("finish the application and hand it in", "application"),
    ApplicationState.SUBMITTED: WITH_REVIEWER,
    ApplicationState.IN_REVIEW: WITH_REVIEWER,
    ApplicationState.ACTIONS_REQUIRED: (
        "answer the Centre EQA’s actions and hand the application in again",
        "application",
    ),
    ApplicationState.RESUBMITTED: WITH_REVIEWER,
}
APPLY = ("apply for approval", "apply")


@dataclass(frozen=True)
class ContractFacts:
    """A contract that has been countersigned: from which day, to which last day (None: no end), for which elements."""

    in_force_from: dt.date
    ended_on: dt.date | None
    packages: frozenset[str]


@dataclass(frozen=True)
class GateFacts:
    """What decides whether a centre may register on a package. ``waiting`` is the state of a contract of this package
    that is on its way, ``application`` that of an application for it, each empty where there is none."""

    standings: Sequence[StandingFacts]
    register: Sequence[RegisterFacts]
    contracts: Sequence[ContractFacts]
    package: str
    opens_on: dt.date
    closes_on: dt.date | None
    waiting: str = ""
    application: str = ""
    approved_until: dt.date | None = None


def registration_problems(facts: GateFacts, on: dt.date) -> list[Problem]:
    """Why the centre may not register on the package on that day; nothing: it may (A1, A3, A7, A8)."""
    problems = both_facts_problems(
        facts.standings, facts.register, on, step=GatedStep.REGISTER, packages=[facts.package]
    )
    if not any(facts.package in one.packages and _in_force(one, on) for one in facts.contracts):
        problems.append(_no_contract(facts, on))
    problems += expiry_problems(facts.package, facts.approved_until, on)
    if on < facts.opens_on:
        message = f"Registration on {facts.package} opens on {facts.opens_on:%d/%m/%Y}."
        problems.append(Problem("not_open_yet", "D2", message, "package", "package"))
    if facts.closes_on is not None and on > facts.closes_on:
        message = f"Registration on {facts.package} closed on {facts.closes_on:%d/%m/%Y}."
        problems.append(Problem("closed", "D2", message, "package", "package"))
    return problems


def _in_force(contract: ContractFacts, on: dt.date) -> bool:
    return contract.in_force_from <= on and (contract.ended_on is None or on <= contract.ended_on)


def _no_contract(facts: GateFacts, on: dt.date) -> Problem:
    """A8, said for where the centre stands: never had one, waits for one, had one; and what happens next."""
    ended = [
        one.ended_on
        for one in facts.contracts
        if facts.package in one.packages and one.ended_on is not None and one.ended_on < on
    ]
    coming = [one.in_force_from for one in facts.contracts if facts.package in one.packages and one.in_force_from > on]
    if facts.waiting:
        state = ContractState(facts.waiting).label.lower()
        words = f"The contract for {facts.package} is not in force yet ({state})"
    elif coming:
        words = f"The contract for {facts.package} is in force from {min(coming):%d/%m/%Y}"
        return Problem("no_contract", "A8", f"{words} — guidance, Approval process.", "", "package")
    elif ended:
        words = f"The contract for {facts.package} ended on {max(ended):%d/%m/%Y}"
    else:
        words = f"There is no EPA contract for {facts.package}"
    step, where = _next_step(facts)
    message = (
        f"{words}. Next: {step}. Apprentices can be registered once the signed contract has been returned and IMI has "
        "checked it — guidance, Approval process."
    )
    return Problem("no_contract", "A8", message, where, "package")


def _next_step(facts: GateFacts) -> tuple[str, str]:
    if facts.waiting:
        return CONTRACT_NEXT[ContractState(facts.waiting)]
    if facts.application:
        return APPLICATION_NEXT[ApplicationState(facts.application)]
    return APPLY
