"""Handing in and recording, through the verbs."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Membership
from accounts.states import Role
from epa.actions import assessing
from epa.models import EPA, Attempt, CriterionResult, Deadline, PortfolioPiece, ProjectSubject, Result
from epa.rules.assessing import Judgement
from epa.states import AttemptState, BookingState, DeadlineKind, EPAState, SubjectState
from foundation import audit, clock, workingdays
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa.rows import registration_row

START = dt.date(2026, 9, 14)
REPORT_DUE = START + dt.timedelta(days=45 - 14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    """An EPA whose booking is confirmed for days 40, 45 and 50 of its period."""
    at(START)
    epa = build.opened(registration_row(version))
    build.confirmed(epa)
    return epa


def refused(call, **kwargs) -> list[str]:
    with pytest.raises(Refused) as error:
        call(**kwargs)
    return [problem.code for problem in error.value.problems]


# Handing in


@pytest.mark.clause("C5")
@pytest.mark.parametrize("state", [None, SubjectState.PROPOSED, SubjectState.REFUSED, SubjectState.AGREED])
def test_a_report_waits_for_the_subject(epa, state):
    if state is not None:
        ProjectSubject.objects.create(epa=epa, subject="Fewer calls", state=state)
    call = {"attempt": build.attempt_of(epa, "PRJ"), "file": build.report(), "by": build.owner(epa)}
    if state == SubjectState.AGREED:
        assert assessing.submit_report(**call).late is False
    else:
        assert refused(assessing.submit_report, **call) == ["subject_undecided"]
        assert epa.attempts.filter(submissions__isnull=False).count() == 0


@pytest.mark.clause("C4")
@pytest.mark.parametrize(("day", "late"), [(REPORT_DUE, False), (REPORT_DUE + dt.timedelta(days=1), True)])
def test_a_late_report_is_taken_as_late_and_told(epa, at, day, late, settings):
    build.agree_subject(epa)
    at(day)
    submission = assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=build.report(), by=build.owner(epa))
    assert submission.late is late
    told = Message.objects.filter(kind="epa.handed_in_late", to_email=settings.EPA_TEAM_MAILBOX)
    assert told.count() == int(late)
    assert Message.objects.filter(kind="epa.handed_in").count() == 1
    deadline = Deadline.objects.get(epa=epa, kind=DeadlineKind.SUBMISSION, attempt__component__code="PRJ")
    assert deadline.done_at is not None


def test_a_better_copy_replaces_the_first(epa):
    build.handed_in(epa)
    attempt = build.attempt_of(epa, "PRJ")
    again = assessing.submit_report(attempt=attempt, file=build.report("better.pdf"), by=build.owner(epa))
    assert attempt.submissions.latest("pk") == again
    assert attempt.submissions.count() == 2


def test_a_report_is_a_document(epa):
    build.agree_subject(epa)
    fake = SimpleUploadedFile("report.pdf", b"MZ not a document at all")
    with pytest.raises(Refused):
        assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=fake, by=build.owner(epa))


@pytest.mark.clause("C7")
@pytest.mark.parametrize(("count", "codes"), [(9, ["piece_count"]), (10, []), (15, []), (16, ["piece_count"])])
def test_a_portfolio_is_ten_to_fifteen_pieces(epa, count, codes):
    call = {"attempt": build.attempt_of(epa, "DIS"), "pieces": build.pieces(epa, count), "by": build.owner(epa)}
    if codes:
        assert refused(assessing.submit_portfolio, **call) == codes
    else:
        submission = assessing.submit_portfolio(**call)
        assert submission.pieces.count() == count


@pytest.mark.clause("C8")
def test_a_piece_assessed_before_is_not_taken(epa):
    pieces = build.pieces(epa, 10)
    PortfolioPiece.objects.filter(pk=pieces[3].pk).update(assessed_before=True)
    call = {"attempt": build.attempt_of(epa, "DIS"), "pieces": pieces, "by": build.owner(epa)}
    assert refused(assessing.submit_portfolio, **call) == ["assessed_before"]


def test_a_piece_of_another_portfolio_is_not_taken(epa, version):
    other = build.opened(registration_row(version, name="Other"))
    pieces = [*build.pieces(epa, 9), *build.pieces(other, 1)]
    call = {"attempt": build.attempt_of(epa, "DIS"), "pieces": pieces, "by": build.owner(epa)}
    assert refused(assessing.submit_portfolio, **call) == ["not_theirs"]


def test_who_may_hand_in_what(epa, version):
    build.agree_subject(epa)
    stranger = build.owner(build.opened(registration_row(version, name="Other")))
    for person in (stranger, epa_team(), build.attempt_of(epa, "PRJ").assessor):
        with pytest.raises(NotAllowed):
            assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=build.report(), by=person)
    with pytest.raises(WrongState):
        assessing.submit_report(attempt=build.attempt_of(epa, "OBS"), file=build.report(), by=build.owner(epa))
    with pytest.raises(WrongState):
        assessing.submit_report(attempt=build.attempt_of(epa, "DIS"), file=build.report(), by=build.owner(epa))
    with pytest.raises(WrongState):
        assessing.submit_portfolio(attempt=build.attempt_of(epa, "PRJ"), pieces=[], by=build.owner(epa))


def test_nothing_is_handed_in_after_the_assessment(epa):
    build.handed_in(epa)
    build.assess(build.attempt_of(epa, "PRJ"), "pass")
    with pytest.raises(WrongState):
        assessing.submit_report(attempt=build.attempt_of(epa, "PRJ"), file=build.report(), by=build.owner(epa))


# Recording


@pytest.mark.parametrize("grade", ["fail", "pass", "distinction"])
def test_a_component_is_recorded_by_criterion(epa, grade):
    attempt = build.assess(build.attempt_of(epa, "OBS"), grade)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.grade, attempt.raw_grade) == (AttemptState.ASSESSED, grade, grade)
    assert attempt.held_on == START + dt.timedelta(days=40)
    met = {row.criterion.code: row.met for row in CriterionResult.objects.filter(attempt=attempt)}
    assert met == {code: row.met for code, row in build.judgements(attempt.component, grade).items()}
    assert Deadline.objects.filter(attempt=attempt, done_at=None).count() == 0


def test_the_record_is_confidential(epa):
    attempt = build.assess(build.attempt_of(epa, "OBS"), "fail")
    assert audit.history(attempt).filter(verb="assess").count() == 0
    event = audit.history(attempt, include_confidential=True).filter(verb="assess").get()
    assert event.facts["grade"] == "fail"


@pytest.mark.clause("C1", "C3", "C6")
@pytest.mark.parametrize("code", ["OBS", "PRJ", "DIS"])
@pytest.mark.parametrize(
    ("held_on", "codes"),
    [
        (START, []),
        (START - dt.timedelta(days=1), ["before_start"]),
        (dt.date(2026, 12, 14), []),
        (dt.date(2026, 12, 15), ["after_window"]),
    ],
)
def test_it_was_held_in_its_window(epa, at, code, held_on, codes):
    build.handed_in(epa)
    at(dt.date(2026, 12, 20))
    attempt = build.attempt_of(epa, code)
    if not codes:
        assert build.assess(attempt, "pass", held_on=held_on).held_on == held_on
        return
    with pytest.raises(Refused) as error:
        build.assess(attempt, "pass", held_on=held_on)
    assert [problem.code for problem in error.value.problems] == codes


def test_it_was_not_held_tomorrow(epa, at):
    at(dt.date(2026, 10, 1))
    attempt = build.attempt_of(epa, "OBS")
    call = {"grade": "pass", "criteria": build.judgements(attempt.component, "pass"), "feedback": ""}
    tomorrow = dt.date(2026, 10, 2)
    assert refused(assessing.assess, attempt=attempt, held_on=tomorrow, by=attempt.assessor, **call) == ["in_future"]
    assessing.assess(attempt=attempt, held_on=dt.date(2026, 10, 1), by=attempt.assessor, **call)


@pytest.mark.clause("C1")
def test_only_the_allocated_assessor_records(epa, version):
    attempt = build.attempt_of(epa, "OBS")
    both = people.person(Role.EPA_TEAM)
    other = build.assessor(version)
    for person in (build.owner(epa), epa_team(), both, other):
        with pytest.raises(NotAllowed):
            build.assess(attempt, "pass", by=person)
    assert attempt.state == AttemptState.ARRANGED


@pytest.mark.clause("C1")
def test_seeing_everything_does_not_make_an_assessor_of_it(epa):
    """Somebody of the EPA team who is an assessor as well sees the attempt, and still may not record it."""
    both = people.person(Role.EPA_TEAM)
    Membership.objects.create(user=both, organisation=people.imi(), role=Role.INDEPENDENT_ASSESSOR)
    with pytest.raises(NotAllowed):
        build.assess(build.attempt_of(epa, "OBS"), "pass", by=both)


def test_what_does_not_fit_is_said_together(epa, at):
    at(dt.date(2026, 12, 20))
    attempt = build.attempt_of(epa, "PRJ")
    call = {
        "attempt": attempt,
        "held_on": dt.date(2026, 12, 15),
        "grade": "distinction",
        "criteria": build.judgements(attempt.component, "pass"),
        "feedback": "",
        "by": attempt.assessor,
    }
    assert refused(assessing.assess, **call) == ["after_window", "grade_not_earned", "nothing_submitted"]
    assert CriterionResult.objects.count() == 0


@pytest.mark.clause("C4", "C7")
@pytest.mark.parametrize("code", ["PRJ", "DIS"])
def test_without_the_submission_only_a_fail_is_recorded(epa, code):
    attempt = build.attempt_of(epa, code)
    with pytest.raises(Refused) as error:
        build.assess(attempt, "pass")
    assert [problem.code for problem in error.value.problems] == ["nothing_submitted"]
    assert build.assess(attempt, "fail").state == AttemptState.ASSESSED


def test_it_is_recorded_once(epa):
    attempt = build.assess(build.attempt_of(epa, "OBS"), "pass")
    with pytest.raises(Conflict):
        build.assess(attempt, "fail")


def test_a_criterion_of_nothing_is_ignored(epa):
    attempt = build.attempt_of(epa, "OBS")
    judged = {**build.judgements(attempt.component, "pass"), "XYZ": Judgement(met=False)}
    with clock.travel(dt.date(2026, 10, 24)):
        assessing.assess(
            attempt=attempt,
            held_on=dt.date(2026, 10, 24),
            grade="pass",
            criteria=judged,
            feedback="",
            by=attempt.assessor,
        )
    assert CriterionResult.objects.filter(attempt=attempt).count() == attempt.component.criteria.count()


# The last component


@pytest.mark.clause("F1")
def test_with_the_last_component_the_result_falls_due(epa, settings):
    build.handed_in(epa)
    build.assess(build.attempt_of(epa, "DIS"), "pass")
    build.assess(build.attempt_of(epa, "OBS"), "pass")
    epa.refresh_from_db()
    assert (epa.state, epa.results.count()) == (EPAState.IN_PERIOD, 0)
    build.assess(build.attempt_of(epa, "PRJ"), "pass")
    epa.refresh_from_db()
    assert epa.state == EPAState.RESULT_DUE
    result = epa.results.get()
    last_day = START + dt.timedelta(days=50)
    due_on = workingdays.current().add(last_day, 21)
    assert (result.sequence, result.last_day, result.due_on) == (1, last_day, due_on)
    assert (result.facts["last_day"], result.facts["working_days"]) == (f"{last_day}", 21)
    assert (result.overall, result.grades, result.released_at) == ("", {}, None)
    due = Deadline.objects.filter(epa=epa, done_at=None)
    assert list(due.values_list("kind", "due_on", "clause")) == [(DeadlineKind.RESULT, due_on, "F1")]
    assert epa.bookings.get().state == BookingState.COMPLETED
    told = Message.objects.filter(kind="epa.result_falls_due")
    assert list(told.values_list("to_email", flat=True)) == [settings.EPA_TEAM_MAILBOX]


@pytest.mark.clause("F1")
def test_the_days_count_from_the_last_day_held_not_from_the_recording(epa, at):
    build.handed_in(epa)
    at(dt.date(2026, 12, 1))
    result = build.assessed(epa)
    assert result.last_day == START + dt.timedelta(days=50)


@pytest.mark.clause("F1")
@pytest.mark.django_db(transaction=True)
def test_the_two_last_components_at_once_make_one_result(version, at):
    at(START)
    epa = build.opened(registration_row(version))
    one, two = build.assessor(version), build.assessor(version)
    build.confirmed(epa, by=one)
    Attempt.objects.filter(epa=epa, component__code="PRJ").update(assessor=two)
    build.handed_in(epa)
    build.assess(build.attempt_of(epa, "DIS"), "pass")
    attempts = [build.attempt_of(epa, code) for code in ("OBS", "PRJ")]
    at(dt.date(2026, 11, 10))
    barrier, problems = threading.Barrier(2), []

    def run(attempt: Attempt) -> None:
        try:
            barrier.wait()
            build.assess(attempt, "pass")
        except Exception as error:  # noqa: BLE001 - whatever happens in the thread has to reach the test
            problems.append(error)
        finally:
            connection.close()

    def threaded(attempt: Attempt) -> threading.Thread:
        def work() -> None:
            with clock.travel(dt.date(2026, 11, 10)):
                run(attempt)

        return threading.Thread(target=work)

    threads = [threaded(attempt) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    epa.refresh_from_db()
    assert (epa.state, Result.objects.count()) == (EPAState.RESULT_DUE, 1)
    assert Message.objects.filter(kind="epa.result_falls_due").count() == 1


# The cap of a resit and its exception


@pytest.fixture
def resit(epa, at) -> Attempt:
    """An arranged resit of the observation."""
    result = build.released(epa, {"OBS": "fail"})
    at(result.released_at)
    return build.resit(epa, "OBS")


@pytest.mark.clause("C13")
@pytest.mark.parametrize(("raw", "counts"), [("fail", "fail"), ("pass", "pass"), ("distinction", "pass")])
def test_a_resit_counts_as_a_pass_at_most(resit, raw, counts):
    attempt = build.assess(resit, raw)
    assert (attempt.raw_grade, attempt.grade) == (raw, counts)


@pytest.mark.clause("C13")
@pytest.mark.parametrize("before", [True, False])
def test_two_people_lift_the_cap(resit, before):
    one, two = people.person(Role.EPA_TEAM), people.person(Role.EPA_TEAM)
    if not before:
        build.assess(resit, "distinction")
    assessing.propose_cap_lift(attempt=resit, reason="Bereavement on the day", by=one)
    assert refused(assessing.grant_cap_lift, attempt=resit, by=one) == ["same_person"]
    assessing.grant_cap_lift(attempt=resit, by=two)
    if before:
        build.assess(resit, "distinction")
    resit.refresh_from_db()
    assert (resit.grade, resit.raw_grade) == ("distinction", "distinction")
    assert (resit.cap_lift_proposed_by, resit.cap_lifted_by) == (one, two)
    assert resit.cap_lifted_reason == "Bereavement on the day"


@pytest.mark.clause("C13")
def test_a_proposal_alone_lifts_nothing(resit):
    assessing.propose_cap_lift(attempt=resit, reason="Bereavement", by=epa_team())
    assert build.assess(resit, "distinction").grade == "pass"


@pytest.mark.clause("C13")
def test_an_exception_has_its_limits(epa, resit):
    team = epa_team()
    assert refused(assessing.propose_cap_lift, attempt=resit, reason=" ", by=team) == ["no_reason"]
    assert refused(assessing.grant_cap_lift, attempt=resit, by=team) == ["not_proposed"]
    with pytest.raises(NotAllowed):
        assessing.propose_cap_lift(attempt=resit, reason="Bereavement", by=build.owner(epa))
    with pytest.raises(NotAllowed):
        assessing.grant_cap_lift(attempt=resit, by=build.owner(epa))
    first = epa.attempts.filter(component=resit.component, number=1).get()
    with pytest.raises(WrongState):
        assessing.propose_cap_lift(attempt=first, reason="Bereavement", by=team)


@pytest.mark.clause("C13")
def test_a_first_attempt_has_no_cap_to_lift(epa):
    attempt = build.attempt_of(epa, "OBS")
    assert refused(assessing.propose_cap_lift, attempt=attempt, reason="x", by=epa_team()) == ["first_attempt"]


@pytest.mark.clause("C13")
def test_the_exception_is_confidential(resit):
    assessing.propose_cap_lift(attempt=resit, reason="Bereavement", by=people.person(Role.EPA_TEAM))
    assessing.grant_cap_lift(attempt=resit, by=people.person(Role.EPA_TEAM))
    assert audit.history(resit).filter(verb__contains="cap").count() == 0
    assert audit.history(resit, include_confidential=True).filter(verb__contains="cap").count() == 2
