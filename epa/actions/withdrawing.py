"""Withdrawing an end-point assessment: everything that is open in it ends, and its registration with it."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Link
from apprentices.actions import registrations
from apprentices.states import RegistrationState
from epa.actions import booking as booking_actions
from epa.actions.dates import settle
from epa.actions.locking import lock
from epa.models import EPA, Gateway, ProjectSubject
from epa.notices import preparing as notices
from epa.queries import withdrawing as queries
from epa.rules import withdrawing as rules
from epa.rules.booking import NOTHING
from foundation import clock, workflow
from foundation.errors import refuse_if
from foundation.workflow import Actor


def withdraw(*, epa: EPA, reason: str, by: Actor) -> EPA:
    """Withdraw an EPA whose result is not waited for yet, and the registration it belongs to, saying why.

    A requested booking is cancelled free of charge, a confirmed one has to be cancelled first (E4). Attempts not yet
    held are cancelled, deadlines settled, links to sign or comment stop working. What was held stays on record. The
    registration's charge stays until finance reverses it. Raises WrongState, NotAllowed, Conflict, Refused.
    """
    with transaction.atomic():
        epa = lock(epa.pk)
        workflow.guard(epa, "withdraw", by)
        booking = queries.open_booking(epa)
        refuse_if(rules.withdrawal_problems(reason=reason, confirmed_booking=queries.confirmed_number(booking)))
        reason = reason.strip()
        facts: dict[str, Any] = {"reason": reason}
        if booking is not None:
            facts["booking"] = booking.number
        # The EPA first: the registration goes only with an assessment that has gone, and the booking's messages say so.
        workflow.move(epa, "withdraw", by=by, facts=facts)
        if booking is not None:
            booking_actions.cancel(booking=booking, reason=reason, shown_fee=NOTHING, by=by)
        for attempt in queries.open_attempts(epa):
            attempt.epa = epa
            workflow.move(attempt, "cancel", by=by, facts={"withdrawn": True})
        settle(epa)
        _revoke_links(epa)
        if epa.registration.state != RegistrationState.WITHDRAWN:
            registrations.withdraw(registration=epa.registration, reason=reason, by=by)
        notices.epa_withdrawn(epa)
    return epa


def _revoke_links(epa: EPA) -> int:
    """Nobody is asked any more to sign its gateway or to comment on its subject. How many links stop working."""
    gateways = Gateway.objects.filter(epa=epa).values("pk")
    subjects = ProjectSubject.objects.filter(epa=epa).values("pk")
    about = Q(subject_type=Gateway._meta.label_lower, subject_id__in=gateways) | Q(
        subject_type=ProjectSubject._meta.label_lower, subject_id__in=subjects
    )
    return Link.objects.filter(about, used_at=None, revoked_at=None).update(revoked_at=clock.now())
