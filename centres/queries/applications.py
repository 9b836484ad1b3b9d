"""Applications: what they have and what they lack (A2, A3, A5, A6, A9)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from centres import rules
from centres.models import (
    ActionRequired,
    Application,
    ApplicationPolicy,
    ApplicationSection,
    Centre,
    Contract,
    Submission,
)
from centres.queries.register import register_facts
from centres.queries.standing import standing_facts
from centres.states import STANDING_CONTRACT, UNSETTLED, ApplicationState
from foundation import clock
from foundation.errors import Problem
from standards.models import Package, StandardVersion


def application_facts(application: Application) -> rules.ApplicationFacts:
    """What the application has, for the rules of its submission."""
    centre, version = application.centre, application.version
    sites, on = list(application.sites.all()), clock.today()
    approved = elements_approved(centre, version, but=application)
    return rules.ApplicationFacts(
        standings=standing_facts(centre),
        register=register_facts(centre.ukprn),
        plan=version.assessment_plan,
        guidance=version.guidance,
        elements=list(application.elements.values_list("code", flat=True)),
        approved=set(approved.values_list("code", flat=True)),
        people=person_facts(application),
        staffing=application.staffing,
        resources=dict(application.resources.values_list("package__code", "text")),
        sites=sum(site.in_use_on(on) for site in sites),
        closed_sites=[site.name for site in sites if not site.in_use_on(on)],
        assessment=application.assessment,
        policies=policy_facts(application),
        policy_warning_days=version.policy_warning_days,
        has_checklist=application.checklist_id is not None,
        no_conflicts=application.no_conflicts,
        conflicts=application.interests.count(),
        declared_by=application.declared_by,
        declared_plan=application.declared_plan,
        declared_guidance=application.declared_guidance,
    )


def person_facts(application: Application) -> list[rules.PersonFacts]:
    return [
        rules.PersonFacts(
            name=row.name,
            roles=frozenset(row.roles),
            elements=frozenset(package.code for package in row.elements.all()),
            has_cv=row.cv_id is not None,
            cpd_on=row.cpd_on,
        )
        for row in application.people.prefetch_related("elements")
    ]


def policy_facts(application: Application) -> list[rules.PolicyFacts]:
    """Every policy that the version asks for, with the days of the one that is there."""
    there = {row.policy_id: row for row in ApplicationPolicy.objects.filter(application=application)}
    facts = []
    for policy in application.version.policies.all():
        row = there.get(policy.pk)
        facts.append(
            rules.PolicyFacts(policy.name, row.issued_on, row.expires_on) if row else rules.PolicyFacts(policy.name)
        )
    return facts


def elements_approved(centre: Centre, version: StandardVersion, *, but: Application | None = None) -> QuerySet[Package]:
    """The elements of the version that a contract of the centre covers, or is on its way for (A3).

    ``but``: what was approved upon this application does not count against it.
    """
    contracts = Contract.objects.filter(centre=centre, version=version).filter(
        state__in=(*UNSETTLED, *STANDING_CONTRACT)
    )
    if but is not None:
        contracts = contracts.exclude(application=but)
    return version.packages.filter(pk__in=contracts.values("packages"))


def action_facts(application: Application, packages: Sequence[Package] | None = None) -> list[rules.ActionFacts]:
    """What was required of the application, or of some of its elements, as far as it has got."""
    rows = ActionRequired.objects.filter(application=application)
    if packages is not None:
        rows = rows.filter(package__in=packages)
    return [rules.ActionFacts(text, state) for text, state in rows.values_list("text", "state")]


def application_problems(
    application: Application, on: dt.date, facts: rules.ApplicationFacts | None = None
) -> list[Problem]:
    """What the centre still has to do before it can hand the application in, or hand it in again."""
    facts = facts or application_facts(application)
    if application.state == ApplicationState.ACTIONS_REQUIRED:
        return rules.resubmission_problems(facts, action_facts(application), on)
    return rules.missing_for_submission(facts, on)


def beginning_problems(centre: Centre, version: StandardVersion) -> list[Problem]:
    """Whether there is something left to apply for (A3)."""
    approved = set(elements_approved(centre, version).values_list("code", flat=True))
    return rules.beginning_problems(list(version.packages.values_list("code", flat=True)), approved)


def carried_source(application: Application) -> Application | None:
    """The application of the centre that a new one is filled in from: of the same version before any other, the one
    handed in last before those that never were."""
    earlier = Application.objects.filter(centre=application.centre).exclude(pk=application.pk)
    rows = sorted(
        earlier.select_related("version"),
        key=lambda row: (row.submitted_at is not None, row.version_id == application.version_id, row.created_at),
    )
    return rows[-1] if rows else None


def section_rows(application: Application) -> dict[str, ApplicationSection]:
    """The sections that have been saved, by their key."""
    return {row.key: row for row in ApplicationSection.objects.filter(application=application)}


def comment_counts(application: Application) -> dict[str, int]:
    """How many comments of the centre's people stand unresolved, by section."""
    rows = application.comments.filter(resolved_at=None).order_by().values("key")
    return {row["key"]: row["number"] for row in rows.annotate(number=Count("pk"))}


def changes_between(before: Submission, after: Submission) -> list[rules.SectionChange]:
    """What is different in what was handed in later, section by section (A9)."""
    return rules.content_changes(before.content, after.content)
