"""The period, its deadlines, and the daily look."""

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.states import Role
from epa import tasks
from epa.actions import deadlines, locking
from epa.models import EPA, Deadline
from epa.states import AttemptKind, AttemptState, DeadlineKind, EPAState
from foundation import audit, clock
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Message
from foundation.workingdays import OutsideHorizon
from standards.models import Component
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as build
from tests.epa.rows import epa_row, registration_row

START = dt.date(2026, 9, 14)
END = dt.date(2026, 12, 14)
REPORT_DUE = dt.date(2026, 11, 14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def epa(version, at) -> EPA:
    at(START)
    return build.opened(registration_row(version))


def due(epa: EPA) -> set[tuple[str, str, str, dt.date]]:
    """Open deadlines as (kind, component, clause, day)."""
    rows = Deadline.objects.filter(epa=epa, done_at=None).select_related("attempt__component")
    return {(row.kind, row.attempt.component.code if row.attempt else "", row.clause, row.due_on) for row in rows}


@pytest.mark.clause("C9", "C1", "C2", "C3", "C6")
def test_accepting_opens_the_period_with_attempts_and_deadlines(epa):
    epa.refresh_from_db()
    assert (epa.state, epa.starts_on, epa.ends_on) == (EPAState.IN_PERIOD, START, END)
    rows = epa.attempts.select_related("component")
    assert {(row.component.code, row.kind, row.number, row.held_by, row.submission_due_on) for row in rows} == {
        ("OBS", AttemptKind.FIRST, 1, END, None),
        ("PRJ", AttemptKind.FIRST, 1, END, REPORT_DUE),
        ("DIS", AttemptKind.FIRST, 1, END, None),
    }
    assert due(epa) == {
        (DeadlineKind.PERIOD_END, "", "C9", END),
        (DeadlineKind.WINDOW, "OBS", "C1", END),
        (DeadlineKind.WINDOW, "PRJ", "C3", END),
        (DeadlineKind.WINDOW, "DIS", "C6", END),
        (DeadlineKind.SUBMISSION, "PRJ", "C4", REPORT_DUE),
    }
    window = Deadline.objects.get(epa=epa, clause="C1")
    assert (window.warn_on, window.facts) == (dt.date(2026, 11, 30), {"starts_on": "2026-09-14", "months": 3})


def test_a_period_is_opened_once_and_by_the_team(epa, version):
    with pytest.raises(WrongState):
        deadlines.open_period(epa=epa, starts_on=START, by=epa_team())
    other = epa_row(registration_row(version))
    with pytest.raises(NotAllowed):
        deadlines.open_period(epa=other, starts_on=START, by=build.owner(other))
    assert other.attempts.count() == 0


@pytest.mark.clause("C9")
def test_moving_the_start_stores_every_date_anew(epa):
    deadlines.move_start(epa=epa, starts_on=dt.date(2026, 9, 30), reason="Ill in September", by=epa_team())
    epa.refresh_from_db()
    assert (epa.starts_on, epa.ends_on, epa.moved_reason) == (
        dt.date(2026, 9, 30),
        dt.date(2026, 12, 30),
        "Ill in September",
    )
    assert due(epa) == {
        (DeadlineKind.PERIOD_END, "", "C9", dt.date(2026, 12, 30)),
        (DeadlineKind.WINDOW, "OBS", "C1", dt.date(2026, 12, 30)),
        (DeadlineKind.WINDOW, "PRJ", "C3", dt.date(2026, 12, 30)),
        (DeadlineKind.WINDOW, "DIS", "C6", dt.date(2026, 12, 30)),
        (DeadlineKind.SUBMISSION, "PRJ", "C4", dt.date(2026, 11, 30)),
    }
    event = audit.history(epa).filter(verb="move_start").get()
    assert event.facts == {
        "from": "2026-09-14",
        "to": "2026-09-30",
        "ends_on": "2026-12-30",
        "reason": "Ill in September",
    }
    assert Message.objects.filter(kind="epa.period_moved", to_email=build.owner(epa).email).count() == 1


@pytest.mark.clause("C9")
@pytest.mark.parametrize(
    ("starts_on", "reason", "codes"),
    [
        (START, "Asked for", []),
        (START - dt.timedelta(days=1), "Asked for", ["before_gateway"]),
        (START + dt.timedelta(days=1), "  ", ["no_reason"]),
        (START - dt.timedelta(days=1), "", ["no_reason", "before_gateway"]),
    ],
)
def test_moving_needs_a_reason_and_an_accepted_gateway(epa, starts_on, reason, codes):
    if not codes:
        deadlines.move_start(epa=epa, starts_on=starts_on, reason=reason, by=epa_team())
        return
    with pytest.raises(Refused) as refused:
        deadlines.move_start(epa=epa, starts_on=starts_on, reason=reason, by=epa_team())
    assert [problem.code for problem in refused.value.problems] == codes


@pytest.mark.clause("C9")
def test_a_centre_cannot_move_the_start(epa):
    with pytest.raises(NotAllowed):
        deadlines.move_start(epa=epa, starts_on=START, reason="Why not", by=build.owner(epa))


@pytest.mark.clause("C9")
def test_the_period_cannot_leave_behind_what_was_held(epa, at):
    build.confirmed(epa)
    build.handed_in(epa)
    held_on = START + dt.timedelta(days=build.DAYS[0])
    at(held_on + dt.timedelta(days=1))
    build.assess(build.attempt_of(epa, "OBS"), "pass", held_on=held_on)
    with pytest.raises(Refused) as refused:
        deadlines.move_start(epa=epa, starts_on=held_on + dt.timedelta(days=1), reason="Later", by=epa_team())
    assert [problem.code for problem in refused.value.problems] == ["held_outside"]
    deadlines.move_start(epa=epa, starts_on=held_on, reason="Later", by=epa_team())


def kinds(name: str) -> list[tuple[str, str]]:
    return sorted(Message.objects.filter(kind=f"epa.{name}").values_list("subject", "to_email"))


def test_nothing_is_said_before_its_day(epa):
    assert deadlines.look(dt.date(2026, 10, 30)) == {"closed": 0, "missed": 0, "warned": 0, "failed": 0}
    assert Message.objects.filter(kind__startswith="epa.deadline").count() == 0


@pytest.mark.clause("C4")
def test_a_deadline_is_warned_of_once(epa):
    warned = {"closed": 0, "missed": 0, "warned": 1, "failed": 0}
    assert deadlines.look(dt.date(2026, 10, 31)) == warned  # 14 days before 14 Nov
    assert deadlines.look(dt.date(2026, 10, 31)) == {**warned, "warned": 0}
    assert deadlines.look(dt.date(2026, 11, 3)) == {**warned, "warned": 0}
    assert kinds("deadline_near") == [
        ("Submission due on Sat 14 Nov 2026: Alex Example", build.owner(epa).email),
    ]


@pytest.mark.clause("C4")
def test_a_missed_deadline_is_marked_once_even_days_late(epa, settings):
    nothing = {"closed": 0, "missed": 0, "warned": 0, "failed": 0}
    assert deadlines.look(REPORT_DUE) == {**nothing, "warned": 1}  # the day itself is in time
    assert deadlines.look(REPORT_DUE + dt.timedelta(days=4)) == {**nothing, "missed": 1}
    assert deadlines.look(REPORT_DUE + dt.timedelta(days=4)) == nothing
    subject = "Late: submission due on Sat 14 Nov 2026, Alex Example"
    assert kinds("deadline_missed") == sorted([(subject, build.owner(epa).email), (subject, settings.EPA_TEAM_MAILBOX)])
    assert Deadline.objects.get(epa=epa, kind=DeadlineKind.SUBMISSION).missed_at is not None


def test_a_job_that_never_ran_says_only_that_it_is_late(epa):
    """Three weeks without the job: what was missed is said, and not warned of as well."""
    assert deadlines.look(END + dt.timedelta(days=1)) == {"closed": 0, "missed": 5, "warned": 0, "failed": 0}
    assert Message.objects.filter(kind="epa.deadline_near").count() == 0


def test_a_moved_deadline_is_warned_of_again(epa):
    deadlines.look(dt.date(2026, 10, 31))
    deadlines.move_start(epa=epa, starts_on=dt.date(2026, 9, 16), reason="Later", by=epa_team())
    assert deadlines.look(dt.date(2026, 11, 2)) == {"closed": 0, "missed": 0, "warned": 1, "failed": 0}
    assert [subject for subject, _ in kinds("deadline_near")] == [
        "Submission due on Mon 16 Nov 2026: Alex Example",
        "Submission due on Sat 14 Nov 2026: Alex Example",
    ]


def test_what_is_done_is_not_missed(epa):
    build.handed_in(epa)
    assert deadlines.look(REPORT_DUE + dt.timedelta(days=1)) == {"closed": 0, "missed": 0, "warned": 0, "failed": 0}


def test_one_deadline_that_fails_keeps_no_other_from_being_told(epa, monkeypatch, caplog):
    bad = Deadline.objects.filter(epa=epa).order_by("due_on", "pk").first()
    tell = deadlines.notices.deadline_missed
    after = END + dt.timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(deadlines.notices, "deadline_missed", lambda row: 1 / 0 if row.pk == bad.pk else tell(row))
        assert deadlines.look(after) == {"closed": 0, "missed": 4, "warned": 0, "failed": 1}
    assert "ZeroDivisionError" in caplog.text
    bad.refresh_from_db()
    assert bad.missed_at is None
    assert deadlines.look(after)["missed"] == 1


@pytest.mark.clause("C11")
def test_one_epa_that_cannot_be_closed_keeps_no_other_open(version, monkeypatch, caplog):
    today = dt.date(2026, 12, 1)
    bad, good = (epa_row(registration_row(version)) for _ in range(2))
    for days, row in enumerate((good, bad), 1):
        EPA.objects.filter(pk=row.pk).update(state=EPAState.RESIT_OPEN, resit_until=today - dt.timedelta(days=days))
    complete = deadlines.complete_if_done

    def beyond(epa: EPA, **options):
        if epa.pk == bad.pk:
            raise OutsideHorizon(today)
        return complete(epa, **options)

    monkeypatch.setattr(deadlines, "complete_if_done", beyond)
    assert deadlines.look(today) == {"closed": 1, "missed": 0, "warned": 0, "failed": 1}
    assert "OutsideHorizon" in caplog.text
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (bad.state, good.state) == (EPAState.RESIT_OPEN, EPAState.CLOSED)


def test_the_task_looks_at_today(epa, at):
    at(REPORT_DUE + dt.timedelta(days=1))
    assert tasks.look_at_deadlines() == {"closed": 0, "missed": 1, "warned": 0, "failed": 0}
    assert tasks.look_at_deadlines() == {"closed": 0, "missed": 0, "warned": 0, "failed": 0}


@pytest.mark.clause("C11")
def test_resits_close_after_their_last_day(epa, at):
    result = build.released(epa, {"OBS": "fail"})
    last = epa.resit_until
    assert last == dt.date(result.released_at.year + 1, result.released_at.month, result.released_at.day)
    at(result.released_at)
    attempt = build.resit(epa, "OBS")
    assert deadlines.look(last)["closed"] == 0
    assert deadlines.look(last + dt.timedelta(days=1)) == {"closed": 1, "missed": 0, "warned": 0, "failed": 0}
    assert deadlines.look(last + dt.timedelta(days=1))["closed"] == 0
    epa.refresh_from_db()
    attempt.refresh_from_db()
    assert (epa.state, attempt.state) == (EPAState.CLOSED, AttemptState.CANCELLED)
    assert due(epa) == set()
    assert Message.objects.filter(kind="epa.resits_closed").count() == 1


@pytest.mark.clause("C11")
def test_a_resit_already_held_gets_its_result_before_closing(epa, at):
    result = build.released(epa, {"OBS": "fail", "DIS": "fail"})
    at(result.released_at)
    build.resit(epa, "DIS")
    held = build.resit(epa, "OBS")
    build.assess(held, "fail")
    after = epa.resit_until + dt.timedelta(days=1)
    at(after)
    assert deadlines.look(after)["closed"] == 0
    epa.refresh_from_db()
    assert epa.state == EPAState.RESULT_DUE
    build.released(epa)
    assert deadlines.look(after)["closed"] == 1
    epa.refresh_from_db()
    assert epa.state == EPAState.CLOSED


def test_the_lock_gives_the_row_as_it_is_now(epa, version):
    from django.db import transaction

    EPA.objects.filter(pk=epa.pk).update(moved_reason="since")
    with transaction.atomic():
        assert locking.lock(epa.pk).moved_reason == "since"
    assert locking.is_allocated(build.attempt_of(epa, "OBS"), people.person(Role.INDEPENDENT_ASSESSOR)) is False
    assert Component.objects.filter(version=version).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_say_everything_once(version, at):
    at(START)
    for number in range(3):
        build.opened(registration_row(version, name=f"Example{number}"))
    day = END + dt.timedelta(days=1)
    barrier, figures = threading.Barrier(2), []

    def run() -> None:
        try:
            with clock.travel(day):
                barrier.wait()
                figures.append(deadlines.look(day)["missed"])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(figures) == 15
    assert Deadline.objects.filter(missed_at=None).count() == 0
    # four of the five of each go to the team only, the submission to the centre as well
    assert Message.objects.filter(kind="epa.deadline_missed").count() == 18
