"""The verbs of booking: request, decline, cancel, exceptional circumstances, rescheduling without loss."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from accounts.access import require
from accounts.models import User
from accounts.states import Role
from centres.actions.charges import charge, reverse
from centres.models import Charge
from centres.states import ChargeKind
from epa.actions.arranging import unarrange
from epa.actions.locking import lock
from epa.models import EPA, Booking, ExceptionalClaim
from epa.notices import preparing as notices
from epa.queries import preparing as queries
from epa.rules import booking as rules
from epa.rules.booking import Cancellation
from epa.states import CENTRE, BookingState, ExceptionKind, ExceptionState
from foundation import audit, clock, files, references, workflow, workingdays
from foundation.errors import Conflict, NotAllowed, Problem, Refused, refuse_if
from foundation.workflow import Actor

EVIDENCE = files.PDF | files.IMAGES


def request(*, epa: EPA, desired_on: dt.date, declared_by: str, by: User, note: str = "") -> Booking:
    """Ask for an EPA on a desired practical date (E1, E2, E6); it goes to the EPA team (E3).

    Raises NotAllowed, Conflict, or Refused with all that is wrong at once.
    """
    require(by, CENTRE, epa, "request a booking")
    with transaction.atomic():
        epa = lock(epa.pk)
        refuse_if(
            rules.request_problems(
                queries.booking_facts(epa),
                queries.settings_for(epa),
                today=clock.today(),
                desired_on=desired_on,
                declared_by=declared_by,
                calendar=workingdays.current(),
            )
        )
        booking = _create(
            epa,
            desired_on=desired_on,
            requested_on=clock.today(),
            requested_by=by,
            prerequisites_declared_by=declared_by.strip()[:150],
            note=note.strip(),
        )
        facts = {"desired_on": desired_on, "declared_by": booking.prerequisites_declared_by}
        audit.record(booking, "request", by=by, to_state=BookingState.REQUESTED, facts=facts)
        notices.booking_requested(booking)
    return booking


def _create(epa: EPA, **fields: Any) -> Booking:
    number = references.next_number(f"BK-{clock.today():%y}")
    try:
        with transaction.atomic():
            return Booking.objects.create(number=number, epa=epa, **fields)
    except IntegrityError as error:
        raise Conflict("There is an open booking for this apprentice already.") from error


def locked(booking_id: int) -> Booking:
    """The booking read anew, it and its EPA locked until the transaction ends."""
    epa = lock(Booking.objects.values_list("epa_id", flat=True).get(pk=booking_id))
    booking = Booking.objects.select_related("charge").get(pk=booking_id)
    booking.epa = epa
    return booking


def decline(*, booking: Booking, reason: str, by: Actor) -> Booking:
    """Decline a request, saying why. Raises WrongState, NotAllowed, Conflict, Refused."""
    with transaction.atomic():
        booking = locked(booking.pk)
        workflow.guard(booking, "decline", by)
        if not reason.strip():
            raise Refused([Problem("reason", "", "Say why the request is declined.", field="reason")])
        facts = {"reason": reason.strip()}
        workflow.move(booking, "decline", by=by, changes={"cancelled_reason": reason.strip()}, facts=facts)
        notices.booking_declined(booking)
    return booking


def cancel(*, booking: Booking, reason: str, shown_fee: Decimal, by: Actor, by_imi: bool = False) -> Booking:
    """Cancel a booking and charge what that costs today (E4): the full fee, or nothing.

    ``shown_fee`` is what the person saw before deciding, in pounds: if it has become another, nothing happens and they
    are told. ``by_imi``: the change is IMI's own, which never charges and which only the EPA team may say. Raises
    WrongState, NotAllowed, Conflict, Refused.
    """
    with transaction.atomic():
        booking = locked(booking.pk)
        workflow.guard(booking, "cancel", by)
        if by_imi and not by.holds(Role.EPA_TEAM, booking):
            raise NotAllowed("Only the EPA team may cancel for IMI.")
        if not reason.strip():
            raise Refused([Problem("reason", "", "Say why the booking is cancelled.", field="reason")])
        cost = queries.cancellation_of(booking, by_imi=by_imi)
        refuse_if(rules.shown_fee_problems(cost.fee, shown_fee))
        confirmed = booking.state == BookingState.CONFIRMED
        changes = {
            "cancelled_on": clock.today(),
            "cancelled_reason": reason.strip(),
            "cancelled_by_imi": by_imi,
            "cancellation_facts": dict(cost.facts),
            "charge": _charge(booking, cost, by),
        }
        facts = {**cost.facts, "charged": cost.charged, "fee": cost.fee, "reason": reason.strip()}
        workflow.move(booking, "cancel", by=by, changes=changes, facts=facts)
        if confirmed:
            unarrange(epa=booking.epa, by=by)
        notices.booking_cancelled(booking)
    return booking


def _charge(booking: Booking, cost: Cancellation, by: Actor) -> Charge | None:
    if not cost.charged or cost.fee == 0:
        return None
    registration = booking.epa.registration
    days = cost.facts["days"]
    return charge(
        centre=registration.apprentice.centre,
        kind=ChargeKind.CANCELLATION,
        description=f"Booking {booking.number} cancelled {max(days, 0)} days before the first confirmed date",
        amount=cost.fee,
        price=registration.charge.price,
        about=booking,
        by=by,
    )


def claim_exception(
    *, booking: Booking, kind: str, text: str, by: Actor, evidence: UploadedFile | None = None
) -> ExceptionalClaim:
    """Claim exceptional circumstances for a cancelled booking (E5). Evidence may follow; without it nothing is granted.

    Nothing about the circumstances goes to audit rows or messages. Raises NotAllowed, Conflict, Refused.
    """
    require(by, CENTRE, booking, "claim exceptional circumstances")
    with transaction.atomic():
        booking = locked(booking.pk)
        claimed = ExceptionalClaim.objects.filter(booking=booking).exists()
        refuse_if(
            rules.claim_problems(
                booking_state=booking.state,
                cancelled_by_imi=booking.cancelled_by_imi,
                claimed_already=claimed,
                text=text,
            )
        )
        claim = ExceptionalClaim.objects.create(
            booking=booking,
            kind=ExceptionKind(kind),
            text=text.strip(),
            evidence=files.store(evidence, by=by, kinds=EVIDENCE) if evidence is not None else None,
        )
        facts = {"evidence": claim.evidence_id is not None}
        audit.record(claim, "claim", by=by, to_state=ExceptionState.CLAIMED, facts=facts)
        notices.exception_claimed(claim)
    return claim


def add_evidence(*, claim: ExceptionalClaim, evidence: UploadedFile, by: Actor) -> ExceptionalClaim:
    """Add, or replace, the evidence of a claim that is still to be decided (E5)."""
    require(by, CENTRE, claim, "add evidence")
    with transaction.atomic():
        claim = _locked_claim(claim)
        if claim.state != ExceptionState.CLAIMED:
            raise Refused([Problem("decided", "E5", "The claim has been decided.")])
        claim.evidence = files.store(evidence, by=by, kinds=EVIDENCE)
        claim.save(update_fields=["evidence"])
        audit.record(claim, "add_evidence", by=by, facts={"sha256": claim.evidence.sha256})
    return claim


def record_reading(*, claim: ExceptionalClaim, by: Actor) -> None:
    """Write down that somebody opens the evidence: it may be about health."""
    audit.record(claim, "read_evidence", by=by)


def grant(*, claim: ExceptionalClaim, by: Actor, reason: str = "") -> ExceptionalClaim:
    """Accept exceptional circumstances: the charge is taken back (E5); ``rebook`` may follow.

    Raises WrongState, NotAllowed, Conflict, or Refused without evidence.
    """
    with transaction.atomic():
        claim = _locked_claim(claim)
        workflow.guard(claim, "grant", by)
        has_evidence = claim.evidence_id is not None
        refuse_if(rules.claim_decision_problems(granted=True, reason=reason, has_evidence=has_evidence))
        changes = {"decided_at": clock.now(), "decision_reason": reason.strip()}
        workflow.move(claim, "grant", by=by, changes=changes)
        if claim.booking.charge is not None:
            reverse(charge=claim.booking.charge, by=by, reason="exceptional circumstances accepted")
        notices.exception_decided(claim)
    return claim


def refuse_claim(*, claim: ExceptionalClaim, reason: str, by: Actor) -> ExceptionalClaim:
    """Refuse a claim, saying why (E5): the charge stays. Raises WrongState, NotAllowed, Conflict, Refused."""
    with transaction.atomic():
        claim = _locked_claim(claim)
        workflow.guard(claim, "refuse", by)
        refuse_if(rules.claim_decision_problems(granted=False, reason=reason, has_evidence=True))
        changes = {"decided_at": clock.now(), "decision_reason": reason.strip()}
        workflow.move(claim, "refuse", by=by, changes=changes)
        notices.exception_decided(claim)
    return claim


def _locked_claim(claim: ExceptionalClaim) -> ExceptionalClaim:
    booking = locked(claim.booking_id)
    fresh = ExceptionalClaim.objects.select_related("evidence").get(pk=claim.pk)
    fresh.booking = booking
    return fresh


def rebook(*, booking: Booking, desired_on: dt.date, by: User) -> Booking:
    """Reschedule without loss what IMI cancelled itself (E4) or what exceptional circumstances undid (E5).

    A new booking for ``desired_on``, a request as of the day of the first one, so that its notice still counts; its own
    first confirmed date is fixed when it is confirmed, or "without loss" would be lost again. Once for every booking.
    Raises NotAllowed, Conflict, Refused.
    """
    require(by, (Role.EPA_TEAM,), booking, "reschedule without notice")
    with transaction.atomic():
        booking = locked(booking.pk)
        epa = booking.epa
        if Booking.objects.filter(replaces=booking).exists():
            raise Conflict("This booking has been rescheduled already.")
        claim = ExceptionalClaim.objects.filter(booking=booking, state=ExceptionState.GRANTED)
        refuse_if(
            rules.rebook_problems(
                queries.booking_facts(epa),
                queries.settings_for(epa),
                booking_state=booking.state,
                cancelled_by_imi=booking.cancelled_by_imi,
                claim_granted=claim.exists(),
                requested_on=booking.requested_on,
                today=clock.today(),
                desired_on=desired_on,
                calendar=workingdays.current(),
            )
        )
        new = _create(
            epa,
            desired_on=desired_on,
            requested_on=booking.requested_on,
            requested_by=booking.requested_by,
            prerequisites_declared_by=booking.prerequisites_declared_by,
            replaces=booking,
        )
        facts = {"replaces": booking.number, "desired_on": desired_on}
        audit.record(new, "rebook", by=by, to_state=BookingState.REQUESTED, facts=facts)
        notices.booking_rebooked(new)
    return new
