"""EPAs from the opened period to the released result, built through the verbs.

Every builder works at the clock's present day and moves the clock by itself (and back) where an assessment has to have
been held. Needs a database and private files. ``in_period`` → ``confirmed`` → ``assessed`` → ``released`` each do what
is missing before them.
"""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, User
from accounts.states import Role
from apprentices.models import Registration
from epa.actions import arranging, assessing, deadlines, resits, results
from epa.models import EPA, AssessorProfile, Attempt, Booking, PortfolioPiece, ProjectSubject, Result
from epa.rules.assessing import Judgement
from epa.states import AttemptKind, AttemptState, BookingState, EPAState, SubjectState
from foundation import clock
from foundation.workflow import Actor
from standards.models import Component, StandardVersion
from standards.states import GRADE_ORDER, Grade
from tests import builders as people
from tests.centres.builders import TINY_PDF, epa_team, owner_of
from tests.epa import builders_preparing as preparing
from tests.epa.rows import epa_row

# Days after the start of the period on which the components are held, by place in their order.
DAYS = (40, 45, 50, 55)
_marks = itertools.count(1)


def assessor(version: StandardVersion, name: str = "") -> User:
    """An independent assessor who may assess the version."""
    user = people.person(Role.INDEPENDENT_ASSESSOR, name=name)
    AssessorProfile.objects.create(user=user).versions.add(version)
    return user


def an_assessor(version: StandardVersion) -> User:
    """Some independent assessor of the version: the first there is, or a new one."""
    found = AssessorProfile.objects.filter(versions=version, active=True).order_by("pk").first()
    return found.user if found else assessor(version)


def owner(epa: EPA) -> User:
    """The owner of the centre whose apprentice it is."""
    return owner_of(epa.registration.apprentice.centre)


def in_period(registration: Registration) -> EPA:
    """An EPA whose gateway was accepted today, with everything that takes: its period begins today."""
    return preparing.accepted(preparing.epa_for(registration))


def opened(registration: Registration, starts_on: dt.date | None = None) -> EPA:
    """An EPA whose period runs from ``starts_on`` (today) on a gateway that is taken as accepted: quicker."""
    return deadlines.open_period(epa=epa_row(registration), starts_on=starts_on or clock.today(), by=epa_team())


def london(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """An instant in London on a day."""
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.LONDON)


def attempt_of(epa: EPA, code: str) -> Attempt:
    """The latest attempt at the component of that code, fresh."""
    return Attempt.objects.select_related("component", "epa").filter(epa=epa, component__code=code).latest("number")


def arrangements(
    epa: EPA,
    *,
    days: Mapping[str, dt.date] | None = None,
    by: User | None = None,
    attempts: Sequence[Attempt] | None = None,
) -> list[arranging.Arrangement]:
    """One assessor, one place, the usual days, or those given by component code."""
    user = by or an_assessor(epa.registration.package.version)
    rows = attempts if attempts is not None else list(epa.attempts.select_related("component"))
    assert epa.starts_on is not None
    return [
        arranging.Arrangement(
            attempt=row,
            assessor=user,
            at=london((days or {}).get(row.component.code, epa.starts_on + dt.timedelta(days=DAYS[place]))),
            place="At the employer's",
        )
        for place, row in enumerate(rows)
    ]


def confirmed(epa: EPA, *, days: Mapping[str, dt.date] | None = None, by: User | None = None) -> Booking:
    """A booking requested sixty days ago and now confirmed, every component arranged."""
    booking = Booking.objects.filter(epa=epa, state=BookingState.REQUESTED).first()
    if booking is None:
        with clock.travel(clock.today() - dt.timedelta(days=60)):
            booking = preparing.requested_booking(epa)
    return arranging.confirm(booking=booking, arrangements=arrangements(epa, days=days, by=by), by=epa_team())


def report(name: str = "report.pdf") -> SimpleUploadedFile:
    """A small PDF to hand in, like no other."""
    return SimpleUploadedFile(name, TINY_PDF + f"% {next(_marks)}\n".encode(), content_type="application/pdf")


def pieces(epa: EPA, count: int = 10) -> list[PortfolioPiece]:
    """Pieces of the portfolio, as many as asked for."""
    there = list(epa.pieces.all())
    there += [
        PortfolioPiece.objects.create(
            epa=epa, title=f"Piece {number + 1}", evidences="DIS-P1", link=f"https://portfolio.example/{number + 1}"
        )
        for number in range(len(there), count)
    ]
    return there[:count]


def agree_subject(epa: EPA) -> None:
    """The project's subject, agreed by IMI."""
    ProjectSubject.objects.update_or_create(
        epa=epa, defaults={"subject": "Fewer repeat calls", "state": SubjectState.AGREED, "decided_at": clock.now()}
    )


def handed_in(epa: EPA) -> None:
    """Everything that the open attempts ask for, handed in by the centre today."""
    agree_subject(epa)
    for attempt in epa.attempts.filter(state__in=[AttemptState.PLANNED, AttemptState.ARRANGED]):
        component = attempt.component
        if attempt.submissions.exists() or not component.submission_name:
            continue
        if component.evidence_min is None:
            assessing.submit_report(attempt=attempt, file=report(), by=owner(epa))
        else:
            chosen = pieces(epa, component.evidence_min)
            assessing.submit_portfolio(attempt=attempt, pieces=chosen, by=owner(epa))


def judgements(component: Component, grade: str) -> dict[str, Judgement]:
    """Criteria judged so that exactly this grade follows."""
    given = GRADE_ORDER[Grade(grade)]
    return {row.code: Judgement(met=GRADE_ORDER[Grade(row.needed_for)] <= given) for row in component.criteria.all()}


def assess(attempt: Attempt, grade: str, *, by: Actor | None = None, held_on: dt.date | None = None) -> Attempt:
    """Record an arranged attempt on the day it was arranged for, or on another."""
    attempt = Attempt.objects.select_related("component", "assessor").get(pk=attempt.pk)
    assert attempt.scheduled_at is not None
    day = held_on or clock.london_date(attempt.scheduled_at)
    with clock.travel(max(london(day, 17), clock.now())):
        return assessing.assess(
            attempt=attempt,
            held_on=day,
            grade=grade,
            criteria=judgements(attempt.component, grade),
            feedback="More evidence of the effect is needed." if grade == Grade.FAIL else "",
            by=by or attempt.assessor,
        )


def assessed(epa: EPA, grades: Mapping[str, str] | None = None) -> Result:
    """Every open component held and recorded, a pass unless another grade is given by component code."""
    epa.refresh_from_db()
    if epa.state == EPAState.IN_PERIOD and epa.attempts.filter(state=AttemptState.PLANNED).exists():
        confirmed(epa)
    handed_in(epa)
    for attempt in epa.attempts.filter(state=AttemptState.ARRANGED).select_related("component"):
        assess(attempt, (grades or {}).get(attempt.component.code, Grade.PASS))
    epa.refresh_from_db()
    return epa.results.select_related("epa").latest("sequence")


def released(epa: EPA, grades: Mapping[str, str] | None = None) -> Result:
    """A released result, on the day after the last component was held (or today, when that is later)."""
    result = epa.results.filter(released_at=None).first() or assessed(epa, grades)
    day = result.last_day + dt.timedelta(days=1)
    with clock.travel(max(london(day, 9), clock.now())):
        released_result = results.release(result=result, by=epa_team())
    epa.refresh_from_db()
    return released_result


def resit(epa: EPA, code: str, *, kind: AttemptKind = AttemptKind.RESIT, on: dt.date | None = None) -> Attempt:
    """A resit asked for by the centre today and arranged for ``on`` (some 30 days from now)."""
    component = Component.objects.get(version=epa.registration.package.version, code=code)
    attempt = resits.open_resit(epa=epa, component=component, kind=kind, by=owner(epa))
    user = an_assessor(epa.registration.package.version)
    at = london(on or clock.today() + dt.timedelta(days=30 + component.order))
    return arranging.arrange(attempt=attempt, assessor=user, at=at, place="At the employer's", by=epa_team())


def ended(user: User, role: Role) -> None:
    """The person no longer has the role."""
    Membership.objects.filter(user=user, role=role, ended_on=None).update(ended_on=clock.today())
