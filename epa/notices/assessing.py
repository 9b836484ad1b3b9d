"""Messages of the assessing half: one function per message, each says who gets it. None of them contains a grade."""

from typing import Any

from accounts import letters
from epa.models import EPA, Attempt, Booking, Deadline, Result, Submission
from epa.queries.preparing import centre_people
from epa.states import DeadlineKind
from foundation.addresses import full

FOR_CENTRE = (DeadlineKind.SUBMISSION, DeadlineKind.REWORK, DeadlineKind.RESIT)


def _about(epa: EPA) -> dict[str, Any]:
    return {"apprentice": epa.registration.apprentice.full_name, "link": full("epa:detail", pk=epa.pk)}


def dates_arranged(epa: EPA, attempts: list[Attempt], *, again: bool, booking: Booking | None = None) -> None:
    """To the centre: when, where and by whom; to each assessor: what to assess. ``again`` after changes."""
    context = {**_about(epa), "attempts": attempts, "again": again, "booking": booking}
    letters.to_people("epa.dates_arranged", centre_people(epa), context, epa)
    for attempt in attempts:
        if attempt.assessor is not None:
            link = full("epa:attempt", pk=attempt.pk)
            letters.to_person("epa.allocated", attempt.assessor, {**context, "attempt": attempt, "link": link}, attempt)


def dates_released(attempts: list[Attempt]) -> None:
    """To each assessor: an assessment that was arranged does not take place then."""
    for attempt in attempts:
        if attempt.assessor is not None:
            letters.to_person("epa.unarranged", attempt.assessor, {**_about(attempt.epa), "attempt": attempt}, attempt)


def period_moved(epa: EPA) -> None:
    """To the centre: the EPA period has been moved, and its new days (C9)."""
    letters.to_people("epa.period_moved", centre_people(epa), {**_about(epa), "epa": epa}, epa)


def handed_in(submission: Submission) -> None:
    """To the assessor, where there is one; to the EPA team when it came late (C4, C7, C14)."""
    attempt = submission.attempt
    context = {
        **_about(attempt.epa),
        "attempt": attempt,
        "submission": submission,
        "link": full("epa:attempt", pk=attempt.pk),
    }
    if attempt.assessor is not None:
        letters.to_person("epa.handed_in", attempt.assessor, context, attempt)
    if submission.late:
        letters.to_epa_team("epa.handed_in_late", context, attempt)


def result_falls_due(result: Result) -> None:
    """To the EPA team: everything is assessed; the result is to be released by a day (F1)."""
    context = {**_about(result.epa), "result": result, "link": full("epa:result", pk=result.pk)}
    letters.to_epa_team("epa.result_falls_due", context, result, once=str(result.pk))


def result_released(result: Result) -> None:
    """To the centre: the result is there to be read and entered in the ILR (F1). The same words whatever it is."""
    context = {**_about(result.epa), "result": result, "link": full("epa:result", pk=result.pk)}
    letters.to_people("epa.result_released", centre_people(result.epa), context, result, once=str(result.pk))


def cap_lift_proposed(attempt: Attempt) -> None:
    """To the EPA team: a second person has to decide on exceptional circumstances (C13)."""
    context = {**_about(attempt.epa), "attempt": attempt, "link": full("epa:attempt", pk=attempt.pk)}
    letters.to_epa_team("epa.cap_lift_proposed", context, attempt)


def resit_opened(attempt: Attempt) -> None:
    """To the EPA team: a resit or retake is to be arranged (C10)."""
    context = {**_about(attempt.epa), "attempt": attempt, "link": full("epa:attempt", pk=attempt.pk)}
    letters.to_epa_team("epa.resit_opened", context, attempt)


def resits_closed(epa: EPA) -> None:
    """To the centre: the 12 months for resits and retakes are over (C11)."""
    letters.to_people("epa.resits_closed", centre_people(epa), {**_about(epa), "epa": epa}, epa, once=str(epa.pk))


def deadline_near(deadline: Deadline) -> None:
    """To whoever has to act: a deadline comes near. Once for each day it is set to."""
    _deadline("epa.deadline_near", deadline)


def deadline_missed(deadline: Deadline) -> None:
    """To whoever had to act, and always to the EPA team: a deadline has passed. Once for each day it is set to."""
    _deadline("epa.deadline_missed", deadline)


def _deadline(kind: str, deadline: Deadline) -> None:
    context = {**_about(deadline.epa), "deadline": deadline}
    once = f"{deadline.pk}:{deadline.due_on}"
    if deadline.kind in FOR_CENTRE:
        letters.to_people(kind, centre_people(deadline.epa), context, deadline, once)
    if deadline.kind not in FOR_CENTRE or kind == "epa.deadline_missed":
        letters.to_epa_team(kind, context, deadline, once)
