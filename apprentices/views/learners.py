"""The list of learners, registering one, and keeping their record."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import RECORD_KEEPERS, require
from accounts.models import User
from accounts.requests import SignedIn
from accounts.states import Role
from apprentices import actions, queries
from apprentices.actions.registrations import assessment_problems
from apprentices.forms import (
    AttainmentCorrectionForm,
    AttainmentForm,
    CorrectionForm,
    LearnerFilter,
    RegisterForm,
    SupportForm,
    WithdrawForm,
)
from apprentices.models import Apprentice, Attainment, Registration, Support
from apprentices.views.access import is_shut, only, own_centre, shut_panels
from centres import queries as centre_queries
from centres.models import Centre
from foundation import clock, documents, exports, files, workflow
from foundation.forms import refusals
from foundation.lists import is_filtered, page_of
from foundation.pieces import Column
from foundation.sheets import writing

COLUMNS = [
    Column("name", "Learner", link="url", sort="name"),
    Column("uln", "ULN"),
    Column("employer", "Employer", sort="employer"),
    Column("packages", "Packages"),
    Column("states", "State"),
    Column("start", "Programme start", kind="date", sort="start"),
]
CENTRE_COLUMN = Column("centre", "Centre")
LAYOUT = writing.Layout(name="Learners", texts=frozenset({1}), dates=frozenset({5}))
ORDERS = {"name": "family_name", "employer": "employer__name", "start": "programme_start_on"}


@require_GET
def learners(request: SignedIn) -> HttpResponse:
    """Learners in sight: filter, search, order, pages of fifty, CSV and Excel of exactly what is shown."""
    found = LearnerFilter(request.GET, user=request.user, queryset=Apprentice.objects.visible_to(request.user))
    rows = queries.rows_for_list(found.qs).order_by(*_order(request.GET.get("sort", "")))
    columns = COLUMNS if request.user.is_centre else [*COLUMNS, CENTRE_COLUMN]
    kind = exports.wanted(request)
    if kind:
        shown = (queries.list_row(row) for row in rows.iterator(chunk_size=2_000))
        return exports.respond(kind, "learners", exports.shown(columns), shown, LAYOUT)
    page: Any = page_of(request, rows)
    page.object_list = [queries.list_row(row) for row in page.object_list]
    writes_for = queries.writing_centres(request.user)
    context = {
        "filter": found,
        "columns": columns,
        "page_obj": page,
        "filtered": is_filtered(request),
        "may_register": bool(writes_for),
        "open": not page.paginator.count and any(_is_open(request.user, centre) for centre in writes_for),
        "breadcrumbs": [("Learners", "")],
    }
    return render(request, "apprentices/learners.html", context)


def _is_open(user: User, centre: Centre) -> bool:
    return not is_shut(shut_panels(user, centre, centre_queries.approved_packages(centre, clock.today())))


def _order(sort: str) -> list[str]:
    wanted = ORDERS.get(sort.lstrip("-"))
    first = [f"-{wanted}" if sort.startswith("-") else wanted] if wanted else []
    return [*first, "family_name", "given_names", "pk"]


@require_http_methods(["GET", "POST"])
def register(request: SignedIn) -> HttpResponse:
    """Register one learner (D1–D4)."""
    centre = own_centre(request)
    today = clock.today()
    packages = centre_queries.approved_packages(centre, today)
    panels = shut_panels(request.user, centre, packages)
    form = RegisterForm(
        request.POST or None,
        packages=packages,
        initial={"declared_by": request.user.name, "package": only(packages)},
        cancel_url=reverse("apprentices:list"),
    )
    if form.is_valid():
        with refusals(form):
            made = actions.register(
                centre=centre,
                package=form.cleaned_data["package"],
                learner=form.learner,
                declared_by=form.cleaned_data["declared_by"],
                by=request.user,
            )
            messages.success(request, f"{made.apprentice.full_name} is registered: {made.number}.")
            return redirect("learner", made.apprentice_id)
    context = {
        "form": form,
        "centre": centre,
        "packages": [(package, queries.package_price(package, today)) for package in packages],
        "english_and_maths": queries.english_and_maths_prices(packages, today),
        "gates": panels,
        "shut": is_shut(panels),
        "employers": centre.employers.values_list("name", flat=True),
        "breadcrumbs": [("Learners", reverse("apprentices:list")), ("Register a learner", "")],
    }
    return render(request, "apprentices/register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Correct a learner's record."""
    apprentice = _in_sight(request, pk)
    require(request.user, RECORD_KEEPERS, apprentice, "change this learner’s record")
    form = CorrectionForm(
        request.POST or None,
        apprentice=apprentice,
        may_change_uln=request.user.holds(Role.EPA_TEAM, apprentice),
        cancel_url=reverse("learner", args=[pk]),
    )
    if form.is_valid():
        with refusals(form):
            actions.correct_apprentice(
                apprentice=apprentice, learner=form.learner, employer=form.cleaned_data["employer"], by=request.user
            )
            messages.success(request, "The record is changed.")
            return redirect("learner", pk)
    return _form_page(request, form, apprentice, f"Change the record of {apprentice}")


@require_http_methods(["GET", "POST"])
def add_attainment(request: SignedIn, pk: int) -> HttpResponse:
    """Record English or maths (B4)."""
    apprentice = _in_sight(request, pk)
    require(request.user, RECORD_KEEPERS, apprentice, "record attainments")
    back = reverse("learner", args=[pk])
    form = AttainmentForm(request.POST or None, request.FILES or None, cancel_url=back)
    if form.is_valid():
        with refusals(form):
            values = dict(form.cleaned_data)
            values["evidence"] = _evidence(values["evidence"], request)
            actions.record_attainment(apprentice=apprentice, by=request.user, **values)
            messages.success(request, "The qualification is recorded.")
            return redirect(back)
    return _form_page(request, form, apprentice, f"English or maths of {apprentice}")


@require_http_methods(["GET", "POST"])
def edit_attainment(request: SignedIn, pk: int) -> HttpResponse:
    """Add the certificate to English or maths on record, or correct what is wrong there (B4)."""
    rows = Attainment.objects.visible_to(request.user).select_related("apprentice__centre__organisation", "evidence")
    attainment = get_object_or_404(rows, pk=pk)
    apprentice = attainment.apprentice
    require(request.user, RECORD_KEEPERS, apprentice, "record attainments")
    title = f"{attainment.get_subject_display()} of {apprentice}"
    back = reverse("learner", args=[apprentice.pk])
    form = AttainmentCorrectionForm(request.POST or None, request.FILES or None, instance=attainment, cancel_url=back)
    form.fields["evidence"].help_text = (
        f"PDF, PNG or JPEG. On record: {attainment.evidence.original_name}. Leave it empty to keep that."
        if attainment.evidence
        else "The certificate as PDF, PNG or JPEG. There is none on record yet."
    )
    if form.is_valid():
        with refusals(form):
            values = dict(form.cleaned_data)
            values["evidence"] = _evidence(values["evidence"], request)
            actions.correct_attainment(attainment=attainment, by=request.user, **values)
            messages.success(request, "The record is changed.")
            return redirect(back)
    return _form_page(request, form, apprentice, title)


@require_http_methods(["GET", "POST"])
def support(request: SignedIn, pk: int) -> HttpResponse:
    """What changes the English and maths requirement (B4)."""
    apprentice = _in_sight(request, pk)
    require(request.user, RECORD_KEEPERS, apprentice, "record this")
    existing = Support.objects.filter(apprentice=apprentice).first()
    form = SupportForm(
        request.POST or None, request.FILES or None, instance=existing, cancel_url=reverse("learner", args=[pk])
    )
    if form.is_valid():
        with refusals(form):
            values = dict(form.cleaned_data)
            values["evidence"] = _evidence(values["evidence"], request)
            actions.record_support(apprentice=apprentice, by=request.user, **values)
            messages.success(request, "Saved.")
            return redirect("learner", pk)
    title = f"English and maths requirement of {apprentice}"
    return _form_page(request, form, apprentice, title, "apprentices/support.html", support=existing)


@require_POST
def support_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence of what changes the requirement. It is about health, so that reading it is recorded: a POST."""
    apprentice = _in_sight(request, pk)
    require(request.user, RECORD_KEEPERS, apprentice, "read the evidence")
    response = documents.respond(get_object_or_404(Support, apprentice=apprentice).evidence)
    actions.record_reading_of_support(apprentice=apprentice, by=request.user)
    return response


@require_GET
def attainment_evidence(request: SignedIn, pk: int) -> FileResponse:
    """The evidence of an attainment."""
    row = get_object_or_404(Attainment.objects.visible_to(request.user).select_related("evidence"), pk=pk)
    return documents.respond(row.evidence)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw a registration, after saying what that means."""
    rows = Registration.objects.visible_to(request.user).select_related("apprentice__centre", "package", "charge")
    registration = get_object_or_404(rows, pk=pk)
    workflow.guard(registration, "withdraw", request.user)
    back = reverse("learner", args=[registration.apprentice_id])
    form = WithdrawForm(request.POST or None, cancel_url=back)
    if form.is_valid():
        with refusals(form):
            actions.withdraw(registration=registration, by=request.user, **form.cleaned_data)
            messages.success(request, f"{registration.number} is withdrawn.")
            return redirect(back)
    epa = getattr(registration, "epa", None)  # of a storey above: see actions.registrations.assessment_problems
    context = {
        "form": form,
        "registration": registration,
        "problems": assessment_problems(registration),
        "places": {"assessment": reverse("epa:withdraw", args=[epa.pk])} if epa is not None else {},
        "breadcrumbs": _crumbs(registration.apprentice, "Withdraw"),
    }
    return render(request, "apprentices/withdraw.html", context, status=422 if form.errors else 200)


def _in_sight(request: SignedIn, pk: int) -> Apprentice:
    rows = Apprentice.objects.visible_to(request.user).select_related("centre__organisation", "employer")
    return get_object_or_404(rows, pk=pk)


def _evidence(uploaded: Any, request: SignedIn) -> Any:
    if not uploaded:
        return None
    return files.store(uploaded, by=request.user, kinds=files.PDF | files.IMAGES)


def _crumbs(apprentice: Apprentice, last: str) -> list[tuple[str, str]]:
    return [
        ("Learners", reverse("apprentices:list")),
        (str(apprentice), reverse("learner", args=[apprentice.pk])),
        (last, ""),
    ]


def _form_page(
    request: SignedIn,
    form: Any,
    apprentice: Apprentice,
    title: str,
    template: str = "apprentices/form.html",
    **more: Any,
) -> HttpResponse:
    crumbs = _crumbs(apprentice, "Change")
    context = {"form": form, "apprentice": apprentice, "title": title, "breadcrumbs": crumbs, **more}
    return render(request, template, context, status=422 if form.errors else 200)
