"""Following a submitted certificate until it is delivered."""

import datetime as dt
import logging

from django.db import transaction

from accounts.actors import System
from certificates import notices, queries, rules
from certificates.models import Claim
from certificates.service import AssessmentService, Certificate, RateLimited, Rejected, ServiceError
from certificates.states import ClaimState
from foundation import audit, clock, workflow
from foundation.errors import Conflict

log = logging.getLogger(__name__)
ACTOR = System("certificate tracking")
AGAIN = dt.timedelta(hours=12)
SOON = dt.timedelta(hours=1)
BATCH = 25
SILENCES = 3
FOLLOWED = (ClaimState.SUBMITTED, ClaimState.PRINTED)
PRINTED = {"Printed", "SentToPrinter"}
NOT_DELIVERED = "NotDelivered"


def follow_due(service: AssessmentService) -> int:
    """Ask after up to 25 certificates whose time has come.

    The next look is set before the question, so that two workers do not ask after the same one. How many were asked
    after; 0 also when the service does not answer, so that nobody hammers at it.
    """
    claims = _take()
    silences = 0
    for place, claim in enumerate(claims):
        try:
            _ask_after(service, claim)
        except ServiceError as error:
            silences += 1
            _soon([claim])
            if silences == SILENCES or isinstance(error, RateLimited | Rejected):
                log.warning("certificates: the service is out (%s)", type(error).__name__)
                _soon(claims[place:])
                return 0
        else:
            silences = 0
    return len(claims)


def _ask_after(service: AssessmentService, claim: Claim) -> None:
    learner = claim.payload["learner"]
    try:
        held = service.certificate(learner["uln"], learner["familyName"], claim.standard_reference)
    except Rejected as error:
        if error.status not in {403, 404} or not error.message:
            raise
        _ask(claim, error.message)
    else:
        _note(claim, held)


def _take() -> list[Claim]:
    with transaction.atomic():
        rows = Claim.objects.filter(state__in=FOLLOWED, next_look_at__lte=clock.now()).order_by("next_look_at", "pk")
        claims = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(next_look_at=clock.now() + AGAIN)
    return claims


def _soon(claims: list[Claim]) -> None:
    rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims], state__in=FOLLOWED)
    rows.update(next_look_at=clock.now() + SOON)


def _note(claim: Claim, held: Certificate | None) -> None:
    """Write what the service says of the printing. Notices from the printer may come late or out of order."""
    if held is None:
        _ask(claim, _not_there(claim))
        return
    status = held.status or ""
    if held.reference != (claim.reference_by_hand or claim.reference):
        _ask(
            claim,
            f"The service holds certificate {held.reference or 'of another organisation'} instead.{_typed(claim)}",
        )
        return
    if claim.reference_by_hand and not _found(claim, held):
        return
    if status not in rules.GONE_OUT_STATUSES:
        _ask(claim, f"The service shows the certificate as “{status or 'nothing'}”: it is not submitted.", status)
    elif held.delivery == NOT_DELIVERED or status == NOT_DELIVERED:
        # Asked about once: afterwards it is followed until another print arrives.
        if claim.service_status != NOT_DELIVERED:
            words = "Delivery was attempted and failed; the service's own staff arrange another print."
            _ask(claim, words, NOT_DELIVERED)
    elif held.delivery == "Delivered" or status == "Delivered":
        _step(claim, "deliver", service_status="Delivered", delivered_at=held.delivered_at or clock.now())
    elif status in PRINTED and claim.state == ClaimState.SUBMITTED:
        _step(claim, "print", service_status=status, printed_at=held.printed_at or clock.now())
    elif status != claim.service_status:
        Claim.objects.filter(pk=claim.pk).update(service_status=status)


def _not_there(claim: Claim) -> str:
    if claim.reference_by_hand:
        return f"The service shows no certificate of this learner and standard.{_typed(claim)}"
    return "The service shows no certificate any more."


def _typed(claim: Claim) -> str:
    """What is said of a reference that only a person has typed: it is taken back."""
    typed = claim.reference_by_hand
    return f" The reference {typed}, typed by hand, is taken back." if typed else ""


def _found(claim: Claim, held: Certificate) -> bool:
    """The first look finds what a person typed: from now on it is the service's word. False when it is not."""
    if other := queries.claim_with(claim.reference_by_hand, apart_from=claim):
        _ask(claim, f"The service tells the reference of claim {other}.{_typed(claim)}")
        return False
    now = clock.now()
    changes = {
        "reference": claim.reference_by_hand,
        "reference_by_hand": "",
        "sent_at": claim.sent_at or held.created_at or now,
    }
    if held.status in rules.GONE_OUT_STATUSES:
        changes["submitted_at"] = claim.submitted_at or held.submitted_at or now
    with transaction.atomic():
        rows = Claim.objects.filter(pk=claim.pk, state=claim.state, reference_by_hand=claim.reference_by_hand)
        if rows.update(**changes) != 1:  # another worker was faster
            return False
        audit.record(claim, "find", by=ACTOR, facts={"reference": changes["reference"]})
    for name, value in changes.items():
        setattr(claim, name, value)
    return True


def _step(claim: Claim, verb: str, **changes: object) -> None:
    try:
        with transaction.atomic():
            workflow.move(claim, verb, by=ACTOR, changes=changes)
            if verb == "deliver":
                notices.delivered(claim)
    except Conflict:
        return  # another worker has noted it


def _ask(claim: Claim, words: str, status: str = "") -> None:
    changes = {
        "service_errors": [words],
        "next_look_at": None,
        "service_status": status or claim.service_status,
        "reference_by_hand": "",
    }
    facts = {"service": rules.without_uln([words], claim.uln)}
    try:
        with transaction.atomic():
            workflow.move(claim, "ask", by=ACTOR, changes=changes, facts=facts)
            notices.claim_needs_person(claim)
    except Conflict:
        return  # another worker has noted it
