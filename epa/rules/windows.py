"""When things have to happen: the EPA period, each component's window, what is handed in when. All pure."""

import datetime as dt
from typing import Protocol

from epa.states import DeadlineKind
from foundation.workingdays import add_months

# How many days before the day itself the person is reminded: our own figures, no clause names one.
WARNING_DAYS = {
    DeadlineKind.SUBMISSION: 14,
    DeadlineKind.WINDOW: 14,
    DeadlineKind.PERIOD_END: 14,
    DeadlineKind.RESULT: 7,
    DeadlineKind.RESIT: 30,
    DeadlineKind.REWORK: 7,
}


class Settings(Protocol):
    """What these rules read of a standard's version."""

    @property
    def epa_months(self) -> int: ...

    @property
    def resit_months(self) -> int: ...


class Windowed(Protocol):
    """What these rules read of a component."""

    @property
    def window_months(self) -> int: ...

    @property
    def submission_days_before(self) -> int | None: ...

    @property
    def submission_within_months(self) -> int | None: ...

    @property
    def rework_months(self) -> int | None: ...


class Described(Protocol):
    """What tells which clause a component falls under."""

    @property
    def is_practical(self) -> bool: ...

    @property
    def subject_agreed(self) -> bool: ...

    @property
    def evidence_min(self) -> int | None: ...


def period(starts_on: dt.date, settings: Settings) -> dt.date:
    """The last day of the EPA period (C9): so many calendar months after its first, that day included."""
    return add_months(starts_on, settings.epa_months)


def held_by(component: Windowed, starts_on: dt.date, ends_on: dt.date) -> dt.date:
    """The last day on which a component may be held (C1, C3, C6), never after the whole period (C9)."""
    return min(add_months(starts_on, component.window_months), ends_on)


def submission_due(component: Windowed, starts_on: dt.date, scheduled_on: dt.date | None) -> dt.date | None:
    """When a first attempt's submission reaches IMI, or None while that is not known.

    A project report: the earlier of start + 2 months (C2) and 14 days before the interview (C4); a portfolio: 14 days
    before the discussion (C7).
    """
    within = component.submission_within_months
    known = [add_months(starts_on, within) if within is not None else None, days_before(component, scheduled_on)]
    return min((day for day in known if day is not None), default=None)


def resit_submission_due(
    component: Windowed, released_on: dt.date | None, scheduled_on: dt.date | None
) -> dt.date | None:
    """When a resit's submission reaches IMI: a reworked project one month after the fail was released (C14) and, like
    any submission, 14 days before its date (C4, C7); None while neither is known."""
    rework = rework_due(component, released_on) if released_on is not None else None
    known = [rework, days_before(component, scheduled_on)]
    return min((day for day in known if day is not None), default=None)


def days_before(component: Windowed, scheduled_on: dt.date | None) -> dt.date | None:
    """The day two weeks before an interview or discussion (C4, C7); None while there is no date, or nothing to give."""
    if component.submission_days_before is None or scheduled_on is None:
        return None
    return scheduled_on - dt.timedelta(days=component.submission_days_before)


def rework_due(component: Windowed, released_on: dt.date) -> dt.date | None:
    """The last day for handing in the reworked project (C14), or None for a component that is not reworked."""
    return None if component.rework_months is None else add_months(released_on, component.rework_months)


def resit_until(first_fail_released_on: dt.date, settings: Settings) -> dt.date:
    """The last day for resits and retakes (C11): 12 months from the day the first fail was released."""
    return add_months(first_fail_released_on, settings.resit_months)


def resits_open(today: dt.date, until: dt.date) -> bool:
    """Whether the time for resits still runs (C11): the last day counts."""
    return today <= until


def is_late(due_on: dt.date | None, day: dt.date) -> bool:
    """Whether something handed in on ``day`` is late (C4, C7, C14): the due day itself is in time."""
    return due_on is not None and day > due_on


def warn_on(kind: DeadlineKind, due_on: dt.date) -> dt.date:
    """The day from which the person is reminded of a deadline."""
    return due_on - dt.timedelta(days=WARNING_DAYS[kind])


def window_clause(component: Described) -> str:
    """The clause behind a component's window."""
    if component.is_practical:
        return "C1"
    return "C3" if component.subject_agreed else "C6"


def submission_clause(component: Described) -> str:
    """The clause behind a component's submission date."""
    return "C4" if component.evidence_min is None else "C7"
