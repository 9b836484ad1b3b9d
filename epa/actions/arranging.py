"""Arranging: assessors, dates and places, by the EPA team; and taking them back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from epa.actions.dates import bounds, settle, store_submission, version_of
from epa.actions.locking import attempts_of, lock, lock_assessors
from epa.models import EPA, Attempt, Booking
from epa.notices import assessing as notices
from epa.queries import assessing as queries
from epa.rules import arranging as rules
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, BookingState, DeadlineKind, EPAState
from foundation import clock, workflow
from foundation.errors import Conflict, Problem, Refused, WrongState, refuse_if
from foundation.workflow import Actor


@dataclass(frozen=True)
class Arrangement:
    """Who assesses an attempt, when (an aware instant) and where."""

    attempt: Attempt
    assessor: User
    at: dt.datetime
    place: str


def confirm(*, booking: Booking, arrangements: Sequence[Arrangement], by: Actor) -> Booking:
    """Confirm a booking with every component arranged: dates inside the windows, assessors independent (C1).

    Submissions fall due from the dates (C4, C7), and the first date is what a cancellation is counted from (E4): it is
    kept when the booking had one already. Raises WrongState, NotAllowed, Conflict, or Refused with everything wrong.
    """
    with transaction.atomic():
        epa = lock(booking.epa_id)
        booking = Booking.objects.get(pk=booking.pk)
        if booking.state == BookingState.CONFIRMED:
            raise Conflict("Someone else has confirmed this booking first.")
        workflow.guard(booking, "confirm", by)
        _require_period(epa)
        open_ = [row for row in attempts_of(epa) if row.state == AttemptState.PLANNED]
        if not open_:
            raise WrongState("Nothing of this EPA is left to be arranged.")
        chosen = {arrangement.attempt.pk for arrangement in arrangements}
        missing = [(row.pk, row.component.name) for row in open_ if row.pk not in chosen]
        found = rules.completeness_problems(missing)
        refuse_if(found + _problems(epa, arrangements, requested_on=booking.requested_on))
        first = min(clock.london_date(arrangement.at) for arrangement in arrangements)
        changes: dict[str, object] = {"confirmed_at": clock.now()}
        if booking.first_confirmed_on is None:
            changes["first_confirmed_on"] = first
        workflow.move(booking, "confirm", by=by, changes=changes, facts=_facts(arrangements))
        _write(epa, arrangements, by=by, booking=booking, again=False)
    return booking


def reschedule(*, booking: Booking, arrangements: Sequence[Arrangement], reason: str, by: Actor) -> Booking:
    """Change dates, assessors or places of a confirmed booking. The first confirmed date stays as it was (E4).

    Attempts that are not named stay as they are. Raises WrongState, NotAllowed, Conflict, Refused.
    """
    with transaction.atomic():
        epa = lock(booking.epa_id)
        booking = Booking.objects.get(pk=booking.pk)
        workflow.guard(booking, "reschedule", by)
        _require_period(epa)
        found = [] if reason.strip() else [Problem("no_reason", "", "Say why the dates change.", "", "reason")]
        if not arrangements:
            found.append(Problem("nothing_changed", "", "Nothing would change.", "", ""))
        refuse_if(found + _problems(epa, arrangements, requested_on=booking.requested_on))
        facts = {**_facts(arrangements), "reason": reason.strip()}
        workflow.move(booking, "reschedule", by=by, facts=facts)
        _write(epa, arrangements, by=by, booking=booking, again=True)
    return booking


def arrange(*, attempt: Attempt, assessor: User, at: dt.datetime, place: str, by: Actor) -> Attempt:
    """Arrange a resit or retake, or arrange it anew (C10, C11); assessors are as independent as for the first (C1).

    A first attempt is arranged by confirming its booking. Raises WrongState, NotAllowed, Conflict, Refused.
    """
    arrangement = Arrangement(attempt, assessor, at, place)
    with transaction.atomic():
        epa = lock(attempt.epa_id)
        attempt = Attempt.objects.select_related("component").get(pk=attempt.pk)
        verb = "rearrange" if attempt.state == AttemptState.ARRANGED else "arrange"
        workflow.guard(attempt, verb, by)
        if attempt.kind == AttemptKind.FIRST or epa.state != EPAState.RESIT_OPEN:
            raise WrongState("A first attempt is arranged by confirming or rescheduling its booking.")
        refuse_if(_problems(epa, [arrangement], requested_on=None))
        _write(epa, [arrangement], by=by, booking=None, again=verb == "rearrange")
        attempt.refresh_from_db()
    return attempt


def unarrange(*, epa: EPA, by: Actor) -> int:
    """Take back what was arranged for a booking that is cancelled: its attempts are to be arranged again. How many.

    Belongs inside the transaction that cancels. What has been assessed stays.
    """
    with transaction.atomic():
        epa = lock(epa.pk)
        arranged = [row for row in attempts_of(epa) if row.state == AttemptState.ARRANGED]
        for attempt in arranged:
            attempt.epa = epa
            due_on = _due_on(attempt, None)
            changes = {"assessor": None, "scheduled_at": None, "place": "", "submission_due_on": due_on}
            told = Attempt(pk=attempt.pk, epa=epa, component=attempt.component, assessor=attempt.assessor)
            workflow.move(attempt, "unarrange", by=by, changes=changes)
            settle(epa, DeadlineKind.SUBMISSION, attempt=attempt)
            store_submission(attempt)
            notices.dates_released([told])
    return len(arranged)


def _require_period(epa: EPA) -> None:
    """A request made before the gateway stays provisional until the gateway is accepted (E2)."""
    if epa.state == EPAState.PREPARING:
        message = "The gateway has not been accepted, so the booking stays provisional — guidance, Booking an EPA."
        raise Refused([Problem("gateway_not_accepted", "E2", message, "gateway")])
    if epa.state != EPAState.IN_PERIOD:
        raise WrongState(f"The EPA is “{epa.get_state_display()}”; its dates cannot be arranged.")


def _problems(epa: EPA, arrangements: Sequence[Arrangement], *, requested_on: dt.date | None) -> list[Problem]:
    """Everything against the arrangements, read after the assessors' diaries are locked."""
    lock_assessors(arrangement.assessor for arrangement in arrangements)
    version = version_of(epa)
    ours = {arrangement.attempt.pk for arrangement in arrangements}
    strangers = ours - set(
        epa.attempts.filter(state__in=[AttemptState.PLANNED, AttemptState.ARRANGED]).values_list("pk", flat=True)
    )
    if strangers:
        return [Problem("not_open", "", "One of the attempts is not open to be arranged.", "", "")]
    pairs = []
    for arrangement in arrangements:
        attempt = Attempt.objects.select_related("component").get(pk=arrangement.attempt.pk)
        attempt.epa = epa
        slot = _slot(attempt, arrangement)
        person = queries.assessor_facts(
            arrangement.assessor, epa.registration, version=version, on=slot.day, except_attempts=ours
        )
        pairs.append((slot, person))
    found = rules.arranging_problems(
        pairs, today=clock.today(), requested_on=requested_on, notice_days=version.booking_notice_days
    )
    return found + _among_themselves(epa, arrangements, ours)


def _among_themselves(epa: EPA, arrangements: Sequence[Arrangement], ours: set[int]) -> list[Problem]:
    """The apprentice's other components, which stay where they are, are not at the same time either."""
    others = epa.attempts.filter(state=AttemptState.ARRANGED).exclude(pk__in=ours).select_related("component")
    return [
        Problem("same_time", "", f"It is at the same time as {other.component}.", "", f"at_{arrangement.attempt.pk}")
        for arrangement in arrangements
        for other in others
        if other.scheduled_at is not None and rules.overlaps(arrangement.at, other.scheduled_at)
    ]


def _slot(attempt: Attempt, arrangement: Arrangement) -> rules.Slot:
    component, day = attempt.component, clock.london_date(arrangement.at)
    limits = bounds(attempt)
    return rules.Slot(
        key=attempt.pk,
        name=component.name,
        at=arrangement.at,
        day=day,
        starts_on=limits.starts_on,
        held_by=limits.held_by,
        clause=limits.clause,
        is_practical=component.is_practical,
        place=arrangement.place,
        submit_by=windows.days_before(component, day),
        submission_name=component.submission_name,
        submission_clause=windows.submission_clause(component),
        handed_in=attempt.submissions.exists(),
    )


def _due_on(attempt: Attempt, scheduled_on: dt.date | None) -> dt.date | None:
    """When the submission falls due (C2, C4, C7; for a resit C14) with that date, or without one."""
    component = attempt.component
    if attempt.kind == AttemptKind.FIRST:
        return windows.submission_due(component, bounds(attempt).starts_on, scheduled_on)
    return windows.resit_submission_due(component, queries.fail_released_on(attempt), scheduled_on)


def _write(epa: EPA, arrangements: Sequence[Arrangement], *, by: Actor, booking: Booking | None, again: bool) -> None:
    written = []
    for arrangement in arrangements:
        attempt = Attempt.objects.select_related("component").get(pk=arrangement.attempt.pk)
        attempt.epa = epa
        changes = {
            "assessor": arrangement.assessor,
            "scheduled_at": arrangement.at,
            "place": arrangement.place.strip(),
            "submission_due_on": _due_on(attempt, clock.london_date(arrangement.at)),
        }
        verb = "rearrange" if attempt.state == AttemptState.ARRANGED else "arrange"
        facts = {"assessor": arrangement.assessor.name, "at": arrangement.at.isoformat()}
        workflow.move(attempt, verb, by=by, changes=changes, facts=facts)
        store_submission(attempt)
        written.append(attempt)
    notices.dates_arranged(epa, written, again=again, booking=booking)


def _facts(arrangements: Sequence[Arrangement]) -> dict[str, object]:
    return {
        "dates": {
            arrangement.attempt.component.code: f"{clock.london_date(arrangement.at)}" for arrangement in arrangements
        }
    }
