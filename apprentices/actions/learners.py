"""Keeping a learner's record: corrections, English and maths held, what changes their requirement (B4)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.access import RECORD_KEEPERS, require
from accounts.states import Role
from apprentices import rules
from apprentices.models import Apprentice, Attainment, Employer, Registration, Support
from apprentices.rules import LearnerData
from foundation import audit, clock
from foundation.errors import Conflict, Problem, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor

CORRECTED = (
    "uln",
    "given_names",
    "family_name",
    "date_of_birth",
    "email",
    "programme_start_on",
    "planned_end_on",
    "full_time",
    "weekly_hours",
)


def correct_apprentice(*, apprentice: Apprentice, learner: LearnerData, employer: Employer, by: Actor) -> Apprentice:
    """Correct a learner's own data and employer. Only the EPA team corrects a ULN: it is what registrations are under.

    Raises NotAllowed, Refused, Conflict where the ULN is another learner's or registered elsewhere.
    """
    require(by, RECORD_KEEPERS, apprentice, "change this learner’s record")
    with transaction.atomic():
        row = Apprentice.objects.select_for_update().get(pk=apprentice.pk)
        refuse_if(_correction_problems(row, learner, employer, by))
        changes = {name: getattr(learner, name) for name in CORRECTED if getattr(row, name) != getattr(learner, name)}
        facts = {name: [getattr(row, name), value] for name, value in changes.items()}
        if row.employer_id != employer.pk:
            facts["employer"] = [row.employer_id, employer.pk]
        if not facts:
            return row
        for name, value in changes.items():
            setattr(row, name, value)
        row.employer = employer
        _save(row, uln_changed="uln" in changes)
        audit.record(row, "correct", by=by, facts=facts)
    return row


def _save(row: Apprentice, *, uln_changed: bool) -> None:
    numbers = row.registrations.order_by("pk").values_list("number", flat=True)
    row.search = rules.search_text(row.given_names, row.family_name, row.uln, numbers)
    try:
        with transaction.atomic():
            row.save()
            if uln_changed:
                Registration.objects.filter(apprentice=row).update(uln=row.uln)
    except IntegrityError as error:
        raise Conflict("That ULN belongs to another learner or is registered already.") from error


def _correction_problems(row: Apprentice, learner: LearnerData, employer: Employer, by: Actor) -> list[Problem]:
    problems = rules.learner_problems(learner, clock.today(), 0)
    if employer.centre_id != row.centre_id:
        problems.append(Problem("employer", "", "Choose one of the centre’s employers.", "", "employer"))
    if learner.uln != row.uln:
        wrong = rules.uln_problem(learner.uln, exempt_prefix=settings.SANDBOX_ULN_PREFIX)
        problems += [wrong] if wrong else []
        if not by.holds(Role.EPA_TEAM, row):
            message = "Only the EPA team corrects a ULN, because the registration and its charge are under it."
            problems.append(Problem("uln_fixed", "D2", message, "epa_team", "uln"))
    return problems


def record_attainment(
    *,
    apprentice: Apprentice,
    subject: str,
    level: str,
    qualification: str,
    achieved_on: dt.date,
    by: Actor,
    route: str = "standard",
    evidence: StoredFile | None = None,
) -> Attainment:
    """Record English or maths that the learner holds (B4). Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, apprentice, "record attainments")
    refuse_if(
        rules.attainment_problems(
            subject=subject,
            route=route,
            level=level,
            qualification=qualification,
            achieved_on=achieved_on,
            born=apprentice.date_of_birth,
            today=clock.today(),
        )
    )
    with transaction.atomic():
        row = Attainment.objects.create(
            apprentice=apprentice,
            subject=subject,
            route=route,
            level=level,
            qualification=qualification.strip(),
            achieved_on=achieved_on,
            evidence=evidence,
            by_label=by.label[:200],
        )
        facts = {"subject": subject, "route": route, "level": level, "attainment": row.pk}
        audit.record(apprentice, "record_attainment", by=by, facts=facts)
    return row


def correct_attainment(
    *,
    attainment: Attainment,
    subject: str,
    route: str,
    level: str,
    qualification: str,
    achieved_on: dt.date,
    by: Actor,
    evidence: StoredFile | None = None,
    reason: str = "",
) -> Attainment:
    """Correct English or maths on record, or add the certificate that was missing (B4).

    A change needs a reason, which the history keeps with what stood there before; another certificate in the place of
    one is a change. Raises NotAllowed, Refused.
    """
    require(by, RECORD_KEEPERS, attainment.apprentice, "record attainments")
    with transaction.atomic():
        row = Attainment.objects.select_for_update().get(pk=attainment.pk)
        told: dict[str, Any] = {
            "subject": subject,
            "route": route,
            "level": level,
            "qualification": qualification.strip(),
            "achieved_on": achieved_on,
        }
        facts = _changed(row, told, evidence)
        born, today = attainment.apprentice.date_of_birth, clock.today()
        found = rules.attainment_problems(**told, born=born, today=today)
        refuse_if([*found, *rules.correction_problems(changed=bool(facts), reason=reason)])
        if not facts and evidence is None:
            return row
        for name, value in {**told, "evidence": evidence or row.evidence}.items():
            setattr(row, name, value)
        row.save()
        _write_down(row, facts, reason, by)
    return row


def _changed(row: Attainment, told: dict[str, Any], evidence: StoredFile | None) -> dict[str, list[str]]:
    """What would be another than it is on record, with both; a certificate where there was none changes nothing."""
    found = {name: [str(getattr(row, name)), str(new)] for name, new in told.items() if getattr(row, name) != new}
    if evidence is not None and row.evidence is not None:
        found["evidence"] = [row.evidence.sha256, evidence.sha256]
    return found


def _write_down(row: Attainment, changed: dict[str, list[str]], reason: str, by: Actor) -> None:
    """A correction with its reason; otherwise only that the certificate has come."""
    verb = "correct_attainment" if changed else "add_certificate"
    facts = {"attainment": row.pk, **changed, **({"reason": reason.strip()} if changed else {})}
    audit.record(row.apprentice, verb, by=by, facts=facts)


def record_support(
    *, apprentice: Apprentice, ehc_plan: bool, bsl_primary: bool, by: Actor, evidence: StoredFile | None = None
) -> Support:
    """Record what changes the English and maths requirement (B4). The audit row says that it was changed, not how."""
    require(by, RECORD_KEEPERS, apprentice, "record this")
    with transaction.atomic():
        row, _ = Support.objects.select_for_update().get_or_create(apprentice=apprentice)
        row.ehc_plan, row.bsl_primary = ehc_plan, bsl_primary
        row.evidence = evidence or row.evidence
        row.save()
        audit.record(apprentice, "record_support", by=by)
    return row


def record_reading_of_support(*, apprentice: Apprentice, by: Actor) -> None:
    """Write down that somebody opens the evidence of what changes the requirement (B4): it is about health."""
    audit.record(apprentice, "read_support_evidence", by=by)
