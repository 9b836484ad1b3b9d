"""Friday's batch: every released pass that is not claimed yet and may be becomes one claim, once (F5)."""

import logging
import uuid
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.actors import System
from accounts.models import User
from certificates import queries, rules
from certificates.models import Claim, ClaimBatch, Consent
from certificates.rules import ClaimFacts
from certificates.states import ClaimState
from epa.models import Result
from epa.states import EPAState
from foundation import audit, clock, outbox, periods, references, workflow
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor

log = logging.getLogger(__name__)
JOB = "weekly claim"
WITH = ("epa__registration__apprentice__employer", "epa__registration__package__version__standard")
# A claim that leaves the hands of a person starts from the first attempt, with nothing said against it.
AFRESH: dict[str, Any] = {
    "service_errors": [],
    "unanswered_since": None,
    "attempts": 0,
    "set_aside_at": None,
    "not_before": None,
    "lease": None,
    "lease_until": None,
    "last_error": "",
}


def run_week() -> ClaimBatch | None:
    """The weekly claim (F5): claims the period of the Friday that is due and fills its batch.

    None when that week is done or another worker has it. Killed in the middle, the next run takes the same week up:
    claims already made are there once (a constraint), the rest are added.
    """
    friday = rules.claim_week(clock.now().astimezone(clock.LONDON))
    week = periods.week_key(friday)
    period = periods.claim(JOB, week)
    if period is None:
        return None
    batch, _ = ClaimBatch.objects.get_or_create(week=week, defaults={"started_at": clock.now()})
    left_out = []
    for result in unclaimed():
        problems = _make_or_say(result, batch)
        if problems:
            left_out.append({"result": result.pk, "problems": [problem.as_dict() for problem in problems]})
    with transaction.atomic():
        ClaimBatch.objects.filter(pk=batch.pk).update(done_at=clock.now(), left_out=left_out)
        periods.complete(period, claims=batch.claims.count(), left_out=len(left_out))
        outbox.wake("certificates.send_claims")
    batch.refresh_from_db()
    return batch


def unclaimed(among: "QuerySet[Result] | None" = None) -> list[Result]:
    """The released results of passed EPAs without a claim (F5), the latest of each: nobody is forgotten, ever.

    ``among`` narrows them to what a person may see; the weekly claim takes all.
    """
    claimed = Claim.objects.exclude(state=ClaimState.CANCELLED).values("result__epa")
    rows = Result.objects.all() if among is None else among
    rows = rows.filter(released_at__isnull=False, epa__state=EPAState.PASSED).exclude(epa__in=claimed)
    return list(rows.order_by("epa_id", "-sequence").distinct("epa_id").select_related(*WITH))


def make(result: Result, batch: ClaimBatch) -> list[Problem]:
    """One claim with its frozen payload, or the problems that leave it out this week (F4, F5)."""
    apprentice = result.epa.registration.apprentice
    with transaction.atomic():
        # The lock makes withdrawing consent and claiming wait for each other.
        consent = Consent.objects.select_for_update().filter(apprentice=apprentice, withdrawn_at=None).first()
        facts = facts_of(result, consent)
        problems = rules.claim_problems(facts, today=clock.today())
        if problems or consent is None:
            return problems
        if Claim.objects.filter(result=result).exclude(state=ClaimState.CANCELLED).exists():
            return []
        request_id = uuid.uuid4()
        payload = rules.claim_payload(facts, str(request_id))
        claim = Claim.objects.create(
            number=references.next_number(f"CLM-{clock.today():%y}"),
            result=result,
            batch=batch,
            consent=consent,
            request_id=request_id,
            uln=facts.uln,
            standard_reference=facts.standard_reference,
            payload=payload,
            payload_sha256=rules.payload_sha256(payload),
        )
        audit.record(claim, "make", by=System(JOB), facts={"week": batch.week})
    return []


def _make_or_say(result: Result, batch: ClaimBatch) -> list[Problem]:
    """As ``make``; what goes wrong with one apprentice keeps nobody else from being claimed, and is said."""
    try:
        return make(result, batch)
    except IntegrityError:
        message = "Another claim of this ULN and standard exists — guidance, Certificating apprentices."
        return [Problem("claimed", "F5", message, "claims")]
    except SoftTimeLimitExceeded:  # the task has to end; the next run takes the same week up
        raise
    except Exception:
        log.exception("the claim of result %s was not made", result.pk)
        return [Problem("fault", "F5", "The claim could not be made: a fault of the portal, logged for us.", "claims")]


def problems_of(result: Result) -> list[Problem]:
    """What keeps a pass from being claimed now: the same list everywhere it is shown (F4, F5)."""
    consent = Consent.objects.filter(apprentice=result.epa.registration.apprentice, withdrawn_at=None).first()
    return rules.claim_problems(facts_of(result, consent), today=clock.today())


def waiting(user: User) -> list[tuple[Result, list[Problem]]]:
    """Passes within sight without a claim, each with what keeps it back; nothing means the next Friday (F5)."""
    rows = unclaimed(Result.objects.visible_to(user))
    learners = [row.epa.registration.apprentice_id for row in rows]
    given = {row.apprentice_id: row for row in Consent.objects.filter(apprentice__in=learners, withdrawn_at=None)}
    return [
        (
            row,
            rules.claim_problems(facts_of(row, given.get(row.epa.registration.apprentice_id)), today=clock.today()),
        )
        for row in rows
    ]


def facts_of(result: Result, consent: Consent | None) -> ClaimFacts:
    """What a claim is made of: the frozen result, and the address of the consent or else of the employer."""
    registration = result.epa.registration
    apprentice, version = registration.apprentice, registration.package.version
    employer = apprentice.employer
    own = consent is not None and bool(consent.address_line)
    return ClaimFacts(
        uln=registration.uln,
        given_names=apprentice.given_names,
        family_name=apprentice.family_name,
        standard_code=version.standard.lars_code,
        standard_reference=version.standard.reference,
        version=version.assessment_service_version,
        overall=result.overall,
        achieved_on=result.last_day,
        released=result.released_at is not None,
        consent=consent is not None,
        # The service wants an organisation even for a home: the apprentice's name misleads nobody on the envelope.
        organisation=apprentice.full_name if own else employer.name,
        address=consent.address_line if consent is not None and own else employer.address,
        town=consent.town if consent is not None and own else employer.town,
        postcode=consent.postcode if consent is not None and own else employer.postcode,
    )


@transaction.atomic
def try_again(*, claim: Claim, by: Actor) -> None:
    """The EPA team has settled what was wrong: the payload is made anew and the claim goes out again (F4, F5).

    What may have reached the service is asked about before anything is sent. Raises Refused without consent, where the
    claim still lacks something, or where the ULN it may be at the service under has been changed.
    """
    workflow.guard(claim, "try_again", by)
    result = Result.objects.select_related(*WITH).get(pk=claim.result_id)
    apprentice = result.epa.registration.apprentice
    consent = Consent.objects.select_for_update().filter(apprentice=apprentice, withdrawn_at=None).first()
    facts = facts_of(result, consent)
    problems = rules.claim_problems(facts, today=clock.today())
    if claim.sent_at is not None and facts.uln != claim.uln:
        message = f"The claim may be at the service under the ULN {claim.uln}, which has been corrected since."
        problems.append(Problem("uln_changed", "F5", f"{message} Settle it there, then cancel it.", "claims"))
    refuse_if(problems)
    payload = rules.claim_payload(facts, str(claim.request_id))
    changes = {
        **AFRESH,
        "consent": consent,
        "uln": facts.uln,
        "payload": payload,
        "payload_sha256": rules.payload_sha256(payload),
        "done_at": None,
    }
    workflow.move(claim, "try_again", by=by, changes=changes, facts={"sha256": changes["payload_sha256"]})
    outbox.wake("certificates.send_claims")


@transaction.atomic
def confirm_by_hand(*, claim: Claim, reference: str, by: Actor) -> None:
    """The EPA team found the certificate at the service by other means (F5): followed from there on.

    What was typed is only what a person says, so it is kept apart from what the service tells, and no day of sending is
    made up. The first look compares it: found, it is the service's; not found, it is taken back and a person looks.
    Raises Refused for what is no reference, or is another claim's.
    """
    workflow.guard(claim, "confirm_by_hand", by)
    typed = reference.strip()
    refuse_if(_reference_problems(claim, typed))
    now = clock.now()
    changes = {**AFRESH, "reference_by_hand": typed, "done_at": now, "next_look_at": now}
    try:
        with transaction.atomic():
            workflow.move(claim, "confirm_by_hand", by=by, changes=changes, facts={"reference": typed})
    except IntegrityError:  # typed for another claim at the same moment
        refuse_if(_reference_problems(claim, typed))
        raise
    outbox.wake("certificates.follow_claims")


def _reference_problems(claim: Claim, typed: str) -> list[Problem]:
    used_by = queries.claim_with(typed, apart_from=claim) or queries.claim_typed_with(typed, apart_from=claim)
    return rules.reference_problems(typed, used_by=used_by)


@transaction.atomic
def cancel(*, claim: Claim, by: Actor) -> None:
    """The EPA team gives a claim up; the pass comes up again on the next Friday (F5).

    Raises Refused once the service is known to hold its certificate: that is not undone by forgetting it here.
    """
    workflow.guard(claim, "cancel", by)
    if claim.reference:
        message = f"The service holds certificate {claim.reference} of this claim, so it cannot be cancelled here."
        raise Refused([Problem("held", "F5", f"{message} Send it again, or confirm it by hand.", "claims")])
    workflow.move(claim, "cancel", by=by)
