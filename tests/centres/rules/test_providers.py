"""A1: on the register or not, on any day, from the stretches of time that imports have left."""

import datetime as dt

import pytest

from centres.rules import RegisterFacts, facts_on, joined_on, left_by, register_problems


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def codes(history, on):
    return [problem.code for problem in register_problems(history, on)]


GONE_IN_MARCH = RegisterFacts(day(1, 1), left_on=day(3, 1))
BACK_IN_MAY = RegisterFacts(day(5, 3), left_on=day(8, 1))
STOPPED_IN_AUGUST = RegisterFacts(day(8, 1), not_starting=True)
TO_AND_FRO = (GONE_IN_MARCH, BACK_IN_MAY, STOPPED_IN_AUGUST)
SUPPORTING = RegisterFacts(day(1, 1), provider_type="Supporting provider")


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("history", "on", "expected"),
    [
        ((), day(3, 1), ["not_on_register"]),
        ((RegisterFacts(day(3, 1)),), day(2, 28), ["not_on_register"]),
        ((RegisterFacts(day(3, 1)),), day(3, 1), []),
        ((GONE_IN_MARCH,), day(2, 28), []),
        ((GONE_IN_MARCH,), day(3, 1), ["left_register"]),
        ((GONE_IN_MARCH,), day(4, 1), ["left_register"]),
        ((RegisterFacts(day(1, 1), not_starting=True),), day(3, 1), ["not_starting"]),
        ((SUPPORTING,), day(3, 1), ["supporting_provider"]),
        ((RegisterFacts(day(1, 1), provider_type="Employer provider"),), day(3, 1), []),
        # leaving and coming back, past and to come
        (TO_AND_FRO, dt.date(2025, 12, 31), ["not_on_register"]),
        (TO_AND_FRO, day(2, 28), []),
        (TO_AND_FRO, day(5, 2), ["left_register"]),
        (TO_AND_FRO, day(5, 3), []),
        (TO_AND_FRO, day(7, 31), []),
        (TO_AND_FRO, day(8, 1), ["not_starting"]),
        (TO_AND_FRO, dt.date(2031, 1, 1), ["not_starting"]),
        # what two imports of one day said: the first holds on no day
        ((RegisterFacts(day(3, 1), left_on=day(3, 1)),), day(3, 1), ["not_on_register"]),
        ((GONE_IN_MARCH, RegisterFacts(day(3, 1))), day(3, 1), []),
    ],
)
def test_the_second_fact_on_any_day(history, on, expected):
    assert codes(history, on) == expected


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("on", "since"),
    [(day(1, 1), None), (day(2, 28), None), (day(3, 1), day(3, 1)), (day(5, 2), day(3, 1)), (day(5, 3), None)],
)
def test_since_when_it_is_gone(on, since):
    assert left_by(TO_AND_FRO, on) == since
    assert (facts_on(TO_AND_FRO, on) is None) == (since is not None)


@pytest.mark.clause("A1")
def test_a_provider_that_starts_nobody_is_warned_of_not_stopped():
    history = (RegisterFacts(day(1, 1), not_starting=True, provider_type="Supporting provider"),)
    assert [problem.warning for problem in register_problems(history, day(3, 1))] == [True, True]


@pytest.mark.clause("A1")
def test_the_refusal_says_what_why_and_where():
    problem = register_problems((GONE_IN_MARCH,), day(3, 2))[0]
    assert (problem.clause, problem.where, problem.warning) == ("A1", "register", False)
    assert problem.message == (
        "This provider is no longer on the register of apprenticeship training providers since 01/03/2026; a centre "
        "has to be on it — guidance, Approval requirements. The provider has to settle this with the Department for "
        "Education."
    )


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("start", "left", "expected"),
    [
        (None, None, day(6, 1)),
        (day(2, 1), None, day(2, 1)),
        (day(6, 2), None, day(6, 1)),
        (None, day(3, 1), day(6, 1)),
        (day(2, 28), day(3, 1), day(6, 1)),
        (day(3, 1), day(3, 1), day(3, 1)),
        (day(5, 1), day(3, 1), day(5, 1)),
    ],
)
def test_since_when_an_import_has_it_on_the_register(start, left, expected):
    """Its own start date, but of one that comes back only a start after it left."""
    assert joined_on(start, left, day(6, 1)) == expected
