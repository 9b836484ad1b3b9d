"""A centre's application: the list, its page, its sections, handing it in."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from centres import actions, queries, rules
from centres.forms import ApplicationFilter, BeginForm, ConfirmForm
from centres.models import REVIEWERS, Application, ApplicationSection, Contract
from centres.states import CENTRE, ApplicationState
from centres.views.centres import crumbs, find_centre
from foundation import audit, clock, documents, exports
from foundation.dates import datetime_long
from foundation.errors import Conflict, Problem
from foundation.forms import add_problems, refusals
from foundation.lists import render_list
from foundation.pieces import Colour, Column, Row, TaskItem
from foundation.sheets import writing
from foundation.workflow import can, guard
from standards.models import StandardVersion

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


# What the application's page offers where it can be done.
OFFERED = (
    "submit",
    "withdraw",
    "take",
    "allocate",
    "hand_over",
    "take_up",
    "resubmit",
    "require_actions",
    "approve",
    "decline",
)


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
        context={"breadcrumbs": [("Applications", "")], "can_queue": bool(request.user.roles & REVIEWERS)},
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
            with refusals(form):
                made = actions.create_application(centre=centre, version=form.cleaned_data["version"], by=request.user)
                return redirect(made)
        except Conflict as conflict:
            add_problems(form, [Problem("already_open", "A3", str(conflict), field="version")])
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
    context = {
        "application": application,
        "content": queries.application_content(application, problems if facing_centre else []),
        "facts": _facts(application),
        **(_task_list(application, problems) if facing_centre and writes else {}),
        "submissions": application.submissions.select_related("document"),
        "problems": problems,
        "places": places(application),
        "can": {step: can(application, step, request.user) for step in OFFERED},
        **_of_the_review(application, request, writes=writes),
        "contract": Contract.objects.visible_to(request.user).filter(application=application).first(),
        "events": audit.history(application, include_confidential=request.user.is_imi)[:100],
        "breadcrumbs": trail(application),
    }
    return render(request, "centres/application.html", context)


def _of_the_review(application: Application, request: SignedIn, *, writes: bool) -> dict[str, Any]:
    """What the review has come to, as far as this person may know it."""
    is_reviewer = application.reviewer_id == request.user.pk
    return {
        "is_reviewer": is_reviewer,
        "declares": _declares(application, request),
        "extends": is_reviewer and application.state == ApplicationState.ACTIONS_REQUIRED,
        "questions": application.questions.select_related("file"),
        "may_answer_questions": writes and application.state in actions.REVIEWED,
        "cells": _shown_cells(application, request),
        "decided_elements": application.element_rows.exclude(decided_at=None).select_related("package"),
        "reports": documents.for_subject(application).filter(kind=actions.REPORT),
        "appeals": application.appeals.all(),
        "may_appeal": writes and not rules.may_appeal_problems(queries.appeal_facts(application), clock.today()),
        "actions": application.actions.select_related("package", "evidence"),
    }


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
    if application.submitted_at is None:
        return rows[:2]
    if application.reviewer and application.no_interest_declared_at is None:
        rows.append(Row("Interest", "The Centre EQA has not declared yet to have no interest in the centre"))
    if application.decision_reason:
        rows.append(Row("Reason", application.decision_reason))
    return rows


def _task_list(application: Application, problems: list[Problem]) -> dict[str, Any]:
    """The sections with their state, who was at them last, and what the colleagues say; how many are done."""
    colours: dict[rules.SectionState, Colour] = {
        rules.SectionState.NOT_STARTED: "blue",
        rules.SectionState.IN_PROGRESS: "yellow",
        rules.SectionState.NEEDS_CHANGE: "red",
    }
    states = rules.section_states(problems, rules.begun_sections(queries.application_facts(application)))
    where, saved = places(application), queries.section_rows(application)
    comments = queries.comment_counts(application)
    hints = {key: _hint(saved.get(key), comments.get(key)) for key in rules.SECTIONS}
    tasks = [
        TaskItem(title, where[key], str(states[key]), colours.get(states[key]), hints[key])
        for key, title in rules.SECTIONS.items()
    ]
    done = sum(state == rules.SectionState.DONE for state in states.values())
    unfinished = next((key for key in rules.SECTIONS if states[key] != rules.SectionState.DONE), None)
    return {
        "tasks": [*tasks, TaskItem("Check your answers and hand in", reverse("centres:check", args=[application.pk]))],
        "done": done,
        "total": len(tasks),
        "next_section": (rules.SECTIONS[unfinished], where[unfinished]) if unfinished else None,
        "warnings": [problem for problem in problems if problem.warning],
    }


def _hint(saved: ApplicationSection | None, comments: int | None) -> str:
    """Who was at the section last and when; how many comments wait."""
    told = []
    if saved is not None:
        told.append(f"{saved.saved_by_label}, {datetime_long(saved.saved_at)}")
    if comments:
        told.append(f"{comments} comment{'s' if comments > 1 else ''}")
    return " · ".join(told)


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
    problems = queries.application_problems(application, clock.today())
    context = {
        "form": form,
        "application": application,
        "content": queries.application_content(application),
        "actions": application.actions.select_related("package"),
        "problems": problems,
        "places": {**places(application), "actions": f"{application.get_absolute_url()}#actions"},
        "breadcrumbs": trail(application, ("Check your answers", "")),
    }
    return render(request, "centres/check.html", context)


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
        "warning": "IMI will not review this application. You can begin a new one; it is filled in with what is known.",
        "breadcrumbs": trail(application, ("Withdraw", "")),
    }
    return render(request, "centres/form.html", context)
