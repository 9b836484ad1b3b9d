"""What the record page of an EPA shows: what is missing, and the story from registration to certificate."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from accounts.models import User
from epa.models import EPA, Attempt, Booking, Gateway, Result
from epa.queries import preparing
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, BookingState, EPAState
from foundation import clock
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.pieces import Moment

OPEN = (AttemptState.PLANNED, AttemptState.ARRANGED)
FRIDAY = 4


def missing(epa: EPA, attempts: Iterable[Attempt], today: dt.date) -> list[Problem]:
    """What stands between an EPA and its result: before the gateway that list (E6), then arranging and handing in."""
    if epa.state == EPAState.PREPARING:
        return preparing.missing(epa, today)
    if epa.state not in {EPAState.IN_PERIOD, EPAState.RESIT_OPEN}:
        return []
    found = preparing.missing(epa, today) if epa.state == EPAState.IN_PERIOD else []
    for attempt in attempts:
        if attempt.state in OPEN:
            found += _of_attempt(epa, attempt)
    return found


def _of_attempt(epa: EPA, attempt: Attempt) -> Iterator[Problem]:
    component = attempt.component
    first = attempt.kind == AttemptKind.FIRST
    clause = windows.window_clause(component) if first else "C11"
    if attempt.scheduled_at is None:
        message = f"{component}: no date has been arranged; it is held by {date_long(attempt.held_by)}."
        yield Problem("not_arranged", clause, message, "dates")
    elif first and not fits(epa, attempt):
        message = (
            f"{component}: {date_long(attempt.scheduled_at)} lies outside the EPA period; it has to be rescheduled."
        )
        yield Problem("outside_period", clause, message, "dates")
    if component.submission_name and not attempt.submissions.all():
        due = f" by {date_long(attempt.submission_due_on)}" if attempt.submission_due_on else ""
        message = f"{component.submission_name} is to be handed in{due}."
        yield Problem("not_handed_in", windows.submission_clause(component), message, f"hand_in_{attempt.pk}")


def fits(epa: EPA, attempt: Attempt) -> bool:
    """Whether a first attempt is arranged for a day inside its window of the EPA period."""
    if attempt.scheduled_at is None or epa.starts_on is None or attempt.held_by is None:
        return False
    return epa.starts_on <= clock.london_date(attempt.scheduled_at) <= attempt.held_by


def moments(epa: EPA, attempts: list[Attempt], results: list[Result], user: User, today: dt.date) -> list[Moment]:
    """The EPA's days in order: what happened, what is planned, what is due by when. No grade before its release.

    A moment links only to what this person may open.
    """
    found = [*_preparing(epa, user), *_bookings(epa)]
    for attempt in attempts:
        if attempt.state != AttemptState.CANCELLED:
            found += _attempt(attempt, user, today)
    found += _period(epa, today)
    for result in results:
        found += _result(result, user, today)
    return sorted(found, key=lambda moment: moment.date or dt.date.max)


def _address(name: str, row: Any, user: User) -> str:
    """The page of a row, or nothing when it is out of this person's scope."""
    seen = type(row).objects.visible_to(user).filter(pk=row.pk).exists()
    return reverse(f"epa:{name}", args=[row.pk]) if seen else ""


def _preparing(epa: EPA, user: User) -> Iterator[Moment]:
    registration = epa.registration
    yield Moment(registration.registered_on, "Registered", registration.number)
    yield Moment(clock.london_date(epa.created_at), "Preparation began")
    gateway = Gateway.objects.filter(epa=epa).first()
    if gateway is None:
        return
    url = _address("gateway", gateway, user)
    if gateway.accepted_at is not None:
        yield Moment(clock.london_date(gateway.accepted_at), "Gateway accepted", url=url, clause="B5")
    elif gateway.submitted_at is not None:
        yield Moment(clock.london_date(gateway.submitted_at), "Gateway submitted", url=url)


def _bookings(epa: EPA) -> Iterator[Moment]:
    for booking in Booking.objects.filter(epa=epa).order_by("requested_on", "pk"):
        url = reverse("epa:booking", args=[booking.pk])
        yield Moment(booking.requested_on, "Booking requested", booking.number, url=url)
        if booking.confirmed_at is not None:
            yield Moment(clock.london_date(booking.confirmed_at), "Dates confirmed", booking.number, url=url)
        if booking.state == BookingState.REQUESTED:
            yield Moment(booking.desired_on, "Desired practical date", kind="planned", clause="E2")
        if booking.cancelled_on is not None:
            yield Moment(booking.cancelled_on, "Booking cancelled", booking.number, url=url)


def _attempt(attempt: Attempt, user: User, today: dt.date) -> Iterator[Moment]:
    component, url = attempt.component, _address("attempt", attempt, user)
    label = "" if attempt.kind == AttemptKind.FIRST else f"{attempt.get_kind_display()}, number {attempt.number}"
    handed_in = list(attempt.submissions.all())
    if handed_in:
        first = min(row.submitted_at for row in handed_in)
        late = any(row.late for row in handed_in)
        yield Moment(
            clock.london_date(first), f"{component.submission_name} handed in", "late" if late else "", url=url
        )
    elif attempt.submission_due_on is not None and attempt.state in OPEN:
        clause = windows.submission_clause(component)
        late, due_on = windows.is_late(attempt.submission_due_on, today), attempt.submission_due_on
        yield Moment(due_on, f"{component.submission_name} due", label, "deadline", late, url, clause)
    if attempt.held_on is not None:
        yield Moment(attempt.held_on, f"{component} held", label, url=url)
    elif attempt.scheduled_at is not None:
        yield Moment(clock.london_date(attempt.scheduled_at), str(component), label, "planned", url=url)
    elif attempt.held_by is not None:
        clause = windows.window_clause(component) if attempt.kind == AttemptKind.FIRST else "C11"
        late = windows.is_late(attempt.held_by, today)
        yield Moment(attempt.held_by, f"{component} held by", label, "deadline", late, url, clause)


def _period(epa: EPA, today: dt.date) -> Iterator[Moment]:
    if epa.starts_on is None or epa.ends_on is None:
        return
    yield Moment(epa.starts_on, "EPA period starts", kind="past" if epa.starts_on <= today else "planned", clause="C9")
    if epa.state == EPAState.IN_PERIOD:
        late = windows.is_late(epa.ends_on, today)
        yield Moment(epa.ends_on, "EPA period ends", kind="deadline", late=late, clause="C9")
    if epa.resit_until is not None and epa.state in {EPAState.RESIT_OPEN, EPAState.RESULT_DUE}:
        yield Moment(epa.resit_until, "Resits and retakes by", kind="deadline", clause="C11")


def _result(result: Result, user: User, today: dt.date) -> Iterator[Moment]:
    url = _address("result", result, user)
    if result.released_at is None:
        late = windows.is_late(result.due_on, today)
        yield Moment(result.due_on, "Result due", kind="deadline", late=late, clause="F1")
        return
    day = clock.london_date(result.released_at)
    yield Moment(day, "Result released", result.get_overall_display(), url=url, clause="F1")
    if result.entered_in_ilr_at is not None:
        yield Moment(clock.london_date(result.entered_in_ilr_at), "Entered in the ILR", url=url)
    friday = day + dt.timedelta(days=(FRIDAY - day.weekday()) % 7)
    if result.epa.state == EPAState.PASSED and friday >= today:
        words = "on the apprentice’s behalf, with the apprentice’s consent"
        yield Moment(friday, "Certificate applied for", words, kind="planned", clause="F5")
