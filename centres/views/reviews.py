"""The Centre EQA's pages: take, decide, rate, note, approve, decline."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries, rules
from centres.forms import (
    DeclareForm,
    HandOverForm,
    NoteForm,
    ReviewForm,
    RiskForm,
    TakeForm,
)
from centres.models import Application, ReviewNote, RiskRating
from centres.states import ApplicationState
from centres.views.applications import find_application, places, trail
from foundation import clock
from foundation.errors import NotAllowed, WrongState, refuse_if
from foundation.forms import refusals
from foundation.pieces import Row
from foundation.workflow import guard

# Where on the reviewer's own screen a problem is mended.
HERE = {"review": "#decisions", "risk": "#risk", "sign_off": "#sign-off", "questions": "#application"}


def require_deciding(request: SignedIn, application: Application) -> None:
    """A page for the reviewer who has declared to have no interest; the verbs check again."""
    require_reviewer(request, application)
    refuse_if(rules.undeclared_problems(application.no_interest_declared_at is not None))


def require_reviewer(request: SignedIn, application: Application) -> None:
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
    require_reviewer(request, application)
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
    """The application on one side, the decisions on the other. The page's script saves each answer as it is given and
    is answered with how far the review has come."""
    application = find_application(request, pk)
    if application.state != ApplicationState.IN_REVIEW:
        raise WrongState(f"{application.number} is not in review: it is “{application.get_state_display()}”.")
    require_deciding(request, application)
    form = ReviewForm(posted(request), application=application, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        if request.headers.get("X-Fragment"):
            _save_what_is_whole(request, application, form)
            return render(request, "centres/review/_progress.html", _progress(application))
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
        "risk": RiskRating.objects.filter(application=application).first(),
        "proposal": queries.risk_proposal(application),
        "questions": application.questions.select_related("file"),
        "sign_offs": application.sign_offs.select_related("decided_by"),
        "sign_off_wanted": queries.sign_off_facts(application).needed,
        "may_ask_sign_off": not queries.standing_sign_offs(application).exists(),
        "notes": ReviewNote.objects.visible_to(request.user).filter(application=application),
        "note_form": NoteForm(),
        **_progress(application),
        "breadcrumbs": trail(application, ("Review", "")),
    }
    return render(request, "centres/review/page.html", context)


def _progress(application: Application) -> dict[str, Any]:
    """How far the decisions have come, and what stands between them and an approval."""
    done, total = queries.progress(application)
    return {
        "application": application,
        "done": done,
        "total": total,
        "problems": queries.approval_problems(application, clock.today()),
        "places": {
            **places(application),
            "review": "#decisions",
            "risk": "#risk",
            "sign_off": "#sign-off",
            "questions": "#application",
        },
    }


def _save_what_is_whole(request: SignedIn, application: Application, form: ReviewForm) -> None:
    """Save the answers that have what they need; one that waits for its reason is saved once that is typed."""
    whole = [
        actions.Decision(*answer)
        for answer in form.decided()
        if not rules.lacks_reason(rules.Cell(answer[0].code, answer[1].code, answer[2], answer[3]))
    ]
    actions.decide(application=application, decisions=whole, by=request.user)


@require_http_methods(["GET", "POST"])
def risk(request: SignedIn, pk: int) -> HttpResponse:
    """The reviewer rates the risk, beside what the facts propose."""
    application = find_application(request, pk)
    require_deciding(request, application)
    proposal = queries.risk_proposal(application)
    rated = RiskRating.objects.filter(application=application).first()
    initial = {"rating": rated.rating, "reason": rated.reason} if rated else {"rating": proposal.rating}
    back = reverse("centres:review", kwargs={"pk": application.pk})
    form = RiskForm(posted(request), initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.rate_risk(application=application, by=request.user, **form.cleaned_data)
            messages.success(request, "The risk is rated.")
            return redirect(f"{back}#risk")
    context = {
        "form": form,
        "title": f"Risk of {application.number}",
        "caption": str(application.centre),
        "lead": "The portal proposes a rating from what is on record; you decide [A6].",
        "facts": [Row("Proposed", proposal.rating.label), Row("Because", list(proposal.grounds))],
        "breadcrumbs": trail(application, ("Risk", "")),
    }
    return render(request, "centres/form.html", context)


@require_POST
def note(request: SignedIn, pk: int) -> HttpResponse:
    """Keep a note that the centre never sees."""
    application = find_application(request, pk)
    form = NoteForm(posted(request))
    text = form.cleaned_data["text"] if form.is_valid() else ""
    actions.add_note(application=application, text=text, by=request.user)
    messages.success(request, "The note is kept.")
    return redirect(f"{reverse('centres:review', kwargs={'pk': application.pk})}#notes")
