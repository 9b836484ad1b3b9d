"""A centre's application: the list, its page, its sections, handing it in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from centres import actions, queries, rules
from centres.forms import SECTION_FORMS, ApplicationFilter, BeginForm, ChecklistForm, ConfirmForm
from centres.models import Application, Contract
from centres.states import CENTRE, ApplicationState
from centres.views.centres import crumbs, find_centre
from foundation import audit, clock, documents, exports, files
from foundation.errors import Conflict, Problem, refuse_if
from foundation.forms import add_problems, refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row, TaskItem
from foundation.sheets import writing
from foundation.workflow import can, guard
from standards.models import StandardVersion

CHECKLIST_KINDS = files.PDF | files.WORD | files.SHEETS
COLUMNS = [
    Column("number", "Application", link="get_absolute_url", sort="number"),
    Column("centre.organisation.name", "Centre", sort="centre__organisation__name"),
    Column("version.short", "Standard"),
    Column("self_", "State", kind="state", sort="state"),
    Column("submitted_at", "Handed in", kind="date", sort="submitted_at"),
    Column("reviewer_has_until", "Review by", kind="due", sort="review_due_on"),
    Column("decided_at", "Decided", kind="date", sort="decided_at"),
    Column("reviewer", "Centre EQA"),
]
VERBS: dict[str, Callable[..., Application]] = {
    "elements": actions.choose_elements,
    "staffing": actions.write_staffing,
    "assessment": actions.write_assessment,
    "declaration": actions.declare,
}
LEADS = {
    "elements": "Each element is approved on its own [A3].",
    "staffing": "The Centre EQA confirms for each element that this is enough [A6].",
    "assessment": "The Centre EQA confirms for each element that this is done correctly [A6].",
    "checklist": "Fill in the blank checklist and upload it here [A5].",
    "declaration": "Made by a named person, for the centre; date and time are recorded [A2].",
}


def find_application(request: SignedIn, pk: int) -> Application:
    """The application, if it is within this person's sight; else 404."""
    rows = Application.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("centre__organisation", "version__standard", "reviewer", "checklist"), pk=pk
    )


def trail(application: Application, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(application.centre, (application.number, application.get_absolute_url()), *more)


@require_http_methods(["GET"])
def application_list(request: SignedIn) -> HttpResponse:
    """A centre's own applications; for the assessment organisation all of them, those waiting longest first."""
    rows = Application.objects.visible_to(request.user).select_related(
        "centre__organisation", "version__standard", "reviewer"
    )
    return render_list(
        request,
        "centres/applications.html",
        filterset=ApplicationFilter(request.GET, queryset=rows.order_by("submitted_at", "pk")),
        columns=COLUMNS,
        name="applications",
        context={"breadcrumbs": [("Applications", "")]},
    )


@require_http_methods(["GET", "POST"])
def apply(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an application for a standard that is open (A3)."""
    centre = find_centre(request, pk)
    require(request.user, CENTRE, centre, "apply for this centre")
    today = clock.today()
    versions = StandardVersion.objects.visible_to(request.user).select_related("standard")
    versions = versions.filter(Q(closes_on=None) | Q(closes_on__gte=today))
    form = BeginForm(posted(request), versions=versions, cancel_url=centre.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_application(centre=centre, version=form.cleaned_data["version"], by=request.user)
        except Conflict as conflict:
            add_problems(form, [Problem("already_open", "A3", str(conflict), field="version")])
        else:
            return redirect(made)
    context = {
        "form": form,
        "title": "Apply for approval",
        "caption": str(centre),
        "breadcrumbs": crumbs(centre, ("Apply", "")),
    }
    return render(request, "centres/form.html", context)


def places(application: Application) -> dict[str, str]:
    """Where each of the problems is mended."""
    found = {key: reverse("centres:section", kwargs={"pk": application.pk, "section": key}) for key in rules.SECTIONS}
    centre = application.centre.get_absolute_url()
    review = reverse("centres:review", kwargs={"pk": application.pk})
    declare = reverse("centres:declare", kwargs={"pk": application.pk})
    return {
        **found,
        "standing": centre,
        "register": centre,
        "actions": "#actions",
        "review": review,
        "declare": declare,
    }


@require_http_methods(["GET"])
def application_page(request: SignedIn, pk: int) -> HttpResponse:
    """The application: its task list while the centre writes, then where it is, what is missing, what was said."""
    application = find_application(request, pk)
    today = clock.today()
    writes = may(request.user, CENTRE, application)
    open_for_writing = not rules.writable_problems(application.state)
    facing_centre = open_for_writing and application.state != ApplicationState.WITHDRAWN
    reviewing = application.state == ApplicationState.IN_REVIEW
    problems: list[Problem] = []
    if facing_centre:
        problems = queries.application_problems(application, today)
    elif reviewing and application.reviewer_id == request.user.pk:
        problems = queries.approval_problems(application, today)
    steps = ("submit", "withdraw", "take", "hand_over", "take_up", "resubmit", "require_actions", "approve", "decline")
    context = {
        "application": application,
        "content": queries.application_content(application, problems if facing_centre else []),
        "facts": _facts(application),
        "tasks": _tasks(application, problems) if facing_centre and writes else [],
        "problems": problems,
        "places": places(application),
        "can": {step: can(application, step, request.user) for step in steps},
        "is_reviewer": application.reviewer_id == request.user.pk,
        "declares": _declares(application, request),
        "cells": _shown_cells(application, request),
        "actions": application.actions.select_related("package", "evidence"),
        "contract": Contract.objects.visible_to(request.user).filter(application=application).first(),
        "events": audit.history(application, include_confidential=request.user.is_imi)[:100],
        "breadcrumbs": trail(application),
    }
    return render(request, "centres/application.html", context)


def _shown_cells(application: Application, request: SignedIn) -> list[Any]:
    """The decisions: for the assessment organisation at once, for the centre once they have been sent."""
    if application.state in {ApplicationState.IN_REVIEW, ApplicationState.DRAFT} and not request.user.is_imi:
        return []
    return [cell for cell in queries.cells(application) if cell[2] is not None]


def _declares(application: Application, request: SignedIn) -> bool:
    """Whether the person who looks was handed the application and has not declared to have no interest yet (A6)."""
    waits = application.no_interest_declared_at is None and application.state in actions.REVIEWED
    return waits and application.reviewer_id == request.user.pk


def _facts(application: Application) -> list[Row]:
    rows = [
        Row("Centre", str(application.centre)),
        Row("Standard", str(application.version)),
        Row("Handed in", application.submitted_at),
        Row("Review by", application.review_due_on),
        Row("Centre EQA", application.reviewer.name if application.reviewer else ""),
        Row("Decided", application.decided_at),
    ]
    if application.reviewer and application.no_interest_declared_at is None:
        rows.append(Row("Interest", "The Centre EQA has not declared yet to have no interest in the centre"))
    if application.decision_reason:
        rows.append(Row("Reason", application.decision_reason))
    return rows


def _tasks(application: Application, problems: list[Problem]) -> list[TaskItem]:
    colours = {rules.SectionState.NOT_STARTED: "blue", rules.SectionState.NEEDS_CHANGE: "red"}
    states = rules.section_states(problems)
    where = places(application)
    tasks = [
        TaskItem(title, where[key], str(states[key]), colours.get(states[key]))  # type: ignore[arg-type]
        for key, title in rules.SECTIONS.items()
    ]
    check = reverse("centres:check", kwargs={"pk": application.pk})
    return [*tasks, TaskItem("Check your answers and hand in", check)]


@require_http_methods(["GET", "POST"])
def section(request: SignedIn, pk: int, section: str) -> HttpResponse:
    """One section of the application, saved on its own."""
    application = find_application(request, pk)
    if section not in SECTION_FORMS:
        raise Http404
    require(request.user, CENTRE, application, "change this application")
    refuse_if(rules.writable_problems(application.state))
    form = SECTION_FORMS[section](
        posted(request),
        request.FILES or None,
        application=application,
        cancel_url=application.get_absolute_url(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            _save(application, section, form, request)
            messages.success(request, f"“{rules.SECTIONS[section]}” is saved.")
            return redirect(application)
    context = {
        "form": form,
        "application": application,
        "title": rules.SECTIONS[section],
        "lead": LEADS[section],
        "is_checklist": section == "checklist",
        "breadcrumbs": trail(application, (rules.SECTIONS[section], "")),
    }
    return render(request, "centres/section.html", context)


def _save(application: Application, section: str, form: Any, request: SignedIn) -> None:
    if not isinstance(form, ChecklistForm):
        VERBS[section](application=application, by=request.user, **form.values())
        return
    with transaction.atomic():
        stored = files.store(form.cleaned_data["checklist"], by=request.user, kinds=CHECKLIST_KINDS)
        actions.upload_checklist(application=application, stored=stored, by=request.user)


@require_http_methods(["GET"])
def blank_checklist(request: SignedIn, pk: int) -> HttpResponse:
    """The version's blank approval guidance checklist, to fill in and upload (A5)."""
    application = find_application(request, pk)
    rows = [[number, line, "", ""] for number, line in enumerate(application.version.checklist, start=1)]
    layout = writing.Layout(name="Checklist", widths={1: 80, 3: 50}, choices={2: ["Yes", "No"]})
    content = writing.xlsx(rows, ["No.", "Requirement", "Met?", "Where the evidence is"], layout)
    return exports.attachment(content, f"checklist-{application.number}.xlsx")


@require_http_methods(["GET"])
def checklist_file(request: SignedIn, pk: int) -> FileResponse:
    """The completed checklist."""
    return documents.respond(find_application(request, pk).checklist)


@require_http_methods(["GET", "POST"])
def check(request: SignedIn, pk: int) -> HttpResponse:
    """Check your answers, then hand in, or hand in again once every action is answered."""
    application = find_application(request, pk)
    again = application.state == ApplicationState.ACTIONS_REQUIRED
    guard(application, "resubmit" if again else "submit", request.user)
    label = "Hand in again" if again else "Hand in the application"
    form = ConfirmForm(posted(request), submit_label=label, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        verb = actions.resubmit if again else actions.submit
        verb(application=application, by=request.user)
        messages.success(request, f"{application.number} is handed in. IMI will tell you what comes next.")
        return redirect(application)
    where = places(application)
    rows = [Row(title, _answer(application, key), where[key]) for key, title in rules.SECTIONS.items()]
    context = {
        "form": form,
        "application": application,
        "rows": rows,
        "actions": application.actions.select_related("package"),
        "problems": queries.application_problems(application, clock.today()),
        "places": {**where, "actions": f"{application.get_absolute_url()}#actions"},
        "breadcrumbs": trail(application, ("Check your answers", "")),
    }
    return render(request, "centres/check.html", context)


def _answer(application: Application, key: str) -> Any:
    match key:
        case "elements":
            return [str(package) for package in application.elements.all()]
        case "checklist":
            return application.checklist.original_name if application.checklist else ""
        case "declaration":
            by = f"{application.declared_by}, {application.declared_role}: {application.declared_plan}"
            return by if application.declared_by else ""
        case _:
            return getattr(application, key)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Take the application back, after having been asked."""
    application = find_application(request, pk)
    guard(application, "withdraw", request.user)
    form = ConfirmForm(posted(request), submit_label="Withdraw", cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        actions.withdraw(application=application, by=request.user)
        messages.success(request, f"{application.number} is withdrawn.")
        return redirect(application)
    context = {
        "form": form,
        "title": f"Withdraw {application.number}?",
        "warning": "IMI will not review this application. You can begin a new one, which starts empty.",
        "breadcrumbs": trail(application, ("Withdraw", "")),
    }
    return render(request, "centres/form.html", context)
