"""A1: a centre that leaves the register registers nobody from that day; what has begun goes on."""

import datetime as dt

import pytest

from centres import queries
from epa.models import EPA
from epa.states import EPAState
from foundation import clock
from tests.centres import builders as centres
from tests.epa import builders_assessing as assessing
from tests.epa import builders_preparing as preparing

pytestmark = pytest.mark.django_db


@pytest.mark.clause("A1")
def test_registrations_stop_that_day_and_assessments_go_on(st0071, private_files, at):
    epa = preparing.epa_for(preparing.registration(st0071))
    centre, today = epa.registration.apprentice.centre, clock.today()
    package = epa.registration.package
    centres.leave_register(centre.ukprn)

    def problems(on: dt.date) -> list[str]:
        return [problem.code for problem in queries.registration_problems(centre, package, on)]

    assert (problems(today - dt.timedelta(days=1)).count("left_register"), problems(today)) == (0, ["left_register"])
    preparing.accepted(epa)
    assert EPA.objects.get(pk=epa.pk).state == EPAState.IN_PERIOD
    assert assessing.released(EPA.objects.get(pk=epa.pk)).released_at is not None
