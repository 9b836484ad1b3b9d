"""Writing deadlines: computed once by a rule, stored with the facts they came from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from epa.models import EPA, Attempt, Deadline
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, DeadlineKind
from foundation import clock
from foundation.errors import WrongState
from standards.models import StandardVersion

OPEN = (AttemptState.PLANNED, AttemptState.ARRANGED)


@dataclass(frozen=True)
class Bounds:
    """The first and the last day on which an attempt may be held, and the clause behind them."""

    starts_on: dt.date
    held_by: dt.date
    clause: str


def bounds(attempt: Attempt) -> Bounds:
    """A first attempt's window (C1, C3, C6), or the time for resits (C11). WrongState before the period is open."""
    first = attempt.kind == AttemptKind.FIRST
    starts_on = attempt.epa.starts_on if first else attempt.epa.first_fail_released_on
    if starts_on is None or attempt.held_by is None:
        raise WrongState("The EPA period has not been opened.")
    return Bounds(starts_on, attempt.held_by, windows.window_clause(attempt.component) if first else "C11")


def version_of(epa: EPA) -> StandardVersion:
    """The version of the standard that an EPA is assessed by."""
    return epa.registration.package.version


def store(
    epa: EPA, kind: DeadlineKind, due_on: dt.date, *, clause: str, attempt: Attempt | None = None, **facts: Any
) -> Deadline:
    """Write a deadline, or write the open one of that kind anew: warned and missed start again with the new day."""
    values = {
        "due_on": due_on,
        "warn_on": windows.warn_on(kind, due_on),
        "clause": clause,
        "facts": facts,
        "warned_at": None,
        "missed_at": None,
    }
    row = Deadline.objects.filter(epa=epa, attempt=attempt, kind=kind, done_at=None).first()
    if row is None:
        return Deadline.objects.create(epa=epa, attempt=attempt, kind=kind, **values)
    if row.due_on != due_on:
        Deadline.objects.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
    return row


def settle(epa: EPA, *kinds: DeadlineKind, attempt: Attempt | None = None) -> int:
    """Mark open deadlines done: of the kinds named (all when none), of one attempt where it is given."""
    rows = Deadline.objects.filter(epa=epa, done_at=None)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if attempt is not None:
        rows = rows.filter(attempt=attempt)
    return rows.update(done_at=clock.now())


def store_window(attempt: Attempt) -> None:
    """The deadline for holding a first attempt (C1, C3, C6)."""
    if attempt.kind != AttemptKind.FIRST or attempt.held_by is None:
        return
    component, epa = attempt.component, attempt.epa
    clause = windows.window_clause(component)
    facts = {"starts_on": f"{epa.starts_on}", "months": component.window_months}
    store(epa, DeadlineKind.WINDOW, attempt.held_by, clause=clause, attempt=attempt, **facts)


def store_submission(attempt: Attempt) -> None:
    """The deadline for handing in (C2, C4, C7; for a resit C14), where its day is known and nothing has come yet."""
    if attempt.submission_due_on is None or attempt.submissions.exists() or _rework_says_it(attempt):
        return
    component = attempt.component
    clause = windows.submission_clause(component)
    facts = {
        "starts_on": f"{attempt.epa.starts_on}",
        "scheduled_on": f"{clock.london_date(attempt.scheduled_at)}" if attempt.scheduled_at else None,
        "days_before": component.submission_days_before,
        "within_months": component.submission_within_months,
    }
    store(attempt.epa, DeadlineKind.SUBMISSION, attempt.submission_due_on, clause=clause, attempt=attempt, **facts)


def _rework_says_it(attempt: Attempt) -> bool:
    """Whether the open deadline for the rework (C14) falls no later, so that a second one would say the same."""
    if attempt.kind == AttemptKind.FIRST:
        return False
    return Deadline.objects.filter(
        epa=attempt.epa,
        kind=DeadlineKind.REWORK,
        attempt__component=attempt.component,
        done_at=None,
        due_on__lte=attempt.submission_due_on,
    ).exists()
