"""The weekly claim: everybody who may be is claimed, once, whatever happens to the job (F5); and what a person does."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from apprentices.models import Apprentice, Employer
from certificates import queries, rules
from certificates.actions import claims, sending
from certificates.hours import CLAIM_AT
from certificates.models import Claim, ClaimBatch
from epa.models import EPA, Result
from foundation import audit, clock, periods
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Period
from standards.models import StandardVersion
from standards.states import Grade
from tests.builders import person
from tests.certificates import builders
from tests.certificates.conftest import FRIDAY

pytestmark = pytest.mark.django_db
Passes = Callable[..., list[builders.EPA]]
At = Callable[[dt.datetime], None]


def left_out(batch: ClaimBatch | None) -> list[list[str]]:
    assert batch is not None
    return [[problem["code"] for problem in entry["problems"]] for entry in batch.left_out]


@pytest.mark.clause("F5")
def test_a_friday(passes: Passes) -> None:
    epas = passes(3)
    batch = claims.run_week()
    assert batch is not None
    assert (batch.week, batch.started_at, batch.done_at, batch.left_out) == ("2026-W38", FRIDAY, FRIDAY, [])
    assert {claim.result.epa for claim in batch.claims.all()} == set(epas)
    one = batch.claims.first()
    assert one is not None
    assert one.payload_sha256 == rules.payload_sha256(one.payload)
    assert one.payload["requestId"] == str(one.request_id)
    assert one.consent.apprentice == one.result.epa.registration.apprentice
    assert [(event.verb, event.facts) for event in audit.history(one)] == [("make", {"week": "2026-W38"})]
    assert Period.objects.get(job=claims.JOB).facts == {"claims": 3, "left_out": 0}


@pytest.mark.clause("F5")
def test_the_same_week_again_does_nothing(passes: Passes, at: At) -> None:
    passes(2)
    assert claims.run_week() is not None
    assert claims.run_week() is None
    at(FRIDAY + dt.timedelta(days=6))
    assert claims.run_week() is None
    assert Claim.objects.count() == 2


@pytest.mark.clause("F5")
def test_before_the_hour_it_is_last_weeks(passes: Passes, at: At) -> None:
    passes(1)
    at(FRIDAY.replace(hour=CLAIM_AT.hour, minute=CLAIM_AT.minute - 1))
    batch = claims.run_week()
    assert batch is not None
    assert batch.week == "2026-W37"


@pytest.mark.clause("F5")
def test_a_week_missed_is_caught_up(passes: Passes, at: At) -> None:
    """Nothing ran for three weeks: the next run, on a Tuesday, claims all who passed meanwhile."""
    passes(2)
    at(FRIDAY + dt.timedelta(days=18))
    passes(1)
    batch = claims.run_week()
    assert batch is not None
    assert (batch.week, batch.claims.count()) == ("2026-W40", 3)


@pytest.mark.clause("F4", "F5")
def test_without_consent_left_out_and_in_on_the_next_friday(passes: Passes, at: At) -> None:
    [epa] = passes(1, consented=False)
    batch = claims.run_week()
    assert batch is not None
    assert (batch.claims.count(), left_out(batch)) == (0, [["no_consent"]])
    assert [problem.code for problem in claims.problems_of(builders.result_of(epa))] == ["no_consent"]
    at(FRIDAY + dt.timedelta(days=1))
    builders.consented_by(epa.registration.apprentice)
    assert claims.run_week() is None, "a consent on Saturday waits for the next Friday"
    at(FRIDAY + dt.timedelta(days=7))
    batch = claims.run_week()
    assert batch is not None
    assert (batch.claims.count(), batch.left_out) == (1, [])


@pytest.mark.clause("F5")
def test_what_is_not_released_is_never_claimed(passes: Passes) -> None:
    passes(1)
    Result.objects.update(released_at=None)
    batch = claims.run_week()
    assert batch is not None
    assert (batch.claims.count(), batch.left_out) == (0, [])


@pytest.mark.clause("F5")
def test_a_fail_is_never_claimed(passes: Passes) -> None:
    passes(1)
    Result.objects.update(overall=Grade.FAIL)
    EPA.objects.update(state="resit_open")
    batch = claims.run_week()
    assert batch is not None
    assert (batch.claims.count(), batch.left_out) == (0, [])


@pytest.mark.clause("F5")
def test_a_pass_after_a_resit_is_claimed_once_and_its_first_fail_never_mentioned(passes: Passes, at: At) -> None:
    [epa] = passes(1)
    Result.objects.update(overall=Grade.FAIL)
    builders.released_row(epa, 2, Grade.PASS)
    batch = claims.run_week()
    assert batch is not None
    assert [(claim.result.sequence, claim.result.overall) for claim in batch.claims.all()] == [(2, "pass")]
    at(FRIDAY + dt.timedelta(days=7))
    batch = claims.run_week()
    assert batch is not None
    assert (batch.claims.count(), batch.left_out) == (0, [])


def test_an_employer_without_address_is_said(passes: Passes) -> None:
    passes(1)
    Employer.objects.update(address="", postcode="nowhere")
    assert left_out(claims.run_week()) == [["address", "postcode"]]


@pytest.mark.clause("F5")
def test_a_second_pass_of_the_same_uln_stops_nobody_else(passes: Passes) -> None:
    first, second, third = passes(3)
    registration = second.registration
    type(registration).objects.filter(pk=registration.pk).update(uln=first.registration.uln, state="withdrawn")
    batch = claims.run_week()
    assert batch is not None
    assert left_out(batch) == [["claimed"]]
    assert {claim.result.epa for claim in batch.claims.all()} == {first, third}


def test_a_fault_with_one_stops_nobody_else(passes: Passes) -> None:
    first, second = passes(2)
    type(first.registration).objects.filter(pk=first.registration.pk).update(uln="?")
    batch = claims.run_week()
    assert left_out(batch) == [["fault"]]
    assert Claim.objects.get().result.epa == second


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.slow
@pytest.mark.clause("F5")
def test_killed_anywhere_and_taken_up_again(passes: Passes, at: At) -> None:
    """At every statement in turn; the next tick after the lease finds the week and completes it."""
    passes(2)
    for statement in range(1, 200):
        left = statement

        def dies(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
            nonlocal left
            left -= not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
            if left == 0:
                left = -1
                raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(dies):
                claims.run_week()
        except Killed:
            at(clock.now() + periods.LEASE + dt.timedelta(seconds=1))
            claims.run_week()
        else:
            assert statement > 10
            return
        batch = ClaimBatch.objects.get()
        assert (batch.claims.count(), batch.left_out, batch.done_at is not None) == (2, [], True)
        Claim.objects.all().delete()
        batch.delete()
        Period.objects.all().delete()
        at(FRIDAY)
    raise AssertionError("the job never came to its end")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("F5")
def test_started_three_times_at_once(passes: Passes) -> None:
    passes(4)
    outcomes = builders.at_once(*[claims.run_week] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ClaimBatch", "NoneType", "NoneType"]
    assert Claim.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("F5")
def test_two_that_make_the_same_claim(passes: Passes) -> None:
    """A job whose lease ran out while it was at work, and the one that took over."""
    [epa] = passes(1)
    batch = ClaimBatch.objects.create(week="2026-W38")
    result = builders.result_of(epa)
    assert builders.at_once(*[lambda: claims.make(result, batch)] * 4) == [[]] * 4
    assert Claim.objects.count() == 1


def needs_person(passes: Passes, **changes: Any) -> Claim:
    [claim] = builders.claimed(*passes(1))
    values = {"state": "needs_person", "set_aside_at": clock.now(), "service_errors": ["No."], "attempts": 9}
    Claim.objects.filter(pk=claim.pk).update(**(values | changes))
    claim.refresh_from_db()
    return claim


def codes(refused: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def team() -> Any:
    return person(Role.EPA_TEAM)


def test_tried_again_with_what_has_been_corrected(passes: Passes, team: Any) -> None:
    claim = needs_person(passes)
    before = claim.payload_sha256
    Employer.objects.update(name="Hertford Motors")
    claims.try_again(claim=claim, by=team)
    claim.refresh_from_db()
    assert (claim.state, claim.attempts, claim.set_aside_at, claim.service_errors) == ("ready", 0, None, [])
    assert claim.payload["postalContact"]["organisation"] == "Hertford Motors"
    assert claim.payload["requestId"] == str(claim.request_id)
    assert claim.payload_sha256 == rules.payload_sha256(claim.payload) != before


@pytest.mark.clause("F5")
def test_a_job_whose_time_is_up_ends_and_leaves_nobody_out(passes: Passes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nobody's fault, and the next run takes the same week up."""
    passes(1)

    def slow(*_args: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch, pytest.raises(SoftTimeLimitExceeded):
        patch.setattr(claims, "make", slow)
        claims.run_week()
    batch = ClaimBatch.objects.get()
    assert (batch.done_at, batch.left_out) == (None, [])


@pytest.mark.clause("F4")
def test_not_tried_again_without_consent(passes: Passes, team: Any) -> None:
    claim = needs_person(passes)
    type(claim.consent).objects.update(withdrawn_at=clock.now())
    with pytest.raises(Refused) as refused:
        claims.try_again(claim=claim, by=team)
    assert codes(refused) == ["no_consent"]
    claim.refresh_from_db()
    assert claim.state == "needs_person"


def test_not_tried_again_while_something_is_missing(passes: Passes, team: Any) -> None:
    claim = needs_person(passes)
    Employer.objects.update(postcode="")
    with pytest.raises(Refused) as refused:
        claims.try_again(claim=claim, by=team)
    assert codes(refused) == ["postcode"]


@pytest.mark.parametrize("sent", [True, False])
def test_a_corrected_uln(passes: Passes, team: Any, sent: bool) -> None:
    """Before anything was sent the claim takes it; afterwards the certificate may be there under the old one."""
    claim = needs_person(passes, sent_at=clock.now() if sent else None)
    registration = claim.result.epa.registration
    Apprentice.objects.update(uln="1061484016")
    type(registration).objects.update(uln="1061484016")
    if sent:
        with pytest.raises(Refused) as refused:
            claims.try_again(claim=claim, by=team)
        assert codes(refused) == ["uln_changed"]
        return
    claims.try_again(claim=claim, by=team)
    claim.refresh_from_db()
    assert (claim.uln, claim.payload["learner"]["uln"]) == ("1061484016", 1061484016)


def test_confirmed_by_hand(passes: Passes, team: Any) -> None:
    claim = needs_person(passes)
    claims.confirm_by_hand(claim=claim, reference=" 00013007 ", by=team)
    claim.refresh_from_db()
    assert (claim.state, claim.reference, claim.reference_by_hand) == ("submitted", "", "00013007")
    assert (claim.sent_at, claim.submitted_at) == (None, None), "nobody knows yet"
    assert (claim.next_look_at, claim.done_at, claim.set_aside_at) == (clock.now(), clock.now(), None)


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    "typed", ["abc", "", "1307", "0001300a", "00013007 00013008", "١٢٣٤٥٦٧٨", "00013007\n1", "9" * 11]
)
def test_what_is_no_reference_is_not_confirmed(passes: Passes, team: Any, typed: str) -> None:
    claim = needs_person(passes)
    with pytest.raises(Refused) as refused:
        claims.confirm_by_hand(claim=claim, reference=typed, by=team)
    assert codes(refused) == ["reference"]
    claim.refresh_from_db()
    assert (claim.state, claim.reference_by_hand) == ("needs_person", "")


@pytest.mark.clause("F5")
@pytest.mark.parametrize("field", ["reference", "reference_by_hand"])
def test_the_reference_of_another_claim_is_not_confirmed(passes: Passes, team: Any, field: str) -> None:
    claim, other = builders.claimed(*passes(2))
    Claim.objects.filter(pk=other.pk).update(**{field: "00013007"})
    Claim.objects.filter(pk=claim.pk).update(state="needs_person")
    claim.refresh_from_db()
    with pytest.raises(Refused) as refused:
        claims.confirm_by_hand(claim=claim, reference="00013007", by=team)
    assert codes(refused) == ["reference_used"]
    assert other.number in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**{field: "00013007"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("F5")
def test_one_reference_typed_for_two_claims_at_once(passes: Passes, team: Any) -> None:
    made = builders.claimed(*passes(2))
    Claim.objects.update(state="needs_person")
    works = [
        functools.partial(claims.confirm_by_hand, claim=Claim.objects.get(pk=row.pk), reference="00013007", by=team)
        for row in made
    ]
    outcomes = builders.at_once(*works)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["needs_person", "submitted"]


def test_cancelled_and_up_again_on_the_next_friday(passes: Passes, team: Any, at: At) -> None:
    claim = needs_person(passes)
    claims.cancel(claim=claim, by=team)
    at(FRIDAY + dt.timedelta(days=7))
    batch = claims.run_week()
    assert batch is not None
    assert [row.result for row in batch.claims.all()] == [claim.result]


def test_what_the_service_holds_is_not_cancelled(passes: Passes, team: Any) -> None:
    claim = needs_person(passes, reference="00013001")
    with pytest.raises(Refused) as refused:
        claims.cancel(claim=claim, by=team)
    assert codes(refused) == ["held"]


@pytest.mark.parametrize("state", ["sending", "created", "submitted", "printed", "delivered", "cancelled"])
def test_no_person_touches_a_claim_under_way(passes: Passes, team: Any, state: str) -> None:
    claim = needs_person(passes, state=state)
    for verb in (claims.try_again, claims.cancel):
        with pytest.raises(WrongState):
            verb(claim=claim, by=team)
    with pytest.raises(WrongState):
        claims.confirm_by_hand(claim=claim, reference="1", by=team)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FINANCE, Role.IQA, Role.CENTRE_EQA, Role.CENTRE_OWNER])
def test_only_the_epa_team_settles_claims(passes: Passes, role: Role) -> None:
    claim = needs_person(passes)
    organisation = claim.result.epa.registration.apprentice.centre.organisation
    user = person(role, organisation if role == Role.CENTRE_OWNER else None)
    for verb in (claims.try_again, claims.cancel):
        with pytest.raises(NotAllowed):
            verb(claim=claim, by=user)
    with pytest.raises(NotAllowed):
        claims.confirm_by_hand(claim=claim, reference="1", by=user)


DAY, WEEKS = dt.timedelta(days=1), dt.timedelta(weeks=6)


@pytest.mark.clause("F5")
@pytest.mark.parametrize(
    ("changes", "after", "seen"),
    [
        ({"state": "needs_person"}, dt.timedelta(), True),
        ({"state": "ready"}, DAY, False),
        ({"state": "ready"}, DAY + dt.timedelta(seconds=1), True),
        ({"state": "sending"}, DAY + dt.timedelta(seconds=1), True),
        ({"state": "created"}, DAY + dt.timedelta(seconds=1), True),
        ({"state": "ready", "set_aside_at": FRIDAY}, dt.timedelta(), True),
        ({"state": "submitted", "submitted_at": FRIDAY}, WEEKS, False),
        ({"state": "submitted", "submitted_at": FRIDAY}, WEEKS + dt.timedelta(seconds=1), True),
        ({"state": "printed", "submitted_at": FRIDAY}, WEEKS + dt.timedelta(seconds=1), True),
        ({"state": "delivered", "submitted_at": FRIDAY}, 9 * WEEKS, False),
        ({"state": "cancelled"}, 9 * WEEKS, False),
        ({"state": "submitted", "reference_by_hand": "00013007"}, dt.timedelta(), True),
    ],
)
def test_what_nobody_may_overlook(
    passes: Passes, at: At, changes: dict[str, Any], after: dt.timedelta, seen: bool
) -> None:
    claim = needs_person(passes, **({"set_aside_at": None} | changes))
    at(FRIDAY.astimezone(dt.UTC) + after)  # six weeks later the clocks have changed
    assert list(queries.unsettled(person(Role.ADMINISTRATOR))) == ([claim] if seen else [])
    assert list(queries.unsettled(person(Role.FINANCE))) == []


def test_the_lease_outlives_what_may_still_come(st0071: StandardVersion, settings: Any) -> None:
    settings.ASSESSMENT_SERVICE_SETTLE = 3600
    assert sending.lease() > sending.settle_time() + dt.timedelta(seconds=settings.ASSESSMENT_SERVICE_TIMEOUT)
