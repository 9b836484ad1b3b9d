"""Contracts and prices (A7, A8, D4)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from centres.models import (
    Centre,
    Contract,
)
from centres.states import ContractState
from foundation import clock
from standards.models import Package, Price, StandardVersion


def approved_packages(centre: Centre, on: dt.date) -> QuerySet[Package]:
    """The elements that a contract covers on that day."""
    covering = Contract.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), centre=centre, in_force_from__lte=on)
    return Package.objects.filter(pk__in=covering.values("packages")).select_related("version__standard")


def prices_in_force(version: StandardVersion, packages: Iterable[Package], on: dt.date) -> list[Price]:
    """The lines of the price list on that day: of these packages, and those of no package (D4, D5)."""
    lines = Price.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), version=version, valid_from__lte=on)
    return list(lines.filter(Q(package=None) | Q(package__in=list(packages))).select_related("package", "component"))


def contracts_to_offer() -> QuerySet[Contract]:
    """For the job: contracts being prepared whose document exists."""
    return Contract.objects.filter(state=ContractState.PREPARING, document__done_at__isnull=False)


def contracts_in_print() -> QuerySet[Contract]:
    """For the job: contracts whose document a worker is making now."""
    return Contract.objects.filter(state=ContractState.PREPARING, document__lease_until__gt=clock.now())
