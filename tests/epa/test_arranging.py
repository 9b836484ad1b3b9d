"""Confirming, rescheduling, arranging resits, taking back: through the verbs."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import connection

from accounts.models import Interest, Membership, Organisation
from accounts.states import OrganisationKind, Role
from epa.actions import arranging, deadlines
from epa.models import EPA, AssessorProfile, Attempt, Booking, Deadline
from epa.states import AttemptKind, AttemptState, BookingState, DeadlineKind
from foundation import clock
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa.rows import booking_row, epa_row, registration_row

START = dt.date(2026, 9, 14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


@pytest.fixture
def booking(epa) -> Booking:
    """Requested sixty days before the period began."""
    return booking_row(epa, requested_on=START - dt.timedelta(days=60), by=build.owner(epa))


def confirm(booking: Booking, rows: list[arranging.Arrangement] | None = None) -> Booking:
    chosen = build.arrangements(booking.epa) if rows is None else rows
    return arranging.confirm(booking=booking, arrangements=chosen, by=epa_team())


def refusal(booking: Booking, rows: list[arranging.Arrangement]) -> list[str]:
    with pytest.raises(Refused) as refused:
        confirm(booking, rows)
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUESTED
    assert booking.epa.attempts.filter(state=AttemptState.ARRANGED).count() == 0
    return [problem.code for problem in refused.value.problems]


@pytest.mark.clause("C1", "C3", "C4", "C6", "C7")
def test_confirming_arranges_every_component_and_sets_submissions(booking, epa):
    confirm(booking)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.first_confirmed_on == START + dt.timedelta(days=40)
    rows = {row.component.code: row for row in epa.attempts.select_related("component")}
    assert {code: row.state for code, row in rows.items()} == dict.fromkeys(rows, AttemptState.ARRANGED)
    assert rows["PRJ"].submission_due_on == START + dt.timedelta(days=45 - 14)
    assert rows["DIS"].submission_due_on == START + dt.timedelta(days=50 - 14)
    assert rows["OBS"].submission_due_on is None
    due = Deadline.objects.filter(epa=epa, kind=DeadlineKind.SUBMISSION, done_at=None)
    assert set(due.values_list("attempt__component__code", "due_on", "clause")) == {
        ("PRJ", START + dt.timedelta(days=31), "C4"),
        ("DIS", START + dt.timedelta(days=36), "C7"),
    }


@pytest.mark.clause("C2")
def test_a_late_interview_does_not_move_the_report_past_two_months(booking, epa):
    confirm(booking, build.arrangements(epa, days={"PRJ": dt.date(2026, 12, 11)}))
    assert build.attempt_of(epa, "PRJ").submission_due_on == dt.date(2026, 11, 14)


def test_the_centre_and_the_assessor_are_told(booking, epa):
    confirm(booking)
    owner, assessor = build.owner(epa), build.attempt_of(epa, "OBS").assessor
    assert Message.objects.filter(kind="epa.dates_arranged", to_user=owner).count() == 1
    assert Message.objects.filter(kind="epa.allocated", to_user=assessor).count() == 3


@pytest.mark.clause("E2")
@pytest.mark.parametrize(("days_before", "codes"), [(50, []), (49, ["too_short_notice"])])
def test_the_practical_keeps_the_notice(epa, days_before, codes):
    """Held on day 40 of the period: requested 50 days before the period makes 90."""
    booking = booking_row(epa, requested_on=START - dt.timedelta(days=days_before), by=build.owner(epa))
    if codes:
        assert refusal(booking, build.arrangements(epa)) == codes
    else:
        assert confirm(booking).state == BookingState.CONFIRMED


@pytest.mark.clause("C1", "C3", "C6", "C9")
@pytest.mark.parametrize("code", ["OBS", "PRJ", "DIS"])
@pytest.mark.parametrize(("day", "codes"), [("2026-12-14", []), ("2026-12-15", ["too_late"])])
def test_each_date_lies_in_its_window(booking, epa, code, day, codes):
    rows = build.arrangements(epa, days={code: dt.date.fromisoformat(day)})
    if codes:
        assert refusal(booking, rows) == codes
    else:
        assert confirm(booking, rows).state == BookingState.CONFIRMED


@pytest.mark.clause("E2")
def test_a_booking_stays_provisional_before_the_gateway(version, at):
    at(START)
    epa = epa_row(registration_row(version))
    booking = booking_row(epa, requested_on=START, by=build.owner(epa))
    with pytest.raises(Refused) as refused:
        arranging.confirm(booking=booking, arrangements=[], by=epa_team())
    assert [problem.code for problem in refused.value.problems] == ["gateway_not_accepted"]


def test_every_component_is_arranged(booking, epa):
    assert refusal(booking, build.arrangements(epa)[:2]) == ["not_arranged"]
    assert refusal(booking, []) == ["not_arranged"] * 3


def test_an_attempt_of_someone_else_is_not_arranged(booking, epa, version):
    other = build.opened(registration_row(version, name="Other"))
    assert refusal(booking, [*build.arrangements(epa), build.arrangements(other)[0]]) == ["not_open"]


def test_only_the_team_confirms(booking, epa):
    for person in (build.owner(epa), people.person(Role.FINANCE)):
        with pytest.raises(NotAllowed):
            arranging.confirm(booking=booking, arrangements=build.arrangements(epa), by=person)


@pytest.mark.clause("C1")
@pytest.mark.parametrize("tie", ["centre", "employer_name", "employer", "uln", "member", "employer_member"])
def test_an_interest_bars_the_assessor(booking, epa, version, tie):
    user, apprentice = build.assessor(version), epa.registration.apprentice
    centre = apprentice.centre.organisation
    firm = Organisation.objects.create(kind=OrganisationKind.EMPLOYER, name=apprentice.employer.name.upper())
    match tie:
        case "centre":
            Interest.objects.create(user=user, organisation=centre, nature="Worked there")
        case "employer_name":
            Interest.objects.create(user=user, employer_name="bright GARAGES", nature="Shares")
        case "employer":
            Interest.objects.create(user=user, organisation=firm, nature="Shares")
        case "uln":
            Interest.objects.create(user=user, uln=apprentice.uln, nature="Uncle")
        case "member":
            Membership.objects.create(user=user, organisation=centre, role=Role.CENTRE_STAFF)
        case "employer_member":
            Membership.objects.create(user=user, organisation=firm, role=Role.EMPLOYER_CONTACT)
    assert set(refusal(booking, build.arrangements(epa, by=user))) == {"not_independent"}


@pytest.mark.clause("C1")
def test_an_interest_that_has_ended_bars_no_longer(booking, epa, version):
    user, centre = build.assessor(version), epa.registration.apprentice.centre.organisation
    held_on = START + dt.timedelta(days=40)
    interest = Interest.objects.create(user=user, organisation=centre, nature="Worked there", ended_on=held_on)
    rows = build.arrangements(epa)
    rows[0] = replace(rows[0], assessor=user)
    assert refusal(booking, rows) == ["not_independent"]
    Interest.objects.filter(pk=interest.pk).update(ended_on=held_on - dt.timedelta(days=1))
    assert confirm(booking, rows).state == BookingState.CONFIRMED


@pytest.mark.clause("C1")
def test_the_assessor_is_in_force_and_down_for_the_version(booking, epa, version):
    user = build.assessor(version)
    profile = AssessorProfile.objects.get(user=user)
    profile.versions.clear()
    assert set(refusal(booking, build.arrangements(epa, by=user))) == {"not_covered"}
    profile.versions.add(version)
    AssessorProfile.objects.filter(pk=profile.pk).update(active=False)
    assert set(refusal(booking, build.arrangements(epa, by=user))) == {"not_assessor"}
    AssessorProfile.objects.filter(pk=profile.pk).update(active=True)
    build.ended(user, Role.INDEPENDENT_ASSESSOR)
    assert set(refusal(booking, build.arrangements(epa, by=user))) == {"not_assessor"}


def test_an_assessor_is_not_booked_twice_at_once(booking, epa, version):
    user = build.assessor(version)
    build.confirmed(build.opened(registration_row(version, name="Other")), by=user)
    assert refusal(booking, build.arrangements(epa, by=user)) == ["double_booked"] * 3
    later = [replace(row, at=row.at + dt.timedelta(hours=1)) for row in build.arrangements(epa, by=user)]
    assert confirm(booking, later).state == BookingState.CONFIRMED


@pytest.mark.clause("E4")
def test_rescheduling_keeps_the_first_confirmed_date(booking, epa):
    confirm(booking)
    later = START + dt.timedelta(days=70)
    rows = build.arrangements(epa, days={"OBS": later}, attempts=[build.attempt_of(epa, "OBS")])
    arranging.reschedule(booking=booking, arrangements=rows, reason="Assessor ill", by=epa_team())
    booking.refresh_from_db()
    assert (booking.state, booking.first_confirmed_on) == (BookingState.CONFIRMED, START + dt.timedelta(days=40))
    assert clock.london_date(build.attempt_of(epa, "OBS").scheduled_at) == later
    assert clock.london_date(build.attempt_of(epa, "PRJ").scheduled_at) == START + dt.timedelta(days=45)


@pytest.mark.clause("C7")
def test_rescheduling_moves_what_is_due(booking, epa):
    confirm(booking)
    moved = START + dt.timedelta(days=80)
    rows = build.arrangements(epa, days={"DIS": moved}, attempts=[build.attempt_of(epa, "DIS")])
    arranging.reschedule(booking=booking, arrangements=rows, reason="Holiday", by=epa_team())
    deadline = Deadline.objects.get(epa=epa, attempt__component__code="DIS", kind=DeadlineKind.SUBMISSION)
    assert deadline.due_on == moved - dt.timedelta(days=14)


def test_rescheduling_needs_a_reason_a_change_and_a_confirmed_booking(booking, epa):
    rows = build.arrangements(epa)
    with pytest.raises(WrongState):
        arranging.reschedule(booking=booking, arrangements=rows, reason="x", by=epa_team())
    confirm(booking)
    with pytest.raises(Refused) as refused:
        arranging.reschedule(booking=booking, arrangements=[], reason=" ", by=epa_team())
    assert [problem.code for problem in refused.value.problems] == ["no_reason", "nothing_changed"]
    with pytest.raises(NotAllowed):
        arranging.reschedule(booking=booking, arrangements=rows, reason="x", by=build.owner(epa))


def test_dates_stay_and_are_shown_as_outside_when_the_period_moves(booking, epa):
    confirm(booking)
    deadlines.move_start(epa=epa, starts_on=START + dt.timedelta(days=41), reason="Ill", by=epa_team())
    attempt = build.attempt_of(epa, "OBS")
    assert clock.london_date(attempt.scheduled_at) == START + dt.timedelta(days=40)
    assert attempt.held_by == dt.date(2027, 1, 25)


def test_taking_back_leaves_nothing_arranged(booking, epa):
    confirm(booking)
    assert arranging.unarrange(epa=epa, by=epa_team()) == 3
    rows = list(epa.attempts.all())
    assert {(row.state, row.assessor_id, row.scheduled_at, row.place) for row in rows} == {
        (AttemptState.PLANNED, None, None, "")
    }
    due = Deadline.objects.filter(epa=epa, kind=DeadlineKind.SUBMISSION, done_at=None)
    assert list(due.values_list("attempt__component__code", "due_on")) == [("PRJ", dt.date(2026, 11, 14))]
    assert Message.objects.filter(kind="epa.unarranged").count() == 3
    assert arranging.unarrange(epa=epa, by=build.owner(epa)) == 0


def test_confirming_twice_is_a_conflict(booking):
    confirm(booking)
    with pytest.raises(Conflict):
        confirm(booking)


@pytest.mark.clause("E4")
def test_a_booking_confirmed_again_keeps_its_first_date(booking, epa):
    Booking.objects.filter(pk=booking.pk).update(first_confirmed_on=START + dt.timedelta(days=5))
    confirm(booking)
    booking.refresh_from_db()
    assert booking.first_confirmed_on == START + dt.timedelta(days=5)


@pytest.mark.clause("C10", "C11")
def test_a_resit_is_arranged_until_its_last_day(epa, at):
    result = build.released(epa, {"OBS": "fail"})
    at(result.released_at)
    attempt = build.resit(epa, "OBS", on=epa.resit_until)
    assert (attempt.state, attempt.kind, attempt.number) == (AttemptState.ARRANGED, AttemptKind.RESIT, 2)
    with pytest.raises(Refused) as refused:
        arranging.arrange(
            attempt=attempt,
            assessor=attempt.assessor,
            at=build.london(epa.resit_until + dt.timedelta(days=1)),
            place="There",
            by=epa_team(),
        )
    assert [(problem.code, problem.clause) for problem in refused.value.problems] == [("too_late", "C11")]


def test_a_first_attempt_is_not_arranged_by_itself(booking, epa):
    attempt = build.attempt_of(epa, "OBS")
    with pytest.raises(WrongState):
        arranging.arrange(attempt=attempt, assessor=epa_team(), at=build.london(START), place="There", by=epa_team())


def both(*works) -> list[str]:
    """Run the works at once in threads; what each came to."""
    barrier, outcomes = threading.Barrier(len(works)), []

    def run(work) -> None:
        try:
            with clock.travel(START):
                barrier.wait()
                work()
                outcomes.append("done")
        except (Conflict, Refused, WrongState) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_team_members_confirming_at_once_are_one(version, at):
    at(START)
    epa = build.opened(registration_row(version))
    booking = booking_row(epa, requested_on=START - dt.timedelta(days=60), by=build.owner(epa))
    rows, team = build.arrangements(epa), [people.person(Role.EPA_TEAM) for _ in range(2)]
    works = [lambda by=by: arranging.confirm(booking=booking, arrangements=rows, by=by) for by in team]
    assert both(*works) == ["Conflict", "done"]
    assert Message.objects.filter(kind="epa.dates_arranged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_bookings_cannot_take_the_same_hour_of_an_assessor(version, at):
    at(START)
    user, works = build.assessor(version), []
    for number in range(2):
        epa = build.opened(registration_row(version, name=f"Example{number}"))
        booking = booking_row(epa, requested_on=START - dt.timedelta(days=60), by=build.owner(epa))
        rows, team = build.arrangements(epa, by=user), epa_team()
        works.append(
            lambda booking=booking, rows=rows, team=team: arranging.confirm(booking=booking, arrangements=rows, by=team)
        )
    assert both(*works) == ["Refused", "done"]
    assert Attempt.objects.filter(state=AttemptState.ARRANGED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_the_diary_the_hour_is_taken_twice(version, at, monkeypatch):
    """The control of the test above: both look before either writes, and nothing holds them apart."""
    at(START)
    user, works, looked = build.assessor(version), [], threading.Barrier(2)
    judge = arranging.rules.arranging_problems

    def after_both_looked(*args, **kwargs):
        found = judge(*args, **kwargs)
        looked.wait(timeout=20)
        return found

    monkeypatch.setattr(arranging, "lock_assessors", lambda users: list(users))
    monkeypatch.setattr(arranging.rules, "arranging_problems", after_both_looked)
    for number in range(2):
        epa = build.opened(registration_row(version, name=f"Example{number}"))
        booking = booking_row(epa, requested_on=START - dt.timedelta(days=60), by=build.owner(epa))
        rows, team = build.arrangements(epa, by=user), epa_team()
        works.append(
            lambda booking=booking, rows=rows, team=team: arranging.confirm(booking=booking, arrangements=rows, by=team)
        )
    assert both(*works) == ["done", "done"]
    assert Attempt.objects.filter(state=AttemptState.ARRANGED, assessor=user).count() == 6
