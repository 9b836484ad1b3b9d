"""A6: the risk that the facts propose, what the reviewer may make of it, and when a second person confirms."""

import pytest

from centres.rules import RiskFacts, needs_sign_off, proposed_risk, rating_problems
from standards.states import Risk

KNOWN = {"new_centre": False, "actions": 0, "sanctions": 0, "sites": 1}


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "rating", "grounds"),
    [
        ({}, Risk.LOW, 1),
        ({"actions": 2, "sites": 3}, Risk.LOW, 1),
        ({"actions": 3}, Risk.MEDIUM, 1),
        ({"sites": 4}, Risk.MEDIUM, 1),
        ({"new_centre": True}, Risk.MEDIUM, 1),
        ({"new_centre": True, "actions": 3}, Risk.MEDIUM, 2),
        ({"sanctions": 1}, Risk.MEDIUM, 1),
        ({"sanctions": 1, "actions": 3}, Risk.HIGH, 2),
        ({"new_centre": True, "actions": 3, "sites": 4}, Risk.HIGH, 3),
        ({"sanctions": 2, "new_centre": True}, Risk.HIGH, 2),
    ],
)
def test_the_facts_propose_a_rating_and_say_why(changes, rating, grounds):
    proposal = proposed_risk(RiskFacts(**KNOWN | changes))
    assert (proposal.rating, len(proposal.grounds)) == (rating, grounds)


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("rating", "reason", "found"),
    [
        ("medium", "", []),
        ("low", "They are known well.", []),
        ("high", "Complaints.", []),
        ("low", "  ", ["deviation_without_reason"]),
        ("", "x", ["no_rating"]),
        ("none", "x", ["no_rating"]),
    ],
)
def test_another_rating_has_its_reason(rating, reason, found):
    assert [problem.code for problem in rating_problems(rating, Risk.MEDIUM, reason)] == found


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("rating", "start", "needed"),
    [
        ("high", "high", True),
        ("medium", "high", False),
        ("medium", "medium", True),
        ("low", "low", True),
        ("high", "", False),
        ("", "low", False),
    ],
)
def test_a_second_person_confirms_from_the_set_risk_on(rating, start, needed):
    assert needs_sign_off(rating, start) is needed
