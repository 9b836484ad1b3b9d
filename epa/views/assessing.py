"""Pages of one attempt: what it is, what is handed in, what the assessor records."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import may, require
from accounts.models import User
from accounts.requests import SignedIn, posted
from accounts.states import CENTRE_WRITERS, Role
from epa.actions import assessing as actions
from epa.actions.locking import is_allocated
from epa.forms.assessing import AssessingForm, CapLiftForm, PortfolioForm, ReportForm
from epa.forms.results import GrantForm
from epa.models import Attempt, Submission
from epa.queries import assessing as queries
from epa.states import AttemptKind, AttemptState
from foundation import audit, clock, documents, workflow
from foundation.errors import NotAllowed, WrongState
from foundation.forms import refusals

OPEN = (AttemptState.PLANNED, AttemptState.ARRANGED)


def _attempt(request: SignedIn, pk: int) -> Attempt:
    return get_object_or_404(queries.attempts(request.user), pk=pk)


@require_GET
def attempt(request: SignedIn, pk: int) -> HttpResponse:
    """The record of one attempt; its grade only to who may know it."""
    row = _attempt(request, pk)
    user = request.user
    knows = queries.knows_grade(user, row)
    context = {
        "attempt": row,
        "epa": row.epa,
        "knows": knows,
        "criteria": row.criterion_results.select_related("criterion").order_by("criterion__order") if knows else [],
        "submissions": row.submissions.select_related("file").prefetch_related("pieces"),
        "is_open": row.state in OPEN,
        "may_hand_in": row.state in OPEN and bool(row.component.submission_name) and may(user, CENTRE_WRITERS, row),
        "may_assess": _may_assess(row, user),
        "arranging": _arranging(row, user),
        "sees_exception": queries.sees_grades(user) and row.kind != AttemptKind.FIRST,
        "history": audit.history(row, include_confidential=queries.sees_grades(user)),
        **_crumbs(row, ""),
    }
    return render(request, "epa/attempt.html", context)


def _may_assess(row: Attempt, user: User) -> bool:
    """Whether recording is this person's next step: the assessor's, from the arranged day on."""
    arrived = row.scheduled_at is not None and clock.london_date(row.scheduled_at) <= clock.today()
    return arrived and is_allocated(row, user) and workflow.can(row, "assess", user)


def _arranging(row: Attempt, user: User) -> str:
    """Where this person arranges the attempt: with its booking the first time, by itself after that; or nowhere."""
    if row.kind != AttemptKind.FIRST:
        may_arrange = workflow.can(row, "arrange", user) or workflow.can(row, "rearrange", user)
        return reverse("epa:attempt_arrange", args=[row.pk]) if may_arrange else ""
    booking = queries.booking_to_arrange(user, row.epa) if row.state in OPEN else None
    return reverse("epa:arrange", args=[booking.pk]) if booking is not None else ""


@require_http_methods(["GET", "POST"])
def hand_in(request: SignedIn, pk: int) -> HttpResponse:
    """Hand in the report, or the pieces of the portfolio."""
    row = _attempt(request, pk)
    require(request.user, actions.MAY_HAND_IN, row, "hand this in")
    if row.state not in OPEN or not row.component.submission_name:
        raise WrongState("Nothing can be handed in for this attempt.")
    back = reverse("epa:attempt", kwargs={"pk": row.pk})
    if row.component.evidence_min is None:
        form: Any = ReportForm(posted(request), request.FILES or None, cancel_url=back)
    else:
        form = PortfolioForm(posted(request), attempt=row, cancel_url=back)
    if form.is_valid():
        with refusals(form):
            submission = _hand_in(row, form.cleaned_data, request)
            _tell_handed_in(request, submission)
            return redirect(back)
    return render(request, "epa/attempt_hand_in.html", {"form": form, "attempt": row, **_crumbs(row, "Hand in")})


def _hand_in(row: Attempt, data: dict[str, Any], request: SignedIn) -> Submission:
    if "file" in data:
        return actions.submit_report(attempt=row, file=data["file"], by=request.user)
    return actions.submit_portfolio(attempt=row, pieces=list(data["pieces"]), by=request.user)


def _tell_handed_in(request: SignedIn, submission: Submission) -> None:
    if submission.late:
        messages.warning(request, "It is handed in, after its due day. The EPA team has been told.")
    else:
        messages.success(request, "It is handed in.")


@require_GET
def submission_file(request: SignedIn, pk: int) -> HttpResponseBase:
    """The file of a submission, for whoever may see the attempt."""
    rows = Submission.objects.visible_to(request.user).select_related("file")
    return documents.respond(get_object_or_404(rows, pk=pk).file)


@require_http_methods(["GET", "POST"])
def assess(request: SignedIn, pk: int) -> HttpResponse:
    """The assessor's record of a component."""
    row = _attempt(request, pk)
    workflow.guard(row, "assess", request.user)
    if not is_allocated(row, request.user):
        raise NotAllowed("Only the independent assessor allocated to it may record this component.")
    form = AssessingForm(posted(request), attempt=row, cancel_url=reverse("epa:attempt", kwargs={"pk": row.pk}))
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            actions.assess(
                attempt=row,
                held_on=data["held_on"],
                grade=data["grade"],
                criteria=form.judgements(),
                feedback=data["feedback"],
                by=request.user,
            )
            messages.success(request, "The assessment is recorded. Nobody outside IMI sees it before its release.")
            return redirect("epa:attempt", pk=row.pk)
    return render(request, "epa/assess.html", {"form": form, "attempt": row, **_crumbs(row, "Record")})


@require_http_methods(["GET", "POST"])
def propose_cap_lift(request: SignedIn, pk: int) -> HttpResponse:
    """Propose that exceptional circumstances accounted for the original fail."""
    row = _attempt(request, pk)
    require(request.user, (Role.EPA_TEAM,), row, "propose this")
    form = CapLiftForm(posted(request), cancel_url=reverse("epa:attempt", kwargs={"pk": row.pk}))
    if form.is_valid():
        with refusals(form):
            actions.propose_cap_lift(attempt=row, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "It is proposed. A second person of the EPA team decides.")
            return redirect("epa:attempt", pk=row.pk)
    return render(request, "epa/attempt_exception.html", {"form": form, "attempt": row, **_crumbs(row, "Exception")})


@require_http_methods(["GET", "POST"])
def grant_cap_lift(request: SignedIn, pk: int) -> HttpResponse:
    """Grant the exception, as a second person."""
    row = _attempt(request, pk)
    require(request.user, (Role.EPA_TEAM,), row, "grant this")
    form = GrantForm(posted(request), cancel_url=reverse("epa:attempt", kwargs={"pk": row.pk}))
    if form.is_valid():
        with refusals(form):
            actions.grant_cap_lift(attempt=row, by=request.user)
            messages.success(request, "The exception is granted: the grade of this attempt is not limited.")
            return redirect("epa:attempt", pk=row.pk)
    context = {"form": form, "attempt": row, "granting": True, **_crumbs(row, "Exception")}
    return render(request, "epa/attempt_exception.html", context)


def _crumbs(row: Attempt, here: str) -> dict[str, Any]:
    trail = [(f"EPA of {row.epa.registration.apprentice}", reverse("epa:detail", args=[row.epa_id]))]
    own = (str(row.component), reverse("epa:attempt", args=[row.pk]) if here else "")
    return {"breadcrumbs": [*trail, own, *([(here, "")] if here else [])]}
