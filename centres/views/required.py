"""Actions required: the letter, the centre's answers, closing and reopening, more time."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.requests import SignedIn, posted
from centres import actions, queries
from centres.forms import ActionFormSet, AnswerForm, CommentForm, ConfirmForm, ExtendForm, action_proposals
from centres.models import ActionRequired
from centres.states import CENTRE, ActionState, ApplicationState
from centres.views.applications import find_application, trail
from centres.views.reviews import require_deciding
from foundation import clock, documents, files
from foundation.errors import WrongState
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


@require_http_methods(["GET", "POST"])
def require_actions(request: SignedIn, pk: int) -> HttpResponse:
    """Write what is additionally required and send it to the centre; a row is proposed for every criterion not met."""
    application = find_application(request, pk)
    guard(application, "require_actions", request.user)
    require_deciding(request, application)
    reopened = application.actions.filter(state=ActionState.OPEN)
    proposals = action_proposals(application, clock.today() + dt.timedelta(days=PROPOSED_DAYS))
    formset: Any = ActionFormSet(
        posted(request),
        initial=[] if reopened else proposals,
        form_kwargs={
            "elements": application.elements.filter(pk__in=queries.pending_elements(application).values("package"))
        },
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
    require_deciding(request, action.application)
    back = reverse("centres:review", kwargs={"pk": action.application_id})
    form = CommentForm(posted(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        comment = form.cleaned_data["comment"]
        with refusals(form):
            if form.cleaned_data["verdict"] == "close":
                actions.close_action(action=action, comment=comment, by=request.user)
            else:
                due_on = form.cleaned_data["due_on"]
                actions.reopen_action(action=action, comment=comment, due_on=due_on, by=request.user)
            return redirect(back)
    context = {"form": form, "action": action, "breadcrumbs": trail(action.application, ("Action", ""))}
    return render(request, "centres/answer.html", context)


@require_http_methods(["GET"])
def evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence behind an answer."""
    return documents.respond(find_action(request, pk).evidence)


@require_http_methods(["GET", "POST"])
def extend(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer gives the centre more time for an action."""
    action = find_action(request, pk)
    application = action.application
    require_deciding(request, application)
    form = ExtendForm(posted(request), cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.extend_action(action=action, by=request.user, **form.cleaned_data)
            messages.success(request, "The centre has more time and has been told.")
            return redirect(application)
    context = {"form": form, "action": action, "breadcrumbs": trail(application, ("More time", ""))}
    return render(request, "centres/answer.html", context)
