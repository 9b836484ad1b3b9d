"""The Centre EQA's pages: take, decide, require, settle, approve, decline; and the centre's answers to actions."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries, rules
from centres.forms import (
    ActionFormSet,
    AnswerForm,
    CommentForm,
    ConfirmForm,
    DeclareForm,
    HandOverForm,
    ReasonForm,
    ReviewForm,
    TakeForm,
    action_proposals,
)
from centres.models import ActionRequired, Application
from centres.states import CENTRE, ActionState, ApplicationState
from centres.views.applications import find_application, places, trail
from foundation import clock, documents, files
from foundation.errors import NotAllowed, WrongState, refuse_if
from foundation.forms import refusals
from foundation.workflow import guard

EVIDENCE_KINDS = files.PDF | files.IMAGES | files.WORD
PROPOSED_DAYS = 28


def find_action(request: SignedIn, pk: int) -> ActionRequired:
    """The action, if it is within this person's sight; else 404."""
    rows = ActionRequired.objects.visible_to(request.user).select_related(
        "application__centre__organisation", "application__reviewer", "package", "evidence"
    )
    return get_object_or_404(rows, pk=pk)


def _require_deciding(request: SignedIn, application: Application) -> None:
    """A page for the reviewer who has declared to have no interest; the verbs check again."""
    _require_reviewer(request, application)
    refuse_if(rules.undeclared_problems(application.no_interest_declared_at is not None))


def _require_reviewer(request: SignedIn, application: Application) -> None:
    """A page for the reviewer alone: others are told who that is. The verbs check again."""
    if application.reviewer_id != request.user.pk:
        who = application.reviewer.name if application.reviewer else "nobody"
        raise NotAllowed(f"This application is being reviewed by {who}; only the reviewer decides on it.")


@require_http_methods(["GET", "POST"])
def take(request: SignedIn, pk: int) -> HttpResponse:
    """Take an application, declaring to have no interest in the centre."""
    application = find_application(request, pk)
    guard(application, "take", request.user)
    form = TakeForm(posted(request), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.take(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, f"{application.number} is yours to review.")
            return redirect("centres:review", pk=application.pk)
    context = {
        "form": form,
        "title": f"Review {application.number}",
        "caption": str(application.centre),
        "breadcrumbs": trail(application, ("Take", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Give the application to another Centre EQA, saying why."""
    application = find_application(request, pk)
    guard(application, "hand_over", request.user)
    others = queries.holders(Role.CENTRE_EQA).exclude(pk=application.reviewer_id or 0)
    form = HandOverForm(posted(request), reviewers=others, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["reviewer"]
        with refusals(form):
            actions.hand_over(application=application, to=to, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{application.number} is handed to {to.name}; both have been told.")
            return redirect(application)
    reviewer = application.reviewer.name if application.reviewer else "Nobody"
    context = {
        "form": form,
        "title": f"Hand {application.number} to another Centre EQA",
        "caption": str(application.centre),
        "lead": f"{reviewer} is reviewing it now. What has been decided and required so far stays [A6].",
        "breadcrumbs": trail(application, ("Hand over", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def declare_no_interest(request: SignedIn, pk: int) -> HttpResponse:
    """The Centre EQA an application was handed to declares to have no interest in the centre."""
    application = find_application(request, pk)
    _require_reviewer(request, application)
    form = DeclareForm(posted(request), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.declare_no_interest(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, f"{application.number} is yours to review.")
            return redirect(application)
    context = {
        "form": form,
        "title": f"Declare before reviewing {application.number}",
        "caption": str(application.centre),
        "lead": "If you have an interest in this centre, tell the EPA team: somebody else has to review it [A6].",
        "breadcrumbs": trail(application, ("Declare", "")),
    }
    return render(request, "centres/form.html", context)


@require_POST
def take_up(request: SignedIn, pk: int) -> HttpResponse:
    """Go on with an application that was handed in again."""
    application = find_application(request, pk)
    actions.take_up(application=application, by=request.user)
    return redirect("centres:review", pk=application.pk)


@require_http_methods(["GET", "POST"])
def review(request: SignedIn, pk: int) -> HttpResponse:
    """The application on one side, the decisions on the other."""
    application = find_application(request, pk)
    if application.state != ApplicationState.IN_REVIEW:
        raise WrongState(f"{application.number} is not in review: it is “{application.get_state_display()}”.")
    _require_deciding(request, application)
    form = ReviewForm(posted(request), application=application, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        decisions = [actions.Decision(*answer) for answer in form.decided()]
        with refusals(form):
            actions.decide(application=application, decisions=decisions, by=request.user)
            messages.success(request, "Your decisions are saved.")
            return redirect("centres:review", pk=application.pk)
    context = {
        "form": form,
        "application": application,
        "content": queries.application_content(application, []),
        "actions": application.actions.select_related("package", "evidence"),
        "problems": queries.approval_problems(application, clock.today()),
        "places": {**places(application), "review": "#decisions"},
        "breadcrumbs": trail(application, ("Review", "")),
    }
    return render(request, "centres/review.html", context)


@require_http_methods(["GET", "POST"])
def require_actions(request: SignedIn, pk: int) -> HttpResponse:
    """Write what is additionally required and send it to the centre; a row is proposed for every criterion not met."""
    application = find_application(request, pk)
    guard(application, "require_actions", request.user)
    _require_deciding(request, application)
    reopened = application.actions.filter(state=ActionState.OPEN)
    proposals = action_proposals(application, clock.today() + dt.timedelta(days=PROPOSED_DAYS))
    formset: Any = ActionFormSet(
        posted(request),
        initial=[] if reopened else proposals,
        form_kwargs={"elements": application.elements.all()},
    )
    # The letter as a whole has errors of its own, shown by a form without fields.
    letter = ConfirmForm(posted(request), submit_label="Send to the centre")
    if request.method == "POST" and formset.is_valid() and letter.is_valid():
        with refusals(letter):
            actions.require_actions(application=application, actions=formset.new_actions(), by=request.user)
            messages.success(request, "The centre has been told what is required.")
            return redirect(application)
    context = {
        "formset": formset,
        "form": letter,
        "application": application,
        "reopened": reopened,
        "breadcrumbs": trail(application, ("Require actions", "")),
    }
    return render(request, "centres/require.html", context)


@require_http_methods(["GET", "POST"])
def approve(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, then approve and issue the contract in one step."""
    application = find_application(request, pk)
    guard(application, "approve", request.user)
    _require_deciding(request, application)
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = ConfirmForm(posted(request), submit_label="Approve and issue the contract", cancel_url=back)
    if request.method == "POST" and form.is_valid():
        contract = actions.approve(application=application, by=request.user)
        messages.success(request, f"Approved. Contract {contract.number} is being prepared.")
        return redirect(application)
    context = {
        "form": form,
        "title": f"Approve {application.number}?",
        "caption": str(application.centre),
        "lead": "Full approval and the EPA contract are one step [A7]. The centre is told, and can sign once the "
        "contract has been made.",
        "problems": queries.approval_problems(application, clock.today()),
        "problems_title": "Why can’t I approve yet?",
        "places": places(application),
        "breadcrumbs": trail(application, ("Approve", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline with a reason."""
    application = find_application(request, pk)
    guard(application, "decline", request.user)
    _require_deciding(request, application)
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = ReasonForm(posted(request), submit_label="Decline the application", cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.decline(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, f"{application.number} is declined; the centre has been told.")
            return redirect(application)
    context = {
        "form": form,
        "title": f"Decline {application.number}?",
        "caption": str(application.centre),
        "warning": "This ends the application. Where the centre could still put things right, require actions instead.",
        "breadcrumbs": trail(application, ("Decline", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """The centre answers an action with a text and evidence."""
    action = find_action(request, pk)
    application = action.application
    require(request.user, CENTRE, action, "answer this action")
    if application.state != ApplicationState.ACTIONS_REQUIRED:
        raise WrongState("Actions are answered while the application waits for the centre.")
    form = AnswerForm(
        posted(request),
        request.FILES or None,
        initial={"answer": action.answer},
        has_evidence=action.evidence_id is not None,
        cancel_url=application.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            uploaded = form.cleaned_data["evidence"]
            stored = files.store(uploaded, by=request.user, kinds=EVIDENCE_KINDS) if uploaded else None
            actions.answer_action(action=action, answer=form.cleaned_data["answer"], evidence=stored, by=request.user)
            messages.success(request, "The answer is saved. Hand the application in again when all are answered.")
            return redirect(application)
    context = {"form": form, "action": action, "breadcrumbs": trail(application, ("Answer", ""))}
    return render(request, "centres/answer.html", context)


@require_http_methods(["GET", "POST"])
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer closes an action or sends it back to be answered again."""
    action = find_action(request, pk)
    guard(action, "close", request.user)
    _require_deciding(request, action.application)
    back = reverse("centres:review", kwargs={"pk": action.application_id})
    form = CommentForm(posted(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        verb = actions.close_action if form.cleaned_data["verdict"] == "close" else actions.reopen_action
        with refusals(form):
            verb(action=action, comment=form.cleaned_data["comment"], by=request.user)
            return redirect(back)
    context = {"form": form, "action": action, "breadcrumbs": trail(action.application, ("Action", ""))}
    return render(request, "centres/answer.html", context)


@require_http_methods(["GET"])
def evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence behind an answer."""
    return documents.respond(find_action(request, pk).evidence)
