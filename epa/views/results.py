"""Pages of results: what is to be released, what has been, and the further attempts that follow."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from accounts.states import CENTRE_WRITERS
from epa.actions import resits
from epa.actions import results as actions
from epa.actions.locking import attempts_of
from epa.forms.results import ReleaseForm, ResitForm, ResultFilter
from epa.models import Attempt, Result
from epa.queries import assessing as queries
from epa.rules import results as rules
from epa.states import AttemptKind, AttemptState, EPAState
from foundation import audit, clock, documents, exports, workflow, workingdays
from foundation.errors import NotAllowed, Problem, Refused, WrongState
from foundation.exports import ExportColumn
from foundation.forms import refusals
from foundation.lists import page_of
from standards.models import Component
from standards.states import Grade


@dataclass(frozen=True)
class BoardRow:
    """A result on the board: working days left (negative when it is late), and used of its total."""

    result: Result
    left: int
    total: int

    @property
    def used(self) -> int:
        return max(0, min(self.total, self.total - self.left))

    @property
    def label(self) -> str:
        return f"Working days used, {self.result.epa.registration.number}"


BOARD_COLUMNS: list[ExportColumn] = [
    ("Due", lambda row: row.result.due_on),
    ("Working days left", lambda row: row.left),
    ("Apprentice", lambda row: row.result.epa.registration.apprentice.full_name),
    ("Centre", lambda row: row.result.epa.registration.apprentice.centre.organisation.name),
    ("Last day of the EPA", lambda row: row.result.last_day),
]
RESULT_COLUMNS: list[ExportColumn] = [
    ("Released", lambda row: clock.london_date(row.released_at)),
    ("Apprentice", lambda row: row.epa.registration.apprentice.full_name),
    ("ULN", lambda row: row.epa.registration.uln),
    ("Standard", lambda row: str(row.epa.registration.package.version)),
    ("Result", lambda row: row.get_overall_display()),
    ("CompStatus", lambda row: row.ilr.get("CompStatus")),
    ("Outcome", lambda row: row.ilr.get("Outcome")),
    ("AchDate", lambda row: row.ilr.get("AchDate")),
    ("EPAOrgID", lambda row: row.ilr.get("EPAOrgID")),
    ("Entered in the ILR", lambda row: clock.london_date(row.entered_in_ilr_at) if row.entered_in_ilr_at else None),
]


@require_GET
def results_board(request: SignedIn) -> HttpResponse:
    """Every unreleased result as working days left of its 21, the late ones first (F1)."""
    if not queries.sees_grades(request.user):
        raise NotAllowed("This page is for the EPA team.")
    calendar, today = workingdays.current(), clock.today()
    rows = [
        BoardRow(row, calendar.between(today, row.due_on), int(row.facts["working_days"]))
        for row in queries.results_to_release(request.user)
    ]
    kind = exports.wanted(request)
    if kind:
        return exports.respond(kind, f"results-due-{today:%Y-%m-%d}", BOARD_COLUMNS, rows)
    context = {
        "rows": rows,
        "late": sum(1 for row in rows if row.left < 0),
        "soon": sum(1 for row in rows if 0 <= row.left <= 5),
        "resits": queries.resits_to_arrange(request.user),
        "breadcrumbs": [("Results", "")],
    }
    return render(request, "epa/result_board.html", context)


@require_GET
def result_list(request: SignedIn) -> HttpResponse:
    """Released results that this person may see, with what goes into the ILR."""
    found = ResultFilter(request.GET, queryset=queries.results_released(request.user))
    kind = exports.wanted(request)
    if kind:
        return exports.respond(kind, f"results-{clock.today():%Y-%m-%d}", RESULT_COLUMNS, found.qs)
    context = {
        "filter": found,
        "page_obj": page_of(request, found.qs),
        "labels": ["Apprentice", "Released", "Result", "CompStatus", "Outcome", "AchDate", "In the ILR"],
        "breadcrumbs": [("Results", "")],
    }
    return render(request, "epa/result_list.html", context)


@require_GET
def result(request: SignedIn, pk: int) -> HttpResponse:
    """One result. Before its release only the EPA team finds it."""
    row = get_object_or_404(queries.results(request.user), pk=pk)
    user = request.user
    sees = queries.sees_grades(user)
    context = {
        "result": row,
        "epa": row.epa,
        "attempts": _attempts_of_round(row),
        "ilr": rules.ilr_words(row.ilr) if row.released_at else [],
        "components": _frozen(row),
        "may_enter": bool(row.released_at) and not row.entered_in_ilr_at and may(user, CENTRE_WRITERS, row),
        "may_release": row.released_at is None and workflow.can(row.epa, "release_pass", user),
        "history": audit.history(row, include_confidential=sees),
        **_crumbs(row, ""),
    }
    return render(request, "epa/result.html", context)


def _attempts_of_round(row: Result) -> list[Attempt]:
    """The attempts that this result is about: released with it, or waiting for it."""
    attempts = [attempt for attempt in attempts_of(row.epa) if attempt.state in _GIVEN]
    return [attempt for attempt in attempts if attempt.released_at == row.released_at]


_GIVEN = (AttemptState.ASSESSED, AttemptState.RELEASED)


def _frozen(row: Result) -> list[tuple[str, str]]:
    """Component names with the grades as released."""
    components = Component.objects.filter(version=row.epa.registration.package.version_id)
    return [(str(one), Grade(row.grades[one.code]).label) for one in components if one.code in row.grades]


@require_http_methods(["GET", "POST"])
def release(request: SignedIn, pk: int) -> HttpResponse:
    """Look at what would be released, then release it."""
    row = get_object_or_404(queries.results(request.user), pk=pk)
    workflow.guard(row.epa, "release_pass", request.user)
    attempts = attempts_of(row.epa)
    back = reverse("epa:result", kwargs={"pk": row.pk})
    form = ReleaseForm(posted(request), cancel_url=back)
    if form.is_valid():
        with refusals(form):
            actions.release(result=row, by=request.user)
            messages.success(request, "The result is released and the centre has been told.")
            return redirect(back)
    overall, problems = _outcome(row, attempts)
    context = {
        "form": form,
        "result": row,
        "epa": row.epa,
        "overall": overall,
        "problems": problems,
        "attempts": [attempt for attempt in attempts if attempt.state in _GIVEN],
        "undecided": [one for one in attempts if one.cap_lift_proposed_by_id and not one.cap_lifted_by_id],
        **_crumbs(row, "Release"),
    }
    return render(request, "epa/result_release.html", context)


def _outcome(row: Result, attempts: list[Attempt]) -> tuple[str, list[Problem]]:
    try:
        return Grade(actions.outcome(row.epa, attempts)[1]).label, []
    except Refused as refused:
        return "", refused.problems


@require_http_methods(["POST"])
def entered(request: SignedIn, pk: int) -> HttpResponse:
    """The provider marks the result as entered in its ILR."""
    row = get_object_or_404(queries.results(request.user), pk=pk)
    actions.mark_entered(result=row, by=request.user)
    messages.success(request, "Marked as entered in your ILR.")
    return redirect("epa:result", pk=row.pk)


@require_GET
def statement(request: SignedIn, pk: int) -> HttpResponseBase:
    """The result statement as PDF; 404 until it has been printed."""
    row = get_object_or_404(queries.results(request.user), pk=pk)
    if row.statement is None:
        raise Http404("There is no statement.")
    return documents.respond(row.statement.stored)


@require_http_methods(["GET", "POST"])
def open_resit(request: SignedIn, pk: int, component_pk: int) -> HttpResponse:
    """Ask for a resit or retake of one component, with its price before the button."""
    epa = get_object_or_404(queries.epas(request.user), pk=pk)
    component = get_object_or_404(Component, pk=component_pk, version=epa.registration.package.version_id)
    require(request.user, sorted(CENTRE_WRITERS), epa, "ask for a resit or retake")
    if epa.state != EPAState.RESIT_OPEN:
        raise WrongState(f"The EPA is “{epa.get_state_display()}”; no resit can be asked for.")
    back = reverse("epa:detail", kwargs={"pk": epa.pk})
    form = ResitForm(posted(request), cancel_url=back)
    if form.is_valid():
        with refusals(form):
            kind = AttemptKind(form.cleaned_data["kind"])
            attempt = resits.open_resit(epa=epa, component=component, kind=kind, by=request.user)
            messages.success(request, "It is asked for. The EPA team arranges it.")
            return redirect("epa:attempt", pk=attempt.pk)
    possible = resits.possible_resit(epa, component, attempts_of(epa))
    context: dict[str, Any] = {"form": form, "epa": epa, "component": component, "possible": possible}
    context["breadcrumbs"] = [(f"EPA of {epa.registration.apprentice}", back), ("Resit or retake", "")]
    return render(request, "epa/result_resit.html", context)


def _crumbs(row: Result, here: str) -> dict[str, Any]:
    trail = [(f"EPA of {row.epa.registration.apprentice}", reverse("epa:detail", args=[row.epa_id]))]
    own = ("Result", reverse("epa:result", args=[row.pk]) if here else "")
    return {"breadcrumbs": [*trail, own, *([(here, "")] if here else [])]}
