"""The queue of bookings, a booking's page, and its verbs."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.models import User
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres.models import Charge
from epa.actions import booking as actions
from epa.forms.booking import (
    BookingFilter,
    CancelForm,
    ClaimForm,
    DecideClaimForm,
    EvidenceForm,
    RebookForm,
    RequestForm,
)
from epa.forms.gateway import ReasonForm
from epa.models import EPA, Attempt, Booking, ExceptionalClaim, Gateway
from epa.queries import assessing
from epa.queries import preparing as queries
from epa.rules import booking as rules
from epa.states import CENTRE, TEAM, BookingState, ExceptionState
from epa.views.gateway import form_page, gateway_of, places
from foundation import audit, dates, documents
from foundation.errors import Refused
from foundation.forms import add_problems, refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row
from foundation.workflow import can, guard

COLUMNS = [
    Column("number", "Booking", link="get_absolute_url", sort="number"),
    Column("epa.registration.apprentice.full_name", "Apprentice", sort="epa__registration__apprentice__family_name"),
    Column("epa.registration.apprentice.centre.organisation.name", "Centre"),
    Column("epa.registration.package.version.short", "Standard"),
    Column("desired_on", "Practical desired", kind="date", sort="desired_on"),
    Column("requested_on", "Requested", kind="date", sort="requested_on"),
    Column("self_", "State", kind="state", sort="state"),
]


def find_booking(request: SignedIn, pk: int) -> Booking:
    """The booking, if it is within this person's sight; else 404."""
    return get_object_or_404(queries.bookings(request.user), pk=pk)


def trail(booking: Booking, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Bookings", reverse("epa:bookings")), (booking.number, booking.get_absolute_url()), *more]


@require_http_methods(["GET"])
def bookings(request: SignedIn) -> HttpResponse:
    """A centre's own bookings; for the EPA team all of them, the nearest desired date first (E3)."""
    rows = queries.bookings(request.user).order_by("desired_on", "pk")
    return render_list(
        request,
        "epa/bookings.html",
        filterset=BookingFilter(request.GET, queryset=rows),
        columns=COLUMNS,
        name="bookings",
        context={"breadcrumbs": [("Bookings", "")]},
    )


@require_http_methods(["GET"])
def booking(request: SignedIn, pk: int) -> HttpResponse:
    """Where a booking stands, what is still missing for it, always (E6), and what happened."""
    row = find_booking(request, pk)
    claim = ExceptionalClaim.objects.visible_to(request.user).filter(booking=row).select_related("evidence").first()
    claims = may(request.user, CENTRE, row) and row.state == BookingState.CANCELLED and not row.cancelled_by_imi
    is_team = request.user.holds(Role.EPA_TEAM, row)
    replacement = Booking.objects.filter(replaces=row).first()
    excepted = row.cancelled_by_imi or (claim is not None and claim.state == ExceptionState.GRANTED)
    again = may(request.user, CENTRE, row) and not is_open(row) and not excepted and _may_ask(row.epa)
    context = {
        "booking": row,
        "apprentice": row.epa.registration.apprentice,
        "gateway": row.epa.gateway,
        "gateway_seen": Gateway.objects.visible_to(request.user).filter(epa=row.epa_id).exists(),
        "epa_seen": EPA.objects.visible_to(request.user).filter(pk=row.epa_id).exists(),
        "provisional": rules.is_provisional(row.state, row.epa.gateway.state),
        "is_open": is_open(row),
        "asks_again": again,
        "askable": queries.askable(row.epa) if again else None,
        "mailbox": settings.EPA_TEAM_MAILBOX,
        "missing": queries.missing(row.epa),
        "places": places(row.epa.gateway, request.user),
        "rows": _rows(row),
        "dates": _dates(row, request.user),
        "claim": claim,
        "replacement": replacement,
        "reversal": Charge.objects.filter(reverses=row.charge_id).first() if row.charge_id else None,
        "can_cancel": can(row, "cancel", request.user),
        "can_confirm": can(row, "confirm", request.user),
        "arranges": assessing.booking_to_arrange(request.user, row.epa) is not None,
        "can_decline": can(row, "decline", request.user),
        "can_claim": claims and claim is None,
        "can_add_evidence": claim is not None and claim.state == "claimed" and may(request.user, CENTRE, claim),
        "can_decide": claim is not None and can(claim, "grant", request.user),
        "can_rebook": is_team and row.state == BookingState.CANCELLED and excepted and replacement is None,
        "events": audit.history(row, *([claim] if claim is not None else [])),
        "breadcrumbs": trail(row),
    }
    return render(request, "epa/booking.html", context)


def is_open(row: Booking) -> bool:
    return row.state in {BookingState.REQUESTED, BookingState.CONFIRMED}


def _may_ask(epa: EPA) -> bool:
    """Whether a booking can be asked for at all, whatever the date (E1)."""
    return not rules.bookable_problems(queries.booking_facts(epa))


def _rows(row: Booking) -> list[Row]:
    registration = row.epa.registration
    found = [
        Row("Apprentice", registration.apprentice.full_name),
        Row("Centre", registration.apprentice.centre.organisation.name),
        Row("Employer", registration.apprentice.employer.name),
        Row("Standard", registration.package.version),
        Row("Practical desired on", row.desired_on),
        Row("Requested on", row.requested_on),
        Row("Prerequisites declared by", row.prerequisites_declared_by),
        Row("First confirmed date", row.first_confirmed_on),
    ]
    found += [Row("Note", row.note)] if row.note else []
    if row.state == BookingState.CANCELLED:
        found += [
            Row("Cancelled on", row.cancelled_on),
            Row("Cancelled by", "IMI" if row.cancelled_by_imi else "the centre"),
        ]
    found += [Row("Reason", row.cancelled_reason)] if row.cancelled_reason else []
    return found


def _dates(row: Booking, user: User) -> list[Row]:
    """What has been arranged for the booking: component, when, with whom and where."""
    arranged = Attempt.objects.visible_to(user).filter(epa=row.epa_id, number=1, scheduled_at__isnull=False)
    return [
        Row(attempt.component.name, f"{dates.datetime_long(attempt.scheduled_at)}, {attempt.assessor}, {attempt.place}")
        for attempt in arranged.select_related("component", "assessor").order_by("scheduled_at")
    ]


@require_http_methods(["GET", "POST"])
def request_booking(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for an EPA (E1, E2, E6). What is missing for the gateway is shown beside and does not stop the request."""
    epa = get_object_or_404(queries.with_people(EPA.objects.visible_to(request.user)), pk=pk)
    require(request.user, CENTRE, epa, "request a booking")
    askable, gateway = queries.askable(epa), gateway_of(epa)
    form = RequestForm(
        posted(request),
        earliest=askable.earliest,
        initial={"declared_by": request.user.name},
        cancel_url=gateway.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            data = {name: value for name, value in form.cleaned_data.items() if name != "prerequisites"}
            made = actions.request(epa=epa, by=request.user, **data)
            messages.success(request, f"Booking {made.number} is with IMI’s EPA team.")
            return redirect(made)
    return form_page(
        request,
        form,
        "Request a booking",
        [("Bookings", reverse("epa:bookings")), ("Request", "")],
        caption=epa.registration.apprentice.full_name,
        askable=askable,
        mailbox=settings.EPA_TEAM_MAILBOX,
        stoppers=rules.bookable_problems(queries.booking_facts(epa)),
        missing=queries.missing(epa),
        places=places(gateway, request.user),
    )


@require_http_methods(["GET", "POST"])
def decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a request."""
    row = find_booking(request, pk)
    guard(row, "decline", request.user)
    form = ReasonForm(posted(request), submit_label="Decline the request", cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.decline(booking=row, by=request.user, **form.cleaned_data)
            messages.success(request, "Declined; the centre is told.")
            return redirect(row)
    return form_page(request, form, f"Decline {row.number}", trail(row, ("Decline", "")))


@require_http_methods(["GET", "POST"])
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Cancel a booking: the page says what it costs, in words and pounds, and only that is charged (E4)."""
    row = find_booking(request, pk)
    guard(row, "cancel", request.user)
    is_team = request.user.holds(Role.EPA_TEAM, row)
    cost = queries.cancellation_of(row, by_imi=False)
    form = CancelForm(
        posted(request),
        cost=cost,
        for_team=is_team,
        initial={"shown_fee": cost.fee},
        cancel_url=row.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        shown_fee = rules.NOTHING if form.by_imi else data["shown_fee"]
        try:
            actions.cancel(booking=row, reason=data["reason"], shown_fee=shown_fee, by_imi=form.by_imi, by=request.user)
        except Refused as refused:
            add_problems(form, refused.problems)
            form.data = {**request.POST.dict(), "shown_fee": str(cost.fee)}
        else:
            messages.success(request, f"Booking {row.number} is cancelled.")
            return redirect("epa:booking_claim", pk=row.pk) if data.get("exceptional") else redirect(row)
    context: dict[str, Any] = {"booking": row, "cost": cost, "form": form, "is_team": is_team}
    context |= {"askable": queries.askable(row.epa), "mailbox": settings.EPA_TEAM_MAILBOX}
    context |= {"apprentice": row.epa.registration.apprentice, "breadcrumbs": trail(row, ("Cancel", ""))}
    return render(request, "epa/booking_cancel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def claim(request: SignedIn, pk: int) -> HttpResponse:
    """Claim exceptional circumstances (E5)."""
    row = find_booking(request, pk)
    require(request.user, CENTRE, row, "claim exceptional circumstances")
    form = ClaimForm(posted(request), request.FILES or None, cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.claim_exception(booking=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The claim is with the EPA team.")
            return redirect(row)
    return form_page(request, form, "Claim exceptional circumstances", trail(row, ("Claim", "")))


def _find_claim(request: SignedIn, pk: int) -> ExceptionalClaim:
    rows = queries.with_people(ExceptionalClaim.objects.visible_to(request.user), "booking__epa__")
    return get_object_or_404(rows.select_related("evidence"), pk=pk)


@require_http_methods(["GET", "POST"])
def add_evidence(request: SignedIn, pk: int) -> HttpResponse:
    """Add evidence to a claim that is still to be decided."""
    row = _find_claim(request, pk)
    require(request.user, CENTRE, row, "add evidence")
    back = row.booking.get_absolute_url()
    form = EvidenceForm(posted(request), request.FILES or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.add_evidence(claim=row, by=request.user, **form.cleaned_data)
            messages.success(request, "The evidence is with the EPA team.")
            return redirect(row.booking)
    return form_page(request, form, "Add evidence", trail(row.booking, ("Evidence", "")))


@require_http_methods(["POST"])
def open_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence of a claim. It may be about health, so that reading it is recorded: a POST, not a link."""
    row = _find_claim(request, pk)
    require(request.user, (*CENTRE, *TEAM), row, "read the evidence")
    response = documents.respond(row.evidence)
    actions.record_reading(claim=row, by=request.user)
    return response


@require_http_methods(["GET", "POST"])
def decide_claim(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team's decision on a claim (E5)."""
    row = _find_claim(request, pk)
    guard(row, "grant", request.user)
    form = DecideClaimForm(posted(request), cancel_url=row.booking.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            data = form.cleaned_data
            decide = actions.grant if data["granted"] else actions.refuse_claim
            decide(claim=row, reason=data["reason"], by=request.user)
            messages.success(request, "The decision is recorded; the centre is told.")
            return redirect(row.booking)
    title = "Decide on exceptional circumstances"
    return form_page(request, form, title, trail(row.booking, ("Decide", "")), quoted=row.text)


@require_http_methods(["GET", "POST"])
def rebook(request: SignedIn, pk: int) -> HttpResponse:
    """Reschedule without loss what IMI cancelled or exceptional circumstances undid (E4, E5)."""
    row = find_booking(request, pk)
    require(request.user, TEAM, row, "reschedule without notice")
    form = RebookForm(posted(request), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = actions.rebook(booking=row, by=request.user, **form.cleaned_data)
            messages.success(request, f"Rescheduled as {made.number}; the centre is told.")
            return redirect(made)
    return form_page(request, form, f"Reschedule {row.number}", trail(row, ("Reschedule", "")))
