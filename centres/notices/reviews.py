"""Letters of the review while it goes on: questions, and the second person (A6)."""

from typing import Any

from accounts import letters
from accounts.models import User
from accounts.states import Role
from centres import queries
from centres.models import Application, Question, SignOff
from centres.notices.applications import of_application
from foundation.addresses import full


def _of_question(question: Question) -> dict[str, Any]:
    return {**of_application(question.application), "question": question}


def question_asked(question: Question) -> None:
    """To the centre: the Centre EQA asks something, and by when."""
    people = queries.people(question.application.centre)
    letters.to_people("centres.question_asked", people, _of_question(question), question)


def question_answered(question: Question) -> None:
    """To the reviewer: the centre has answered."""
    reviewer = question.application.reviewer
    if reviewer is not None:
        letters.to_person("centres.question_answered", reviewer, _of_question(question), question)


def sign_off_asked(sign_off: SignOff) -> None:
    """To the other Centre EQAs and the EPA team: an approval waits for a second person."""
    others = queries.holders(Role.CENTRE_EQA).exclude(pk=sign_off.asked_by_id)
    context = _of_sign_off(sign_off)
    letters.to_people("centres.sign_off_asked", others, context, sign_off)
    letters.to_epa_team("centres.sign_off_asked", context, sign_off)


def sign_off_decided(sign_off: SignOff) -> None:
    """To the reviewer: the approval is confirmed, or came back."""
    reviewer = sign_off.application.reviewer
    if reviewer is not None:
        letters.to_person("centres.sign_off_decided", reviewer, _of_sign_off(sign_off), sign_off)


def _of_sign_off(sign_off: SignOff) -> dict[str, Any]:
    link = full("centres:sign_off", pk=sign_off.pk)
    return {"sign_off": sign_off, "application": sign_off.application, "link": link}


def application_allocated(application: Application) -> None:
    """To the Centre EQA whom the EPA team gave an application: declare first (A6)."""
    if application.reviewer is not None:
        context = of_application(application)
        letters.to_person("centres.application_handed_to_you", application.reviewer, context, application)


def interest_declared(application: Application, person: User) -> None:
    """To the EPA team: a Centre EQA has an interest in the centre; where they review it, it has to be handed over."""
    is_reviewer = application.reviewer_id == person.pk
    context = {**of_application(application), "eqa": person.name, "is_reviewer": is_reviewer}
    letters.to_epa_team("centres.interest_declared", context, application)
