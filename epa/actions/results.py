"""Releasing a result: the moment from which a grade may be known outside the assessment organisation."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.access import require
from accounts.actors import System
from accounts.models import User
from accounts.states import CENTRE_WRITERS
from apprentices.states import RegistrationState
from epa.actions.dates import settle, store, version_of
from epa.actions.locking import attempts_of, lock
from epa.models import EPA, Attempt, Result
from epa.notices import assessing as notices
from epa.rules import results as rules
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, DeadlineKind
from foundation import audit, clock, documents, workflow
from foundation.dates import date_long
from foundation.errors import Conflict
from foundation.models import Document
from foundation.workflow import Actor
from standards.queries import settings_of
from standards.rules import overall_grade
from standards.states import Grade


def release(*, result: Result, by: User) -> Result:
    """Release a result (F1): overall by the version's grade table, grades frozen, statement ordered, the centre told.

    A pass completes the registration. A first fail opens the 12 months for resits (C11); a failed project is to be
    reworked within a month, from the feedback that is released with it (C14). Raises NotAllowed, WrongState, Conflict
    when somebody else was first, or Refused when the grade table has no row for the grades.
    """
    with transaction.atomic():
        epa = lock(result.epa_id)
        result = Result.objects.get(pk=result.pk)
        if result.released_at is not None:
            raise Conflict("Someone else has released this result first.")
        workflow.guard(epa, "release_pass", by)
        attempts = attempts_of(epa)
        grades, overall = outcome(epa, attempts)
        _move(epa, overall, by=by)
        _freeze(epa, result, attempts, grades, overall, by=by)
        settle(epa, DeadlineKind.RESULT)
        for attempt in attempts:
            if attempt.state == AttemptState.ASSESSED:
                workflow.move(attempt, "release", by=by, changes={"released_at": result.released_at})
                _rework(epa, attempt)
        audit.record(result, "release", by=by, facts={"sequence": result.sequence, "overall": overall})
        notices.result_released(result)
    return result


def outcome(epa: EPA, attempts: list[Attempt]) -> tuple[dict[str, str], str]:
    """The best grade of each component and what they make overall. Confidential until released. May raise Refused."""
    given = [(row.component.code, row.grade) for row in attempts if row.state in _GIVEN]
    grades = rules.best_grades(given)
    return grades, str(overall_grade(settings_of(version_of(epa)).grade_table, grades).value)


_GIVEN = (AttemptState.ASSESSED, AttemptState.RELEASED)


def _move(epa: EPA, overall: str, *, by: Actor) -> None:
    """The EPA's step, the registration's on a pass, and the time for resits on a first fail (C11)."""
    if overall != Grade.FAIL:
        workflow.move(epa, "release_pass", by=by)
        settle(epa)
        if epa.registration.state == RegistrationState.ACTIVE:
            workflow.move(epa.registration, "complete", by=System("EPA passed"))
        return
    changes: dict[str, Any] = {}
    if epa.first_fail_released_on is None:
        changes["first_fail_released_on"] = clock.today()
        changes["resit_until"] = windows.resit_until(clock.today(), version_of(epa))
    workflow.move(epa, "release_fail", by=by, changes=changes, facts=changes)
    if changes:
        months = version_of(epa).resit_months
        released_on = f"{epa.first_fail_released_on}"
        store(epa, DeadlineKind.RESIT, changes["resit_until"], clause="C11", released_on=released_on, months=months)


def _rework(epa: EPA, attempt: Attempt) -> None:
    """The deadline for the reworked project (C14), counted from the day of release."""
    due_on = windows.rework_due(attempt.component, clock.today())
    if attempt.grade == Grade.FAIL and due_on is not None:
        months, released_on = attempt.component.rework_months, f"{clock.today()}"
        store(epa, DeadlineKind.REWORK, due_on, clause="C14", attempt=attempt, released_on=released_on, months=months)


def _freeze(
    epa: EPA, result: Result, attempts: list[Attempt], grades: Mapping[str, str], overall: str, *, by: User
) -> None:
    """Write what is released, once: whoever comes second changes nothing."""
    registration = epa.registration
    ilr = rules.ilr_fields(
        overall,
        last_day=result.last_day,
        epao_id=settings.EPAO_ID,
        standard_code=version_of(epa).standard.lars_code,
        uln=registration.uln,
    )
    values = {
        "released_at": clock.now(),
        "released_by": by,
        "overall": overall,
        "grades": dict(grades),
        "ilr": ilr,
        "statement": _order_statement(epa, result, attempts, grades, overall),
    }
    if Result.objects.filter(pk=result.pk, released_at=None).update(**values) != 1:
        raise Conflict("Someone else has released this result first.")
    for name, value in values.items():
        setattr(result, name, value)
    result.epa = epa


def _order_statement(
    epa: EPA, result: Result, attempts: list[Attempt], grades: Mapping[str, str], overall: str
) -> Document:
    """The result statement, from what is true now. Its title, and so its file's name, says no grade."""
    apprentice, version = epa.registration.apprentice, version_of(epa)
    return documents.order(
        kind="result_statement",
        series=f"RST-{clock.today():%y}",
        title="Result statement",
        template="documents/result_statement.html",
        about=result,
        context={
            "apprentice": apprentice.full_name,
            "uln": epa.registration.uln,
            "registration": epa.registration.number,
            "centre": apprentice.centre.organisation.name,
            "employer": apprentice.employer.name,
            "standard": str(version),
            "released_on": date_long(clock.today()),
            "last_day": date_long(result.last_day),
            "overall": Grade(overall).label,
            "passed": overall != Grade.FAIL,
            "resit_until": _long(epa.resit_until) if overall == Grade.FAIL else "",
            "components": [_statement_row(row, grades) for row in attempts if row.state == AttemptState.ASSESSED],
        },
    )


def _statement_row(attempt: Attempt, grades: Mapping[str, str]) -> dict[str, Any]:
    rework = windows.rework_due(attempt.component, clock.today()) if attempt.grade == Grade.FAIL else None
    return {
        "name": attempt.component.name,
        "attempt": attempt.get_kind_display(),
        "held_on": _long(attempt.held_on),
        "grade": Grade(attempt.grade).label,
        "capped": attempt.kind != AttemptKind.FIRST and attempt.grade != attempt.raw_grade,
        "best": Grade(grades[attempt.component.code]).label,
        "feedback": attempt.feedback,
        "rework_by": _long(rework) if rework is not None else "",
    }


def _long(day: dt.date | None) -> str:
    return date_long(day) if day is not None else ""


def mark_entered(*, result: Result, by: Actor) -> Result:
    """The provider says that it has entered the result in its ILR (F1). Raises NotAllowed, Conflict."""
    require(by, sorted(CENTRE_WRITERS), result, "mark this as entered")
    with transaction.atomic():
        now = clock.now()
        rows = Result.objects.filter(pk=result.pk, released_at__isnull=False, entered_in_ilr_at=None)
        if rows.update(entered_in_ilr_at=now) != 1:
            raise Conflict("This has been marked as entered already.")
        result.entered_in_ilr_at = now
        audit.record(result, "enter_in_ilr", by=by)
    return result
