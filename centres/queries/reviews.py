"""The desktop review (A6, A7, A9)."""

import datetime as dt

from accounts.models import Membership, User
from accounts.queries import interests_on
from accounts.states import Role
from centres import rules
from centres.models import (
    Application,
    Centre,
    ElementDecision,
)
from centres.queries.applications import action_facts
from centres.queries.people import holders
from centres.queries.standing import both_facts_problems
from centres.states import GatedStep
from foundation.errors import Problem
from standards.models import ApprovalCriterion, Package


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
        a1=both_facts_problems(
            application.centre,
            on,
            step=GatedStep.APPROVE,
            packages=[package.code for package in application.elements.all()],
        ),
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
