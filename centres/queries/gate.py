"""The gate to registering apprentices (A1, A3, A7, A8)."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse

from accounts.access import OFFICE, may
from accounts.models import User
from accounts.states import Role
from centres import rules
from centres.models import (
    Application,
    Centre,
    Contract,
)
from centres.queries.register import register_facts
from centres.queries.standing import standing_facts
from centres.states import CENTRE, UNSETTLED, ApplicationState
from foundation.errors import Problem
from standards.models import Package

# The title of a panel, what is in it, and the address by ``Problem.where``.
Panel = tuple[str, list[Problem], dict[str, str]]


def registration_problems(centre: Centre, package: Package, on: dt.date) -> list[Problem]:
    """The gate: why the centre may not register on the package on that day (A1, A3, A8). Warnings do not close it."""
    return rules.registration_problems(gate_facts(centre, package), on)


def gate_facts(centre: Centre, package: Package) -> rules.GateFacts:
    """Everything the gate of one package rests on."""
    contracts = Contract.objects.filter(centre=centre, packages=package).prefetch_related("packages")
    signed = [
        rules.ContractFacts(row.in_force_from, row.ended_on, frozenset(each.code for each in row.packages.all()))
        for row in contracts
        if row.in_force_from is not None
    ]
    on_its_way = [row for row in contracts if row.state in UNSETTLED]
    return rules.GateFacts(
        standings=standing_facts(centre),
        register=register_facts(centre.ukprn),
        contracts=signed,
        package=package.code,
        opens_on=package.version.opens_on,
        closes_on=package.version.closes_on,
        waiting=on_its_way[0].state if on_its_way else "",
        application=_applications_under_way(centre, package).values_list("state", flat=True).first() or "",
    )


def _applications_under_way(centre: Centre, package: Package) -> QuerySet[Application]:
    """The centre's applications for the element that are not decided, the newest first."""
    return Application.objects.filter(centre=centre, elements=package, state__in=rules.APPLICATION_NEXT)


def gates(centre: Centre, on: dt.date) -> list[tuple[Package, list[Problem]]]:
    """Each element the centre has applied for, with why it may not be registered yet."""
    alive = Application.objects.filter(centre=centre).exclude(
        state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
    )
    packages = Package.objects.filter(pk__in=alive.values("elements")).select_related("version__standard")
    return [(package, registration_problems(centre, package, on)) for package in packages]


def gate_panels(user: User, centre: Centre, on: dt.date) -> list[Panel]:
    """For pages: each gate that concerns the centre, with where this person can mend what shuts it."""
    return [
        (f"Why can’t {package.code} be registered yet?", problems, gate_places(user, centre, package))
        for package, problems in gates(centre, on)
    ]


def gate_places(user: User, centre: Centre, package: Package | None = None) -> dict[str, str]:
    """Addresses by ``Problem.where`` of the gate's problems: only of what this person can do something about."""
    found = {}
    found["sanctions"] = f"{centre.get_absolute_url()}#sanctions"
    if may(user, OFFICE, centre):
        found["standing"] = reverse("centres:standing", kwargs={"pk": centre.pk})
        found["register"] = reverse("centres:register")
    if may(user, CENTRE, centre):
        found["apply"] = reverse("centres:apply", kwargs={"pk": centre.pk})
    if package is None:
        return found
    contract = Contract.objects.filter(centre=centre, packages=package, state__in=UNSETTLED).first()
    if contract is not None:
        if may(user, [Role.CENTRE_OWNER], contract):
            found["contract"] = contract.get_absolute_url()
        if may(user, [Role.EPA_TEAM], contract):
            found["countersign"] = contract.get_absolute_url()
    application = _applications_under_way(centre, package).first()
    if application is not None and may(user, CENTRE, application):
        found["application"] = application.get_absolute_url()
    return found
