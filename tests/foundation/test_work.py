"""Due work is done once, by whoever holds the lease, and never lost."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from foundation import clock, work
from foundation.models import Message

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)


def rows(count: int) -> list[Message]:
    return Message.objects.bulk_create(
        [Message(kind="test", to_email="a@example.org", subject=str(n), text="", html="") for n in range(count)]
    )


def take(limit: int = 10) -> list[Message]:
    return work.take(Message.objects.all(), limit)


def test_taking_raises_attempts_and_leases_before_any_work() -> None:
    rows(3)
    with clock.travel(NOON):
        taken = take(2)
    stored = list(Message.objects.order_by("pk"))
    assert [row.attempts for row in stored] == [1, 1, 0]
    assert [row.lease_until for row in stored[:2]] == [NOON + work.LEASE] * 2
    assert len({row.lease for row in taken}) == 1


def test_a_leased_row_is_nobody_elses_until_the_lease_runs_out() -> None:
    rows(1)
    with clock.travel(NOON):
        assert len(take()) == 1
        assert take() == []
    with clock.travel(NOON + work.LEASE):
        assert take() == []
    with clock.travel(NOON + work.LEASE + dt.timedelta(seconds=1)):
        again = take()
    assert [row.attempts for row in again] == [2]


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    rows(1)
    with clock.travel(NOON):
        slow = take()[0]
    with clock.travel(NOON + work.LEASE * 2):
        quick = take()[0]
        assert work.finish(quick)
        assert not work.finish(slow)
        assert not work.put_back(slow, "late")
    stored = Message.objects.get()
    assert (stored.last_error, stored.lease) == ("", None)
    assert stored.done_at == NOON + work.LEASE * 2


def test_failing_doubles_the_wait_and_in_the_end_sets_aside() -> None:
    rows(1)
    waits, at = [], NOON
    for _ in range(work.MAX_ATTEMPTS):
        with clock.travel(at):
            row = take()[0]
            work.put_back(row, "no answer")
        stored = Message.objects.get()
        if stored.set_aside_at is None:
            waits.append((stored.not_before - at).total_seconds())
            at = stored.not_before
    assert waits == [30, 60, 120, 240, 480, 960, 1920]
    assert Message.objects.get().set_aside_at == at
    with clock.travel(at + dt.timedelta(days=30)):
        assert take() == []


def after_death(deaths: int) -> list[Message]:
    """What the next worker takes, after so many that ended without a verdict."""
    at = clock.now()
    for _ in range(deaths):
        with clock.travel(at):
            take()
        at += work.LEASE + dt.timedelta(seconds=1)
    with clock.travel(at):
        return take()


def test_a_row_that_kills_its_workers_is_set_aside() -> None:
    rows(1)
    (row,) = after_death(work.MAX_LOSSES - 1)
    assert (row.attempts, row.losses) == (work.MAX_LOSSES, work.MAX_LOSSES - 1)
    Message.objects.update(lease_until=clock.now() - dt.timedelta(seconds=1))
    assert take() == []
    stored = Message.objects.get()
    assert (stored.set_aside_at is not None, stored.lease, stored.attempts) == (True, None, work.MAX_LOSSES + 1)
    assert "ended in the middle" in stored.last_error
    assert work.release(stored)
    assert [row.losses for row in take()] == [0]


def test_being_put_back_often_is_no_death() -> None:
    rows(1)
    for _ in range(work.MAX_LOSSES * 3):
        (row,) = take()
        work.put_back(row, "no answer", wait=dt.timedelta(0), most=32_000)
    (row,) = after_death(work.MAX_LOSSES - 1)
    assert row.losses == work.MAX_LOSSES - 1
    work.put_back(row, "no answer", wait=dt.timedelta(0), most=32_000)
    Message.objects.update(not_before=None)
    (row,) = after_death(work.MAX_LOSSES - 1)
    assert row.losses == work.MAX_LOSSES - 1


def test_a_row_that_kills_its_workers_takes_no_other_along() -> None:
    """Whatever was taken with it is taken alone after that, and what is new goes by itself too."""
    killer, *others = rows(4)
    at = clock.now()
    for _ in range(20):
        with clock.travel(at):
            while taken := take():
                if killer in taken:
                    break
                for row in taken:
                    work.finish(row)
        at += work.LEASE + dt.timedelta(seconds=1)
    assert list(Message.objects.exclude(set_aside_at=None)) == [killer]
    assert Message.objects.exclude(done_at=None).count() == len(others)


def test_the_caller_may_give_up_in_its_own_way() -> None:
    (row,) = rows(1)
    Message.objects.update(
        losses=work.MAX_LOSSES - 1, lease=uuid.uuid4(), lease_until=clock.now() - dt.timedelta(seconds=1)
    )
    given: list[Message] = []

    def give_up(lost: Message, error: str) -> None:
        given.append(lost)
        assert "ended in the middle" in error
        assert work.finish(lost)

    assert work.take(Message.objects.all(), 10, give_up=give_up) == []
    assert given == [row]


def test_a_row_set_aside_comes_back_when_released_by_a_person() -> None:
    rows(1)
    row = take()[0]
    work.set_aside(row, "the address is wrong")
    assert take() == []
    assert work.release(row)
    assert [row.attempts for row in take()] == [1]


def test_done_rows_are_never_taken_or_released() -> None:
    rows(1)
    row = take()[0]
    work.finish(row)
    assert take() == []
    assert not work.release(row)


@pytest.mark.django_db(transaction=True)
def test_many_workers_take_every_row_exactly_once() -> None:
    rows(60)
    start, got, lock = threading.Barrier(4), [], threading.Lock()

    def worker() -> None:
        start.wait()
        try:
            while mine := take(7):
                with lock:
                    got.extend(row.pk for row in mine)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(Message.objects.values_list("pk", flat=True))
