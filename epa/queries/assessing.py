"""Reads of the assessing half. Those for people start from ``visible_to``; the others say which verb calls them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from accounts.queries import interests_on
from accounts.states import OrganisationKind, Role
from apprentices.models import Registration
from epa.models import EPA, AssessorProfile, Attempt, Booking, Deadline, Result
from epa.rules.arranging import Person, tie_words
from epa.states import AttemptState, BookingState, EPAState
from foundation import clock
from foundation.workflow import can
from standards.models import StandardVersion

BUSY = (AttemptState.ARRANGED, AttemptState.ASSESSED)


def assessors_for(version: StandardVersion) -> QuerySet[User]:
    """Those who may assess a version: in force as independent assessors, active, and down for it (C1)."""
    in_force = Membership.objects.filter(user=OuterRef("pk"), role=Role.INDEPENDENT_ASSESSOR, ended_on=None)
    return User.objects.filter(
        Exists(in_force), is_active=True, assessor_profile__active=True, assessor_profile__versions=version
    ).order_by("name")


def assessor_facts(
    user: User,
    registration: Registration,
    *,
    version: StandardVersion,
    on: dt.date,
    except_attempts: Iterable[int] = (),
) -> Person:
    """What the rules of arranging need to know of an assessor, for one apprentice on one day (C1)."""
    in_force = Membership.objects.filter(user=user, role=Role.INDEPENDENT_ASSESSOR, ended_on=None)
    profile = AssessorProfile.objects.filter(user=user, active=True)
    near = (on - dt.timedelta(days=1), on + dt.timedelta(days=1))
    busy = Attempt.objects.filter(assessor=user, state__in=BUSY, scheduled_at__date__range=near)
    return Person(
        name=user.name,
        is_assessor=user.is_active and in_force.exists() and profile.exists(),
        covers=profile.filter(versions=version).exists(),
        ties=ties(user, registration, on=on),
        busy=tuple(
            at for at in busy.exclude(pk__in=list(except_attempts)).values_list("scheduled_at", flat=True) if at
        ),
    )


def ties(user: User, registration: Registration, *, on: dt.date) -> tuple[str, ...]:
    """A person's ties to the centre, the employer and the apprentice of a registration on a day, in words (C1)."""
    apprentice = registration.apprentice
    centre, employer = apprentice.centre.organisation, apprentice.employer.name
    held = interests_on(user, on)
    employers = Q(employer_name__iexact=employer) | Q(
        organisation__kind=OrganisationKind.EMPLOYER, organisation__name__iexact=employer
    )
    there = Membership.objects.filter(user=user, ended_on=None).filter(
        Q(organisation=centre) | Q(organisation__kind=OrganisationKind.EMPLOYER, organisation__name__iexact=employer)
    )
    role = there.select_related("organisation").first()
    return tie_words(
        centre=centre.name,
        employer=employer,
        centre_interest=held.filter(organisation=centre).exists(),
        employer_interest=held.filter(employers).exists(),
        apprentice_interest=held.filter(uln=apprentice.uln).exists(),
        role=f"{role.get_role_display().lower()} of {role.organisation}" if role else "",
    )


def fail_released_on(attempt: Attempt) -> dt.date | None:
    """For the verbs: the day on which the fail before a resit was released, which its rework counts from (C14)."""
    before = Attempt.objects.filter(
        epa=attempt.epa_id, component=attempt.component_id, number__lt=attempt.number, state=AttemptState.RELEASED
    )
    last = before.order_by("-number").first()
    return clock.london_date(last.released_at) if last is not None and last.released_at is not None else None


def epas(user: User) -> QuerySet[EPA]:
    """The EPAs a person may see, with what their pages show."""
    return EPA.objects.visible_to(user).select_related(
        "registration__apprentice__centre__organisation",
        "registration__apprentice__employer",
        "registration__package__version__standard",
    )


def attempts(user: User) -> QuerySet[Attempt]:
    """The attempts a person may see, with what their pages show."""
    return Attempt.objects.visible_to(user).select_related(
        "component",
        "assessor",
        "charge",
        "cap_lift_proposed_by",
        "cap_lifted_by",
        "epa__registration__apprentice__centre__organisation",
        "epa__registration__apprentice__employer",
        "epa__registration__package__version__standard",
    )


def results(user: User) -> QuerySet[Result]:
    """The results a person may see. The EPA team sees all; everyone else only what has been released (F1)."""
    rows = Result.objects.visible_to(user).select_related(
        "epa__registration__apprentice__centre__organisation",
        "epa__registration__package__version__standard",
        "statement__stored",
        "released_by",
    )
    return rows if sees_grades(user) else rows.filter(released_at__isnull=False)


def sees_grades(user: User) -> bool:
    """Whether a person may know a grade before it is released: the EPA team and the administrators."""
    return bool(user.roles & Result.SEEN_BY)


def results_to_release(user: User) -> QuerySet[Result]:
    """Results that wait to be released, the latest first."""
    return results(user).filter(released_at=None, epa__state=EPAState.RESULT_DUE).order_by("due_on", "pk")


def results_released(user: User) -> QuerySet[Result]:
    """Released results, newest first."""
    return results(user).filter(released_at__isnull=False).order_by("-released_at", "-pk")


def resits_to_arrange(user: User) -> QuerySet[Attempt]:
    """Resits and retakes that a centre has opened and nobody has arranged yet, the nearest end first."""
    return attempts(user).filter(state=AttemptState.PLANNED, epa__state=EPAState.RESIT_OPEN).order_by("held_by", "pk")


def calendar(user: User, start: dt.date, end: dt.date) -> QuerySet[Attempt]:
    """Assessments between two days, both included, by time."""
    rows = attempts(user).filter(scheduled_at__date__range=(start, end), state__in=(*BUSY, AttemptState.RELEASED))
    return rows.order_by("scheduled_at", "pk")


def to_assess(user: User) -> QuerySet[Attempt]:
    """What this assessor has been allocated and has not recorded yet, by time."""
    return attempts(user).filter(assessor=user, state=AttemptState.ARRANGED).order_by("scheduled_at", "pk")


def booking_to_arrange(user: User, epa: EPA) -> Booking | None:
    """The open booking of an EPA in its period whose dates this person may confirm or change (E2, E4)."""
    if epa.state != EPAState.IN_PERIOD:
        return None
    open_ = {BookingState.REQUESTED: "confirm", BookingState.CONFIRMED: "reschedule"}
    booking = Booking.objects.visible_to(user).filter(epa=epa, state__in=open_).first()
    return booking if booking is not None and can(booking, open_[BookingState(booking.state)], user) else None


def open_deadlines(user: User) -> QuerySet[Deadline]:
    """Deadlines not done yet, the nearest first."""
    rows = Deadline.objects.visible_to(user).filter(
        done_at=None, epa__state__in=[EPAState.IN_PERIOD, EPAState.RESULT_DUE, EPAState.RESIT_OPEN]
    )
    return rows.select_related("attempt__component", "epa__registration__apprentice__centre__organisation").order_by(
        "due_on", "pk"
    )


def named(rows: QuerySet[Result], text: str) -> QuerySet[Result]:
    """Those results whose apprentice's name or ULN the text is found in."""
    to_apprentice = "epa__registration__apprentice__"
    found = Q(**{f"{to_apprentice}family_name__icontains": text}) | Q(epa__registration__uln=text)
    return rows.filter(found | Q(**{f"{to_apprentice}given_names__icontains": text}))


def knows_grade(user: User, attempt: Attempt) -> bool:
    """Whether a person may know an attempt's grade: once released all who see it, before that only the EPA team and
    the assessor who gave it."""
    released = attempt.state == AttemptState.RELEASED
    return released or sees_grades(user) or (attempt.assessor_id == user.pk and attempt.assessor_id is not None)
