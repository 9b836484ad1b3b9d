"""Who may own a centre next, both sides of each boundary (A1)."""

import pytest

from centres import rules

pytestmark = pytest.mark.clause("A1")


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("acts", "owns", "expected"),
    [(True, False, []), (False, False, ["not_of_the_centre"]), (True, True, ["owns_already"])],
)
def test_the_successor(acts, owns, expected):
    assert codes(rules.next_owner_problems(acts_for_centre=acts, owns_it=owns)) == expected
    assert codes(rules.appointment_problems(acts_for_centre=acts, owns_it=owns, reason="Gone")) == expected
    assert codes(rules.appointment_problems(acts_for_centre=acts, owns_it=owns, reason=" ")) == [*expected, "no_reason"]


@pytest.mark.parametrize(
    ("owner", "successor", "expected"),
    [(True, True, []), (False, True, ["no_longer_owner"]), (True, False, ["not_of_the_centre"])],
)
def test_acceptance(owner, successor, expected):
    assert codes(rules.acceptance_problems(owner_still_owns=owner, successor_acts=successor)) == expected
