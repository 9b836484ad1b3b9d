"""The moment when the last open component has been assessed."""

import datetime as dt

from epa.actions.dates import OPEN, settle, store, version_of
from epa.actions.locking import attempts_of
from epa.models import EPA, Booking, Result
from epa.notices import assessing as notices
from epa.rules import results as rules
from epa.states import AttemptState, BookingState, DeadlineKind
from foundation import workflow, workingdays
from foundation.workflow import Actor


def complete_if_done(epa: EPA, *, by: Actor) -> Result | None:
    """When no attempt of a locked EPA is open any more: the result falls due (F1), with a row of its own.

    None while something is still to be assessed. Exactly one caller gets the row: the EPA is locked, and the state and
    the number of the result are each once.
    """
    attempts = attempts_of(epa)
    held = [row.held_on for row in attempts if row.state == AttemptState.ASSESSED and row.held_on is not None]
    if not held or any(row.state in OPEN for row in attempts):
        return None
    workflow.move(epa, "complete", by=by)
    result = _due_result(epa, max(held))
    for booking in Booking.objects.filter(epa=epa, state=BookingState.CONFIRMED):
        workflow.move(booking, "complete", by=by)
    settle(epa, DeadlineKind.PERIOD_END)
    notices.result_falls_due(result)
    return result


def _due_result(epa: EPA, last_day: dt.date) -> Result:
    """The result to be released, with its due day and the facts behind it (F1)."""
    due_on, facts = rules.result_due(last_day, version_of(epa).result_working_days, workingdays.current())
    result = Result.objects.create(
        epa=epa, sequence=epa.results.count() + 1, last_day=last_day, due_on=due_on, facts=facts
    )
    store(epa, DeadlineKind.RESULT, due_on, clause="F1", result=result.pk, **facts)
    return result
