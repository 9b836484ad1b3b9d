"""A centre that is suspended or off the register registers nobody new; who is registered is assessed and certified."""

import datetime as dt

import pytest

from centres import queries
from certificates.actions import records
from epa.states import EPAState
from foundation import clock
from tests.centres import builders as centres
from tests.epa import builders_assessing as assessing
from tests.epa import builders_preparing as preparing

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 14)


@pytest.mark.clause("A1")
@pytest.mark.parametrize("fallen", ["suspended", "sanctioned", "off the register"])
def test_running_assessments_go_on(st0071, private_files, at, fallen):
    at(dt.datetime.combine(DAY - dt.timedelta(days=1), dt.time(9), tzinfo=clock.LONDON))
    centre = centres.approved_centre(st0071)
    package = st0071.packages.get(kind="epa")
    registration = preparing.registration(st0071, centre)
    assert queries.registration_problems(centre, package, clock.today()) == []
    at(dt.datetime.combine(DAY, dt.time(9), tzinfo=clock.LONDON))
    if fallen == "suspended":
        centres.suspend(centre)
    elif fallen == "sanctioned":
        centres.sanction(centre, "level_5")
    else:
        centres.leave_register(centre.ukprn)
    assert queries.registration_problems(centre, package, DAY)
    assert queries.registration_problems(centre, package, DAY - dt.timedelta(days=1)) == []
    epa = assessing.in_period(registration)
    result = assessing.released(epa)
    assert (epa.state, result.overall) == (EPAState.PASSED, "pass")
    with clock.travel(result.released_at):
        assert records.claim_record(epa=epa, by=centres.owner_of(centre)).document_id
