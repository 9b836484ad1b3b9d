"""Approving and declining elements, the report of it, appeals and re-reviews."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries
from centres.forms import AppealDecisionForm, AppealForm, ApproveForm, DeclineForm, ReReviewForm, TakeForm
from centres.models import Appeal, ReReview
from centres.states import CENTRE, AppealState, ReReviewState
from centres.views.applications import find_application, places, trail
from centres.views.centres import crumbs
from centres.views.required import EVIDENCE_KINDS
from centres.views.reviews import require_deciding
from foundation import clock, documents, files
from foundation.forms import refusals
from foundation.pieces import Row
from foundation.workflow import can, guard


@require_http_methods(["GET", "POST"])
def approve(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, then approve elements and issue the contract in one step."""
    application = find_application(request, pk)
    guard(application, "approve", request.user)
    require_deciding(request, application)
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = ApproveForm(posted(request), application=application, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        packages = list(form.cleaned_data["packages"])
        contract = actions.approve(application=application, packages=packages, by=request.user)
        messages.success(request, f"Approved. Contract {contract.number} is being prepared.")
        return redirect(application)
    context = {
        "form": form,
        "title": f"Approve {application.number}?",
        "caption": str(application.centre),
        "lead": "Full approval and the EPA contract are one step [A7]. The centre is told, and can sign once the "
        "contract has been made. An element that you leave out stays in review.",
        "problems": queries.approval_problems(application, clock.today()),
        "problems_title": "Why can’t I approve all of it yet?",
        "places": places(application),
        "breadcrumbs": trail(application, ("Approve", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline elements with a reason; the centre may appeal."""
    application = find_application(request, pk)
    guard(application, "decline", request.user)
    require_deciding(request, application)
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = DeclineForm(posted(request), application=application, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            packages = list(form.cleaned_data["packages"])
            reason = form.cleaned_data["reason"]
            actions.decline(application=application, packages=packages, reason=reason, by=request.user)
            messages.success(request, f"{application.number}: declined; the centre has been told that it may appeal.")
            return redirect(application)
    context = {
        "form": form,
        "title": f"Decline {application.number}?",
        "caption": str(application.centre),
        "warning": "This ends the review of what you decline. Where the centre could still put things right, require "
        "actions instead.",
        "breadcrumbs": trail(application, ("Decline", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET"])
def report(request: SignedIn, pk: int, number: str) -> FileResponse:
    """The report of a decision, for the centre and for IMI."""
    application = find_application(request, pk)
    reports = documents.for_subject(application).filter(kind=actions.REPORT)
    return documents.respond(get_object_or_404(reports, number=number).stored)


@require_http_methods(["GET", "POST"])
def lodge_appeal(request: SignedIn, pk: int) -> HttpResponse:
    """The centre appeals against what was declined."""
    application = find_application(request, pk)
    require(request.user, CENTRE, application, "appeal for this centre")
    form = AppealForm(posted(request), request.FILES or None, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            uploaded = form.cleaned_data["evidence"]
            stored = files.store(uploaded, by=request.user, kinds=EVIDENCE_KINDS) if uploaded else None
            appeal = actions.lodge_appeal(
                application=application, grounds=form.cleaned_data["grounds"], evidence=stored, by=request.user
            )
            messages.success(request, "Your appeal is lodged.")
            return redirect(appeal)
    context = {
        "form": form,
        "title": "Appeal",
        "caption": f"Application {application.number}",
        "lead": "Somebody of IMI who has not reviewed your application looks at it again.",
        "facts": [
            Row("Declined because", application.decision_reason),
            Row("Appeal until", application.appeal_until),
        ],
        "breadcrumbs": trail(application, ("Appeal", "")),
    }
    return render(request, "centres/form.html", context)


def find_appeal(request: SignedIn, pk: int) -> Appeal:
    rows = Appeal.objects.visible_to(request.user).select_related(
        "application__centre__organisation", "application__version__standard", "application__reviewer", "evidence"
    )
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def appeal(request: SignedIn, pk: int) -> HttpResponse:
    """The appeal; for the EPA team the decision about it."""
    row = find_appeal(request, pk)
    application = row.application
    form: Any = None
    if request.method == "POST" or can(row, "uphold", request.user):
        guard(row, "uphold", request.user)
        others = queries.holders(Role.CENTRE_EQA).exclude(pk=application.reviewer_id or 0)
        form = AppealDecisionForm(posted(request), reviewers=others, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            _decide_appeal(row, form, request)
            messages.success(request, "Decided; the centre has been told.")
            return redirect(application)
    context = {
        "form": form,
        "appeal": row,
        "application": application,
        "facts": _facts_of_appeal(row),
        "breadcrumbs": trail(application, ("Appeal", "")),
    }
    return render(request, "centres/review/appeal.html", context)


def _decide_appeal(row: Appeal, form: AppealDecisionForm, request: SignedIn) -> None:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["verdict"] == "uphold":
        actions.uphold_appeal(appeal=row, to=form.cleaned_data["to"], reason=reason, by=request.user)
    else:
        actions.dismiss_appeal(appeal=row, reason=reason, by=request.user)


def _facts_of_appeal(row: Appeal) -> list[Row]:
    facts = [Row("Lodged", row.lodged_at), Row("By", row.lodged_by_label), Row("Grounds", row.grounds)]
    if row.state == AppealState.LODGED:
        return [*facts, Row("Decided by", row.decide_by)]
    return [*facts, Row("Decided", row.decided_at), Row("Decided by", row.decided_by_label), Row("Why", row.reason)]


@require_http_methods(["GET"])
def appeal_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence of an appeal."""
    return documents.respond(find_appeal(request, pk).evidence)


@require_http_methods(["GET", "POST"])
def re_review(request: SignedIn, pk: int) -> HttpResponse:
    """A re-review: taken, then decided, by the same Centre EQA."""
    rows = ReReview.objects.visible_to(request.user).select_related(
        "approval__centre__organisation", "approval__package__version__standard", "approval__application", "reviewer"
    )
    row = get_object_or_404(rows, pk=pk)
    form = _re_review_form(row, request)
    if request.method == "POST" and form is not None and form.is_valid():
        with refusals(form):
            _step_on(row, form, request)
            return redirect(row)
    approval = row.approval
    facts = [
        Row("Centre", str(approval.centre)),
        Row("Element", str(approval.package)),
        Row("Approved", approval.approved_on),
        Row("Due", row.due_on),
        Row("Centre EQA", row.reviewer.name if row.reviewer else ""),
    ]
    facts += [Row("Finding", row.finding)] if row.finding else []
    context = {
        "form": form,
        "re_review": row,
        "facts": facts,
        "breadcrumbs": crumbs(approval.centre, ("Re-review", "")),
    }
    return render(request, "centres/review/re_review.html", context)


def _re_review_form(row: ReReview, request: SignedIn) -> Any:
    """What comes next for this person; posting what is not theirs is refused as the verb would."""
    back = row.approval.centre.get_absolute_url()
    verb = "take" if row.state == ReReviewState.OPEN else "confirm"
    if request.method == "POST":
        guard(row, verb, request.user)
    if not can(row, verb, request.user):
        return None
    if verb == "take":
        form: Any = TakeForm(posted(request), cancel_url=back)
        form.submit_label = "Take the re-review"
        return form
    if row.reviewer_id != request.user.pk and request.method != "POST":
        return None
    return ReReviewForm(posted(request), initial={"risk": row.approval.risk}, cancel_url=back)


def _step_on(row: ReReview, form: Any, request: SignedIn) -> None:
    given = form.cleaned_data
    if row.state == ReReviewState.OPEN:
        actions.take_re_review(re_review=row, no_interest=given["no_interest"], by=request.user)
        messages.success(request, "The re-review is yours.")
    elif given["verdict"] == "confirm":
        actions.confirm_re_review(re_review=row, risk=given["risk"], finding=given["finding"], by=request.user)
        messages.success(request, "The approval goes on; the centre has been told.")
    else:
        actions.end_approval(re_review=row, finding=given["finding"], by=request.user)
        messages.success(request, "The approval has ended; the centre has been told.")
