"""Sending claims to the assessment service: in batches of 25, resumable after any interruption (F5).

The service has no idempotency key. So a claim is marked "being sent" before the call; what is found in that state was
interrupted, and is asked about before anything is sent again. Every answer is matched by its request id. No
transaction is open while the service is asked, and a verdict is written only under the lease it was taken with.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction

from accounts.actors import System
from certificates import notices, rules
from certificates.models import Claim, Consent
from certificates.service import (
    BATCH,
    AssessmentService,
    Certificate,
    ItemAnswer,
    RateLimited,
    Rejected,
    UnknownOutcome,
    Unreachable,
)
from certificates.states import ClaimState
from foundation import clock, work, workflow
from foundation.errors import Conflict, WrongState

log = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=10)  # longer than a task may run, so that a lease outlives its worker
OPEN = (ClaimState.READY, ClaimState.SENDING, ClaimState.CREATED)
NOT_SUBMITTED = {"Draft", "Ready"}
NEVER = 32_000  # an outage of the service is waited out, however long
ACTOR = System("weekly claim")


def client() -> AssessmentService:
    """The service as the settings name it."""
    return AssessmentService(
        settings.ASSESSMENT_SERVICE_URL, settings.ASSESSMENT_SERVICE_KEY, settings.ASSESSMENT_SERVICE_TIMEOUT
    )


def settle_time() -> dt.timedelta:
    """How long the service may still be at work after an answer that did not come."""
    return dt.timedelta(seconds=settings.ASSESSMENT_SERVICE_SETTLE)


def send_due(service: AssessmentService) -> int:
    """Take up to 25 due claims and bring each as far as it goes; how many were taken (F5)."""
    taken = work.take(Claim.objects.filter(state__in=OPEN), BATCH, lease=LEASE)
    if taken:
        try:
            _bring_on(service, taken)
        except (Unreachable, UnknownOutcome, RateLimited, Rejected) as error:
            # A question without an answer: nothing was changed by it, all that is still open comes back later.
            _later(taken, error)
    return len(taken)


def _bring_on(service: AssessmentService, taken: list[Claim]) -> None:
    interrupted = [claim for claim in taken if claim.state == ClaimState.SENDING]
    half_way = [claim for claim in taken if claim.state == ClaimState.CREATED and claim.attempts > 1]
    absent = [claim for claim in interrupted if _look(service, claim)]
    for claim in half_way:
        _look(service, claim)
    fresh = [claim for claim in taken if claim.state == ClaimState.READY and _start(service, claim)]
    _create(service, [claim for claim in absent if claim.state == ClaimState.SENDING] + fresh)
    _submit(service, [claim for claim in taken if claim.state == ClaimState.CREATED and _is_held(claim)])


def _start(service: AssessmentService, claim: Claim) -> bool:
    """Ask what the service knows of the learner, then mark the claim as being sent; False when it does not go out."""
    learner = claim.payload["learner"]
    try:
        known = service.learner(learner["uln"], learner["familyName"], claim.standard_reference)
    except Rejected as error:
        if error.status not in {403, 404}:
            raise
        _ask(claim, [error.message])
        return False
    problems = rules.learner_problems(known.completion_status)
    if problems:
        _ask(claim, problems)
        return False
    with transaction.atomic():
        consent = Consent.objects.select_for_update().get(pk=claim.consent_id)
        if consent.withdrawn_at is not None:
            _move(claim, "cancel")
            return False
        if claim.payload_sha256 != rules.payload_sha256(claim.payload):
            raise RuntimeError(f"the payload of claim {claim.number} is not what was frozen")
        return _move(claim, "send", sent_at=clock.now())


def _look(service: AssessmentService, claim: Claim) -> bool:
    """Ask what the service holds for an interrupted claim and settle it; True when it shows nothing."""
    learner = claim.payload["learner"]
    try:
        held = service.certificate(learner["uln"], learner["familyName"], claim.standard_reference)
    except Rejected as error:
        if error.status not in {403, 404}:
            raise
        _ask(claim, [error.message])
        return False
    if held is None:
        return True
    _settle(claim, held)
    return False


def _settle(claim: Claim, held: Certificate) -> None:
    """What the service holds is ours only when nothing differs; then the claim is where the service is."""
    if held.is_held_elsewhere:
        _ask(claim, ["Another organisation holds the certificate of this learner and standard."])
        return
    found = rules.differences(
        claim.payload, grade=held.overall_grade, achieved_on=held.achievement_date, family_name=held.family_name
    )
    if found:
        _ask(claim, [f"The service holds certificate {held.reference}, but {', '.join(found)}."])
    elif held.status in NOT_SUBMITTED:
        if claim.state == ClaimState.SENDING:
            _move(claim, "accept", reference=held.reference, service_status=held.status or "")
    else:
        _confirm(claim, held.reference or claim.reference, held.status or "")


def _create(service: AssessmentService, claims: list[Claim]) -> None:
    if not claims:
        return
    answers = _call(service.create, claims, [claim.payload for claim in claims])
    for claim in claims:
        answer = answers.get(str(claim.request_id))
        if answer is None or answer.is_unknown:
            continue
        if answer.certificate is not None:
            _settle(claim, answer.certificate)
        elif answer.existing_reference:
            _look(service, claim)
        else:
            _ask(claim, list(answer.errors))
    _unanswered(claims, answers, ClaimState.SENDING)


def _submit(service: AssessmentService, claims: list[Claim]) -> None:
    if not claims:
        return
    answers = _call(service.submit, claims, [rules.submit_item(claim.payload, claim.reference) for claim in claims])
    for claim in claims:
        answer = answers.get(str(claim.request_id))
        if answer is None or answer.is_unknown:
            continue
        if answer.certificate is not None and answer.certificate.status not in NOT_SUBMITTED:
            _confirm(claim, answer.certificate.reference or claim.reference, answer.certificate.status or "")
        elif answer.was_submitted_before:
            _look(service, claim)
        else:
            _ask(claim, list(answer.errors) or ["The service did not take the submitted certificate."])
    _unanswered(claims, answers, ClaimState.CREATED)


def _call(method, claims: list[Claim], items: list[Mapping]) -> dict[str, ItemAnswer]:  # type: ignore[no-untyped-def]
    """One write. What surely did not arrive goes back to where it was; what may have is left to be asked about."""
    try:
        return method(items)
    except UnknownOutcome as error:
        log.warning("claims: no usable answer (%s); %s claims will be asked about", error, len(claims))
        return {}
    except (Unreachable, RateLimited, Rejected):
        for claim in claims:
            if claim.state == ClaimState.SENDING:
                _move(claim, "put_back", sent_at=None)
        raise


def _unanswered(claims: Iterable[Claim], answers: Mapping[str, ItemAnswer], state: str) -> None:
    """Those the service did not speak of wait until it surely has finished, then are asked about."""
    for claim in claims:
        answer = answers.get(str(claim.request_id))
        if claim.state != state or not (answer is None or answer.is_unknown):
            continue
        if claim.attempts >= work.MAX_ATTEMPTS:
            _ask(claim, ["The service gave no usable answer, however often it was asked."])
        else:
            work.put_back(claim, "no usable answer", wait=settle_time())


def _later(taken: list[Claim], error: Exception) -> None:
    wait = dt.timedelta(seconds=error.retry_after) if isinstance(error, RateLimited) else None
    for claim in taken:
        if claim.state in OPEN and _is_held(claim):
            # A claim that may be at the service is not asked about before the service surely has finished.
            pause = settle_time() if wait is None and claim.state != ClaimState.READY else wait
            work.put_back(claim, f"{type(error).__name__}: {error}", wait=pause, most=NEVER)


def _is_held(claim: Claim) -> bool:
    return claim.lease is not None and claim.done_at is None and claim.set_aside_at is None


def _move(claim: Claim, verb: str, **changes: object) -> bool:
    """One step under our lease; False when the lease was lost and somebody else decides."""
    with transaction.atomic():
        held = Claim.objects.select_for_update().filter(pk=claim.pk, lease=claim.lease).exists()
        if not held:
            return False
        try:
            workflow.move(claim, verb, by=ACTOR, changes=changes)
        except (Conflict, WrongState):
            return False
    return True


def _confirm(claim: Claim, reference: str, status: str) -> None:
    now = clock.now()
    with transaction.atomic():
        if _move(claim, "confirm", reference=reference, service_status=status, submitted_at=now, next_look_at=now):
            work.finish(claim)


def _ask(claim: Claim, errors: list[str]) -> None:
    """Trying again cannot help: the EPA team has to look."""
    with transaction.atomic():
        if _move(claim, "ask", service_errors=errors):
            work.set_aside(claim, "; ".join(errors))
            notices.claim_needs_person(claim)
