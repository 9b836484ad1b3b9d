"""IMI's standing of a centre, sanctions and their action plans, and what each of them means (A1)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import OFFICE, may, require
from accounts.requests import SignedIn, posted
from centres import actions, rules
from centres.forms import AnswerForm, PlanActionForm, PlanSettleForm, ReasonForm, SanctionForm, StandingForm
from centres.models import REVIEWERS, PlanAction, Sanction, Standing
from centres.states import BARRED, BLOCKS, CENTRE, GatedStep, PlanState, SanctionState
from centres.views.centres import crumbs, find_centre
from foundation import audit, clock, documents, files
from foundation.forms import refusals
from foundation.models import StoredFile
from foundation.pieces import Row
from foundation.workflow import can, guard

EVIDENCE_KINDS = files.PDF | files.IMAGES | files.WORD


def _stored(form: Any, request: SignedIn) -> StoredFile | None:
    uploaded = form.cleaned_data.pop("evidence", None)
    return files.store(uploaded, by=request.user, kinds=EVIDENCE_KINDS) if uploaded else None


@require_http_methods(["GET"])
def meaning(request: SignedIn) -> HttpResponse:
    """What each standing and each level of sanction bars, as the rules read it."""
    rows = [(BARRED[reason], [(step.label, step in barred) for step in GatedStep]) for reason, barred in BLOCKS.items()]
    context = {
        "steps": [step.label for step in GatedStep],
        "rows": rows,
        "breadcrumbs": [("Centres", reverse("centres:list")), ("What a standing means", "")],
    }
    return render(request, "centres/meaning.html", context)


@require_http_methods(["GET", "POST"])
def standing(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team records that IMI approves, suspends or no longer approves the centre."""
    centre = find_centre(request, pk)
    require(request.user, OFFICE, centre, "record the standing of this centre")
    form = StandingForm(
        posted(request),
        request.FILES or None,
        initial={"starts_on": clock.today()},
        cancel_url=centre.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            stored = _stored(form, request)
            actions.record_standing(centre=centre, evidence=stored, by=request.user, **form.cleaned_data)
            messages.success(request, "Recorded; the centre and the EPA team have been told.")
            return redirect(centre)
    context = {
        "form": form,
        "title": "Record IMI’s standing",
        "caption": str(centre),
        "lead": "A centre that is suspended or no longer approved cannot register apprentices from the first day on; "
        "assessments under way go on [A1].",
        "more": ("What each standing means", reverse("centres:meaning")),
        "breadcrumbs": crumbs(centre, ("Standing", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET"])
def standing_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence behind a decision, for people of IMI."""
    row = get_object_or_404(Standing.objects.visible_to(request.user), pk=pk)
    return _evidence_for_imi(request, row)


@require_http_methods(["GET"])
def sanction_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence behind a sanction, for people of IMI."""
    return _evidence_for_imi(request, _sanction(request, pk))


def _evidence_for_imi(request: SignedIn, row: Standing | Sanction) -> FileResponse:
    if row.evidence is None or not request.user.roles & REVIEWERS:
        raise Http404
    return documents.respond(row.evidence)


def _sanction(request: SignedIn, pk: int) -> Sanction:
    rows = Sanction.objects.visible_to(request.user).select_related("centre__organisation", "evidence")
    return get_object_or_404(rows.prefetch_related("packages", "standards"), pk=pk)


def _plan_action(request: SignedIn, pk: int) -> PlanAction:
    rows = PlanAction.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("sanction__centre__organisation", "evidence"), pk=pk)


def _trail(sanction: Sanction, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(sanction.centre, (sanction.number, sanction.get_absolute_url()), *more)


@require_http_methods(["GET", "POST"])
def impose(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team imposes a sanction with the first action of its plan."""
    centre = find_centre(request, pk)
    require(request.user, OFFICE, centre, "impose a sanction on this centre")
    form = SanctionForm(
        posted(request),
        request.FILES or None,
        initial={"starts_on": clock.today()},
        cancel_url=centre.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            stored = _stored(form, request)
            data = form.cleaned_data
            first = rules.PlanItem(data.pop("text"), data.pop("due_on"))
            plan = [first] if first.text.strip() else []
            made = actions.impose_sanction(centre=centre, plan=plan, evidence=stored, by=request.user, **data)
            messages.success(request, f"{made.number} is recorded; the centre and the EPA team have been told.")
            return redirect(made)
    context = {
        "form": form,
        "title": "Impose a sanction",
        "caption": str(centre),
        "lead": "A sanction comes with an action plan and is lifted when the plan is done [A1].",
        "more": ("What each level means", reverse("centres:meaning")),
        "breadcrumbs": crumbs(centre, ("Impose a sanction", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET"])
def sanction_page(request: SignedIn, pk: int) -> HttpResponse:
    """A sanction: what it bars, why, and its plan, action by action."""
    row = _sanction(request, pk)
    plan = list(row.plan.select_related("evidence"))
    barred = BLOCKS[row.level]
    facts = [
        Row("Level", row.get_level_display()),
        Row("About", row.about),
        Row("First day", row.starts_on),
        Row("Reason", row.reason),
        Row("It bars", [step.label for step in GatedStep if step in barred] or "Nothing; the plan has to be done"),
        Row("Lifted", row.lifted_on),
        Row("Why it was lifted", row.lifted_reason),
    ]
    user, in_force = request.user, row.state == SanctionState.IN_FORCE
    context = {
        "sanction": row,
        "facts": [fact for fact in facts if fact.value],
        "plan": [
            (
                action,
                in_force and any(can(action, verb, user) for verb in ("answer", "answer_again")),
                in_force and can(action, "close", user),
            )
            for action in plan
        ],
        "may_add": in_force and may(user, OFFICE, row),
        "may_lift": can(row, "lift", user),
        "shows_evidence": row.evidence is not None and bool(user.roles & REVIEWERS),
        "events": audit.history(row, *plan),
        "breadcrumbs": crumbs(row.centre, (row.number, "")),
    }
    return render(request, "centres/sanction.html", context)


@require_http_methods(["GET", "POST"])
def plan_add(request: SignedIn, pk: int) -> HttpResponse:
    """Another action of the plan."""
    row = _sanction(request, pk)
    require(request.user, OFFICE, row, "change this action plan")
    form = PlanActionForm(posted(request), cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.add_to_plan(sanction=row, item=rules.PlanItem(**form.cleaned_data), by=request.user)
            messages.success(request, "Added; the centre has been told.")
            return redirect(row)
    context = {
        "form": form,
        "title": "Add to the action plan",
        "caption": f"{row.centre}, {row.number}",
        "breadcrumbs": _trail(row, ("Add", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def plan_answer(request: SignedIn, pk: int) -> HttpResponse:
    """The centre answers an action of the plan."""
    action = _plan_action(request, pk)
    require(request.user, CENTRE, action, "answer this action")
    guard(action, "answer_again" if action.state == PlanState.ANSWERED else "answer", request.user)
    form = AnswerForm(
        posted(request),
        request.FILES or None,
        initial={"answer": action.answer},
        has_evidence=action.evidence_id is not None,
        cancel_url=action.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            stored = _stored(form, request)
            actions.answer_plan_action(
                action=action, answer=form.cleaned_data["answer"], evidence=stored, by=request.user
            )
            messages.success(request, "The answer is saved; IMI has been told.")
            return redirect(action)
    facts = [Row("What is asked", action.text), Row("By", action.due_on), Row("IMI’s word", action.comment)]
    context = {
        "form": form,
        "title": "Answer an action of the plan",
        "caption": f"{action.sanction.centre}, {action.sanction.number}",
        "facts": [fact for fact in facts if fact.value],
        "breadcrumbs": _trail(action.sanction, ("Answer", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def plan_settle(request: SignedIn, pk: int) -> HttpResponse:
    """IMI closes an action or sends it back."""
    action = _plan_action(request, pk)
    guard(action, "close", request.user)
    form = PlanSettleForm(posted(request), cancel_url=action.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        close = form.cleaned_data["verdict"] == "close"
        verb = actions.close_plan_action if close else actions.reopen_plan_action
        with refusals(form):
            verb(action=action, comment=form.cleaned_data["comment"], by=request.user)
            messages.success(request, "The action is closed." if close else "The action is back with the centre.")
            return redirect(action)
    facts = [
        Row("What is asked", action.text),
        Row("By", action.due_on),
        Row("The centre’s answer", action.answer or "None yet"),
    ]
    context = {
        "form": form,
        "title": "Settle an action of the plan",
        "caption": f"{action.sanction.centre}, {action.sanction.number}",
        "facts": facts,
        "more": ("Open the evidence", reverse("centres:plan_evidence", kwargs={"pk": action.pk}))
        if action.evidence_id
        else None,
        "breadcrumbs": _trail(action.sanction, ("Settle", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET"])
def plan_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence of an answer."""
    action = _plan_action(request, pk)
    if action.evidence is None:
        raise Http404
    return documents.respond(action.evidence)


@require_http_methods(["GET", "POST"])
def lift(request: SignedIn, pk: int) -> HttpResponse:
    """The sanction no longer holds."""
    row = _sanction(request, pk)
    guard(row, "lift", request.user)
    form = ReasonForm(posted(request), submit_label="Lift the sanction", cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.lift_sanction(sanction=row, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{row.number} is lifted; the centre and the EPA team have been told.")
            return redirect(row)
    context = {
        "form": form,
        "title": f"Lift {row.number}?",
        "caption": str(row.centre),
        "lead": "It no longer holds from today [A1].",
        "facts": [Row("Level", row.get_level_display()), Row("About", row.about)],
        "breadcrumbs": _trail(row, ("Lift", "")),
    }
    return render(request, "centres/form.html", context)
