"""The look for states that cannot be: each made behind the back of every verb, beside its healthy twin."""

import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.states import Role
from apprentices.models import Registration
from centres.models import Charge
from certificates.actions import claims
from certificates.actions.missed import GRACE
from certificates.models import Claim, ClaimBatch, Consent
from epa.actions import deadlines
from epa.models import EPA, Attempt, Deadline, Result
from foundation import clock
from foundation.models import Message
from imi_portal import invariants
from imi_portal.tasks import look_for_what_cannot_be
from tests.apprentices.builders import registered
from tests.builders import person
from tests.centres.builders import approved_centre, epa_team
from tests.certificates import builders as certificates
from tests.epa import builders_assessing as assessing

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 9, 18, 16, 30, tzinfo=clock.LONDON)
WEEK = dt.timedelta(days=7)


def found() -> list[tuple[str, int]]:
    return [(finding.code, finding.subject.pk) for finding in invariants.findings()]


@pytest.fixture
def centre(st0071, private_files):
    return approved_centre(st0071)


@pytest.fixture
def in_period(st0071, centre) -> Callable[[], EPA]:
    return lambda: assessing.in_period(registered(centre, st0071.packages.get(kind="epa")))


def test_a_registration_has_a_charge_of_its_own(st0071, centre) -> None:
    package = st0071.packages.get(kind="epa")
    one, other = registered(centre, package), registered(centre, package)
    assert found() == []
    foreign = Charge.objects.create(
        number="CHG-99-1",
        centre=centre,
        kind="resit",
        description="Resit",
        amount=1,
        about_type="epa.attempt",
        about_id=one.pk,
        by_label="test",
    )
    Registration.objects.filter(pk=one.pk).update(charge=foreign)
    assert found() == [("registration_uncharged", one.pk)]
    Registration.objects.filter(pk=one.pk).update(state="withdrawn")
    assert found() == []
    assert other.state == "active"


@pytest.mark.clause("F1")
def test_an_assessment_from_its_period_to_its_end_is_never_found(in_period, at) -> None:
    epa = in_period()
    assert found() == []
    result = assessing.assessed(epa)
    at(assessing.london(result.last_day, 18))
    assert found() == []
    at(assessing.released(epa, {"OBS": "fail"}).released_at)
    assert found() == []


@pytest.mark.clause("F1")
@pytest.mark.parametrize("state", ["passed", "resit_open", "closed"])
def test_released_without_a_result(in_period, state: str) -> None:
    epa, healthy = in_period(), in_period()
    EPA.objects.filter(pk=epa.pk).update(state=state)
    assert ("released_without_result", epa.pk) in found()
    assert healthy.pk not in [pk for code, pk in found() if code == "released_without_result"]


@pytest.mark.clause("F1")
def test_a_result_that_waits_where_nobody_waits_for_it(in_period, at) -> None:
    epa = in_period()
    result = assessing.released(epa)
    at(result.released_at)
    assert found() == []
    Result.objects.filter(pk=result.pk).update(released_at=None)
    assert found() == [("released_without_result", epa.pk), ("result_held_back", result.pk)]


@pytest.mark.clause("F1")
def test_an_attempt_released_before_any_result(in_period) -> None:
    epa = in_period()
    assessing.assessed(epa)
    attempt = epa.attempts.get(component__code="OBS")
    assert found() == []
    Attempt.objects.filter(pk=attempt.pk).update(state="released")
    assert found() == [("attempt_released_alone", attempt.pk)]


@pytest.mark.clause("F1")
def test_assessed_without_a_due_date(in_period) -> None:
    epa = in_period()
    assessing.assessed(epa)
    row = Deadline.objects.filter(epa=epa, kind="result")
    row.update(done_at=clock.now())
    assert found() == [("no_result_due", epa.pk)]
    row.update(done_at=None)
    assert found() == []
    row.delete()
    Result.objects.all().delete()
    assert found() == [("no_result_due", epa.pk)]


@pytest.mark.clause("F1")
def test_assessed_and_left_in_the_period(in_period) -> None:
    epa = in_period()
    assessing.assessed(epa)
    EPA.objects.filter(pk=epa.pk).update(state="in_period")
    Result.objects.all().delete()
    assert found() == [("assessed_and_left", epa.pk)]
    epa.attempts.filter(component__code="OBS").update(state="arranged")
    assert found() == []


@pytest.mark.clause("C9")
def test_a_period_that_ended_without_being_marked(in_period) -> None:
    epa = in_period()
    assert epa.ends_on is not None
    for day, codes in ((0, []), (1, []), (2, [("period_end_not_marked", epa.pk)])):
        with clock.travel(epa.ends_on + dt.timedelta(days=day)):
            assert found() == codes, day
    with clock.travel(epa.ends_on + dt.timedelta(days=2)):
        deadlines.look(clock.today())
        assert found() == []
        Deadline.objects.filter(epa=epa, kind="period_end").update(due_on=epa.ends_on - WEEK)
        assert found() == [("period_end_not_marked", epa.pk)], "the mark is for another day"
        Deadline.objects.filter(epa=epa, kind="period_end").delete()
        assert found() == [("period_end_not_marked", epa.pk)]


# The Friday's claims


@pytest.fixture
def passed(st0071, private_files, at) -> Callable[..., EPA]:
    """Bare rows of a pass released on the Wednesday before, with consent; the clock stands on Friday after four."""
    at(FRIDAY - WEEK / 7 * 2)

    def made(**more) -> EPA:
        [epa] = certificates.passed_rows(st0071, 1, **more)
        Registration.objects.filter(pk=epa.registration_id).update(state="completed")  # its charge is a bare row too
        return epa

    return made


@pytest.mark.clause("F5")
def test_a_pass_with_consent_is_claimed_by_its_friday(passed, at) -> None:
    epa, silent = passed(), passed(consented=False)
    result = certificates.result_of(epa)
    assert found() == [], "its Friday is to come"
    at(FRIDAY)
    assert found() == [], "the claim may be a little late"
    at(FRIDAY + GRACE)
    [finding] = invariants.findings()
    assert (finding.code, finding.subject) == ("week_not_claimed:2026-W38", result)
    assert "one of 1 passes" in finding.words
    claims.run_week()
    assert found() == []
    Claim.objects.all().delete()
    assert found() == [("pass_not_claimed", result.pk)]
    assert silent.pk != epa.pk


@pytest.mark.clause("F5")
def test_what_the_friday_had_a_reason_for_waits_for_the_next(passed, at) -> None:
    epa = passed()
    employer = epa.registration.apprentice.employer
    address = {"postcode": employer.postcode}
    type(employer).objects.filter(pk=employer.pk).update(postcode="")
    at(FRIDAY)
    claims.run_week()
    type(employer).objects.filter(pk=employer.pk).update(**address)
    at(FRIDAY + GRACE)
    assert found() == [], "its address was completed after the Friday"
    batch = ClaimBatch.objects.get()
    fault = [{"result": certificates.result_of(epa).pk, "problems": [{"code": "fault"}]}]
    ClaimBatch.objects.filter(pk=batch.pk).update(left_out=fault)
    assert found() == [("pass_not_claimed", certificates.result_of(epa).pk)], "a fault of ours is no reason"


@pytest.mark.clause("F4", "F5")
def test_consent_or_a_release_after_the_friday_waits_for_the_next(passed, at) -> None:
    epa, later = passed(), passed()
    at(FRIDAY)
    ClaimBatch.objects.create(week="2026-W38", started_at=clock.now(), done_at=clock.now())
    at(FRIDAY + GRACE)
    results = [certificates.result_of(row).pk for row in (epa, later)]
    assert found() == [("pass_not_claimed", pk) for pk in results]
    Consent.objects.filter(apprentice=epa.registration.apprentice).update(given_at=FRIDAY)
    assert found() == [("pass_not_claimed", results[1])]
    Result.objects.filter(pk=results[1]).update(released_at=FRIDAY)
    assert found() == []


@pytest.mark.clause("F5")
def test_a_claim_given_up_after_the_friday_waits_for_the_next(passed, at) -> None:
    epa = passed()
    at(FRIDAY)
    claims.run_week()
    claim = Claim.objects.get()
    at(FRIDAY + GRACE)
    claims.cancel(claim=claim, by=epa_team())
    assert found() == []
    at(FRIDAY + WEEK + GRACE)
    assert found() == [("week_not_claimed:2026-W39", certificates.result_of(epa).pk)]


# Telling


def test_every_administrator_is_told_of_each_finding_once(in_period) -> None:
    first, second = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    look_for_what_cannot_be()
    assert not Message.objects.filter(kind="imi_portal.cannot_be").exists()
    broken, other = in_period(), in_period()
    EPA.objects.filter(pk=broken.pk).update(state="closed")
    look_for_what_cannot_be()
    look_for_what_cannot_be()
    told = Message.objects.filter(kind="imi_portal.cannot_be")
    assert sorted(told.values_list("to_user", "about_type", "about_id")) == [
        (who.pk, "epa.epa", broken.pk) for who in (first, second)
    ]
    assert f"/admin/epa/epa/{broken.pk}/change/" in told[0].text
    assert (
        f"The EPA number {broken.pk} is “Closed without a pass” without a released result (clause F1)." in told[0].text
    )
    EPA.objects.filter(pk=other.pk).update(state="closed")
    look_for_what_cannot_be()
    assert told.count() == 4


def test_the_link_of_every_kind_opens_for_an_administrator(in_period, client) -> None:
    epa = in_period()
    assessing.assessed(epa)
    client.force_login(person(Role.ADMINISTRATOR))
    for row in (epa, epa.registration, epa.attempts.first(), epa.results.get()):
        meta = row._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        assert client.get(address).status_code == 200, address


def test_the_command_prints_and_says_by_its_status(in_period) -> None:
    out = StringIO()
    call_command("invariants", stdout=out)
    assert out.getvalue() == "Nothing found.\n"
    epa = in_period()
    EPA.objects.filter(pk=epa.pk).update(state="closed")
    with pytest.raises(SystemExit) as ended:
        call_command("invariants", stdout=out)
    assert ended.value.code == 1
    assert f"released_without_result  epa.EPA {epa.pk} [F1] is “Closed without a pass”" in out.getvalue()
    assert not Message.objects.filter(kind="imi_portal.cannot_be").exists(), "printing tells nobody else"
