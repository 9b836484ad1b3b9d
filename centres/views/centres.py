"""Centres: the list, a centre's page, opening one, its standing."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import OFFICE, is_office, may, require_office, require_sight
from accounts.models import User
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries, rules
from centres.forms import CentreFilter, OpenCentreForm
from centres.models import Application, Centre, Contract, RegisterProvider
from centres.states import CENTRE, ApplicationState, ContractState, StandingKind
from foundation import audit, clock
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row

LIST = ("Centres", "/centres/")
COLUMNS = [
    Column("organisation.name", "Centre", link="get_absolute_url", sort="organisation__name"),
    Column("number", "Number", sort="number"),
    Column("ukprn", "UKPRN"),
    Column("town", "Town", sort="town"),
    Column("since", "Centre since", kind="date", sort="since"),
]
OPEN_STATES = {
    ApplicationState.DRAFT: "Finish the application",
    ApplicationState.ACTIONS_REQUIRED: "Answer the actions",
}


def crumbs(centre: Centre, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumbs from the list of centres down; the last has no address."""
    trail = [("Centres", reverse("centres:list")), (str(centre), centre.get_absolute_url()), *more]
    return [*trail[:-1], (trail[-1][0], "")]


def find_centre(request: SignedIn, pk: int) -> Centre:
    """The centre, if it is within this person's sight; else 404."""
    return get_object_or_404(Centre.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@require_http_methods(["GET"])
def centre_list(request: SignedIn) -> HttpResponse:
    """The centres within sight; the assessment organisation's roles see all."""
    rows = Centre.objects.visible_to(request.user).select_related("organisation")
    context = {"may_open": is_office(request.user), "breadcrumbs": [("Centres", "")]}
    filterset = CentreFilter(request.GET, queryset=rows)
    return render_list(
        request, "centres/list.html", filterset=filterset, columns=COLUMNS, name="centres", context=context
    )


@require_http_methods(["GET"])
def own(request: SignedIn) -> HttpResponse:
    """The centre of the organisation acted for."""
    centre = Centre.objects.filter(organisation__in=request.user.organisation_ids()).first()
    if centre is None:
        raise Http404
    return redirect(centre)


@require_http_methods(["GET"])
def centre_page(request: SignedIn, pk: int) -> HttpResponse:
    """A centre: whether it may register, why not, its contracts, applications, account, history."""
    centre = find_centre(request, pk)
    today = clock.today()
    # Finance sees the centre and its account, not its applications: each list begins with who is asking.
    applications = list(
        Application.objects.visible_to(request.user)
        .filter(centre=centre)
        .select_related("version__standard", "reviewer")
    )
    contracts = list(
        Contract.objects.visible_to(request.user).filter(centre=centre).select_related("version__standard")
    )
    context = {
        "centre": centre,
        "facts": _facts(centre, today),
        "gates": queries.gate_panels(request.user, centre, today),
        "applications": applications,
        "contracts": contracts,
        "next_step": _next_step(request.user, centre, applications, contracts),
        "standings": centre.standings.all(),
        "total": queries.account_total(centre),
        "may_record": may(request.user, OFFICE, centre),
        "may_apply": may(request.user, CENTRE, centre),
        "events": audit.history(centre)[:50],
        "breadcrumbs": crumbs(centre),
    }
    return render(request, "centres/centre.html", context)


def _facts(centre: Centre, today: dt.date) -> list[Row]:
    kind = rules.standing_on(queries.standing_facts(centre), today)
    entry = RegisterProvider.objects.filter(ukprn=centre.ukprn).first()
    if entry is None:
        register = "Not on the register"
    elif entry.left_on is not None:
        register = f"Left the register on {entry.left_on:%d/%m/%Y}"
    else:
        register = entry.provider_type + (", takes on no new apprentices" if entry.not_starting else "")
    return [
        Row("Centre number", centre.number),
        Row("UKPRN", centre.ukprn),
        Row("Town", centre.town),
        Row("Contact", f"{centre.contact_name}, {centre.contact_email}"),
        Row("IMI’s standing today", StandingKind(kind).label if kind else "Not IMI Approved"),
        Row("Register of training providers", register),
        Row("Elements that may be registered", [package.code for package in queries.approved_packages(centre, today)]),
    ]


def _next_step(
    user: User, centre: Centre, applications: list[Application], contracts: list[Contract]
) -> tuple[str, str] | None:
    """The one thing that this person can do next here: its words and its address."""
    for contract in contracts:
        if contract.state == ContractState.OFFERED and may(user, [Role.CENTRE_OWNER], contract):
            return f"Sign contract {contract.number}", contract.get_absolute_url()
        if contract.state == ContractState.SIGNED and may(user, [Role.EPA_TEAM], contract):
            return f"Check the signed contract {contract.number}", contract.get_absolute_url()
    if not may(user, CENTRE, centre):
        return None
    for application in applications:
        if application.state in OPEN_STATES:
            words = OPEN_STATES[ApplicationState(application.state)]
            return f"{words} {application.number}", application.get_absolute_url()
    if not applications:
        return "Begin an application", reverse("centres:apply", kwargs={"pk": centre.pk})
    return None


@require_http_methods(["GET", "POST"])
def open_centre(request: SignedIn) -> HttpResponse:
    """The EPA team opens a centre for a provider on the register."""
    require_sight(request.user, RegisterProvider)
    require_office(request.user, "open a centre")
    back = reverse("centres:list")
    form = OpenCentreForm(posted(request), initial={"ukprn": request.GET.get("ukprn")}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            centre = actions.create_centre(by=request.user, **form.cleaned_data)
            messages.success(request, f"Centre {centre.number} is open; its owner has been invited.")
            return redirect(centre)
    context: dict[str, Any] = {
        "form": form,
        "title": "Open a centre",
        "lead": "A training provider becomes a centre when it is on the government’s register [A1].",
        "breadcrumbs": [("Centres", back), ("Open a centre", "")],
    }
    return render(request, "centres/form.html", context)
