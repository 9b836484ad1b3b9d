"""A period is claimed once; a number is given out once."""

import datetime as dt
import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock, periods, references
from foundation.models import Period

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)


def test_a_period_is_claimed_once_and_stays_done() -> None:
    claimed = periods.claim("weekly claim", "2026-W38")
    assert claimed is not None
    assert periods.claim("weekly claim", "2026-W38") is None
    assert periods.claim("weekly claim", "2026-W39") is not None
    periods.complete(claimed, sent=3)
    with clock.travel(clock.now() + dt.timedelta(days=1)):
        assert periods.claim("weekly claim", "2026-W38") is None
    assert Period.objects.get(key="2026-W38").facts == {"sent": 3}


def test_a_period_left_by_a_dead_worker_is_taken_up_after_its_lease() -> None:
    with clock.travel(NOON):
        first = periods.claim("job", "2026-09-14")
    with clock.travel(NOON + periods.LEASE):
        assert periods.claim("job", "2026-09-14") is None
    with clock.travel(NOON + periods.LEASE + dt.timedelta(seconds=1)):
        second = periods.claim("job", "2026-09-14")
        assert second == first
        assert periods.claim("job", "2026-09-14") is None


def test_a_released_period_is_taken_up_at_once() -> None:
    with clock.travel(NOON):
        row = periods.claim("job", "k")
        periods.release(row)
    with clock.travel(NOON + dt.timedelta(seconds=1)):
        assert periods.claim("job", "k") == row


@pytest.mark.django_db(transaction=True)
def test_of_many_starters_one_has_the_period() -> None:
    start, got = threading.Barrier(6), []

    def claim() -> None:
        start.wait()
        try:
            got.append(periods.claim("job", "k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(row is not None for row in got) == 1


@pytest.mark.parametrize(
    ("day", "key"),
    [(dt.date(2026, 1, 1), "2026-W01"), (dt.date(2027, 1, 1), "2026-W53"), (dt.date(2026, 9, 18), "2026-W38")],
)
def test_week_key(day: dt.date, key: str) -> None:
    assert periods.week_key(day) == key


def test_numbers_of_a_series_follow_each_other_and_batches_join_on() -> None:
    one = references.next_number("REG-26")
    batch = references.next_numbers("REG-26", 3)
    other = references.next_number("BKG-26")
    assert [number[:-2] for number in [one, *batch, other]] == [
        "REG-26-000001", "REG-26-000002", "REG-26-000003", "REG-26-000004", "BKG-26-000001",
    ]  # fmt: skip
    assert all(references.is_valid(number) for number in [one, *batch, other])


@pytest.mark.django_db(transaction=True)
def test_concurrent_callers_get_different_numbers() -> None:
    start, got, lock = threading.Barrier(4), [], threading.Lock()

    def number() -> None:
        start.wait()
        try:
            for _ in range(10):
                mine = references.next_number("REG-26")
                with lock:
                    got.append(mine)
        finally:
            connection.close()

    threads = [threading.Thread(target=number) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 40


@given(number=st.integers(1, 999_999), place=st.integers(0, 5), digit=st.integers(0, 9))
def test_a_mistyped_digit_shows(number: int, place: int, digit: int) -> None:
    right = references.format_number("ROA-26", number)
    at = len("ROA-26-") + place
    wrong = right[:at] + str(digit) + right[at + 1 :]
    assert references.is_valid(right)
    assert references.is_valid(wrong) is (wrong == right)


@given(number=st.integers(1, 999_999), place=st.integers(0, 4))
def test_two_swapped_digits_show(number: int, place: int) -> None:
    right = references.format_number("ROA-26", number)
    at = len("ROA-26-") + place
    wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    assert references.is_valid(wrong) is (wrong == right)


@pytest.mark.parametrize("text", ["", "-", "A", "REG-26-000001", "REG-26-000001-", "REG-26-000001-KK", "  "])
def test_what_is_no_reference_is_not_valid(text: str) -> None:
    assert not references.is_valid(text)
