"""Releasing results, and the further attempts that follow."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.states import Role
from apprentices.states import RegistrationState
from centres.models import Charge
from centres.states import ChargeKind
from epa.actions import arranging, assessing, deadlines, resits, results
from epa.models import EPA, Deadline, Result
from epa.states import AttemptKind, AttemptState, DeadlineKind, EPAState
from foundation import audit, clock, documents
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from standards.models import Component, GradeRow, Price
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa.rows import registration_row

START = dt.date(2026, 9, 14)
LAST_DAY = START + dt.timedelta(days=50)
RELEASED = LAST_DAY + dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


def component(epa: EPA, code: str) -> Component:
    return Component.objects.get(version=epa.registration.package.version, code=code)


def open_resit(epa: EPA, code: str = "PRJ", kind: AttemptKind = AttemptKind.RESIT, by=None):
    return resits.open_resit(epa=epa, component=component(epa, code), kind=kind, by=by or build.owner(epa))


# Releasing


@pytest.mark.clause("F1")
@pytest.mark.parametrize(
    ("grades", "overall"),
    [
        ({}, "pass"),
        ({"OBS": "distinction"}, "pass"),
        ({"OBS": "distinction", "PRJ": "distinction", "DIS": "distinction"}, "distinction"),
    ],
)
def test_a_pass_is_released(epa, grades, overall, settings):
    result = build.released(epa, grades)
    result.refresh_from_db()
    assert (epa.state, result.overall) == (EPAState.PASSED, overall)
    assert result.grades == {"OBS": "pass", "PRJ": "pass", "DIS": "pass", **grades}
    assert clock.london_date(result.released_at) == RELEASED
    assert result.released_by == epa_team()
    assert result.ilr == {
        "ULN": epa.registration.uln,
        "ProgType": 25,
        "StdCode": 278,
        "EPAOrgID": settings.EPAO_ID,
        "CompStatus": 2,
        "Outcome": 1,
        "AchDate": f"{LAST_DAY}",
    }
    assert set(epa.attempts.values_list("state", "released_at")) == {(AttemptState.RELEASED, result.released_at)}
    epa.registration.refresh_from_db()
    assert epa.registration.state == RegistrationState.COMPLETED
    assert Deadline.objects.filter(epa=epa, done_at=None).count() == 0


@pytest.mark.clause("F1")
def test_the_statement_is_ordered_and_can_be_printed(epa):
    result = build.released(epa, {"PRJ": "fail"})
    statement = result.statement
    assert (statement.kind, statement.title) == ("result_statement", "Result statement")
    assert statement.context["overall"] == "Fail"
    rows = {row["name"].split(" ")[0]: row for row in statement.context["components"]}
    assert rows["Work-based"]["feedback"] == "More evidence of the effect is needed."
    assert rows["Work-based"]["rework_by"] == "Fri 4 Dec 2026"
    assert rows["Practical"]["rework_by"] == ""
    assert documents.render(statement).startswith(b"%PDF-")


@pytest.mark.clause("F1")
@pytest.mark.parametrize("grades", [{}, {"OBS": "fail"}])
def test_the_centre_is_told_without_a_grade(epa, grades):
    build.released(epa, grades)
    message = Message.objects.get(kind="epa.result_released")
    assert message.to_user == build.owner(epa)
    assert message.subject == "The result of Alex Example is there"
    for word in ("pass", "fail", "distinction", "resit", "retake"):
        assert word not in (message.subject + message.text).lower()


@pytest.mark.clause("C11", "C14")
def test_a_fail_opens_the_resits_and_the_rework(epa):
    result = build.released(epa, {"PRJ": "fail", "DIS": "fail"})
    assert (epa.state, result.overall) == (EPAState.RESIT_OPEN, "fail")
    assert (epa.first_fail_released_on, epa.resit_until) == (RELEASED, dt.date(2027, 11, 4))
    due = Deadline.objects.filter(epa=epa, done_at=None)
    assert set(due.values_list("kind", "attempt__component__code", "due_on", "clause")) == {
        (DeadlineKind.RESIT, None, dt.date(2027, 11, 4), "C11"),
        (DeadlineKind.REWORK, "PRJ", dt.date(2026, 12, 4), "C14"),
    }
    assert (result.ilr["CompStatus"], result.ilr["Outcome"], result.ilr["AchDate"]) == (1, None, None)
    epa.registration.refresh_from_db()
    assert epa.registration.state == RegistrationState.ACTIVE


def test_a_missing_row_of_the_grade_table_is_refused(epa, version):
    result = build.assessed(epa)
    row = GradeRow.objects.get(version=version, key="DIS=pass;OBS=pass;PRJ=pass")
    row.delete()
    with pytest.raises(Refused) as error:
        results.release(result=result, by=epa_team())
    assert [(problem.code, problem.where) for problem in error.value.problems] == [("no_grade_row", "grade_table")]
    epa.refresh_from_db()
    result.refresh_from_db()
    assert (epa.state, result.released_at) == (EPAState.RESULT_DUE, None)


def test_only_the_team_releases(epa):
    result = build.assessed(epa)
    assessor = build.attempt_of(epa, "OBS").assessor
    for person in (build.owner(epa), assessor, people.person(Role.FINANCE), people.person(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            results.release(result=result, by=person)


def test_a_result_is_released_once(epa):
    result = build.released(epa)
    with pytest.raises(Conflict):
        results.release(result=result, by=epa_team())


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_are_one(version, at):
    at(START)
    epa = build.opened(registration_row(version))
    result = build.assessed(epa)
    team = [people.person(Role.EPA_TEAM) for _ in range(2)]
    barrier, outcomes = threading.Barrier(2), []

    def run(by) -> None:
        try:
            with clock.travel(RELEASED):
                barrier.wait()
                results.release(result=result, by=by)
                outcomes.append("released")
        except (Conflict, WrongState) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in team]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "released"]
    assert Message.objects.filter(kind="epa.result_released").count() == 1
    assert audit.history(result).filter(verb="release").count() == 1


@pytest.mark.clause("F1")
def test_the_provider_marks_it_as_entered_once(epa):
    result = build.released(epa)
    with pytest.raises(NotAllowed):
        results.mark_entered(result=result, by=epa_team())
    results.mark_entered(result=result, by=build.owner(epa))
    assert Result.objects.get(pk=result.pk).entered_in_ilr_at is not None
    with pytest.raises(Conflict):
        results.mark_entered(result=result, by=build.owner(epa))


def test_what_is_not_released_is_not_entered(epa):
    result = build.assessed(epa)
    with pytest.raises(Conflict):
        results.mark_entered(result=result, by=build.owner(epa))


# Resits and retakes


@pytest.fixture
def failed(epa, at) -> EPA:
    """An EPA whose project and discussion were failed; it is the day of the release."""
    result = build.released(epa, {"PRJ": "fail", "DIS": "fail"})
    at(result.released_at)
    return epa


@pytest.mark.clause("C10", "D4")
@pytest.mark.parametrize("kind", [AttemptKind.RESIT, AttemptKind.RETAKE])
def test_a_failed_component_is_tried_again_at_the_price_of_the_day(failed, kind):
    attempt = open_resit(failed, "PRJ", kind)
    attempt.refresh_from_db()
    assert (attempt.number, attempt.kind, attempt.state) == (2, kind, AttemptState.PLANNED)
    assert attempt.held_by == failed.resit_until
    charge = attempt.charge
    assert (charge.kind, str(charge.amount), charge.centre) == (
        ChargeKind.RESIT,
        "180.00",
        failed.registration.apprentice.centre,
    )
    assert charge.description == (
        f"{kind.label.split(' (')[0]}: Work-based project supported by an interview, {failed.registration.number}"
    )
    assert Message.objects.filter(kind="epa.resit_opened").count() == 1


@pytest.mark.clause("C12")
def test_a_pass_cannot_be_raised(failed):
    with pytest.raises(Refused) as error:
        open_resit(failed, "OBS")
    assert [(problem.code, problem.clause) for problem in error.value.problems] == [("passed_already", "C12")]
    assert Charge.objects.filter(kind=ChargeKind.RESIT).count() == 0


@pytest.mark.clause("C11")
@pytest.mark.parametrize(("after", "codes"), [(0, []), (1, ["resits_over"])])
def test_resits_are_opened_up_to_the_last_day(failed, at, after, codes):
    at(failed.resit_until + dt.timedelta(days=after))
    if codes:
        with pytest.raises(Refused) as error:
            open_resit(failed)
        assert [problem.code for problem in error.value.problems] == codes
    else:
        assert open_resit(failed).number == 2


@pytest.mark.clause("D4")
def test_without_a_price_there_is_no_resit(failed, version):
    Price.objects.filter(version=version, component__code="PRJ").delete()
    with pytest.raises(Refused) as error:
        open_resit(failed)
    assert [problem.code for problem in error.value.problems] == ["no_price"]


def test_one_further_attempt_at_a_time(failed):
    open_resit(failed)
    with pytest.raises(Refused) as error:
        open_resit(failed)
    assert [problem.code for problem in error.value.problems] == ["open_already"]
    assert Charge.objects.filter(kind=ChargeKind.RESIT).count() == 1


def test_only_the_centre_asks_for_a_resit(failed):
    for person in (epa_team(), build.attempt_of(failed, "OBS").assessor):
        with pytest.raises(NotAllowed):
            open_resit(failed, by=person)
    with pytest.raises(Refused):
        open_resit(failed, kind=AttemptKind.FIRST)


def test_no_resit_after_a_pass_or_before_a_result(epa):
    with pytest.raises(WrongState):
        open_resit(epa)
    build.released(epa)
    with pytest.raises(WrongState):
        open_resit(epa)


@pytest.mark.clause("C14")
@pytest.mark.parametrize(("after", "late"), [("2026-12-04", False), ("2026-12-05", True)])
def test_the_rework_is_due_a_month_after_the_release(failed, at, after, late):
    attempt = open_resit(failed)
    assert attempt.submission_due_on == dt.date(2026, 12, 4)
    due = Deadline.objects.filter(epa=failed, done_at=None, due_on=dt.date(2026, 12, 4))
    assert list(due.values_list("kind", flat=True)) == [DeadlineKind.REWORK]
    at(dt.date.fromisoformat(after))
    submission = assessing.submit_report(attempt=attempt, file=build.report(), by=build.owner(failed))
    assert submission.late is late
    assert due.count() == 0


@pytest.mark.clause("C4", "C14")
def test_an_early_interview_makes_the_rework_due_earlier(failed):
    attempt = open_resit(failed)
    arranging.arrange(
        attempt=attempt,
        assessor=build.an_assessor(failed.registration.package.version),
        at=build.london(dt.date(2026, 12, 1)),
        place="There",
        by=epa_team(),
    )
    attempt.refresh_from_db()
    assert attempt.submission_due_on == dt.date(2026, 11, 17)


@pytest.mark.clause("C11", "F1")
def test_a_round_of_resits_has_its_own_result(failed, at):
    build.resit(failed, "PRJ")
    build.resit(failed, "DIS")
    result = build.assessed(failed, {"PRJ": "distinction", "DIS": "fail"})
    assert (result.sequence, failed.state) == (2, EPAState.RESULT_DUE)
    first = failed.results.get(sequence=1)
    until = failed.resit_until
    released = build.released(failed)
    assert (released.overall, released.grades) == ("fail", {"OBS": "pass", "PRJ": "pass", "DIS": "fail"})
    assert (failed.state, failed.first_fail_released_on, failed.resit_until) == (EPAState.RESIT_OPEN, RELEASED, until)
    first.refresh_from_db()
    assert first.grades == {"OBS": "pass", "PRJ": "fail", "DIS": "fail"}


@pytest.mark.clause("C10", "C11", "C13")
def test_without_limit_until_it_is_passed(failed, at):
    for number in (2, 3, 4):
        attempt = build.resit(failed, "DIS")
        assert attempt.number == number
        result = build.released(failed, {"DIS": "fail"})
        at(result.released_at)
    build.resit(failed, "DIS")
    build.resit(failed, "PRJ")
    result = build.released(failed, {"DIS": "pass", "PRJ": "distinction"})
    assert (failed.state, result.overall, result.sequence) == (EPAState.PASSED, "pass", 5)
    assert result.grades == {"OBS": "pass", "PRJ": "pass", "DIS": "pass"}
    assert result.ilr["AchDate"] == f"{result.last_day}"
    failed.registration.refresh_from_db()
    assert failed.registration.state == RegistrationState.COMPLETED
    assert Deadline.objects.filter(epa=failed, done_at=None).count() == 0


@pytest.mark.clause("C14")
def test_a_second_fail_of_the_project_is_reworked_again(failed, at):
    build.resit(failed, "PRJ")
    result = build.released(failed, {"PRJ": "fail"})
    day = clock.london_date(result.released_at)
    due = Deadline.objects.filter(epa=failed, kind=DeadlineKind.REWORK, done_at=None)
    assert [row.due_on for row in due] == [deadlines.windows.rework_due(component(failed, "PRJ"), day)]


def test_what_can_be_tried_again_is_listed_with_its_price(failed, epa):
    listed = {row.component.code: row for row in resits.possible_resits(failed)}
    assert {code: [problem.code for problem in row.problems] for code, row in listed.items()} == {
        "OBS": ["passed_already"],
        "PRJ": [],
        "DIS": [],
    }
    assert str(listed["DIS"].price.amount) == "160.00"


def test_nothing_can_be_tried_again_while_a_result_is_due(epa):
    build.assessed(epa)
    assert resits.possible_resits(epa) == []


@pytest.mark.clause("C10", "D4")
@pytest.mark.django_db(transaction=True)
def test_two_people_asking_at_once_are_charged_once(version, at):
    at(START)
    epa = build.opened(registration_row(version))
    build.released(epa, {"PRJ": "fail"})
    barrier, outcomes = threading.Barrier(2), []

    def run() -> None:
        try:
            with clock.travel(RELEASED):
                barrier.wait()
                open_resit(epa)
                outcomes.append("opened")
        except Refused as error:
            outcomes.append(error.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["open_already", "opened"]
    assert Charge.objects.filter(kind=ChargeKind.RESIT).count() == 1
