"""Pages of arranging and the calendars."""

import datetime as dt
import itertools
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require
from accounts.requests import SignedIn, posted
from accounts.states import CENTRE_WRITERS, Role
from epa.actions import arranging as actions
from epa.actions import deadlines
from epa.forms.arranging import ArrangingForm, MoveStartForm, WeekForm
from epa.models import Attempt, Booking
from epa.queries import assessing as queries
from epa.queries import preparing
from epa.states import AttemptState, BookingState, EPAState
from epa.views.gateway import places
from foundation import clock, exports, workflow
from foundation.errors import NotAllowed
from foundation.exports import ExportColumn
from foundation.forms import refusals

EXPORTED: list[ExportColumn] = [
    ("Date and time", lambda row: row.scheduled_at),
    ("Component", lambda row: row.component.name),
    ("Attempt", lambda row: row.get_kind_display()),
    ("Apprentice", lambda row: row.epa.registration.apprentice.full_name),
    ("Centre", lambda row: row.epa.registration.apprentice.centre.organisation.name),
    ("Independent assessor", lambda row: row.assessor.name if row.assessor else ""),
    ("Place", lambda row: row.place),
]


# Who looks for dates for an assessment; an assessor is given them.
PLANNING = frozenset({*CENTRE_WRITERS, Role.EPA_TEAM})


@require_GET
def calendar(request: SignedIn) -> HttpResponse:
    """A week of assessments: the EPA team sees all, an assessor its own, a centre those of its apprentices."""
    monday = WeekForm(request.GET or None).monday()
    rows = list(queries.calendar(request.user, monday, monday + dt.timedelta(days=6)))
    kind = exports.wanted(request)
    if kind:
        return exports.respond(kind, f"assessments-{monday:%Y-%m-%d}", EXPORTED, rows)
    context = {
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
        "days": _by_day(rows),
        "count": len(rows),
        "plans": bool(request.user.roles & PLANNING),
        "breadcrumbs": [("Calendar", "")],
    }
    return render(request, "epa/arrange_calendar.html", context)


@require_GET
def own_assessments(request: SignedIn) -> HttpResponse:
    """An independent assessor's own: today, what is to be recorded, what comes."""
    if Role.INDEPENDENT_ASSESSOR not in request.user.roles:
        raise NotAllowed("This page is for independent assessors.")
    rows = list(queries.to_assess(request.user))
    today = clock.today()
    days = [(clock.london_date(row.scheduled_at), row) for row in rows if row.scheduled_at is not None]
    context = {
        "today_rows": [row for day, row in days if day == today],
        "waiting": [row for day, row in days if day < today],
        "coming": _by_day([row for day, row in days if day > today]),
        "breadcrumbs": [("Assessments", "")],
    }
    return render(request, "epa/assess_own.html", context)


@require_http_methods(["GET", "POST"])
def arrange_booking(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm a requested booking, or change the dates of a confirmed one."""
    rows = Booking.objects.visible_to(request.user).select_related(
        "epa__registration__apprentice__centre__organisation",
        "epa__registration__apprentice__employer",
        "epa__registration__package__version__standard",
        "epa__gateway",
    )
    booking = get_object_or_404(rows, pk=pk)
    again = booking.state == BookingState.CONFIRMED
    workflow.guard(booking, "reschedule" if again else "confirm", request.user)
    if booking.epa.state == EPAState.PREPARING:
        return _too_early(request, booking)
    back = reverse("epa:detail", kwargs={"pk": booking.epa_id})
    form = ArrangingForm(
        posted(request),
        attempts=_open_attempts(booking),
        reason=again,
        desired_on=booking.desired_on,
        cancel_url=back,
        submit_label="Change the dates" if again else None,
    )
    asked = form.to_consider() if form.is_valid() else []
    if form.is_valid() and not asked:
        with refusals(form):
            _save(booking, form, again, request)
            messages.success(request, "The dates are changed." if again else "The booking is confirmed.")
            return redirect(back)
    context = {"form": form, "booking": booking, "epa": booking.epa, "again": again, "asked": asked}
    return render(request, "epa/arrange_booking.html", {**context, **_crumbs(booking.epa, "Arrange")})


def _too_early(request: SignedIn, booking: Booking) -> HttpResponse:
    """A provisional booking has no dates to confirm yet: what is missing for the gateway instead (E2, E6)."""
    if request.method == "POST":
        actions.confirm(booking=booking, arrangements=[], by=request.user)  # refuses, and says why
    context = {
        "booking": booking,
        "epa": booking.epa,
        "provisional": True,
        "missing": preparing.missing(booking.epa),
        "gateway": booking.epa.gateway,
        "places": places(booking.epa.gateway, request.user),
        **_crumbs(booking.epa, "Arrange"),
    }
    return render(request, "epa/arrange_booking.html", context)


def _save(booking: Booking, form: ArrangingForm, again: bool, request: SignedIn) -> None:
    arrangements = form.arrangements()
    if again:
        reason = form.cleaned_data["reason"]
        actions.reschedule(booking=booking, arrangements=arrangements, reason=reason, by=request.user)
    else:
        actions.confirm(booking=booking, arrangements=arrangements, by=request.user)


def _open_attempts(booking: Booking) -> list[Attempt]:
    attempts = list(
        booking.epa.attempts.filter(state__in=[AttemptState.PLANNED, AttemptState.ARRANGED]).select_related(
            "component", "assessor"
        )
    )
    for attempt in attempts:
        attempt.epa = booking.epa
    return attempts


@require_http_methods(["GET", "POST"])
def arrange_attempt(request: SignedIn, pk: int) -> HttpResponse:
    """Arrange a resit or retake, or arrange it anew."""
    attempt = get_object_or_404(queries.attempts(request.user), pk=pk)
    workflow.guard(attempt, "rearrange" if attempt.state == AttemptState.ARRANGED else "arrange", request.user)
    back = reverse("epa:attempt", kwargs={"pk": attempt.pk})
    form = ArrangingForm(posted(request), attempts=[attempt], cancel_url=back, submit_label="Arrange it")
    asked = form.to_consider() if form.is_valid() else []
    if form.is_valid() and not asked:
        with refusals(form):
            chosen = form.arrangements()[0]
            actions.arrange(
                attempt=attempt, assessor=chosen.assessor, at=chosen.at, place=chosen.place, by=request.user
            )
            messages.success(request, "It is arranged.")
            return redirect(back)
    context = {"form": form, "attempt": attempt, "epa": attempt.epa, "asked": asked}
    return render(request, "epa/arrange_attempt.html", {**context, **_crumbs(attempt.epa, "Arrange")})


@require_http_methods(["GET", "POST"])
def move_start(request: SignedIn, pk: int) -> HttpResponse:
    """Move the first day of the EPA period, with a reason."""
    epa = get_object_or_404(queries.epas(request.user), pk=pk)
    require(request.user, (Role.EPA_TEAM,), epa, "move the EPA period")
    back = reverse("epa:detail", kwargs={"pk": epa.pk})
    form = MoveStartForm(posted(request), epa=epa, cancel_url=back)
    if form.is_valid():
        with refusals(form):
            deadlines.move_start(epa=epa, by=request.user, **form.cleaned_data)
            messages.success(request, "The EPA period is moved, and every date that follows from it.")
            return redirect(back)
    return render(request, "epa/arrange_move.html", {"form": form, "epa": epa, **_crumbs(epa, "Move the period")})


def _by_day(rows: list[Attempt]) -> list[tuple[dt.date, list[Attempt]]]:
    dated = [(clock.london_date(row.scheduled_at), row) for row in rows if row.scheduled_at is not None]
    return [(day, [row for _, row in group]) for day, group in itertools.groupby(dated, key=lambda pair: pair[0])]


def _crumbs(epa: Any, here: str) -> dict[str, Any]:
    return {
        "breadcrumbs": [(f"EPA of {epa.registration.apprentice}", reverse("epa:detail", args=[epa.pk])), (here, "")]
    }
