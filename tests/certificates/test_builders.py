"""The builders build what they say, through the verbs and as bare rows."""

import datetime as dt

import pytest

from certificates.actions import claims, records
from epa.states import EPAState
from foundation import clock
from standards.models import StandardVersion
from tests.certificates import builders

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_pass_through_the_verbs_and_one_of_rows_are_claimed_alike(
    st0071: StandardVersion, private_files, friday
) -> None:
    epas = [builders.passed(st0071), *builders.passed_rows(st0071)]
    for epa in epas:
        assert epa.state == EPAState.PASSED
        assert builders.result_of(epa).last_day < clock.today()
        assert claims.problems_of(builders.result_of(epa)) == []
        assert records.problems(epa) == []
    first, second = builders.claimed(*epas)
    assert first.payload.keys() == second.payload.keys()
    assert (
        first.payload["learningDetails"]["overallGrade"] == second.payload["learningDetails"]["overallGrade"] == "Pass"
    )
    assert first.payload["postalContact"]["organisation"] == "Hertford Motor Group"
    assert second.payload["postalContact"]["organisation"] == "Bright Garages"
    assert first.batch.started_at - friday == dt.timedelta()
