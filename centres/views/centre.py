"""Everything about a centre on one page."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import OFFICE, RECORD_KEEPERS, may
from accounts.models import Membership, User
from accounts.requests import SignedIn
from accounts.states import Role
from centres import panels, queries, rules
from centres.models import (
    REVIEWERS,
    ActionRequired,
    Application,
    Centre,
    Charge,
    Contract,
    RegisterProvider,
    Sanction,
    Standing,
)
from centres.states import (
    CENTRE,
    NOT_APPROVED,
    ActionState,
    ApplicationState,
    ContractState,
    SanctionState,
    StandingKind,
)
from centres.views.centres import crumbs, find_centre
from foundation import audit, clock
from foundation.pieces import Row

OPEN_STATES = {
    ApplicationState.DRAFT: "Finish the application",
    ApplicationState.ACTIONS_REQUIRED: "Answer the actions",
}
STANDING_COLOURS = {
    StandingKind.APPROVED: "green",
    StandingKind.SUSPENDED: "red",
    StandingKind.WITHDRAWN: "red",
    NOT_APPROVED: "grey",
}
MOST = 5  # of each kind on the page; the list behind it has them all


@require_http_methods(["GET"])
def centre_page(request: SignedIn, pk: int) -> HttpResponse:
    """A centre: whether it may register and why not, what happens, who is there, what it owes, its history.

    Finance sees the centre and its account, not its applications: each list begins with who is asking.
    """
    centre, user = find_centre(request, pk), request.user
    today = clock.today()
    sheet = queries.sheet_of(centre)
    applications = list(
        Application.objects.visible_to(user).filter(centre=centre).select_related("version__standard", "reviewer")
    )
    contracts = list(Contract.objects.visible_to(user).filter(centre=centre).select_related("version__standard"))
    context = {
        "centre": centre,
        "next_step": _next_step(user, centre, applications, contracts),
        "gates": queries.gate_panels(user, centre, today, sheet),
        "elements": _elements(centre, today, sheet),
        "facts": _facts(centre, today, sheet),
        "applications": applications,
        "contracts": contracts,
        "sees_applications": bool(user.roles & REVIEWERS) or user.is_centre,
        **_standing(user, centre),
        **_particulars(user, centre, today),
        **_account(user, centre),
        "panels": panels.of(user, centre),
        "register": queries.register_timeline(centre.ukprn),
        "may_record": may(user, OFFICE, centre),
        "may_apply": may(user, CENTRE, centre),
        "may_change": may(user, RECORD_KEEPERS, centre),
        "sees_register": bool(user.roles & RegisterProvider.SEEN_BY),
        "events": audit.history(centre)[:50],
        "breadcrumbs": crumbs(centre),
    }
    return render(request, "centres/centre.html", context)


def _standing(user: User, centre: Centre) -> dict[str, Any]:
    """IMI's decisions and sanctions, and what the reviewer still asks for."""
    scope = ("packages", "standards")
    actions = ActionRequired.objects.visible_to(user).filter(
        application__centre=centre,
        application__state=ApplicationState.ACTIONS_REQUIRED,
        state__in=[ActionState.OPEN, ActionState.ANSWERED],
    )
    return {
        "standings": Standing.objects.filter(centre=centre).select_related("evidence").prefetch_related(*scope),
        "sees_evidence": bool(user.roles & REVIEWERS),
        "sanctions": Sanction.objects.visible_to(user).filter(centre=centre).prefetch_related(*scope, "plan"),
        "actions": actions.select_related("application", "package"),
        "in_force": SanctionState.IN_FORCE,
    }


def _particulars(user: User, centre: Centre, today: dt.date) -> dict[str, Any]:
    """Who acts for the centre, whom to ask, where it works."""
    people = Membership.objects.visible_to(user).filter(organisation=centre.organisation_id, ended_on=None)
    return {
        "people": people.select_related("user").order_by("role", "user__name"),
        "contacts": centre.contacts.filter(ended_on=None),
        "sites": [site for site in centre.sites.all() if site.in_use_on(today)],
    }


def _account(user: User, centre: Centre) -> dict[str, Any]:
    return {
        "total": queries.account_total(centre),
        "charges": Charge.objects.visible_to(user).filter(centre=centre)[:MOST],
    }


def _elements(centre: Centre, today: dt.date, sheet: queries.Sheet) -> list[dict[str, Any]]:
    """Each element the centre has applied for: IMI's standing, the contract in force, whether it can be registered."""
    rows = []
    for package, problems in queries.gates(centre, today, sheet):
        kind = rules.standing_on(sheet.standings, today, package.code) or NOT_APPROVED
        rows.append(
            {
                "package": package,
                "standing": StandingKind(kind).label if kind != NOT_APPROVED else "Not IMI Approved",
                "colour": STANDING_COLOURS[kind],
                "sanctions": rules.sanctions_on(sheet.standings, today, package.code),
                "contract": next((row for row in sheet.contracts if _covers(row, package, today)), None),
                "open": all(problem.warning for problem in problems),
            }
        )
    return rows


def _covers(contract: Contract, package: Any, today: dt.date) -> bool:
    if contract.in_force_from is None or package not in contract.packages.all():
        return False
    return contract.in_force_from <= today and (contract.ended_on is None or today <= contract.ended_on)


def _facts(centre: Centre, today: dt.date, sheet: queries.Sheet) -> list[Row]:
    kind = rules.standing_on(sheet.standings, today)
    sanctions = [level.label for level in rules.sanctions_on(sheet.standings, today)]
    second = rules.register_problems(sheet.register, today)
    register = [problem.message for problem in second] or ["On the register"]
    rows = [
        Row("Centre number", centre.number),
        Row("UKPRN", centre.ukprn),
        Row("Town", centre.town),
        Row("Portal contact", f"{centre.contact_name}\n{centre.contact_email}"),
        Row("IMI’s standing today", StandingKind(kind).label if kind else "Not IMI Approved"),
        Row("Sanctions in force", sanctions),
        Row("Register of training providers", register),
        Row("Centre since", centre.since),
    ]
    return [row for row in rows if row.value or row.label != "Sanctions in force"]


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
