"""A centre's side of its application: filling it in, handing it in, taking it back (A1–A5, A9)."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from accounts.access import require
from centres import notices, queries, rules
from centres.actions.carrying import carry_over
from centres.actions.register import hold_register
from centres.actions.sections import locked, write
from centres.actions.submissions import record_submission
from centres.models import Application, Centre, ElementResources, Site
from centres.states import CENTRE, GatedStep
from foundation import audit, clock, references, workingdays
from foundation.errors import Conflict, Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, move
from standards.models import Package, StandardVersion


def create_application(*, centre: Centre, version: StandardVersion, by: Actor) -> Application:
    """Begin an application for a version of a standard (A1, A3), with what is known from the centre's last one.

    Conflict when one is already on its way; refused when every element of the version is approved.
    """
    require(by, CENTRE, centre, "apply for this centre")
    refuse_if(queries.both_facts_problems(centre, clock.today(), step=GatedStep.APPLY))
    refuse_if(queries.beginning_problems(centre, version))
    try:
        with transaction.atomic():
            application = Application.objects.create(
                number=references.next_number(f"APP-{clock.today():%y}"),
                centre=centre,
                version=version,
                created_at=clock.now(),
            )
            audit.record(application, "create_application", by=by, facts={"version": version.short})
            carry_over(application, by)
    except IntegrityError as error:
        raise Conflict(f"This centre already has an application for {version.short} on its way.") from error
    return application


@transaction.atomic
def choose_elements(
    *, application: Application, packages: Iterable[Package], by: Actor, version: int | None = None
) -> Application:
    """Set the elements to deliver (A3): of this version, at least one, none that is approved already."""
    chosen = list(packages)
    problems = []
    if not chosen:
        message = "Choose at least one element to deliver — guidance, Approval process."
        problems.append(Problem("no_element", "A3", message, "elements", "elements"))
    if any(package.version_id != application.version_id for package in chosen):
        message = "An element of another standard cannot be part of this application."
        problems.append(Problem("other_version", "A3", message, "elements", "elements"))
    approved = queries.elements_approved(application.centre, application.version, but=application)
    problems += rules.approved_problems(
        [package.code for package in chosen], set(approved.values_list("code", flat=True))
    )
    refuse_if(problems)
    row = write(application, "elements", by, {"elements": [package.code for package in chosen]}, version=version)
    row.elements.set(chosen)
    return row


@transaction.atomic
def write_resources(
    *,
    application: Application,
    staffing: str,
    by: Actor,
    resources: Mapping[str, str] | None = None,
    sites: Iterable[Site] | None = None,
    version: int | None = None,
) -> Application:
    """Save learner numbers and staffing, the resources of each element, and the sites (A6 i).

    ``resources`` is text by the element's code; elements that it does not name keep theirs, as do the sites when none
    are given.
    """
    chosen = None if sites is None else list(sites)
    if any(site.centre_id != application.centre_id for site in chosen or ()):
        raise Refused([Problem("other_centre", "A6", "Choose sites of this centre.", "resources", "sites")])
    texts = {code: text.strip() for code, text in (resources or {}).items()}
    facts = {"length": len(staffing), "elements": sorted(texts)}
    row = write(application, "resources", by, facts, version=version, staffing=staffing.strip())
    if chosen is not None:
        row.sites.set(chosen)
    for package in row.version.packages.filter(code__in=texts):
        kept = ElementResources.objects.filter(application=row, package=package)
        if not texts[package.code]:
            kept.delete()
        else:
            ElementResources.objects.update_or_create(
                application=row, package=package, defaults={"text": texts[package.code]}
            )
    return row


@transaction.atomic
def write_assessment(*, application: Application, text: str, by: Actor, version: int | None = None) -> Application:
    """Save what the application says about assessments and their internal quality assurance (A6 ii)."""
    facts = {"length": len(text)}
    return write(application, "assessment", by, facts, version=version, assessment=text.strip())


@transaction.atomic
def upload_checklist(
    *, application: Application, stored: StoredFile, by: Actor, version: int | None = None
) -> Application:
    """Put the completed approval guidance checklist with the application (A5); an earlier one is replaced."""
    return write(application, "checklist", by, {"sha256": stored.sha256}, version=version, checklist=stored)


@transaction.atomic
def declare(
    *,
    application: Application,
    name: str,
    role: str,
    understood: bool,
    requirements: bool,
    by: Actor,
    version: int | None = None,
) -> Application:
    """The declaration of A2: a named person, the plan and the requirements in force, the instant.

    Refused without name, role or one of the two ticks.
    """
    refuse_if(rules.declared_problems(name=name, role=role, understood=understood, requirements=requirements))
    in_force = StandardVersion.objects.values("assessment_plan", "guidance").get(pk=application.version_id)
    return write(
        application,
        "declaration",
        by,
        {"plan": in_force["assessment_plan"], "guidance": in_force["guidance"], "role": role.strip()},
        version=version,
        declared_by=name.strip(),
        declared_role=role.strip(),
        declared_plan=in_force["assessment_plan"],
        declared_guidance=in_force["guidance"],
        declared_at=clock.now(),
    )


@transaction.atomic
def submit(*, application: Application, by: Actor) -> Application:
    """Hand the application in (A1, A2, A3, A5): nothing is missing; the date by which to review it is fixed."""
    row = locked(application)
    guard(row, "submit", by)
    hold_register()
    today = clock.today()
    refuse_if(queries.application_problems(row, today))
    due = workingdays.current().add(today, row.version.review_working_days)
    facts = {
        "elements": list(row.elements.values_list("code", flat=True)),
        "review_due_on": due,
        "review_working_days": row.version.review_working_days,
    }
    move(row, "submit", by=by, changes={"submitted_at": clock.now(), "review_due_on": due}, facts=facts)
    record_submission(row, by)
    notices.application_submitted(row)
    return row


@transaction.atomic
def resubmit(*, application: Application, by: Actor) -> Application:
    """Hand it in again once every action is answered (A9); a fresh target date counts from today."""
    row = locked(application)
    guard(row, "resubmit", by)
    hold_register()
    today = clock.today()
    refuse_if(queries.application_problems(row, today))
    due = workingdays.current().add(today, row.version.review_working_days)
    move(row, "resubmit", by=by, changes={"review_due_on": due}, facts={"review_due_on": due})
    record_submission(row, by)
    notices.application_resubmitted(row)
    return row


@transaction.atomic
def withdraw(*, application: Application, by: Actor) -> Application:
    """Take the application back for good; a new one can be begun."""
    row = locked(application)
    move(row, "withdraw", by=by)
    return row
