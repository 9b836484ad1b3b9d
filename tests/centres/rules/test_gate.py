"""A1, A3, A7, A8: the gate to registering, on both sides of every boundary."""

import datetime as dt
from dataclasses import replace

import pytest

from centres.rules import ContractFacts, GateFacts, RegisterFacts, StandingFacts, registration_problems
from centres.rules.gate import APPLICATION_NEXT, CONTRACT_NEXT
from centres.states import UNSETTLED, ApplicationState, StandingKind


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


EPA, ASP = "AS-CSS-EPA", "AS-CSS-ASP"
CONTRACT = ContractFacts(day(3, 1), None, frozenset({EPA}))
OPEN = GateFacts(
    standings=[StandingFacts(StandingKind.APPROVED, day(1, 1))],
    register=(RegisterFacts(day(1, 1)),),
    contracts=[CONTRACT],
    package=EPA,
    opens_on=dt.date(2019, 9, 1),
    closes_on=None,
)
ENDED = replace(CONTRACT, ended_on=day(6, 30))


@pytest.mark.clause("A1", "A3", "A8")
@pytest.mark.parametrize(
    ("changes", "on", "found"),
    [
        ({}, day(3, 1), []),
        ({}, day(2, 28), ["no_contract"]),
        ({"contracts": []}, day(3, 1), ["no_contract"]),
        ({"package": ASP}, day(3, 1), ["no_contract"]),
        ({"contracts": [replace(CONTRACT, packages=frozenset({EPA, ASP}))], "package": ASP}, day(3, 1), []),
        ({"contracts": [ENDED]}, day(6, 30), []),
        ({"contracts": [ENDED]}, day(7, 1), ["no_contract"]),
        ({"contracts": [ENDED, replace(CONTRACT, in_force_from=day(7, 1))]}, day(7, 1), []),
        ({"contracts": [ENDED, replace(CONTRACT, in_force_from=day(7, 2))]}, day(7, 1), ["no_contract"]),
        ({"standings": []}, day(3, 1), ["not_imi_approved"]),
        (
            {"standings": [*OPEN.standings, StandingFacts(StandingKind.SUSPENDED, day(4, 1), day(4, 30))]},
            day(3, 31),
            [],
        ),
        (
            {"standings": [*OPEN.standings, StandingFacts(StandingKind.SUSPENDED, day(4, 1), day(4, 30))]},
            day(4, 1),
            ["imi_suspended"],
        ),
        (
            {"standings": [*OPEN.standings, StandingFacts(StandingKind.SUSPENDED, day(4, 1), day(4, 30))]},
            day(5, 1),
            [],
        ),
        ({"register": ()}, day(3, 1), ["not_on_register"]),
        ({"register": (RegisterFacts(day(1, 1), left_on=day(5, 1)),)}, day(4, 30), []),
        ({"register": (RegisterFacts(day(1, 1), left_on=day(5, 1)),)}, day(5, 1), ["left_register"]),
        ({"opens_on": day(3, 2)}, day(3, 1), ["not_open_yet"]),
        ({"opens_on": day(3, 2)}, day(3, 2), []),
        ({"closes_on": day(3, 2)}, day(3, 2), []),
        ({"closes_on": day(3, 2)}, day(3, 3), ["closed"]),
        (
            {"standings": [], "register": (), "contracts": [], "closes_on": day(2, 1)},
            day(3, 1),
            ["not_imi_approved", "not_on_register", "no_contract", "closed"],
        ),
    ],
)
def test_the_gate(changes, on, found):
    assert [problem.code for problem in registration_problems(replace(OPEN, **changes), on)] == found


@pytest.mark.clause("A1")
def test_a_warning_leaves_the_gate_open():
    facts = replace(OPEN, register=(RegisterFacts(day(1, 1), not_starting=True),))
    assert [problem.warning for problem in registration_problems(facts, day(3, 1))] == [True]


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "words", "step", "where"),
    [
        ({"contracts": []}, "There is no EPA contract for AS-CSS-EPA.", "apply for approval", "apply"),
        ({"contracts": [ENDED]}, "The contract for AS-CSS-EPA ended on 30/06/2026.", "apply for approval", "apply"),
        ({"contracts": [], "waiting": "preparing"}, "The contract for AS-CSS-EPA is not in force yet (being prepared).",
         "the contract is being made", ""),
        ({"contracts": [], "waiting": "offered"}, "The contract for AS-CSS-EPA is not in force yet (offered).",
         "the centre’s owner signs the contract", "contract"),
        ({"contracts": [ENDED], "waiting": "signed"},
         "The contract for AS-CSS-EPA is not in force yet (signed by the centre).", "IMI checks the signed contract",
         "countersign"),
        ({"contracts": [], "application": "draft"}, "There is no EPA contract for AS-CSS-EPA.",
         "finish the application and hand it in", "application"),
        ({"contracts": [], "application": "submitted"}, "There is no EPA contract for AS-CSS-EPA.",
         "waiting for IMI", ""),
        ({"contracts": [], "application": "in_review"}, "There is no EPA contract for AS-CSS-EPA.",
         "waiting for IMI", ""),
        ({"contracts": [], "application": "actions_required"}, "There is no EPA contract for AS-CSS-EPA.",
         "answer the Centre EQA’s actions", "application"),
        ({"contracts": [ENDED], "application": "resubmitted"}, "The contract for AS-CSS-EPA ended on 30/06/2026.",
         "waiting for IMI", ""),
    ],
)  # fmt: skip
def test_the_refusal_says_how_far_the_contract_is_and_what_is_next(changes, words, step, where):
    problem = registration_problems(replace(OPEN, **changes), day(7, 1))[0]
    assert (problem.clause, problem.where, problem.field) == ("A8", where, "package")
    assert problem.message.startswith(f"{words} Next: {step}")


def test_every_state_on_the_way_to_a_contract_says_what_is_next():
    decided = {ApplicationState.APPROVED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
    assert set(APPLICATION_NEXT) == set(ApplicationState) - decided
    assert set(CONTRACT_NEXT) == set(UNSETTLED)
