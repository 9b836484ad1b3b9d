"""Sign-offs and questions of an application (A6)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import User
from centres import rules
from centres.models import Application, Question, RiskRating, SignOff
from centres.queries.ties import ties
from centres.states import QuestionState, SignOffState
from foundation.errors import Problem
from standards.models import Package


def sign_off_facts(application: Application) -> rules.SignOffFacts:
    """Whether a second person is needed (the risk, or one who returned it before), and what was confirmed."""
    rows = list(SignOff.objects.filter(application=application))
    risk = RiskRating.objects.filter(application=application).first()
    needed = rules.needs_sign_off(risk.rating if risk else "", application.version.sign_off_from)
    confirmed = next((row for row in rows if row.state == SignOffState.CONFIRMED), None)
    return rules.SignOffFacts(
        needed=needed or any(row.state == SignOffState.RETURNED for row in rows),
        confirmed=list(confirmed.packages.values_list("code", flat=True)) if confirmed else [],
        confirmed_by=confirmed.decided_by_id if confirmed else None,
        waiting=any(row.state == SignOffState.ASKED for row in rows),
    )


def sign_off_problems(application: Application, packages: Sequence[Package]) -> list[Problem]:
    """What stands between these elements and their approval, as far as the second person goes (A6)."""
    codes = [package.code for package in packages]
    return rules.sign_off_problems(sign_off_facts(application), codes, application.reviewer_id)


def second_person_problems(application: Application, person: User, on: dt.date, *, declared: bool) -> list[Problem]:
    """Whether this person may confirm an approval of the application (A6)."""
    interests, is_member = ties(application.centre, person, on, application.version.interest_months)
    return rules.second_person_problems(application.reviewer_id == person.pk, declared, interests, is_member)


def standing_sign_offs(application: Application) -> QuerySet[SignOff]:
    """Those that a change of the decisions makes void: asked or confirmed."""
    return SignOff.objects.filter(application=application, state__in=[SignOffState.ASKED, SignOffState.CONFIRMED])


def unsettled_questions(application: Application) -> QuerySet[Question]:
    return Question.objects.filter(application=application).exclude(state=QuestionState.SETTLED)
