"""Messages of the assessing half: one function per message, each says who gets it. None of them contains a grade."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.models import User
from centres import queries as centres
from epa.models import EPA, Attempt, Booking, Deadline, Result, Submission
from epa.states import DeadlineKind
from foundation import outbox

FOR_CENTRE = (DeadlineKind.SUBMISSION, DeadlineKind.REWORK, DeadlineKind.RESIT)


def _link(view: str, pk: int) -> str:
    return settings.BASE_URL + reverse(f"epa:{view}", kwargs={"pk": pk})


def _post(
    name: str, people: Iterable[User], context: dict[str, Any], about: models.Model, once: str | None = None
) -> None:
    for person in people:
        outbox.post(
            f"epa.{name}",
            to=person.email,
            template=f"epa/{name}",
            context=context,
            user=person,
            about=about,
            once_key=f"epa.{name}:{once}:{person.pk}" if once else None,
        )


def _post_team(name: str, context: dict[str, Any], about: models.Model, once: str | None = None) -> None:
    outbox.post(
        f"epa.{name}",
        to=settings.EPA_TEAM_MAILBOX,
        template=f"epa/{name}",
        context=context,
        about=about,
        once_key=f"epa.{name}:{once}:epa-team" if once else None,
    )


def _centre_people(epa: EPA) -> Iterable[User]:
    return centres.people(epa.registration.apprentice.centre)


def _about(epa: EPA) -> dict[str, Any]:
    return {"apprentice": epa.registration.apprentice.full_name, "link": _link("detail", epa.pk)}


def dates_arranged(epa: EPA, attempts: list[Attempt], *, again: bool, booking: Booking | None = None) -> None:
    """To the centre: when, where and by whom; to each assessor: what to assess. ``again`` after changes."""
    context = {**_about(epa), "attempts": attempts, "again": again, "booking": booking}
    _post("dates_arranged", _centre_people(epa), context, epa)
    for attempt in attempts:
        if attempt.assessor is not None:
            link = _link("attempt", attempt.pk)
            _post("allocated", [attempt.assessor], {**context, "attempt": attempt, "link": link}, attempt)


def dates_released(attempts: list[Attempt]) -> None:
    """To each assessor: an assessment that was arranged does not take place then."""
    for attempt in attempts:
        if attempt.assessor is not None:
            _post("unarranged", [attempt.assessor], {**_about(attempt.epa), "attempt": attempt}, attempt)


def period_moved(epa: EPA) -> None:
    """To the centre: the EPA period has been moved, and its new days (C9)."""
    _post("period_moved", _centre_people(epa), {**_about(epa), "epa": epa}, epa)


def handed_in(submission: Submission) -> None:
    """To the assessor, where there is one; to the EPA team when it came late (C4, C7, C14)."""
    attempt = submission.attempt
    context = {
        **_about(attempt.epa),
        "attempt": attempt,
        "submission": submission,
        "link": _link("attempt", attempt.pk),
    }
    if attempt.assessor is not None:
        _post("handed_in", [attempt.assessor], context, attempt)
    if submission.late:
        _post_team("handed_in_late", context, attempt)


def result_falls_due(result: Result) -> None:
    """To the EPA team: everything is assessed; the result is to be released by a day (F1)."""
    context = {**_about(result.epa), "result": result, "link": _link("result", result.pk)}
    _post_team("result_falls_due", context, result, once=str(result.pk))


def result_released(result: Result) -> None:
    """To the centre: the result is there to be read and entered in the ILR (F1). The same words whatever it is."""
    context = {**_about(result.epa), "result": result, "link": _link("result", result.pk)}
    _post("result_released", _centre_people(result.epa), context, result, once=str(result.pk))


def cap_lift_proposed(attempt: Attempt) -> None:
    """To the EPA team: a second person has to decide on exceptional circumstances (C13)."""
    context = {**_about(attempt.epa), "attempt": attempt, "link": _link("attempt", attempt.pk)}
    _post_team("cap_lift_proposed", context, attempt)


def resit_opened(attempt: Attempt) -> None:
    """To the EPA team: a resit or retake is to be arranged (C10)."""
    context = {**_about(attempt.epa), "attempt": attempt, "link": _link("attempt", attempt.pk)}
    _post_team("resit_opened", context, attempt)


def resits_closed(epa: EPA) -> None:
    """To the centre: the 12 months for resits and retakes are over (C11)."""
    _post("resits_closed", _centre_people(epa), {**_about(epa), "epa": epa}, epa, once=str(epa.pk))


def deadline_near(deadline: Deadline) -> None:
    """To whoever has to act: a deadline comes near. Once for each day it is set to."""
    _deadline("deadline_near", deadline)


def deadline_missed(deadline: Deadline) -> None:
    """To whoever had to act, and always to the EPA team: a deadline has passed. Once for each day it is set to."""
    _deadline("deadline_missed", deadline)


def _deadline(name: str, deadline: Deadline) -> None:
    context = {**_about(deadline.epa), "deadline": deadline}
    once = f"{deadline.pk}:{deadline.due_on}"
    if deadline.kind in FOR_CENTRE:
        _post(name, _centre_people(deadline.epa), context, deadline, once)
    if deadline.kind not in FOR_CENTRE or name == "deadline_missed":
        _post_team(name, context, deadline, once)
