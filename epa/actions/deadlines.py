"""Deadlines: stored once by the verbs, looked at by a daily job."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q

from accounts.access import require
from accounts.actors import System
from accounts.states import Role
from epa.actions.completing import complete_if_done
from epa.actions.dates import OPEN, settle, store, store_submission, store_window, version_of
from epa.actions.locking import attempts_of, lock
from epa.models import EPA, Attempt, Deadline
from epa.notices import assessing as notices
from epa.rules import windows
from epa.states import AttemptKind, DeadlineKind, EPAState
from foundation import audit, clock, jobs, workflow
from foundation.dates import date_long
from foundation.errors import Problem, refuse_if
from foundation.workflow import Actor

# Once everything is assessed, nothing but the result itself is due.
WATCHED = Q(epa__state__in=[EPAState.IN_PERIOD, EPAState.RESIT_OPEN]) | Q(
    epa__state=EPAState.RESULT_DUE, kind=DeadlineKind.RESULT
)


def open_period(*, epa: EPA, starts_on: dt.date, by: Actor) -> EPA:
    """Open the EPA period (C9): its days, a first attempt at each component with its last day (C1, C3, C6), deadlines.

    Belongs inside the transaction that accepts the gateway. Raises WrongState, NotAllowed, Conflict.
    """
    with transaction.atomic():
        epa = lock(epa.pk)
        version = version_of(epa)
        ends_on = windows.period(starts_on, version)
        facts = {"starts_on": starts_on, "ends_on": ends_on, "months": version.epa_months}
        workflow.move(epa, "start", by=by, changes={"starts_on": starts_on, "ends_on": ends_on}, facts=facts)
        store(epa, DeadlineKind.PERIOD_END, ends_on, clause="C9", starts_on=f"{starts_on}", months=version.epa_months)
        for component in version.components.order_by("order"):
            attempt = Attempt.objects.create(
                epa=epa,
                component=component,
                held_by=windows.held_by(component, starts_on, ends_on),
                submission_due_on=windows.submission_due(component, starts_on, None),
            )
            store_window(attempt)
            store_submission(attempt)
    return epa


def move_start(*, epa: EPA, starts_on: dt.date, reason: str, by: Actor) -> EPA:
    """Move the first day of the EPA period, with a reason (C9): every date that follows from it is stored anew.

    Dates already arranged stay; those that no longer fit are shown as such and have to be rescheduled. Raises
    NotAllowed, or Refused without a reason, before the gateway's acceptance, or where something was held outside.
    """
    require(by, (Role.EPA_TEAM,), epa, "move the EPA period")
    with transaction.atomic():
        epa = lock(epa.pk)
        attempts = [row for row in attempts_of(epa) if row.kind == AttemptKind.FIRST]
        ends_on = windows.period(starts_on, version_of(epa))
        refuse_if(_moving_problems(epa, attempts, starts_on, ends_on, reason))
        facts = {"from": epa.starts_on, "to": starts_on, "ends_on": ends_on, "reason": reason.strip()}
        EPA.objects.filter(pk=epa.pk).update(starts_on=starts_on, ends_on=ends_on, moved_reason=reason.strip()[:500])
        epa.refresh_from_db(fields=["starts_on", "ends_on", "moved_reason"])
        store(epa, DeadlineKind.PERIOD_END, ends_on, clause="C9", starts_on=f"{starts_on}", moved=reason.strip())
        for attempt in attempts:
            if attempt.state in OPEN:
                attempt.epa = epa
                _recompute(attempt, starts_on, ends_on)
        audit.record(epa, "move_start", by=by, facts=facts)
        notices.period_moved(epa)
    return epa


def _moving_problems(
    epa: EPA, attempts: Iterable[Attempt], starts_on: dt.date, ends_on: dt.date, reason: str
) -> list[Problem]:
    found = []
    if epa.state != EPAState.IN_PERIOD:
        found.append(Problem("not_in_period", "C9", "The EPA period is not running.", "", "starts_on"))
    if not reason.strip():
        found.append(Problem("no_reason", "C9", "Say why the period is moved.", "", "reason"))
    gateway = getattr(epa, "gateway", None)
    accepted_at = gateway.accepted_at if gateway is not None else None
    if accepted_at is not None and starts_on < clock.london_date(accepted_at):
        message = f"The period cannot start before the gateway was accepted, on {date_long(accepted_at)}."
        found.append(Problem("before_gateway", "C9", message, "", "starts_on"))
    found += [
        Problem("held_outside", "C9", f"{row.component} was held on {date_long(row.held_on)}.", "", "starts_on")
        for row in attempts
        if row.held_on is not None and not starts_on <= row.held_on <= ends_on
    ]
    return found


def _recompute(attempt: Attempt, starts_on: dt.date, ends_on: dt.date) -> None:
    """Store anew what follows from the start of the period for a first attempt that is still to be held."""
    attempt.held_by = windows.held_by(attempt.component, starts_on, ends_on)
    scheduled_on = clock.london_date(attempt.scheduled_at) if attempt.scheduled_at else None
    attempt.submission_due_on = windows.submission_due(attempt.component, starts_on, scheduled_on)
    attempt.save(update_fields=["held_by", "submission_due_on"])
    store_window(attempt)
    store_submission(attempt)


def look(today: dt.date) -> dict[str, int]:
    """The daily job: close resits whose 12 months are over (C11), mark what was missed, remind of what is near.

    Each row is dealt with once, however often, late or by however many the job runs; one that fails is logged, counted
    and looked at again by the next run.
    """
    closed, lost = _close_resits(today)
    missed, untold = _each(Q(due_on__lt=today, missed_at=None), "missed_at", notices.deadline_missed)
    near = Q(warn_on__lte=today, due_on__gte=today, warned_at=None)
    warned, unwarned = _each(near, "warned_at", notices.deadline_near)
    return {"closed": closed, "missed": missed, "warned": warned, "failed": lost + untold + unwarned}


def _each(due: Q, mark: str, tell: Callable[[Deadline], object]) -> tuple[int, int]:
    """Mark each due row that nobody else holds and post its messages, both or neither."""
    rows = Deadline.objects.filter(WATCHED, due, done_at=None)

    def deal(pk: int) -> bool:
        full = rows.select_related("attempt__component", "attempt__assessor", "epa__registration__apprentice__centre")
        row = full.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        if row is None:
            return False  # somebody else was faster
        Deadline.objects.filter(pk=pk).update(**{mark: clock.now()})
        tell(row)
        return True

    return jobs.each(f"deadlines, {mark}", list(rows.order_by("due_on", "pk").values_list("pk", flat=True)), deal)


def _close_resits(today: dt.date) -> tuple[int, int]:
    over = EPA.objects.filter(state=EPAState.RESIT_OPEN, resit_until__lt=today).order_by("resit_until", "pk")
    keys = list(over.values_list("pk", flat=True))
    return jobs.each("end of the time for resits", keys, lambda pk: close_if_over(pk, today))


def close_if_over(epa_id: int, today: dt.date) -> bool:
    """Close an EPA whose time for resits has ended (C11). Attempts still open are cancelled; one that was held already
    is given its result first, so such an EPA waits for that instead."""
    by = System("end of the time for resits")
    with transaction.atomic():
        epa = lock(epa_id)
        if epa.state != EPAState.RESIT_OPEN or epa.resit_until is None or windows.resits_open(today, epa.resit_until):
            return False
        attempts = attempts_of(epa)
        for attempt in attempts:
            if attempt.state in OPEN:
                workflow.move(attempt, "cancel", by=by, facts={"resit_until": epa.resit_until})
                settle(epa, attempt=attempt)
        if complete_if_done(epa, by=by) is not None:
            return False
        workflow.move(epa, "close", by=by, facts={"resit_until": epa.resit_until})
        settle(epa)
        notices.resits_closed(epa)
    return True
