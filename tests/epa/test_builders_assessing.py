"""The builders themselves: from a registration to a released result through every verb there is."""

import datetime as dt

import pytest

from epa.states import BookingState, EPAState, GatewayState
from tests.epa import builders_assessing as build
from tests.epa import builders_preparing as preparing

START = dt.date(2026, 9, 14)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("grades", "state"), [({}, EPAState.PASSED), ({"OBS": "fail"}, EPAState.RESIT_OPEN)])
def test_the_whole_chain_through_the_verbs(version, at, grades, state):
    at(START)
    epa = build.in_period(preparing.registration(version))
    assert (epa.state, epa.starts_on, epa.gateway.state) == (EPAState.IN_PERIOD, START, GatewayState.ACCEPTED)
    assert build.confirmed(epa).state == BookingState.CONFIRMED
    assert build.assessed(epa, grades).sequence == 1
    result = build.released(epa)
    assert (epa.state, result.released_at.date()) == (state, dt.date(2026, 11, 4))


def test_released_does_all_that_is_missing_before_it(version, at):
    at(START)
    epa = build.opened(preparing.registration(version))
    assert build.released(epa).overall == "pass"
    assert epa.bookings.get().state == BookingState.COMPLETED
