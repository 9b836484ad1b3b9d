"""The gate to registering apprentices (A1, A3, A7, A8)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.access import OFFICE, may
from accounts.models import User
from accounts.states import Role
from centres import rules
from centres.models import (
    Application,
    Centre,
    Contract,
    ElementApproval,
)
from centres.queries.register import register_facts
from centres.queries.standing import standing_facts
from centres.states import CENTRE, UNSETTLED, ApplicationState
from foundation.errors import Problem
from standards.models import Package

# The title of a panel, what is in it, and the address by ``Problem.where``.
Panel = tuple[str, list[Problem], dict[str, str]]


@dataclass(frozen=True)
class Sheet:
    """Everything the gates of a centre rest on, read once for all its elements."""

    standings: Sequence[rules.StandingFacts]
    register: Sequence[rules.RegisterFacts]
    contracts: Sequence[Contract]
    under_way: Sequence[Application]  # not decided, the newest first
    approved_until: Mapping[int, dt.date | None]  # by element

    def contract_under_way(self, package: Package) -> Contract | None:
        return next((row for row in self.contracts if row.state in UNSETTLED and package in row.packages.all()), None)

    def application_for(self, package: Package) -> Application | None:
        return next((row for row in self.under_way if package in row.elements.all()), None)


def sheet_of(centre: Centre) -> Sheet:
    """In the same few statements, however many elements, contracts and applications there are."""
    return Sheet(
        standings=standing_facts(centre),
        register=register_facts(centre.ukprn),
        contracts=list(Contract.objects.filter(centre=centre).prefetch_related("packages")),
        under_way=list(
            Application.objects.filter(centre=centre, state__in=rules.APPLICATION_NEXT).prefetch_related("elements")
        ),
        approved_until=dict(ElementApproval.objects.filter(centre=centre).values_list("package", "expires_on")),
    )


def registration_problems(centre: Centre, package: Package, on: dt.date) -> list[Problem]:
    """The gate: why the centre may not register on the package on that day (A1, A3, A8). Warnings do not close it."""
    return rules.registration_problems(gate_facts(centre, package), on)


def gate_facts(centre: Centre, package: Package) -> rules.GateFacts:
    """Everything the gate of one package rests on."""
    return facts_from(sheet_of(centre), package)


def facts_from(sheet: Sheet, package: Package) -> rules.GateFacts:
    """The gate of one package, from what was read for all."""
    signed = [
        rules.ContractFacts(row.in_force_from, row.ended_on, frozenset(each.code for each in row.packages.all()))
        for row in sheet.contracts
        if row.in_force_from is not None
    ]
    contract, application = sheet.contract_under_way(package), sheet.application_for(package)
    return rules.GateFacts(
        standings=sheet.standings,
        register=sheet.register,
        contracts=signed,
        package=package.code,
        opens_on=package.version.opens_on,
        closes_on=package.version.closes_on,
        waiting=contract.state if contract else "",
        application=application.state if application else "",
        approved_until=sheet.approved_until.get(package.pk),
    )


def gates(centre: Centre, on: dt.date, sheet: Sheet | None = None) -> list[tuple[Package, list[Problem]]]:
    """Each element the centre has applied for, with why it may not be registered yet."""
    alive = Application.objects.filter(centre=centre).exclude(
        state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
    )
    packages = Package.objects.filter(pk__in=alive.values("elements")).select_related("version__standard")
    read = sheet or sheet_of(centre)
    return [(package, rules.registration_problems(facts_from(read, package), on)) for package in packages]


def gate_panels(user: User, centre: Centre, on: dt.date, sheet: Sheet | None = None) -> list[Panel]:
    """For pages: each gate that concerns the centre, with where this person can mend what shuts it."""
    read = sheet or sheet_of(centre)
    shared = gate_places(user, centre)
    own = {role for role in (*CENTRE, Role.EPA_TEAM) if may(user, [role], centre)}
    return [
        (
            f"Why can’t {package.code} be registered yet?",
            problems,
            {**shared, **_package_places(own, read, package)},
        )
        for package, problems in gates(centre, on, read)
    ]


def gate_places(user: User, centre: Centre) -> dict[str, str]:
    """Addresses by ``Problem.where`` of what concerns the whole centre: only what this person can mend."""
    found = {"sanctions": f"{centre.get_absolute_url()}#sanctions"}
    if may(user, OFFICE, centre):
        found["standing"] = reverse("centres:standing", kwargs={"pk": centre.pk})
        found["register"] = reverse("centres:register")
    if may(user, CENTRE, centre):
        found["apply"] = reverse("centres:apply", kwargs={"pk": centre.pk})
    return found


def _package_places(own: set[Role], sheet: Sheet, package: Package) -> dict[str, str]:
    """The contract and the application that an element waits for, for who holds these roles towards the centre."""
    found = {}
    contract, application = sheet.contract_under_way(package), sheet.application_for(package)
    if contract is not None and Role.CENTRE_OWNER in own:
        found["contract"] = contract.get_absolute_url()
    if contract is not None and Role.EPA_TEAM in own:
        found["countersign"] = contract.get_absolute_url()
    if application is not None and own & set(CENTRE):
        found["application"] = application.get_absolute_url()
    return found
