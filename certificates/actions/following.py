"""Following a submitted certificate until it is delivered."""

import datetime as dt

from django.db import transaction

from accounts.actors import System
from certificates import notices
from certificates.models import Claim
from certificates.service import AssessmentService, Certificate, Rejected, ServiceError
from certificates.states import ClaimState
from foundation import clock, workflow
from foundation.errors import Conflict

ACTOR = System("certificate tracking")
AGAIN = dt.timedelta(hours=12)
SOON = dt.timedelta(hours=1)
BATCH = 25
FOLLOWED = (ClaimState.SUBMITTED, ClaimState.PRINTED)
PRINTED = {"Printed", "SentToPrinter"}


def follow_due(service: AssessmentService) -> int:
    """Ask after up to 25 certificates whose time has come; how many were asked after.

    The next look is set before the question, so that two workers do not ask after the same one.
    """
    claims = _take()
    for claim in claims:
        learner = claim.payload["learner"]
        try:
            held = service.certificate(learner["uln"], learner["familyName"], claim.standard_reference)
        except Rejected as error:
            if error.status in {403, 404}:
                _ask(claim, error.message)
        except ServiceError:
            Claim.objects.filter(pk=claim.pk).update(next_look_at=clock.now() + SOON)
        else:
            _note(claim, held)
    return len(claims)


def _take() -> list[Claim]:
    with transaction.atomic():
        rows = Claim.objects.filter(state__in=FOLLOWED, next_look_at__lte=clock.now()).order_by("next_look_at")
        claims = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(next_look_at=clock.now() + AGAIN)
    return claims


def _note(claim: Claim, held: Certificate | None) -> None:
    """Write what the service says of the printing. Notices from the printer may come late or out of order."""
    if held is None:
        _ask(claim, "The service shows no certificate any more.")
        return
    status = held.status or ""
    if held.delivery == "NotDelivered" or status == "NotDelivered":
        _ask(claim, "Delivery was attempted and failed; the service's own staff arrange another print.")
    elif held.delivery == "Delivered" or status == "Delivered":
        _step(claim, "deliver", service_status="Delivered", delivered_at=held.delivered_at or clock.now())
    elif status in PRINTED and claim.state == ClaimState.SUBMITTED:
        _step(claim, "print", service_status=status, printed_at=held.printed_at or clock.now())
    elif status != claim.service_status:
        Claim.objects.filter(pk=claim.pk).update(service_status=status)


def _step(claim: Claim, verb: str, **changes: object) -> None:
    try:
        with transaction.atomic():
            workflow.move(claim, verb, by=ACTOR, changes=changes)
            if verb == "deliver":
                notices.delivered(claim)
    except Conflict:
        return  # another worker has noted it


def _ask(claim: Claim, words: str) -> None:
    try:
        with transaction.atomic():
            workflow.move(claim, "ask", by=ACTOR, changes={"service_errors": [words], "next_look_at": None})
            notices.claim_needs_person(claim)
    except Conflict:
        return  # another worker has noted it
