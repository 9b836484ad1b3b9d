"""The reads of the assessing half: who sees what, in which order, and what the rules are told."""

import datetime as dt

import pytest

from accounts.models import Interest, Membership, Organisation, User
from accounts.states import OrganisationKind, Role
from epa.actions import resits
from epa.models import EPA, AssessorProfile, Attempt
from epa.queries import assessing as queries
from epa.queries import record
from epa.states import AttemptKind, AttemptState, DeadlineKind
from foundation import clock
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


def codes(rows) -> list[str]:
    return [row.component.code for row in rows]


# Assessors


@pytest.mark.clause("C1")
def test_who_may_assess_a_version(version):
    zoe, adam = build.assessor(version, "Zoe"), build.assessor(version, "Adam")
    gone, idle, away = (build.assessor(version) for _ in range(3))
    build.ended(gone, Role.INDEPENDENT_ASSESSOR)
    AssessorProfile.objects.filter(user=idle).update(active=False)
    User.objects.filter(pk=away.pk).update(is_active=False)
    other = people.person(Role.INDEPENDENT_ASSESSOR)
    AssessorProfile.objects.create(user=other)
    people.person(Role.INDEPENDENT_ASSESSOR)  # without a profile
    assert list(queries.assessors_for(version)) == [adam, zoe]


@pytest.mark.clause("C1")
def test_what_is_known_of_an_assessor(epa, version):
    user = build.assessor(version, "Sam")
    facts = queries.assessor_facts(user, epa.registration, version=version, on=START)
    assert (facts.name, facts.is_assessor, facts.covers, facts.ties, facts.busy) == ("Sam", True, True, (), ())


def test_the_diary_of_an_assessor_around_a_day(epa, version):
    user = build.assessor(version)
    build.confirmed(epa, by=user)
    held_on = START + dt.timedelta(days=40)

    def busy(days: int, *leave_out: int) -> int:
        on = held_on + dt.timedelta(days=days)
        facts = queries.assessor_facts(user, epa.registration, version=version, on=on, except_attempts=leave_out)
        return len(facts.busy)

    assert [busy(days) for days in (-2, -1, 0, 1, 2)] == [0, 1, 1, 1, 0]
    assert busy(0, build.attempt_of(epa, "OBS").pk) == 0


@pytest.mark.clause("C1")
@pytest.mark.parametrize(("ended_after", "tied"), [(None, True), (-1, False), (0, True), (1, True)])
def test_an_interest_counts_on_its_last_day(epa, version, ended_after, tied):
    user = build.assessor(version)
    ended_on = None if ended_after is None else START + dt.timedelta(days=ended_after)
    uln = epa.registration.apprentice.uln
    Interest.objects.create(user=user, uln=uln, nature="Uncle", ended_on=ended_on)
    assert (queries.ties(user, epa.registration, on=START) != ()) is tied


@pytest.mark.clause("C1")
def test_a_role_at_the_employer_is_said_to_be_there(epa, version):
    user = build.assessor(version)
    name = epa.registration.apprentice.employer.name
    firm = Organisation.objects.create(kind=OrganisationKind.EMPLOYER, name=name)
    Membership.objects.create(user=user, organisation=firm, role=Role.EMPLOYER_CONTACT)
    assert queries.ties(user, epa.registration, on=START) == (f"is employer contact of {name}",)


@pytest.mark.clause("C1")
def test_an_interest_elsewhere_is_no_tie(epa, version):
    user = build.assessor(version)
    Interest.objects.create(user=user, organisation=people.provider(), nature="Worked there")
    Interest.objects.create(user=user, employer_name="Bright Garages of Leeds", nature="Shares")
    Interest.objects.create(user=user, uln="1999999999", nature="Uncle")
    Interest.objects.create(user=user, nature="Nothing in particular")
    assert queries.ties(user, epa.registration, on=START) == ()


@pytest.mark.clause("C14")
def test_the_day_of_the_fail_before_a_resit(epa, at):
    assert queries.fail_released_on(build.attempt_of(epa, "PRJ")) is None
    result = build.released(epa, {"PRJ": "fail"})
    at(result.released_at)
    second = build.resit(epa, "PRJ")
    first_day = clock.london_date(result.released_at)
    assert queries.fail_released_on(second) == first_day
    again = build.released(epa, {"PRJ": "fail"})
    at(again.released_at)
    third = build.resit(epa, "PRJ")
    assert queries.fail_released_on(third) == clock.london_date(again.released_at) > first_day


# Results


@pytest.mark.clause("F1")
def test_results_are_the_team_s_until_released(epa):
    owner, team, finance = build.owner(epa), epa_team(), people.person(Role.FINANCE)
    assessor = build.an_assessor(epa.registration.package.version)
    result = build.assessed(epa)
    assert [list(queries.results(user)) for user in (team, owner, finance, assessor)] == [[result], [], [], []]
    assert list(queries.results_to_release(team)) == [result]
    build.released(epa)
    assert [list(queries.results(user)) for user in (team, owner, finance, assessor)] == [[result], [result], [], []]
    assert list(queries.results_to_release(team)) == []
    assert list(queries.results_released(owner)) == [result]


@pytest.mark.clause("F1")
def test_results_to_release_begin_with_the_one_due_first(epa, version):
    later = build.assessed(build.opened(registration_row(version), START + dt.timedelta(days=2)))
    sooner = build.assessed(epa)
    assert list(queries.results_to_release(epa_team())) == [sooner, later]


@pytest.mark.parametrize(
    ("text", "found"),
    [("example", True), ("EXAM", True), ("alex", True), ("Other", False), ("uln", True), ("100000", False)],
)
def test_a_result_is_found_by_name_or_whole_uln(epa, text, found):
    result = build.released(epa)
    wanted = epa.registration.uln if text == "uln" else text
    assert list(queries.named(queries.results_released(epa_team()), wanted)) == ([result] if found else [])


@pytest.mark.clause("F1")
@pytest.mark.parametrize(
    ("state", "who", "knows"),
    [
        (AttemptState.ASSESSED, "team", True),
        (AttemptState.ASSESSED, "assessor", True),
        (AttemptState.ASSESSED, "other assessor", False),
        (AttemptState.ASSESSED, "owner", False),
        (AttemptState.RELEASED, "owner", True),
        (AttemptState.RELEASED, "other assessor", True),
    ],
)
def test_who_may_know_a_grade(epa, version, state, who, knows):
    assessor = build.assessor(version)
    attempt = Attempt(epa=epa, assessor=assessor, state=state)
    users = {
        "team": epa_team(),
        "assessor": assessor,
        "other assessor": build.assessor(version),
        "owner": build.owner(epa),
    }
    assert queries.knows_grade(users[who], attempt) is knows


def test_nobody_is_the_assessor_of_what_has_none(epa):
    assert queries.knows_grade(build.owner(epa), Attempt(epa=epa, state=AttemptState.PLANNED)) is False


# Lists


def test_resits_to_arrange(epa, at):
    result = build.released(epa, {"OBS": "fail", "PRJ": "fail"})
    at(result.released_at)
    team = epa_team()
    assert list(queries.resits_to_arrange(team)) == []
    component = build.attempt_of(epa, "PRJ").component
    attempt = resits.open_resit(epa=epa, component=component, kind=AttemptKind.RESIT, by=build.owner(epa))
    build.resit(epa, "OBS")
    assert list(queries.resits_to_arrange(team)) == [attempt]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(40, 40, ["OBS"]), (39, 39, []), (41, 44, []), (40, 45, ["OBS", "PRJ"]), (0, 90, ["OBS", "PRJ", "DIS"])],
)
def test_the_calendar_between_two_days(epa, first, last, found):
    build.confirmed(epa)
    start, end = START + dt.timedelta(days=first), START + dt.timedelta(days=last)
    assert codes(queries.calendar(epa_team(), start, end)) == found


def test_the_calendar_s_days_are_london_s(epa):
    """Half past midnight in summer is the day before in UTC."""
    build.confirmed(epa)
    day = dt.date(2026, 10, 20)
    Attempt.objects.filter(epa=epa, component__code="OBS").update(scheduled_at=build.london(day, 0, 30))
    assert codes(queries.calendar(epa_team(), day, day)) == ["OBS"]
    assert codes(queries.calendar(epa_team(), day - dt.timedelta(days=1), day - dt.timedelta(days=1))) == []


def test_what_an_assessor_has_to_do(epa, version):
    user, other = build.assessor(version), build.assessor(version)
    build.confirmed(epa, by=user)
    assert codes(queries.to_assess(user)) == ["OBS", "PRJ", "DIS"]
    assert codes(queries.to_assess(other)) == []
    build.assess(build.attempt_of(epa, "OBS"), "pass")
    assert codes(queries.to_assess(user)) == ["PRJ", "DIS"]


def test_open_deadlines_of_what_one_may_see(epa, version):
    owner, stranger = build.owner(epa), build.owner(build.opened(registration_row(version)))
    rows = list(queries.open_deadlines(owner))
    assert rows[0].kind == DeadlineKind.SUBMISSION
    assert {row.epa_id for row in rows} == {epa.pk}
    assert epa.pk not in {row.epa_id for row in queries.open_deadlines(stranger)}
    build.released(epa)
    assert list(queries.open_deadlines(owner)) == []


# What the record page shows


def missing(epa: EPA) -> list[str]:
    rows = epa.attempts.select_related("component").prefetch_related("submissions")
    return [problem.code for problem in record.missing(epa, rows, clock.today())]


def test_what_is_missing_at_each_stage(epa, at):
    build.agree_subject(epa)
    build.pieces(epa)
    assert missing(epa) == ["not_arranged", "not_arranged", "not_handed_in", "not_arranged", "not_handed_in"]
    build.confirmed(epa)
    assert missing(epa) == ["not_handed_in", "not_handed_in"]
    build.handed_in(epa)
    assert missing(epa) == []
    result = build.released(epa, {"PRJ": "fail"})
    assert missing(epa) == []
    at(result.released_at)
    component = build.attempt_of(epa, "PRJ").component
    resits.open_resit(epa=epa, component=component, kind=AttemptKind.RESIT, by=build.owner(epa))
    assert missing(epa) == ["not_arranged", "not_handed_in"]


def story(epa: EPA, user: User) -> list[tuple[str, str, bool]]:
    rows = list(epa.attempts.select_related("component", "epa").prefetch_related("submissions"))
    results = list(epa.results.select_related("epa"))
    moments = record.moments(epa, rows, results, user, clock.today())
    return [(f"{moment.date:%d %b %y}", moment.title, moment.late) for moment in moments if moment.kind == "deadline"]


@pytest.mark.clause("C1", "C3", "C4", "C6", "C9")
def test_the_deadlines_of_the_story(epa, at):
    owner = build.owner(epa)
    assert story(epa, owner) == [
        ("14 Nov 26", "Project report due", False),
        ("14 Dec 26", "Practical observation with questions held by", False),
        ("14 Dec 26", "Work-based project supported by an interview held by", False),
        ("14 Dec 26", "Professional discussion supported by portfolio evidence held by", False),
        ("14 Dec 26", "EPA period ends", False),
    ]
    build.confirmed(epa)
    assert story(epa, owner) == [
        ("15 Oct 26", "Project report due", False),
        ("20 Oct 26", "Portfolio of evidence due", False),
        ("14 Dec 26", "EPA period ends", False),
    ]
    at(dt.date(2026, 10, 16))
    assert story(epa, owner)[0] == ("15 Oct 26", "Project report due", True)


@pytest.mark.clause("F1", "C11")
def test_the_story_after_the_assessment(epa):
    owner = build.owner(epa)
    result = build.assessed(epa, {"OBS": "fail"})
    assert story(epa, owner) == [(f"{result.due_on:%d %b %y}", "Result due", False)]
    build.released(epa)
    assert story(epa, owner) == [("04 Nov 27", "Resits and retakes by", False)]


def test_the_story_of_an_epa_being_prepared(version, at):
    at(START)
    epa = epa_row(registration_row(version))
    booking_row(epa, requested_on=START, by=build.owner(epa))
    moments = record.moments(epa, [], [], build.owner(epa), START)
    assert [moment.title for moment in moments] == [
        "Registered",
        "Preparation began",
        "Gateway accepted",
        "Booking requested",
        "Desired practical date",
    ]
