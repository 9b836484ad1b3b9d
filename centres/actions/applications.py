"""A centre's side of its application: filling it in, handing it in, taking it back (A1–A5, A9)."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from accounts.access import require
from centres import notices, queries, rules
from centres.actions.register import hold_register
from centres.models import Application, Centre
from centres.states import CENTRE, GatedStep
from foundation import audit, clock, references, workingdays
from foundation.errors import Conflict, Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, move
from standards.models import Package, StandardVersion


def create_application(*, centre: Centre, version: StandardVersion, by: Actor) -> Application:
    """Begin an application for a version of a standard (A1, A3). Conflict when one is already on its way."""
    require(by, CENTRE, centre, "apply for this centre")
    refuse_if(queries.both_facts_problems(centre, clock.today(), step=GatedStep.APPLY))
    try:
        with transaction.atomic():
            application = Application.objects.create(
                number=references.next_number(f"APP-{clock.today():%y}"),
                centre=centre,
                version=version,
                created_at=clock.now(),
            )
            audit.record(application, "create_application", by=by, facts={"version": version.short})
    except IntegrityError as error:
        raise Conflict(f"This centre already has an application for {version.short} on its way.") from error
    return application


def locked(application: Application) -> Application:
    """The row as it is now, held until the end of the transaction.

    First the lock, then the read: a locking query that had to wait gives the new row with the old rows joined to it.
    """
    Application.objects.select_for_update().only("pk").get(pk=application.pk)
    rows = Application.objects.select_related("centre__organisation", "version__standard", "reviewer")
    return rows.get(pk=application.pk)


def _write(application: Application, section: str, by: Actor, facts: dict[str, Any], **fields: Any) -> Application:
    """Save one section. Inside the caller's transaction; the application is locked and must be open to writing."""
    require(by, CENTRE, application, "change this application")
    row = locked(application)
    refuse_if(rules.writable_problems(row.state))
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=list(fields))
    audit.record(row, f"write_{section}", by=by, facts=facts)
    return row


@transaction.atomic
def choose_elements(*, application: Application, packages: Iterable[Package], by: Actor) -> Application:
    """Set the elements to deliver (A3): of this version, at least one."""
    chosen = list(packages)
    problems = []
    if not chosen:
        message = "Choose at least one element to deliver — guidance, Approval process."
        problems.append(Problem("no_element", "A3", message, "elements", "elements"))
    if any(package.version_id != application.version_id for package in chosen):
        message = "An element of another standard cannot be part of this application."
        problems.append(Problem("other_version", "A3", message, "elements", "elements"))
    if problems:
        raise Refused(problems)
    row = _write(application, "elements", by, {"elements": [package.code for package in chosen]})
    row.elements.set(chosen)
    return row


@transaction.atomic
def write_staffing(*, application: Application, text: str, by: Actor) -> Application:
    """Save what the application says about training and staffing resources (A6 i)."""
    return _write(application, "staffing", by, {"length": len(text)}, staffing=text.strip())


@transaction.atomic
def write_assessment(*, application: Application, text: str, by: Actor) -> Application:
    """Save what the application says about assessments and their quality assurance (A6 ii)."""
    return _write(application, "assessment", by, {"length": len(text)}, assessment=text.strip())


@transaction.atomic
def upload_checklist(*, application: Application, stored: StoredFile, by: Actor) -> Application:
    """Put the completed approval guidance checklist with the application (A5); an earlier one is replaced."""
    return _write(application, "checklist", by, {"sha256": stored.sha256}, checklist=stored)


@transaction.atomic
def declare(*, application: Application, name: str, role: str, understood: bool, by: Actor) -> Application:
    """The declaration of A2: a named person, the plan in force, the instant. Refused without name, role or the tick."""
    problems = []
    if not name.strip():
        problems.append(Problem("no_name", "A2", "Type the full name of who declares.", "declaration", "name"))
    if not role.strip():
        problems.append(Problem("no_role", "A2", "Type the role of who declares.", "declaration", "role"))
    if not understood:
        message = (
            "Tick that the assessment plan has been read and is fully understood — guidance, Approval requirements."
        )
        problems.append(Problem("not_declared", "A2", message, "declaration", "understood"))
    if problems:
        raise Refused(problems)
    plan = StandardVersion.objects.values_list("assessment_plan", flat=True).get(pk=application.version_id)
    return _write(
        application,
        "declaration",
        by,
        {"plan": plan, "role": role.strip()},
        declared_by=name.strip(),
        declared_role=role.strip(),
        declared_plan=plan,
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
    notices.application_resubmitted(row)
    return row


@transaction.atomic
def withdraw(*, application: Application, by: Actor) -> Application:
    """Take the application back for good; a new one can be begun."""
    row = locked(application)
    move(row, "withdraw", by=by)
    return row
