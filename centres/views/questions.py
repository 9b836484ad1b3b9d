"""Questions to the centre about a section, and its answers."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.requests import SignedIn, posted
from centres import actions, rules
from centres.forms import AskAgainForm, QuestionAnswerForm, QuestionForm
from centres.models import Question
from centres.states import CENTRE, ApplicationState
from centres.views.applications import find_application, trail
from centres.views.required import EVIDENCE_KINDS
from centres.views.reviews import require_deciding
from foundation import clock, documents, files
from foundation.errors import WrongState
from foundation.forms import refusals
from foundation.pieces import Row
from foundation.workflow import guard

PROPOSED_DAYS = 7


def find_question(request: SignedIn, pk: int) -> Question:
    """The question, if it is within this person's sight; else 404."""
    rows = Question.objects.visible_to(request.user).select_related(
        "application__centre__organisation", "application__version__standard", "application__reviewer", "file"
    )
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer asks about a section; the application stays where it is."""
    application = find_application(request, pk)
    require_deciding(request, application)
    if application.state != ApplicationState.IN_REVIEW:
        raise WrongState(f"{application.number} is not in review: it is “{application.get_state_display()}”.")
    proposed = clock.today() + dt.timedelta(days=PROPOSED_DAYS)
    initial = {"section": request.GET.get("section", ""), "due_on": proposed}
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = QuestionForm(posted(request), initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.ask(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, "The centre has been asked.")
            return redirect(back)
    context = {
        "form": form,
        "title": "Ask the centre",
        "caption": f"{application.centre}, {application.number}",
        "lead": "The centre answers here; the application stays in review and nothing is handed in again.",
        "breadcrumbs": trail(application, ("Ask", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: SignedIn, pk: int) -> HttpResponse:
    """The centre answers, with a file where one helps."""
    question = find_question(request, pk)
    application = question.application
    require(request.user, CENTRE, question, "answer this question")
    form = QuestionAnswerForm(
        posted(request),
        request.FILES or None,
        initial={"answer": question.answer},
        cancel_url=application.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            uploaded = form.cleaned_data["file"]
            stored = files.store(uploaded, by=request.user, kinds=EVIDENCE_KINDS) if uploaded else None
            actions.answer_question(question=question, answer=form.cleaned_data["answer"], file=stored, by=request.user)
            messages.success(request, "Your answer is sent to the Centre EQA.")
            return redirect(application)
    context = {
        "form": form,
        "title": "Answer the Centre EQA’s question",
        "caption": f"Application {application.number}, {_section(question)}",
        "facts": _facts(question),
        "breadcrumbs": trail(application, ("Answer", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def ask_again(request: SignedIn, pk: int) -> HttpResponse:
    """The answer is not enough: what is still asked."""
    question = find_question(request, pk)
    application = question.application
    guard(question, "ask_again", request.user)
    require_deciding(request, application)
    back = reverse("centres:review", kwargs={"pk": application.pk})
    initial = {"due_on": clock.today() + dt.timedelta(days=PROPOSED_DAYS)}
    form = AskAgainForm(posted(request), initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.ask_again(question=question, by=request.user, **form.cleaned_data)
            messages.success(request, "The centre has been asked again.")
            return redirect(back)
    context = {
        "form": form,
        "title": "Ask again",
        "caption": f"{application.centre}, {_section(question)}",
        "facts": _facts(question),
        "breadcrumbs": trail(application, ("Ask again", "")),
    }
    return render(request, "centres/form.html", context)


@require_POST
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer has what was asked for."""
    question = find_question(request, pk)
    actions.settle_question(question=question, by=request.user)
    messages.success(request, "The question is settled.")
    return redirect("centres:review", pk=question.application_id)


@require_http_methods(["GET"])
def question_file(request: SignedIn, pk: int) -> FileResponse:
    """The file of an answer."""
    return documents.respond(find_question(request, pk).file)


def _section(question: Question) -> str:
    return rules.SECTIONS.get(question.section, question.section)


def _facts(question: Question) -> list[Row]:
    rows = [Row("Question", question.text), Row("Answer by", question.due_on)]
    rows += [Row("Answer", question.answer)] if question.answer else []
    return rows + ([Row("Still asked", question.comment)] if question.comment else [])
