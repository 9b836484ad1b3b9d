"""Handing in and assessing: what the centre gives, what the independent assessor records."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.access import require
from accounts.models import User
from accounts.states import CENTRE_WRITERS, LINK, Role
from epa.actions.completing import complete_if_done
from epa.actions.dates import bounds, settle, version_of
from epa.actions.locking import is_allocated, lock
from epa.models import EPA, Attempt, CriterionResult, Deadline, PortfolioPiece, ProjectSubject, Submission
from epa.notices import assessing as notices
from epa.rules import assessing as rules
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, DeadlineKind, EPAState, SubjectState
from foundation import audit, clock, files, workflow
from foundation.errors import Conflict, NotAllowed, Problem, Refused, WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor
from standards.models import Component

MAY_HAND_IN = (*sorted(CENTRE_WRITERS), LINK)
TAKES = files.PDF | files.WORD


def submit_report(*, attempt: Attempt, file: UploadedFile, by: Actor) -> Submission:
    """Hand in the project report, or a reworked one, or a better copy before it is assessed.

    Refused on a subject that IMI has not agreed (C5). After the due day it is taken and recorded as late (C4, C14).
    Raises NotAllowed, WrongState, Refused.
    """
    require(by, MAY_HAND_IN, attempt, "hand this in")
    with transaction.atomic():
        epa, attempt = _open_attempt(attempt)
        component = attempt.component
        if not component.submission_name or component.evidence_min is not None:
            raise WrongState("No single document is handed in for this component.")
        agreed = ProjectSubject.objects.filter(epa=epa, state=SubjectState.AGREED).exists()
        refuse_if(rules.report_problems(subject_needed=component.subject_agreed, subject_agreed=agreed))
        return _submit(attempt, files.store(file, by=by, kinds=TAKES), [], by=by)


def submit_portfolio(*, attempt: Attempt, pieces: Sequence[PortfolioPiece], by: Actor) -> Submission:
    """Hand in the pieces chosen from the portfolio: 10 to 15 (C7), none assessed before (C8).

    After the due day it is taken and recorded as late. Raises NotAllowed, WrongState, Refused.
    """
    require(by, MAY_HAND_IN, attempt, "hand this in")
    with transaction.atomic():
        epa, attempt = _open_attempt(attempt)
        component = attempt.component
        if component.evidence_min is None or component.evidence_max is None:
            raise WrongState("No portfolio is handed in for this component.")
        chosen = list(PortfolioPiece.objects.filter(epa=epa, pk__in=[piece.pk for piece in pieces]))
        if len(chosen) != len({piece.pk for piece in pieces}):
            raise Refused([Problem("not_theirs", "C7", "A piece is not in this portfolio.", "portfolio", "pieces")])
        seen = [rules.Piece(piece.pk, piece.title, piece.assessed_before) for piece in chosen]
        refuse_if(rules.portfolio_problems(seen, least=component.evidence_min, most=component.evidence_max))
        return _submit(attempt, None, chosen, by=by)


def _open_attempt(attempt: Attempt) -> tuple[EPA, Attempt]:
    epa = lock(attempt.epa_id)
    attempt = Attempt.objects.select_related("component", "assessor").get(pk=attempt.pk)
    attempt.epa = epa
    open_ = attempt.state in {AttemptState.PLANNED, AttemptState.ARRANGED}
    if not open_ or epa.state not in {EPAState.IN_PERIOD, EPAState.RESIT_OPEN}:
        raise WrongState(f"This attempt is “{attempt.get_state_display()}”; nothing can be handed in for it.")
    return epa, attempt


def _submit(attempt: Attempt, stored: StoredFile | None, pieces: Sequence[PortfolioPiece], *, by: Actor) -> Submission:
    late = windows.is_late(attempt.submission_due_on, clock.today())
    submission = Submission.objects.create(
        attempt=attempt, file=stored, submitted_at=clock.now(), by_label=by.label[:200], late=late
    )
    submission.pieces.set(pieces)
    settle(attempt.epa, DeadlineKind.SUBMISSION, attempt=attempt)
    _settle_rework(attempt)
    facts = {"late": late, "due_on": attempt.submission_due_on, "pieces": len(pieces)}
    audit.record(attempt, "hand_in", by=by, facts=facts)
    notices.handed_in(submission)
    return submission


def _settle_rework(attempt: Attempt) -> None:
    """A rework is due on the attempt that failed, and done by what is handed in for the next one (C14)."""
    Deadline.objects.filter(
        epa=attempt.epa_id, kind=DeadlineKind.REWORK, attempt__component=attempt.component_id, done_at=None
    ).update(done_at=clock.now())


def assess(
    *,
    attempt: Attempt,
    held_on: dt.date,
    grade: str,
    criteria: Mapping[str, rules.Judgement],
    feedback: str,
    by: Actor,
) -> Attempt:
    """Record a component: the day it was held, each criterion by its code, the grade, the feedback.

    Only the independent assessor allocated to the attempt may (C1). The grade that counts is capped for a resit or
    retake (C13). With the last open component the result falls due (F1). Everything of it is confidential. Raises
    WrongState, NotAllowed, Conflict, or Refused with everything that does not fit.
    """
    with transaction.atomic():
        epa = lock(attempt.epa_id)
        attempt = Attempt.objects.select_related("component").get(pk=attempt.pk)
        attempt.epa = epa
        if attempt.state in {AttemptState.ASSESSED, AttemptState.RELEASED}:
            raise Conflict("This component has been recorded already.")
        workflow.guard(attempt, "assess", by)
        if not is_allocated(attempt, by):
            raise NotAllowed("Only the independent assessor allocated to it may record this component.")
        refuse_if(_assessing_problems(attempt, held_on, grade, criteria, feedback))
        changes = {
            "held_on": held_on,
            "raw_grade": grade,
            "grade": _counting_grade(attempt, grade),
            "feedback": feedback.strip(),
            "assessed_at": clock.now(),
        }
        facts = {"held_on": held_on, "raw_grade": grade, "grade": changes["grade"]}
        workflow.move(attempt, "assess", by=by, changes=changes, facts=facts, confidential=True)
        _write_criteria(attempt, criteria)
        settle(epa, attempt=attempt)
        _settle_rework(attempt)
        complete_if_done(epa, by=by)
    return attempt


def _assessing_problems(
    attempt: Attempt, held_on: dt.date, grade: str, criteria: Mapping[str, rules.Judgement], feedback: str
) -> list[Problem]:
    component, limits = attempt.component, bounds(attempt)
    found = rules.held_problems(
        held_on, today=clock.today(), starts_on=limits.starts_on, held_by=limits.held_by, clause=limits.clause
    )
    known = [rules.Criterion(row.code, row.needed_for) for row in component.criteria.all()]
    found += rules.grade_problems(grade, component.grades, known, criteria, feedback)
    return found + rules.submission_missing(
        grade,
        submission_name=component.submission_name,
        handed_in=attempt.submissions.exists(),
        clause=windows.submission_clause(component),
    )


def _counting_grade(attempt: Attempt, raw: str) -> str:
    """The grade that counts (C13), by the version's best grade for resits."""
    return rules.capped(
        raw,
        first=attempt.kind == AttemptKind.FIRST,
        best=version_of(attempt.epa).resit_best_grade,
        lifted=attempt.cap_lifted_by_id is not None,
        grades=attempt.component.grades,
    )


def _write_criteria(attempt: Attempt, criteria: Mapping[str, rules.Judgement]) -> None:
    component: Component = attempt.component
    CriterionResult.objects.bulk_create(
        CriterionResult(
            attempt=attempt, criterion=row, met=criteria[row.code].met, note=criteria[row.code].note.strip()
        )
        for row in component.criteria.all()
    )


def propose_cap_lift(*, attempt: Attempt, reason: str, by: User) -> Attempt:
    """Propose that exceptional circumstances accounted for the original fail, so that this resit is not capped (C13).

    Takes effect when a second person grants it. Raises NotAllowed, WrongState, Refused.
    """
    require(by, (Role.EPA_TEAM,), attempt, "propose this")
    with transaction.atomic():
        attempt = _unreleased(attempt)
        refuse_if(
            rules.cap_lift_problems(
                first=attempt.kind == AttemptKind.FIRST,
                reason=reason,
                proposed=attempt.cap_lift_proposed_by_id is not None,
                lifted=attempt.cap_lifted_by_id is not None,
            )
        )
        attempt.cap_lifted_reason = reason.strip()[:500]
        attempt.cap_lift_proposed_by = by
        attempt.save(update_fields=["cap_lifted_reason", "cap_lift_proposed_by"])
        audit.record(attempt, "propose_cap_lift", by=by, facts={"reason": reason.strip()}, confidential=True)
        notices.cap_lift_proposed(attempt)
    return attempt


def grant_cap_lift(*, attempt: Attempt, by: User) -> Attempt:
    """Grant the exception as the second person (C13): the grade that counts is the one that was given.

    Raises NotAllowed, WrongState, Refused.
    """
    require(by, (Role.EPA_TEAM,), attempt, "grant this")
    with transaction.atomic():
        attempt = _unreleased(attempt)
        refuse_if(
            rules.second_person_problems(
                proposed_by=attempt.cap_lift_proposed_by_id,
                granting=by.pk,
                lifted=attempt.cap_lifted_by_id is not None,
            )
        )
        attempt.cap_lifted_by = by
        if attempt.raw_grade:
            attempt.grade = _counting_grade(attempt, attempt.raw_grade)
        attempt.save(update_fields=["cap_lifted_by", "grade"])
        audit.record(attempt, "grant_cap_lift", by=by, facts={"reason": attempt.cap_lifted_reason}, confidential=True)
    return attempt


def _unreleased(attempt: Attempt) -> Attempt:
    """The attempt, fresh under the EPA's lock, as long as its result can still change."""
    epa = lock(attempt.epa_id)
    attempt = Attempt.objects.select_related("component").get(pk=attempt.pk)
    attempt.epa = epa
    if attempt.state in {AttemptState.RELEASED, AttemptState.CANCELLED}:
        raise WrongState(f"This attempt is “{attempt.get_state_display()}”; its grade cannot change any more.")
    return attempt
