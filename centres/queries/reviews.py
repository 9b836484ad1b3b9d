"""The desktop review (A6, A7, A9)."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import User
from accounts.states import Role
from centres import rules
from centres.models import (
    Application,
    ElementDecision,
    RiskRating,
)
from centres.queries.applications import action_facts
from centres.queries.contract_templates import contract_template_problems
from centres.queries.elements import pending_elements
from centres.queries.people import holders
from centres.queries.sign_offs import sign_off_problems, unsettled_questions
from centres.queries.standing import both_facts_problems
from centres.queries.ties import ties
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


def progress(application: Application) -> tuple[int, int]:
    """How many of the element × criterion are answered, and of how many (A6)."""
    return rules.decided_of(_cell_facts(application))


def pending_cells(application: Application) -> list[tuple[Package, ApprovalCriterion, ElementDecision | None]]:
    """The element × criterion of the elements still to be decided (A3, A6)."""
    pending = set(pending_elements(application).values_list("package", flat=True))
    return [cell for cell in cells(application) if cell[0].pk in pending]


def _cell_facts(application: Application, packages: Sequence[Package] | None = None) -> list[rules.Cell]:
    meant = None if packages is None else {package.pk for package in packages}
    return [
        rules.Cell(package.code, criterion.code, row.verdict if row else "", row.reason if row else "")
        for package, criterion, row in pending_cells(application)
        if meant is None or package.pk in meant
    ]


def approval_problems(
    application: Application, on: dt.date, packages: Sequence[Package] | None = None
) -> list[Problem]:
    """What stands between the review and full approval of elements, the reviewer's own interest included (A1, A6, A9).

    All that are undecided unless some are named.
    """
    meant = packages
    if meant is None:
        meant = [each.package for each in pending_elements(application).select_related("package")]
    facts = rules.ReviewFacts(
        cells=_cell_facts(application, meant),
        actions=action_facts(application, meant),
        a1=both_facts_problems(
            application.centre, on, step=GatedStep.APPROVE, packages=[package.code for package in meant]
        ),
        rated=RiskRating.objects.filter(application=application).exists(),
    )
    problems = rules.approval_problems(facts)
    problems += contract_template_problems(application.version)
    problems += rules.unsettled_problems(unsettled_questions(application).values_list("text", flat=True))
    problems += sign_off_problems(application, meant)
    if application.reviewer is not None:
        declared = application.no_interest_declared_at is not None
        problems += rules.undeclared_problems(declared)
        problems += interest_problems(application, application.reviewer, on, declared=True)
    return problems


def interest_problems(application: Application, reviewer: User, on: dt.date, *, declared: bool) -> list[Problem]:
    """Whether this person may review this application (A6)."""
    return rules.interest_problems(
        declared, *ties(application.centre, reviewer, on, application.version.interest_months)
    )


def handing_over_problems(application: Application, reviewer: User, reason: str, on: dt.date) -> list[Problem]:
    """Whether the application can be handed to this person (A6)."""
    return rules.handing_over_problems(_successor(application, reviewer, on), reason)


def allocation_problems(application: Application, reviewer: User, on: dt.date) -> list[Problem]:
    """Whether the application can be given to this person to begin with (A6)."""
    return rules.new_reviewer_problems(_successor(application, reviewer, on))


def _successor(application: Application, reviewer: User, on: dt.date) -> rules.Successor:
    interests, is_member = ties(application.centre, reviewer, on, application.version.interest_months)
    return rules.Successor(
        name=reviewer.label,
        is_eqa=holders(Role.CENTRE_EQA).filter(pk=reviewer.pk).exists(),
        is_reviewer=application.reviewer_id == reviewer.pk,
        interests=interests,
        is_member=is_member,
    )
