"""Contracts and prices (A7, A8, D4)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.states import Role
from centres import rules
from centres.models import Centre, Contract, ContractChase, SigningAuthority
from centres.queries.standing import both_facts_problems
from centres.states import ContractState, GatedStep
from foundation import clock
from foundation.errors import Problem
from standards.models import Package, Price, StandardVersion


def approved_packages(centre: Centre, on: dt.date) -> QuerySet[Package]:
    """The elements that a contract covers on that day."""
    covering = Contract.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), centre=centre, in_force_from__lte=on)
    return Package.objects.filter(pk__in=covering.values("packages")).select_related("version__standard")


def a1_problems(contract: Contract, on: dt.date, step: GatedStep) -> list[Problem]:
    """A1 for the contract's elements on that day, as it bars issuing or countersigning it."""
    codes = list(contract.packages.values_list("code", flat=True))
    return both_facts_problems(contract.centre, on, step=step, packages=codes)


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


def successor_problems(contract: Contract) -> list[Problem]:
    """Whether a further edition that both have signed takes the contract's place soon (A8)."""
    later = contract.amendments.filter(state=ContractState.AGREED).first()
    return rules.successor_problems(later.number, later.in_force_from) if later is not None else []


def contracts_coming_into_force(today: dt.date) -> QuerySet[Contract]:
    """For the job: contracts that both have signed and whose first day has come, the earlier edition first."""
    rows = Contract.objects.filter(state=ContractState.AGREED, in_force_from__lte=today)
    return rows.order_by("in_force_from", "edition")


def contracts_over(today: dt.date) -> QuerySet[Contract]:
    """For the job: contracts whose last day has passed."""
    return Contract.objects.filter(state=ContractState.ENDING, ended_on__lt=today)


def offers_over(today: dt.date) -> QuerySet[Contract]:
    """For the job: offers whose last day has passed unsigned."""
    return Contract.objects.filter(state=ContractState.OFFERED, sign_by__lt=today)


def contracts_to_chase(today: dt.date) -> QuerySet[Contract]:
    """For the job: unsigned contracts with a chase that is due."""
    due = ContractChase.objects.filter(done_at=None, due_on__lte=today)
    return Contract.objects.filter(state=ContractState.OFFERED, pk__in=due.values("contract"))


ENDING_SOON = dt.timedelta(days=30)


def contracts_to_sign(user: User) -> QuerySet[Contract]:
    """Contracts on offer that this person may sign: as an owner, or authorised by one (A8)."""
    authorised = SigningAuthority.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=clock.today()), user=user, revoked_at=None, starts_on__lte=clock.today()
    )
    owned = [row.organisation_id for row in user.memberships_in_force if row.role == Role.CENTRE_OWNER]
    rows = Contract.objects.visible_to(user).filter(
        Q(centre__organisation__in=owned) | Q(centre__in=authorised.values("centre")), state=ContractState.OFFERED
    )
    return rows.order_by("sign_by", "pk")


def contracts_to_settle(user: User, today: dt.date) -> QuerySet[Contract]:
    """What the EPA team looks after without being asked: unsigned too long, expired and not followed by another,
    ending soon, or due for review (A7, A8)."""
    loud = ContractChase.objects.filter(last=True, done_at__isnull=False)
    later = Contract.objects.filter(
        centre=OuterRef("centre"), version=OuterRef("version"), edition__gt=OuterRef("edition")
    )
    rows = Contract.objects.visible_to(user).filter(
        Q(state=ContractState.OFFERED, pk__in=loud.values("contract"))
        | Q(~Exists(later), state=ContractState.EXPIRED)
        | Q(state=ContractState.ENDING, ended_on__lte=today + ENDING_SOON)
        | Q(~Exists(later), state=ContractState.IN_FORCE, review_on__lte=today)
    )
    return rows.select_related("centre__organisation").order_by("sign_by", "pk")
