"""What may be handed in and what may be recorded. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.dates import date_long
from foundation.errors import Problem
from standards.states import GRADE_ORDER, Grade


@dataclass(frozen=True)
class Piece:
    """A piece of the portfolio as these rules see it."""

    pk: int
    title: str
    assessed_before: bool


@dataclass(frozen=True)
class Criterion:
    """A criterion and the lowest grade that needs it."""

    code: str
    needed_for: str


@dataclass(frozen=True)
class Judgement:
    """The assessor's judgement on one criterion."""

    met: bool
    note: str = ""


def report_problems(*, subject_needed: bool, subject_agreed: bool) -> list[Problem]:
    """A report is handed in only on a subject that IMI has agreed (C5)."""
    if not subject_needed or subject_agreed:
        return []
    message = (
        "IMI has not agreed the project's subject yet, so the report cannot be handed in "
        "— guidance, Work-based project and interview."
    )
    return [Problem("subject_undecided", "C5", message, "subject", "file")]


def portfolio_problems(pieces: Sequence[Piece], *, least: int, most: int) -> list[Problem]:
    """A portfolio has 10 to 15 pieces (C7), none of them assessed by the independent assessor before (C8)."""
    found = []
    if not least <= len(pieces) <= most:
        message = (
            f"The portfolio has {len(pieces)} piece{'' if len(pieces) == 1 else 's'}; choose {least} to {most} "
            "— guidance, Professional discussion."
        )
        found.append(Problem("piece_count", "C7", message, "portfolio", "pieces"))
    found += [
        Problem(
            "assessed_before",
            "C8",
            f"“{piece.title}” has been assessed by the independent assessor before; choose another piece "
            "— guidance, Portfolio of evidence.",
            "portfolio",
            "pieces",
        )
        for piece in pieces
        if piece.assessed_before
    ]
    return found


def held_problems(
    held_on: dt.date, *, today: dt.date, starts_on: dt.date, held_by: dt.date, clause: str
) -> list[Problem]:
    """The day it was held lies in its window (C1, C3, C6, C9, C11) and is not still to come."""
    if held_on > today:
        return [Problem("in_future", clause, f"{date_long(held_on)} has not come yet.", "", "held_on")]
    if held_on < starts_on:
        message = f"{date_long(held_on)} is before {date_long(starts_on)}, the first possible day."
        return [Problem("before_start", clause, message, "", "held_on")]
    if held_on > held_by:
        message = f"{date_long(held_on)} is after {date_long(held_by)}, the last possible day."
        return [Problem("after_window", clause, message, "", "held_on")]
    return []


def grade_problems(
    grade: str,
    allowed: Sequence[str],
    criteria: Sequence[Criterion],
    judgements: Mapping[str, Judgement],
    feedback: str,
) -> list[Problem]:
    """The grade is one of the component's, every criterion is judged, and the grade follows from the judgements.

    A pass needs all pass criteria met, a distinction those and all distinction ones; a fail says what to do better,
    since a failed project is reworked from it (C14).
    """
    if grade not in allowed:
        return [Problem("unknown_grade", "", "This component cannot be given that grade.", "", "grade")]
    found = [
        Problem("not_judged", "", f"Say whether {criterion.code} is met.", "", f"met_{criterion.code}")
        for criterion in criteria
        if criterion.code not in judgements
    ]
    if not found:
        earned = earned_grade(allowed, criteria, judgements)
        if earned != grade:
            message = f"The criteria as judged make “{Grade(earned).label}”, not “{Grade(grade).label}”."
            found.append(Problem("grade_not_earned", "", message, "", "grade"))
    if grade == Grade.FAIL and not feedback.strip():
        message = "Say what was not good enough: the apprentice works from it — guidance, Re-sit/Re-take."
        found.append(Problem("no_feedback", "C14", message, "", "feedback"))
    return found


def earned_grade(allowed: Sequence[str], criteria: Sequence[Criterion], judgements: Mapping[str, Judgement]) -> str:
    """The highest of the component's grades for which every criterion needed for it, and for those below, is met."""
    missed = [GRADE_ORDER[Grade(row.needed_for)] for row in criteria if not judgements[row.code].met]
    reached = [grade for grade in allowed if GRADE_ORDER[Grade(grade)] < min(missed, default=len(GRADE_ORDER))]
    return max(reached, key=lambda grade: GRADE_ORDER[Grade(grade)], default=Grade.FAIL.value)


def submission_missing(grade: str, *, submission_name: str, handed_in: bool, clause: str) -> list[Problem]:
    """Nothing but a fail can be recorded where the report or portfolio never came (C4, C7)."""
    if not submission_name or handed_in or grade == Grade.FAIL:
        return []
    message = f"{submission_name} has not been handed in; without it only a fail can be recorded."
    return [Problem("nothing_submitted", clause, message, "", "grade")]


def capped(raw: str, *, first: bool, best: str, lifted: bool, grades: Sequence[str]) -> str:
    """The grade that counts (C13): a resit or retake gets at most ``best``, unless exceptional circumstances for the
    original fail were found; a first attempt is never capped.

    ``grades`` are those the component can be given: where ``best`` is not among them, the highest below it counts.
    """
    limit = GRADE_ORDER[Grade(best)]
    if first or lifted or GRADE_ORDER[Grade(raw)] <= limit:
        return raw
    return max(
        (grade for grade in grades if GRADE_ORDER[Grade(grade)] <= limit), key=lambda one: GRADE_ORDER[Grade(one)]
    )


def cap_lift_problems(*, first: bool, reason: str, proposed: bool, lifted: bool) -> list[Problem]:
    """Exceptional circumstances are proposed once, with a reason, for a resit or retake only (C13)."""
    if first:
        return [Problem("first_attempt", "C13", "A first attempt has no cap to lift.", "", "reason")]
    if lifted or proposed:
        return [Problem("proposed_already", "C13", "Lifting the cap has been proposed already.", "", "reason")]
    if not reason.strip():
        message = "Say which exceptional circumstances accounted for the original fail — guidance, Re-sit/Re-take."
        return [Problem("no_reason", "C13", message, "", "reason")]
    return []


def second_person_problems(*, proposed_by: int | None, granting: int | None, lifted: bool) -> list[Problem]:
    """A second person grants the exception (C13)."""
    if proposed_by is None:
        return [Problem("not_proposed", "C13", "Lifting the cap has not been proposed.", "", "")]
    if lifted:
        return [Problem("granted_already", "C13", "The cap has been lifted already.", "", "")]
    if granting is None or granting == proposed_by:
        message = "Whoever proposed the exception cannot also grant it; a second person has to."
        return [Problem("same_person", "C13", message, "", "")]
    return []
