"""Reads that more than one caller needs. They decide about a centre or an application that the caller may see."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from accounts.access import OFFICE, may
from accounts.models import Membership, User
from accounts.queries import interests_on
from accounts.states import CENTRE_WRITERS, Role
from centres import rules
from centres.models import (
    ActionRequired,
    Application,
    Centre,
    Charge,
    Contract,
    ElementDecision,
    RegisterProvider,
    Standing,
)
from centres.states import CENTRE, ApplicationState, ContractState, StandingKind
from foundation import clock
from foundation.errors import Problem
from standards.models import ApprovalCriterion, Package, Price, StandardVersion

# The title of a panel, what is in it, and the address by ``Problem.where``.
Panel = tuple[str, list[Problem], dict[str, str]]


def register_facts(ukprn: int | None) -> rules.RegisterFacts | None:
    """The provider's entry on the register; None when it was never there."""
    entry = RegisterProvider.objects.filter(ukprn=ukprn).first() if ukprn else None
    if entry is None:
        return None
    return rules.RegisterFacts(entry.joined_on, entry.left_on, entry.not_starting, entry.provider_type)


def standing_facts(centre: Centre) -> list[rules.StandingFacts]:
    """IMI's decisions about the centre, in the order in which they were recorded."""
    rows = Standing.objects.filter(centre=centre).order_by("pk").values_list("kind", "starts_on", "ends_on")
    return [rules.StandingFacts(StandingKind(kind), starts_on, ends_on) for kind, starts_on, ends_on in rows]


def both_facts_problems(centre: Centre, on: dt.date) -> list[Problem]:
    """A1 for the centre on that day."""
    return rules.both_facts_problems(standing_facts(centre), register_facts(centre.ukprn), on)


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
    on_its_way = [row for row in contracts if row.in_force_from is None]
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
    if may(user, OFFICE, centre):
        found["standing"] = reverse("centres:standing", kwargs={"pk": centre.pk})
        found["register"] = reverse("centres:register")
    if may(user, CENTRE, centre):
        found["apply"] = reverse("centres:apply", kwargs={"pk": centre.pk})
    if package is None:
        return found
    contract = Contract.objects.filter(centre=centre, packages=package, in_force_from=None).first()
    if contract is not None:
        if may(user, [Role.CENTRE_OWNER], contract):
            found["contract"] = contract.get_absolute_url()
        if may(user, [Role.EPA_TEAM], contract):
            found["countersign"] = contract.get_absolute_url()
    application = _applications_under_way(centre, package).first()
    if application is not None and may(user, CENTRE, application):
        found["application"] = application.get_absolute_url()
    return found


def approved_packages(centre: Centre, on: dt.date) -> QuerySet[Package]:
    """The elements that a contract covers on that day."""
    covering = Contract.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), centre=centre, in_force_from__lte=on)
    return Package.objects.filter(pk__in=covering.values("packages")).select_related("version__standard")


def application_facts(application: Application) -> rules.ApplicationFacts:
    """What the application has, for the rules of its submission."""
    centre = application.centre
    return rules.ApplicationFacts(
        standings=standing_facts(centre),
        register=register_facts(centre.ukprn),
        plan=application.version.assessment_plan,
        elements=list(application.elements.values_list("code", flat=True)),
        staffing=application.staffing,
        assessment=application.assessment,
        has_checklist=application.checklist_id is not None,
        declared_by=application.declared_by,
        declared_plan=application.declared_plan,
    )


def action_facts(application: Application) -> list[rules.ActionFacts]:
    rows = ActionRequired.objects.filter(application=application).values_list("text", "state")
    return [rules.ActionFacts(text, state) for text, state in rows]


def application_problems(application: Application, on: dt.date) -> list[Problem]:
    """What the centre still has to do before it can hand the application in, or hand it in again."""
    facts = application_facts(application)
    if application.state == ApplicationState.ACTIONS_REQUIRED:
        return rules.resubmission_problems(facts, action_facts(application), on)
    return rules.missing_for_submission(facts, on)


def cells(application: Application) -> list[tuple[Package, ApprovalCriterion, ElementDecision | None]]:
    """Every element × criterion of the application with the decision there is (A6)."""
    decided = {
        (row.package_id, row.criterion_id): row for row in ElementDecision.objects.filter(application=application)
    }
    criteria = list(ApprovalCriterion.objects.filter(version=application.version))
    return [
        (package, criterion, decided.get((package.pk, criterion.pk)))
        for package in application.elements.all()
        for criterion in criteria
    ]


def approval_problems(application: Application, on: dt.date) -> list[Problem]:
    """What stands between the review and full approval, the reviewer's own interest included (A1, A6, A9)."""
    facts = rules.ReviewFacts(
        cells=[
            rules.Cell(package.code, criterion.code, row.met if row else None, row.reason if row else "")
            for package, criterion, row in cells(application)
        ],
        actions=action_facts(application),
        a1=both_facts_problems(application.centre, on),
    )
    problems = rules.approval_problems(facts)
    if application.reviewer is not None:
        declared = application.no_interest_declared_at is not None
        problems += rules.undeclared_problems(declared)
        problems += interest_problems(application.centre, application.reviewer, on, declared=True)
    return problems


def interest_problems(centre: Centre, reviewer: User, on: dt.date, *, declared: bool) -> list[Problem]:
    """Whether this person may review this centre (A6)."""
    return rules.interest_problems(declared, *_ties(centre, reviewer, on))


def handing_over_problems(application: Application, reviewer: User, reason: str, on: dt.date) -> list[Problem]:
    """Whether the application can be handed to this person (A6)."""
    interests, is_member = _ties(application.centre, reviewer, on)
    to = rules.Successor(
        name=reviewer.label,
        is_eqa=holders(Role.CENTRE_EQA).filter(pk=reviewer.pk).exists(),
        is_reviewer=application.reviewer_id == reviewer.pk,
        interests=interests,
        is_member=is_member,
    )
    return rules.handing_over_problems(to, reason)


def _ties(centre: Centre, reviewer: User, on: dt.date) -> tuple[list[str], bool]:
    """A person's interests in a centre on record on that day, and whether it belongs there (A6)."""
    interests = interests_on(reviewer, on).filter(organisation=centre.organisation_id)
    member = Membership.objects.filter(user=reviewer, organisation=centre.organisation_id, ended_on=None).exists()
    return list(interests.values_list("nature", flat=True)), member


def prices_in_force(version: StandardVersion, packages: Iterable[Package], on: dt.date) -> list[Price]:
    """The lines of the price list on that day: of these packages, and those of no package (D4, D5)."""
    lines = Price.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), version=version, valid_from__lte=on)
    return list(lines.filter(Q(package=None) | Q(package__in=list(packages))).select_related("package", "component"))


def account_total(centre: Centre) -> Decimal:
    """What the centre has been charged, reversals taken off."""
    return Charge.objects.filter(centre=centre).aggregate(total=Sum("amount"))["total"] or Decimal("0.00")


def people(centre: Centre, roles: Iterable[Role] = CENTRE_WRITERS) -> QuerySet[User]:
    """Those of the centre who are written to: its owners and staff, unless other roles are named."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation=centre.organisation_id,
        memberships__role__in=[str(role) for role in roles],
        memberships__ended_on=None,
    ).distinct()


def holders(role: Role) -> QuerySet[User]:
    """Everybody who holds a role now."""
    return User.objects.filter(is_active=True, memberships__role=role, memberships__ended_on=None).distinct()


def contracts_to_offer() -> QuerySet[Contract]:
    """For the job: contracts being prepared whose document exists."""
    return Contract.objects.filter(state=ContractState.PREPARING, document__done_at__isnull=False)


def contracts_in_print() -> QuerySet[Contract]:
    """For the job: contracts whose document a worker is making now."""
    return Contract.objects.filter(state=ContractState.PREPARING, document__lease_until__gt=clock.now())
