"""A1 and A8 over any facts: compared with the plainest way of saying the same."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.rules import ContractFacts, GateFacts, RegisterFacts, StandingFacts, registration_problems, standing_on
from centres.states import StandingKind

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
FACTS = st.builds(
    lambda kind, start, length: StandingFacts(
        kind, start, None if length is None else start + dt.timedelta(days=length)
    ),
    st.sampled_from(StandingKind),
    DAYS,
    st.none() | st.integers(0, 20),
)
EPA = "AS-CSS-EPA"
OPEN = {
    "standings": [StandingFacts(StandingKind.APPROVED, dt.date(2020, 1, 1))],
    "register": (RegisterFacts(dt.date(2020, 1, 1)),),
    "package": EPA,
    "opens_on": dt.date(2020, 1, 1),
    "closes_on": None,
}


@pytest.mark.clause("A1")
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(FACTS, max_size=6), DAYS)
def test_the_standing_is_that_of_a_decision_that_holds(standings, day):
    """Plainly: walk through the decisions in the order of their first days; the last that holds is the standing."""
    expected = None
    for fact in sorted(standings, key=lambda one: one.starts_on):  # sorted keeps the order of recording
        if fact.starts_on <= day and (fact.ends_on is None or day <= fact.ends_on):
            expected = fact.kind
    assert standing_on(standings, day) == expected


@pytest.mark.clause("A8")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.booleans()), max_size=4), DAYS)
def test_the_gate_is_open_on_the_days_of_a_contract_of_that_element(contracts, day):
    signed = [
        ContractFacts(start, end, frozenset({EPA} if covers else {"AS-CSS-ASP"})) for start, end, covers in contracts
    ]
    facts = GateFacts(contracts=signed, **OPEN)
    covered = any(covers and start <= day and (end is None or day <= end) for start, end, covers in contracts)
    assert (registration_problems(facts, day) == []) is covered
