"""The record of one EPA, and the list of deadlines."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import SignedIn
from accounts.states import CENTRE_WRITERS, Role
from epa.actions import resits
from epa.models import EPA, Attempt, Booking, Gateway, ProjectSubject, Result
from epa.queries import assessing as queries
from epa.queries import preparing, record
from epa.rules.booking import Askable
from epa.states import (
    AttemptKind,
    AttemptState,
    BookingState,
    EPAState,
    ExceptionState,
    GatewayState,
    SubjectState,
)
from foundation import audit, clock, exports
from foundation.exports import ExportColumn
from foundation.lists import page_of
from foundation.workflow import can


@dataclass(frozen=True)
class Next:
    """The one thing for this person to do now: what, where, and by when if that is known."""

    title: str
    url: str
    label: str
    due_on: Any = None
    blocked: Askable | None = None  # why no date can be asked for, where that is what stands in the way


@require_GET
def detail(request: SignedIn, pk: int) -> HttpResponse:
    """The story of one EPA: stage, the one thing to do, what is missing, components, results, history."""
    epa = get_object_or_404(queries.epas(request.user), pk=pk)
    user, today = request.user, clock.today()
    rows = epa.attempts.select_related("component", "assessor").prefetch_related("submissions")
    attempts = list(rows.order_by("component__order", "number"))
    results = list(epa.results.order_by("sequence"))
    for result in results:
        result.epa = epa
    sees = queries.sees_grades(user)
    mine = set(queries.attempts(user).filter(epa=epa).values_list("pk", flat=True))
    changing = queries.booking_to_arrange(user, epa)
    context = {
        "epa": epa,
        "attempts": [(row, queries.knows_grade(user, row), row.pk in mine) for row in attempts],
        "results": queries.results(user).filter(epa=epa).order_by("sequence"),
        "next": next_step(epa, attempts, results, user),
        "mailbox": settings.EPA_TEAM_MAILBOX,
        "problems": record.missing(epa, attempts, today),
        "places": _places(epa, attempts, user, changing),
        "moments": record.moments(epa, attempts, results, user, today),
        "possible": resits.possible_resits(epa) if user.roles & CENTRE_WRITERS else [],
        "changes_dates": changing is not None and changing.state == BookingState.CONFIRMED,
        "may_move": Role.EPA_TEAM in user.roles and epa.state == EPAState.IN_PERIOD,
        "may_withdraw": can(epa, "withdraw", user),
        "history": audit.history(epa, *attempts, *results, include_confidential=sees),
        "breadcrumbs": [(f"EPA of {epa.registration.apprentice}", "")],
    }
    return render(request, "epa/epa_detail.html", context)


def _places(epa: EPA, attempts: list[Attempt], user: User, booking: Booking | None) -> dict[str, str]:
    """Where what is missing is put right, as far as this person can."""
    places = {}
    gateway = Gateway.objects.visible_to(user).filter(epa=epa).first()
    if gateway is not None:
        places = dict.fromkeys(("gateway", "portfolio", "signatures"), reverse("epa:gateway", args=[gateway.pk]))
    subject = ProjectSubject.objects.visible_to(user).filter(epa=epa).first()
    if subject is not None:
        places["subject"] = reverse("epa:subject", args=[subject.pk])
    elif user.roles & CENTRE_WRITERS:
        places["subject"] = reverse("epa:subject_propose", args=[epa.pk])
    if user.roles & CENTRE_WRITERS:
        places |= {f"hand_in_{row.pk}": reverse("epa:hand_in", args=[row.pk]) for row in attempts}
    if booking is not None:
        places["dates"] = reverse("epa:arrange", args=[booking.pk])
    return places


def _open_booking(epa: EPA) -> Booking | None:
    return Booking.objects.filter(epa=epa, state__in=[BookingState.REQUESTED, BookingState.CONFIRMED]).first()


def next_step(epa: EPA, attempts: list[Attempt], results: list[Result], user: User) -> Next | None:
    """The one primary action of a person's role, or None when it is somebody else's turn."""
    if epa.state == EPAState.WITHDRAWN:
        return None
    if Role.EPA_TEAM in user.roles:
        return _for_team(epa, attempts, results)
    if Role.INDEPENDENT_ASSESSOR in user.roles:
        return _for_assessor(attempts, user)
    return _for_centre(epa, attempts, results) if user.roles & CENTRE_WRITERS else None


def _for_team(epa: EPA, attempts: list[Attempt], results: list[Result]) -> Next | None:
    gateway = Gateway.objects.filter(epa=epa, state=GatewayState.SUBMITTED).first()
    if gateway is not None:
        return Next("Check the gateway", reverse("epa:gateway", args=[gateway.pk]), "Look at the gateway")
    for result in results:
        if result.released_at is None:
            url = reverse("epa:result_release", args=[result.pk])
            return Next("Release the result", url, "Release the result", result.due_on)
    subject = ProjectSubject.objects.filter(epa=epa, state=SubjectState.PROPOSED).first()
    if subject is not None:
        return Next("Decide on the project’s subject", reverse("epa:subject", args=[subject.pk]), "Look at the subject")
    booked = _in_period(epa, attempts) if epa.state == EPAState.IN_PERIOD else None
    if booked is not None:
        return booked
    for row in attempts:
        if row.kind != AttemptKind.FIRST and row.state == AttemptState.PLANNED:
            url = reverse("epa:attempt_arrange", args=[row.pk])
            return Next(f"Arrange the further attempt at {row.component}", url, "Arrange it", row.held_by)
    return None


def _in_period(epa: EPA, attempts: list[Attempt]) -> Next | None:
    """What the team does for the first attempts: confirm the booking, mend dates that no longer fit, or find some."""
    booking = _open_booking(epa)
    if booking is None:
        return _for_team_without_booking(epa) if _practical_open(attempts) else None
    url = reverse("epa:arrange", args=[booking.pk])
    if booking.state == BookingState.REQUESTED:
        return Next("Confirm the booking", url, "Choose assessors and dates", booking.desired_on)
    first = [row for row in attempts if row.kind == AttemptKind.FIRST and row.state in record.OPEN]
    if all(record.fits(epa, row) for row in first):
        return None
    return Next("Arrange anew what lies outside the EPA period", url, "Change the dates", epa.ends_on)


def _practical_open(attempts: list[Attempt]) -> bool:
    return any(row.component.is_practical and row.state in record.OPEN for row in attempts)


def _for_team_without_booking(epa: EPA) -> Next | None:
    """What only the EPA team can do while there is no booking: reschedule without loss (E4, E5), or move the period
    (C9) once the notice (E2) leaves no date within it."""
    excepted = Q(cancelled_by_imi=True) | Q(exceptional_claim__state=ExceptionState.GRANTED)
    lost = Booking.objects.filter(excepted, epa=epa, state=BookingState.CANCELLED, replaced_by=None).first()
    if lost is not None:
        return Next(
            f"Reschedule {lost.number} without loss", reverse("epa:booking_rebook", args=[lost.pk]), "Reschedule"
        )
    askable = preparing.askable(epa)
    if not askable.problems:
        return None
    url = reverse("epa:move_start", args=[epa.pk])
    return Next("Move the period: no booking can be requested in it", url, "Move the period", blocked=askable)


def _for_assessor(attempts: list[Attempt], user: User) -> Next | None:
    mine = [row for row in attempts if row.assessor_id == user.pk and row.state == AttemptState.ARRANGED]
    for row in sorted(mine, key=lambda row: str(row.scheduled_at)):
        url = reverse("epa:assess", args=[row.pk])
        day = clock.london_date(row.scheduled_at) if row.scheduled_at else None
        if day is not None and day > clock.today():
            return Next(f"Assess {row.component}", reverse("epa:attempt", args=[row.pk]), "Look at what is known", day)
        return Next(f"Record {row.component}", url, "Record the assessment", day)
    return None


def _for_centre(epa: EPA, attempts: list[Attempt], results: list[Result]) -> Next | None:
    released = [result for result in results if result.released_at is not None]
    # The latest is what the ILR has to say; an earlier one that was never entered is entered with it.
    if released and released[-1].entered_in_ilr_at is None:
        url = reverse("epa:result", args=[released[-1].pk])
        return Next("Enter the result in your ILR", url, "Read the result")
    if epa.state == EPAState.PREPARING:
        gateway = Gateway.objects.filter(epa=epa).first()
        if gateway is not None and gateway.state in {GatewayState.COLLECTING, GatewayState.RETURNED}:
            return Next("Complete the gateway", reverse("epa:gateway", args=[gateway.pk]), "Go to the gateway")
    if epa.state == EPAState.IN_PERIOD and _open_booking(epa) is None:
        return _to_book(epa)
    waiting = [
        row
        for row in attempts
        if row.state in record.OPEN and row.component.submission_name and not row.submissions.all()
    ]
    for row in waiting:
        title = f"Hand in: {row.component.submission_name}"
        return Next(title, reverse("epa:hand_in", args=[row.pk]), "Hand it in", row.submission_due_on)
    for possible in resits.possible_resits(epa):
        if not possible.problems:
            url = reverse("epa:open_resit", args=[epa.pk, possible.component.pk])
            return Next(f"Ask for a resit of {possible.component}", url, "Ask for it", epa.resit_until)
    return None


def _to_book(epa: EPA) -> Next:
    """Ask for a booking while a date can succeed (E2, C1); else ask for the period to be moved (C9)."""
    url, askable = reverse("epa:booking_request", args=[epa.pk]), preparing.askable(epa)
    if askable.problems:
        return Next("Ask the EPA team to move the period", url, "See why and how", blocked=askable)
    return Next("Request a booking", url, "Request a booking", askable.ask_by)


DEADLINE_COLUMNS: list[ExportColumn] = [
    ("Due", lambda row: row.due_on),
    ("What", lambda row: row.get_kind_display()),
    ("Component", lambda row: str(row.attempt.component) if row.attempt else ""),
    ("Apprentice", lambda row: row.epa.registration.apprentice.full_name),
    ("Centre", lambda row: row.epa.registration.apprentice.centre.organisation.name),
    ("Clause", lambda row: row.clause),
]


@require_GET
def deadlines(request: SignedIn) -> HttpResponse:
    """Everything that is due, the late first."""
    rows = queries.open_deadlines(request.user)
    kind = exports.wanted(request)
    if kind:
        return exports.respond(kind, f"deadlines-{clock.today():%Y-%m-%d}", DEADLINE_COLUMNS, rows)
    context = {"page_obj": page_of(request, rows), "breadcrumbs": [("Deadlines", "")]}
    return render(request, "epa/epa_detail_deadlines.html", context)
