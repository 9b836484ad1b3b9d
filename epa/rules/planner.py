"""The planner: every date that follows from a desired practical date or a start, and what is impossible. Pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from epa.rules import windows
from epa.rules.booking import earliest_desired, last_day_to_request, notice_problems
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.workingdays import OutsideHorizon, WorkingDays, add_months
from standards.rules import ComponentSettings, VersionSettings

FRIDAY = 4


@dataclass(frozen=True)
class PlannedDate:
    """One derived date: what it is, its clause, what it rests on, and whether it can still be kept."""

    code: str
    label: str
    day: dt.date
    clause: str
    note: str = ""
    feasible: bool = True


@dataclass(frozen=True)
class Plan:
    """The dates in order of time, what speaks against them, and the two dates they rest on."""

    desired_on: dt.date
    starts_on: dt.date
    dates: tuple[PlannedDate, ...]
    problems: tuple[Problem, ...]

    @property
    def feasible(self) -> bool:
        return not any(not problem.warning for problem in self.problems)


def plan(
    settings: VersionSettings,
    *,
    today: dt.date,
    calendar: WorkingDays,
    desired_on: dt.date | None = None,
    starts_on: dt.date | None = None,
) -> Plan:
    """Every derived date (C1–C11, E2, F1, F5), counted from what is given and else from the earliest that is possible.

    Without ``starts_on`` the period begins as early as the practical's window allows, not before today; without
    ``desired_on`` the practical is the first day that can still be asked for, not before the start.
    """
    earliest = earliest_desired(settings, today)
    desired = desired_on or max(earliest, starts_on or earliest)
    start = starts_on or max(today, earliest_start(settings, desired))
    try:
        dates = tuple(sorted(_dates(settings, today, calendar, desired, start), key=lambda one: (one.day, one.code)))
        found = [*_problems(settings, today, calendar, desired, start)]
    except OutsideHorizon as outside:
        dates, found = (), [Problem("horizon", "F1", str(outside))]
    return Plan(desired, start, dates, tuple(found))


def earliest_start(settings: VersionSettings, desired_on: dt.date) -> dt.date:
    """C1, C9: the earliest start of the period whose practical window still holds the desired date."""
    months = _practical_months(settings)
    start = add_months(desired_on, -months)
    while add_months(start, months) < desired_on:  # the 31st has no like day in a shorter month
        start += dt.timedelta(days=1)
    return start


def claim_friday(released_on: dt.date) -> dt.date:
    """F5: the Friday at the end of the week of the release; a release at the week-end waits for the next."""
    return released_on + dt.timedelta(days=(FRIDAY - released_on.weekday()) % 7)


def _practical_months(settings: VersionSettings) -> int:
    practical = settings.practical
    return min(practical.window_months, settings.epa_months) if practical is not None else settings.epa_months


def _dates(
    settings: VersionSettings, today: dt.date, calendar: WorkingDays, desired: dt.date, start: dt.date
) -> Iterator[PlannedDate]:
    last_request = last_day_to_request(settings, desired)
    ends = windows.period(start, settings)
    result = calendar.add(ends, settings.result_working_days)
    notice = f"{settings.booking_notice_days} days before the practical"
    yield PlannedDate("request", "Last day to request", last_request, "E2", notice, last_request >= today)
    yield PlannedDate(
        "gateway", "Gateway accepted, EPA period starts", start, "C9", "the gateway is accepted by then", start >= today
    )
    for component in settings.components:
        yield from _component_dates(component, start, ends, desired)
    yield PlannedDate("period_end", "EPA period ends", ends, "C9", f"{settings.epa_months} months after the start")
    working = f"{settings.result_working_days} working days after the last day"
    yield PlannedDate("result", "Result by", result, "F1", working)
    yield PlannedDate("claim", "Certificate claimed by", claim_friday(result), "F5", "the Friday of that week")
    until = windows.resit_until(result, settings)
    yield PlannedDate("resits", "Resits and retakes until", until, "C11", f"{settings.resit_months} months")


def _component_dates(
    component: ComponentSettings, start: dt.date, ends: dt.date, desired: dt.date
) -> Iterator[PlannedDate]:
    last = windows.held_by(component, start, ends)
    held = desired if component.is_practical else last
    clause = windows.window_clause(component)
    if component.is_practical:
        yield PlannedDate("practical", f"{component.name}: desired", desired, clause, "", start <= desired <= last)
    yield PlannedDate(
        f"window_{component.code}",
        f"{component.name}: held by",
        last,
        clause,
        f"{component.window_months} months after the start",
    )
    due = windows.submission_due(component, start, held) if component.has_submission else None
    if due is not None:
        yield PlannedDate(
            f"submission_{component.code}",
            f"{component.submission_name} due",
            due,
            windows.submission_clause(component),
            f"if held on {date_long(held)}; earlier when held earlier",
            due >= start,
        )


def _problems(
    settings: VersionSettings, today: dt.date, calendar: WorkingDays, desired: dt.date, start: dt.date
) -> Iterator[Problem]:
    yield from notice_problems(settings, today=today, desired_on=desired)
    if settings.practical is None:
        yield Problem("no_practical", "E2", "This version names no practical to which the notice of a booking counts.")
    last = min(add_months(start, _practical_months(settings)), windows.period(start, settings))
    if desired < start:
        message = f"The practical is held in the EPA period, which starts on {date_long(start)}."
        yield Problem("before_start", "C1", message, field="desired_on")
    elif desired > last:
        message = f"An EPA period from {date_long(start)} has its practical by {date_long(last)}; start it later."
        yield Problem("after_window", "C1", message, field="starts_on")
    if start < today:
        yield Problem("start_past", "C9", f"{date_long(start)} has passed.", field="starts_on", warning=True)
    if not calendar.is_working(desired):
        message = f"{date_long(desired)} is no working day; the EPA team may propose the nearest one."
        yield Problem("no_working_day", "E2", message, field="desired_on", warning=True)
