"""Rows of an assessment that stand as no verb leaves them, for the hourly look; a look changes nothing."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from epa.models import EPA, Attempt, Deadline, Result
from epa.states import AttemptState, DeadlineKind, EPAState
from foundation.invariants import Finding

RELEASED = (EPAState.PASSED, EPAState.RESIT_OPEN, EPAState.CLOSED)
OPEN = (AttemptState.PLANNED, AttemptState.ARRANGED)
# The look at deadlines is hourly by day: it has had its turn a day after.
GRACE = dt.timedelta(days=1)


def impossible(today: dt.date) -> Iterator[Finding]:
    """Everything that cannot be, kind by kind."""
    for row in released_without_result():
        yield Finding("released_without_result", "F1", row, f"is “{row.get_state_display()}” without a released result")
    for result in results_held_back():
        yield Finding("result_held_back", "F1", result, "waits for its release, though its EPA waits for none")
    for attempt in attempts_released_alone():
        yield Finding("attempt_released_alone", "F1", attempt, "is released, and no result of its EPA is")
    for row in assessed_without_due_date():
        yield Finding("no_result_due", "F1", row, "is assessed, and nothing says by when its result is due")
    for row in assessed_and_left():
        yield Finding(
            "assessed_and_left", "F1", row, "has nothing left to be assessed, and its result is not asked for"
        )
    for row in ended_and_not_marked(today):
        yield Finding("period_end_not_marked", "C9", row, f"ended on {row.ends_on}, and its deadline is not marked")


def released_without_result() -> QuerySet[EPA]:
    """Passed, open for resits or closed: all three begin with a release (F1)."""
    released = Result.objects.filter(epa=OuterRef("pk"), released_at__isnull=False)
    return EPA.objects.filter(~Exists(released), state__in=RELEASED).order_by("pk")


def results_held_back() -> QuerySet[Result]:
    """Not released, though the EPA is not waiting for a release (F1)."""
    return Result.objects.filter(released_at=None).exclude(epa__state=EPAState.RESULT_DUE).order_by("pk")


def attempts_released_alone() -> QuerySet[Attempt]:
    """Released attempts without a released result; where the EPA says it is released, that is the finding (F1)."""
    released = Result.objects.filter(epa=OuterRef("epa"), released_at__isnull=False)
    rows = Attempt.objects.filter(~Exists(released), state=AttemptState.RELEASED)
    return rows.exclude(epa__state__in=RELEASED).order_by("pk")


def assessed_without_due_date() -> QuerySet[EPA]:
    """Assessed, without a result to be released, or without the open deadline that is looked at (F1)."""
    due = Result.objects.filter(epa=OuterRef("pk"), released_at=None)
    watched = Deadline.objects.filter(epa=OuterRef("pk"), kind=DeadlineKind.RESULT, done_at=None)
    rows = EPA.objects.filter(state=EPAState.RESULT_DUE)
    return rows.filter(~Exists(due) | ~Exists(watched)).order_by("pk")


def assessed_and_left() -> QuerySet[EPA]:
    """Every attempt has been assessed, and the EPA still stands in its period or open for resits (F1)."""
    attempts = Attempt.objects.filter(epa=OuterRef("pk"))
    rows = EPA.objects.filter(state__in=[EPAState.IN_PERIOD, EPAState.RESIT_OPEN])
    assessed, still_open = attempts.filter(state=AttemptState.ASSESSED), attempts.filter(state__in=OPEN)
    return rows.filter(Exists(assessed), ~Exists(still_open)).order_by("pk")


def ended_and_not_marked(today: dt.date) -> QuerySet[EPA]:
    """The period is over, the EPA is not, and no row of its end is marked as missed, so nobody was told (C9)."""
    marked = Deadline.objects.filter(
        epa=OuterRef("pk"), kind=DeadlineKind.PERIOD_END, due_on=OuterRef("ends_on"), missed_at__isnull=False
    )
    over = EPA.objects.filter(state=EPAState.IN_PERIOD, ends_on__lt=today - GRACE)
    return over.filter(~Exists(marked)).order_by("ends_on", "pk")
