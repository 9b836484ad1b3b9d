"""A learner's story, put together from every storey: timeline, the one thing to do now, what is missing, history."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.access import RECORD_KEEPERS
from accounts.models import User
from accounts.states import CENTRE_WRITERS, Role
from apprentices.models import Apprentice, Attainment, Registration
from apprentices.states import RegistrationState
from certificates.actions import claims
from certificates.actions.records import released_result
from certificates.models import Claim, Consent, RecordOfAchievement
from certificates.queries import claim_of
from certificates.rules import claim_week
from epa.models import EPA
from epa.queries import assessing, record
from epa.states import EPAState
from epa.views.records import Next, next_step
from foundation import audit, clock
from foundation.errors import Problem
from foundation.models import Message
from foundation.pieces import Moment, Row
from standards.states import PackageKind

FRIDAY = dt.timedelta(days=7)


@dataclass
class Story:
    """One registration on an EPA package with all that came of it, as one person may see it."""

    registration: Registration
    epa: EPA | None = None
    stage: str = ""
    next: Next | None = None
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    record: RecordOfAchievement | None = None
    claim: Claim | None = None
    claim_problems: list[Problem] = field(default_factory=list)


def learner(apprentice: Apprentice, user: User) -> dict[str, Any]:
    """The context of the learner's page."""
    registrations = list(
        Registration.objects.visible_to(user)
        .filter(apprentice=apprentice)
        .select_related("package__version__standard", "charge")
        .order_by("-registered_on", "-pk")
    )
    for registration in registrations:
        registration.apprentice = apprentice
    stories = [
        story(registration, user) for registration in registrations if registration.package.kind == PackageKind.EPA
    ]
    writer = bool(user.roles & CENTRE_WRITERS)
    sees = assessing.sees_grades(user)
    subjects: list[Model] = [apprentice, *registrations, *(each.epa for each in stories if each.epa)]
    consent = Consent.objects.visible_to(user).filter(apprentice=apprentice, withdrawn_at=None).first()
    return {
        "apprentice": apprentice,
        "registrations": registrations,
        "stories": stories,
        "consent": consent,
        "may_ask_consent": consent is None and (writer or Role.EPA_TEAM in user.roles),
        "attainments": Attainment.objects.visible_to(user).filter(apprentice=apprentice),
        "writer": writer,
        "keeps_records": not user.roles.isdisjoint(RECORD_KEEPERS),
        "rows": _rows(apprentice),
        "messages_sent": _messages(subjects, user),
        "events": audit.history(*subjects, include_confidential=sees)[:100],
        "breadcrumbs": [("Learners", reverse("apprentices:list")), (apprentice.full_name, "")],
    }


def _rows(apprentice: Apprentice) -> list[Row]:
    return [
        Row("ULN", apprentice.uln),
        Row("Date of birth", apprentice.date_of_birth),
        Row("E-mail address", apprentice.email or "none"),
        Row("Centre", apprentice.centre),
        Row("Employer", apprentice.employer),
        Row("Programme started", apprentice.programme_start_on),
        Row("Planned end", apprentice.planned_end_on or "not given"),
        Row("Hours", "Full time" if apprentice.full_time else f"Part time, {apprentice.weekly_hours} hours a week"),
    ]


def _messages(subjects: list[Model], user: User) -> list[Message]:
    """Messages about this learner that went to the person who looks; the EPA team sees that others went out too."""
    ids = [(subject._meta.label_lower, subject.pk) for subject in subjects]
    rows = Message.objects.filter(to_user=user)
    wanted = [row for kind, pk in ids for row in rows.filter(about_type=kind, about_id=pk)[:20]]
    return sorted(wanted, key=lambda row: row.created_at, reverse=True)[:20]


def story(registration: Registration, user: User) -> Story:
    """What became of one registration on an EPA package."""
    told = Story(registration)
    epa = EPA.objects.visible_to(user).filter(registration=registration).first()
    if epa is None:
        told.stage = "Registered"
        told.moments = [Moment(registration.registered_on, "Registered", registration.number)]
        if registration.state == RegistrationState.ACTIVE and user.roles & CENTRE_WRITERS:
            told.next = Next("Begin to prepare the EPA", "", "Begin")
        return told
    epa.registration = registration
    told.epa, told.stage = epa, epa.get_state_display()
    rows = epa.attempts.select_related("component", "assessor").prefetch_related("submissions")
    attempts = list(rows.order_by("component__order", "number"))
    results = list(epa.results.order_by("sequence"))
    for result in results:
        result.epa = epa
    today = clock.today()
    told.next = next_step(epa, attempts, results, user)
    told.problems = record.missing(epa, attempts, today)
    told.places = {problem.where: reverse("epa:detail", args=[epa.pk]) for problem in told.problems if problem.where}
    told.moments = record.moments(epa, attempts, results, user, today)
    if epa.state == EPAState.PASSED:
        _certificates(told, epa, user)
    return told


def _certificates(told: Story, epa: EPA, user: User) -> None:
    """What follows a pass: IMI's record, the claim, and what keeps it back."""
    told.record = RecordOfAchievement.objects.visible_to(user).filter(epa=epa).first()
    told.claim = claim_of(epa)
    result = released_result(epa)
    if told.claim is None and result is not None:
        result.epa = epa
        told.claim_problems = claims.problems_of(result)
    if told.next is None and told.record is None and user.roles & CENTRE_WRITERS:
        url = reverse("certificates:claim_record", args=[epa.pk])
        told.next = Next("Claim the record of achievement", url, "Claim it")
    told.moments = sorted([*told.moments, *_certificate_moments(told)], key=lambda moment: moment.date or dt.date.max)


def _certificate_moments(told: Story) -> Iterator[Moment]:
    if told.record is not None:
        url = reverse("certificates:record", args=[told.record.pk])
        yield Moment(clock.london_date(told.record.claimed_at), "Record of achievement", told.record.number, url=url)
    claim = told.claim
    if claim is None:
        friday = claim_week(clock.now().astimezone(clock.LONDON)) + FRIDAY
        yield Moment(friday, "Claim of the official certificate", kind="planned", clause="F5")
        return
    if claim.submitted_at is not None:
        yield Moment(clock.london_date(claim.submitted_at), "Official certificate claimed", claim.number, clause="F5")
    if claim.printed_at is not None:
        yield Moment(clock.london_date(claim.printed_at), "Certificate printed")
    if claim.delivered_at is not None:
        yield Moment(clock.london_date(claim.delivered_at), "Certificate delivered")
    else:
        yield Moment(None, "Certificate delivered", kind="planned")
