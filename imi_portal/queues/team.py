"""The EPA team's board: what is late tomorrow, at a glance."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from centres.models import Contract, Signup
from centres.queries import contracts_to_settle
from centres.states import ContractState, SignupState
from certificates.queries import unsettled
from epa.models import EPA, Attempt, Booking, ExceptionalClaim, Gateway, ProjectSubject, Result
from epa.queries.assessing import open_deadlines
from epa.states import AttemptKind, AttemptState, BookingState, EPAState, ExceptionState, GatewayState, SubjectState
from foundation import clock, workingdays
from imi_portal.queues import reviews
from imi_portal.queues.items import Bar, Board, Figure, Item, bars
from imi_portal.queues.plans import plans

LEARNER = "registration__apprentice"
CONTRACT_MATTER = {
    ContractState.OFFERED: "Ask the centre about unsigned contract",
    ContractState.EXPIRED: "Issue again, or let go, expired contract",
    ContractState.ENDING: "Prepare for the end of contract",
    ContractState.IN_FORCE: "Review contract",
}


def fill(whole: Board, user: User) -> None:
    """Results by days left, then what waits for a decision, then the assessors' load and the stages."""
    _results(whole, user)
    _decisions(whole, user)
    _papers(whole, user)
    _contracts(whole, user)
    reviews.of_the_team(whole, user)
    _bookings(whole, user)
    plans(whole, user)
    if not whole.counting:
        _days_left(whole, user)
        _charts(whole, user)


def _due(user: User) -> "QuerySet[Result]":
    rows = Result.objects.visible_to(user).filter(released_at=None)
    return rows.select_related(f"epa__{LEARNER}").order_by("due_on")


def _results(whole: Board, user: User) -> None:
    whole.collect(
        _due(user),
        lambda row: Item(
            f"Release the result of {row.epa.registration.apprentice}",
            reverse("epa:result", args=[row.pk]),
            "result due",
            row.due_on,
            "F1",
        ),
    )


def _days_left(whole: Board, user: User) -> None:
    """The SLA at a glance: the nearest results as working days left of 21."""
    due = _due(user)
    today, calendar = clock.today(), workingdays.current()
    shown = []
    for row in due[:12]:
        left = calendar.between(today, row.due_on)
        words = f"{left} working days left" if left >= 0 else f"{-left} working days late"
        share = max(4, min(100, round(100 * left / 21))) if left >= 0 else 100
        shown.append(
            Bar(str(row.epa.registration.apprentice), share, words, reverse("epa:result", args=[row.pk]), left < 0)
        )
    missed = open_deadlines(user).filter(due_on__lt=today).count()
    late = due.filter(due_on__lt=today).count()
    whole.figures += [
        Figure("results due", due.count(), reverse("epa:results_board")),
        Figure("results late", late, reverse("epa:results_board"), alarm=late > 0),
        Figure("deadlines late", missed, reverse("epa:deadlines"), alarm=missed > 0),
    ]
    if shown:
        whole.charts.append(("Unreleased results: working days left", shown))


def _decisions(whole: Board, user: User) -> None:
    gateways = Gateway.objects.visible_to(user).filter(state=GatewayState.SUBMITTED).order_by("submitted_at")
    gateways = gateways.exclude(epa__state=EPAState.WITHDRAWN)
    whole.collect(
        gateways.select_related(f"epa__{LEARNER}"),
        lambda row: Item(
            f"Check the gateway of {row.epa.registration.apprentice}",
            reverse("epa:gateway", args=[row.pk]),
            "submitted",
            clause="B5",
        ),
    )
    subjects = ProjectSubject.objects.visible_to(user).filter(state=SubjectState.PROPOSED).order_by("proposed_at")
    subjects = subjects.exclude(epa__state=EPAState.WITHDRAWN)
    whole.collect(
        subjects.select_related(f"epa__{LEARNER}"),
        lambda row: Item(
            f"Decide the project subject of {row.epa.registration.apprentice}",
            reverse("epa:subject", args=[row.pk]),
            row.subject[:80],
            clause="C5",
        ),
    )
    claims = ExceptionalClaim.objects.visible_to(user).filter(state=ExceptionState.CLAIMED).order_by("claimed_at")
    whole.collect(
        claims.select_related("booking"),
        lambda row: Item(
            f"Decide exceptional circumstances for booking {row.booking.number}",
            reverse("epa:booking", args=[row.booking_id]),
            row.get_kind_display(),
            clause="E5",
        ),
    )


def _contracts(whole: Board, user: User) -> None:
    """Contracts that nobody else brings up: unsigned too long, expired, ending soon, due for review."""
    whole.collect(
        contracts_to_settle(user, clock.today()),
        lambda row: Item(
            f"{CONTRACT_MATTER[row.state]} {row.number}",
            reverse("centres:contract", args=[row.pk]),
            str(row.centre),
            row.sign_by
            if row.state in (ContractState.OFFERED, ContractState.EXPIRED)
            else row.ended_on or row.review_on,
            "A7" if row.state == ContractState.IN_FORCE else "A8",
        ),
    )


def _papers(whole: Board, user: User) -> None:
    whole.collect(
        Signup.objects.visible_to(user).filter(state=SignupState.OPENED).order_by("opened_at"),
        lambda row: Item(
            f"Check who has signed up {row.provider_name}, then record IMI’s approval",
            reverse("centres:signup_row", args=[row.pk]),
            f"{row.contact_name}, {row.role}",
            clause="A1",
        ),
    )
    contracts = (
        Contract.objects.visible_to(user).filter(state=ContractState.SIGNED).select_related("centre__organisation")
    )
    whole.collect(
        contracts,
        lambda row: Item(
            f"Check and countersign contract {row.number}",
            reverse("centres:contract", args=[row.pk]),
            str(row.centre),
            clause="A8",
        ),
    )
    whole.collect(
        unsettled(user),
        lambda row: Item(
            f"Settle claim {row.number}",
            reverse("certificates:claim", args=[row.pk]),
            "Not accepted by the assessment service, or without an answer for long",
            clause="F5",
        ),
    )


def _bookings(whole: Board, user: User) -> None:
    ready = Q(epa__state__in=[EPAState.IN_PERIOD, EPAState.RESIT_OPEN])
    _passed_over(whole, user)
    today = clock.today()
    requested = Booking.objects.visible_to(user).filter(state=BookingState.REQUESTED).select_related(f"epa__{LEARNER}")
    whole.collect(
        requested.filter(ready).exclude(epa__ends_on__lt=today).order_by("desired_on"),
        lambda row: Item(
            f"Confirm booking {row.number} of {row.epa.registration.apprentice}",
            reverse("epa:booking", args=[row.pk]),
            "desired practical date",
            row.desired_on,
            "E2",
        ),
    )
    _provisional(whole, requested.exclude(ready).order_by("desired_on"))
    resits = Attempt.objects.visible_to(user).filter(state=AttemptState.PLANNED).exclude(kind=AttemptKind.FIRST)
    whole.collect(
        resits.select_related(f"epa__{LEARNER}", "component").order_by("held_by"),
        lambda row: Item(
            f"Arrange the {row.get_kind_display().split(' ')[0].lower()} of {row.epa.registration.apprentice}",
            reverse("epa:detail", args=[row.epa_id]),
            row.component.name,
            row.held_by,
            "C11",
        ),
    )


def _provisional(whole: Board, rows: "QuerySet[Booking]") -> None:
    """Bookings before their gateway: others' turn until the desired day has passed, then the team's (E2)."""
    today = clock.today()
    whole.collect(
        rows.filter(desired_on__lt=today),
        lambda row: Item(
            f"Settle booking {row.number} of {row.epa.registration.apprentice}: its desired day has passed",
            reverse("epa:booking", args=[row.pk]),
            "provisional until the gateway is accepted",
            row.desired_on,
            "E2",
        ),
    )
    whole.wait_for(
        rows.filter(desired_on__gte=today),
        lambda row: Item(
            f"Booking {row.number} of {row.epa.registration.apprentice}",
            reverse("epa:booking", args=[row.pk]),
            "provisional until the gateway is accepted",
            row.desired_on,
        ),
    )


def _passed_over(whole: Board, user: User) -> None:
    """Periods that have ended with a component nobody has arranged (C9): only moving the period helps them."""
    unarranged = Attempt.objects.filter(epa=OuterRef("pk"), kind=AttemptKind.FIRST, state=AttemptState.PLANNED)
    ended = EPA.objects.visible_to(user).filter(Exists(unarranged), state=EPAState.IN_PERIOD, ends_on__lt=clock.today())
    whole.collect(
        ended.select_related(LEARNER).order_by("ends_on"),
        lambda row: Item(
            f"Settle the EPA of {row.registration.apprentice}: its period has ended",
            reverse("epa:detail", args=[row.pk]),
            "components are still to be arranged",
            row.ends_on,
            "C9",
        ),
    )


def _charts(whole: Board, user: User) -> None:
    now = clock.now()
    load = (
        Attempt.objects.visible_to(user)
        .filter(state=AttemptState.ARRANGED, scheduled_at__gte=now, scheduled_at__lt=now + dt.timedelta(days=28))
        .order_by()
        .values_list("assessor__name")
        .annotate(number=Count("pk"))
        .order_by("-number")[:10]
    )
    rows = [(name or "nobody", number, "") for name, number in load]
    if rows:
        whole.charts.append(("Assessments in the next four weeks, by assessor", bars(rows)))
    whole.draw_states("EPAs by stage", EPA.objects.visible_to(user), EPAState)
