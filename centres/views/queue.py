"""The queue of the review: what waits, for whom and how long; allocating; the second person; interests declared."""

from django.contrib import messages
from django.db.models import Case, Count, F, Q, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require, require_sight
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries
from centres.forms import AllocateForm, QueueFilter, SignOffForm, TieForm
from centres.models import Application, RiskRating, SignOff
from centres.states import ApplicationState
from centres.views.applications import find_application, trail
from foundation import clock
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column
from foundation.workflow import can, guard

UNDER_REVIEW = (*actions.REVIEWED, ApplicationState.SUBMITTED)
COLUMNS = [
    Column("number", "Application", link="get_absolute_url", sort="number"),
    Column("centre.organisation.name", "Centre", sort="centre__organisation__name"),
    Column("version.short", "Standard"),
    Column("self_", "State", kind="state", sort="state"),
    Column("age", "Age in working days", kind="number", sort="submitted_at"),
    Column("reviewer_has_until", "Review by", kind="due", sort="review_due_on"),
    Column("reviewer", "Centre EQA", sort="reviewer__name"),
]


@require_http_methods(["GET"])
def review_queue(request: SignedIn) -> HttpResponse:
    """Every application under review, overdue first, and what each Centre EQA has in hand."""
    require_sight(request.user, SignOff)
    rows = Application.objects.visible_to(request.user).filter(state__in=UNDER_REVIEW)
    turn = Case(When(state=ApplicationState.ACTIONS_REQUIRED, then=1), default=0)
    ordered = rows.select_related("centre__organisation", "version__standard", "reviewer").order_by(
        turn, F("review_due_on").asc(nulls_last=True), "submitted_at", "pk"
    )
    late = Q(review_due_on__lt=clock.today()) & ~Q(state=ApplicationState.ACTIONS_REQUIRED)
    counts = rows.aggregate(
        untaken=Count("pk", filter=Q(state=ApplicationState.SUBMITTED)),
        reviewer=Count("pk", filter=Q(state__in=[ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED])),
        centre=Count("pk", filter=Q(state=ApplicationState.ACTIONS_REQUIRED)),
        late=Count("pk", filter=late),
    )
    return render_list(
        request,
        "centres/review/queue.html",
        filterset=QueueFilter(request.GET, queryset=ordered),
        columns=COLUMNS,
        name="review-queue",
        context={"counts": counts, "load": queries.load_by_eqa(), "breadcrumbs": [("Review queue", "")]},
    )


@require_http_methods(["GET", "POST"])
def allocate(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team gives an application to a Centre EQA, seeing what each has in hand."""
    application = find_application(request, pk)
    guard(application, "allocate", request.user)
    form = AllocateForm(posted(request), reviewers=queries.load_by_eqa(), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        with refusals(form):
            actions.allocate(application=application, to=to, by=request.user)
            messages.success(request, f"{application.number} is allocated to {to.name}, who has been told.")
            return redirect(application)
    context = {
        "form": form,
        "title": f"Allocate {application.number}",
        "caption": str(application.centre),
        "lead": "Whoever gets it declares to have no interest in the centre before deciding anything [A6].",
        "breadcrumbs": trail(application, ("Allocate", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def declare_interest(request: SignedIn, pk: int) -> HttpResponse:
    """A Centre EQA records what ties them to the centre."""
    application = find_application(request, pk)
    require(request.user, [Role.CENTRE_EQA], application, "declare an interest in this centre")
    form = TieForm(posted(request), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.declare_interest(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, "Your interest is on record; the EPA team has been told.")
            return redirect(application)
    context = {
        "form": form,
        "title": "Declare an interest",
        "caption": str(application.centre),
        "lead": "Somebody else will review this centre [A6]. Only people of IMI read what you write.",
        "breadcrumbs": trail(application, ("Declare an interest", "")),
    }
    return render(request, "centres/form.html", context)


@require_POST
def ask_sign_off(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer asks for a second person."""
    application = find_application(request, pk)
    actions.ask_sign_off(application=application, by=request.user)
    messages.success(request, "A second person has been asked to confirm the approval.")
    return redirect("centres:review", pk=application.pk)


@require_http_methods(["GET", "POST"])
def sign_off(request: SignedIn, pk: int) -> HttpResponse:
    """The second person sees the application and the decisions, and confirms them or returns them."""
    rows = SignOff.objects.visible_to(request.user).select_related(
        "application__centre__organisation", "application__version__standard", "application__reviewer", "asked_by"
    )
    row = get_object_or_404(rows, pk=pk)
    application = row.application
    form = None
    if request.method == "POST":
        guard(row, "confirm", request.user)
    if can(row, "confirm", request.user):
        form = SignOffForm(posted(request), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals(form):
            _decide(row, form, request)
            return redirect("centres:queue")
    context = {
        "form": form,
        "sign_off": row,
        "application": application,
        "content": queries.application_content(application, []),
        "cells": [cell for cell in queries.cells(application) if cell[2] is not None],
        "actions": application.actions.select_related("package", "evidence"),
        "risk": RiskRating.objects.filter(application=application).first(),
        "breadcrumbs": trail(application, ("Second person", "")),
    }
    return render(request, "centres/review/sign_off.html", context)


def _decide(row: SignOff, form: SignOffForm, request: SignedIn) -> None:
    declared = form.cleaned_data["no_interest"]
    if form.cleaned_data["verdict"] == "confirm":
        actions.confirm_sign_off(sign_off=row, no_interest=declared, by=request.user)
        messages.success(request, "Confirmed; the reviewer may approve now.")
    else:
        reason = form.cleaned_data["reason"]
        actions.return_sign_off(sign_off=row, reason=reason, no_interest=declared, by=request.user)
        messages.success(request, "Returned to the reviewer.")
