"""Working days, months and the clock, at their edges."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.states import Role
from foundation import clock, workingdays
from foundation.models import ClosedDay
from foundation.workingdays import OutsideHorizon, WorkingDays, add_months, whole_months
from tests.builders import person

DAY = dt.date
HOLIDAYS = workingdays.bank_holidays(range(2019, 2031))
CALENDAR = WorkingDays.build(DAY(2019, 1, 1), DAY(2030, 12, 31), HOLIDAYS)
DATES = st.dates(DAY(2019, 1, 1), DAY(2030, 6, 30))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (DAY(2026, 9, 14), 0, DAY(2026, 9, 14)),  # day 0 is the day itself
        (DAY(2026, 9, 14), 1, DAY(2026, 9, 15)),
        (DAY(2026, 9, 14), 5, DAY(2026, 9, 21)),
        (DAY(2026, 9, 18), 1, DAY(2026, 9, 21)),  # over a weekend
        (DAY(2026, 9, 19), 1, DAY(2026, 9, 21)),  # from a Saturday
        (DAY(2026, 9, 19), 0, DAY(2026, 9, 19)),
        (DAY(2026, 12, 24), 1, DAY(2026, 12, 29)),  # Christmas Friday, Boxing Day's substitute Monday
        (DAY(2027, 12, 24), 1, DAY(2027, 12, 29)),  # both substitutes
        (DAY(2020, 5, 7), 1, DAY(2020, 5, 11)),  # VE day moved to a Friday
        (DAY(2022, 9, 16), 1, DAY(2022, 9, 20)),  # the state funeral
        (DAY(2023, 5, 5), 1, DAY(2023, 5, 9)),  # the coronation
        (DAY(2026, 9, 14), 21, DAY(2026, 10, 13)),
        (DAY(2026, 4, 2), 21, DAY(2026, 5, 6)),  # Good Friday, Easter Monday, early May
    ],
)
def test_adding_working_days(start: dt.date, count: int, expected: dt.date) -> None:
    assert CALENDAR.add(start, count) == expected


@given(start=DATES, count=st.integers(1, 60))
def test_add_and_between_are_each_others_reverse(start: dt.date, count: int) -> None:
    end = CALENDAR.add(start, count)
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(start, end) == count
    assert CALENDAR.between(end, start) == -count


@given(start=DATES, end=DATES)
def test_between_counts_as_walking_does(start: dt.date, end: dt.date) -> None:
    low, high = sorted((start, min(end, start + dt.timedelta(days=400)) if end > start else end))
    if (high - low).days > 400:
        low = high - dt.timedelta(days=400)
    days = [low + dt.timedelta(days=n) for n in range(1, (high - low).days + 1)]
    assert CALENDAR.between(low, high) == sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


@pytest.mark.parametrize("ask", [
    lambda: CALENDAR.is_working(DAY(2018, 12, 31)),
    lambda: CALENDAR.is_working(DAY(2031, 1, 1)),
    lambda: CALENDAR.add(DAY(2030, 12, 30), 21),
    lambda: CALENDAR.add(DAY(2018, 12, 31), 1),
    lambda: CALENDAR.between(DAY(2030, 12, 1), DAY(2031, 1, 1)),
])  # fmt: skip
def test_what_the_calendar_does_not_know_it_refuses(ask) -> None:
    with pytest.raises(OutsideHorizon):
        ask()


def test_the_edges_of_the_horizon_are_known() -> None:
    assert not CALENDAR.is_working(DAY(2019, 1, 1))
    assert CALENDAR.is_working(DAY(2030, 12, 31))
    assert CALENDAR.add(DAY(2030, 12, 30), 1) == DAY(2030, 12, 31)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(DAY(2026, 9, 14), -1)


@pytest.mark.parametrize(
    ("year", "count"),
    [(2019, 8), (2020, 8), (2021, 8), (2022, 10), (2023, 9), (2024, 8), (2025, 8), (2026, 8), (2027, 8), (2028, 8)],
)
def test_bank_holidays_a_year(year: int, count: int) -> None:
    assert sum(day.year == year for day in HOLIDAYS) == count


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (DAY(2026, 8, 31), 3, DAY(2026, 11, 30)),
        (DAY(2026, 11, 30), 3, DAY(2027, 2, 28)),
        (DAY(2027, 11, 30), 3, DAY(2028, 2, 29)),
        (DAY(2026, 1, 31), 1, DAY(2026, 2, 28)),
        (DAY(2026, 12, 15), 1, DAY(2027, 1, 15)),
        (DAY(2028, 2, 29), 12, DAY(2029, 2, 28)),
        (DAY(2026, 9, 14), 0, DAY(2026, 9, 14)),
    ],
)
def test_adding_months_is_safe_at_the_end_of_a_month(day: dt.date, months: int, expected: dt.date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (DAY(2025, 6, 14), DAY(2026, 9, 14), 15),
        (DAY(2025, 6, 14), DAY(2026, 9, 13), 14),
        (DAY(2025, 8, 31), DAY(2025, 11, 30), 3),
        (DAY(2025, 8, 31), DAY(2025, 11, 29), 2),
        (DAY(2026, 9, 14), DAY(2026, 9, 14), 0),
        (DAY(2026, 9, 15), DAY(2026, 9, 14), -1),
    ],
)
def test_whole_months(start: dt.date, end: dt.date, months: int) -> None:
    assert whole_months(start, end) == months


@given(start=DATES, months=st.integers(0, 60))
def test_whole_months_undoes_add_months(start: dt.date, months: int) -> None:
    assert whole_months(start, add_months(start, months)) == months


@pytest.mark.django_db
def test_a_day_closed_by_an_administrator_counts_from_the_next_question_on(
    django_capture_on_commit_callbacks: Callable,
) -> None:
    friday = DAY(2026, 9, 18)
    assert workingdays.current().add(DAY(2026, 9, 17), 1) == friday
    ClosedDay.objects.create(day=friday, name="Stock-taking")
    assert workingdays.current().add(DAY(2026, 9, 17), 1) == friday
    with django_capture_on_commit_callbacks(execute=True):
        workingdays.changed()
    assert workingdays.current().add(DAY(2026, 9, 17), 1) == DAY(2026, 9, 21)


@pytest.mark.django_db(transaction=True)
def test_who_reads_before_the_commit_reads_again_after_it(client: Client) -> None:
    """A process that asks while the administrator's transaction is open sees the old table; it must not keep it."""
    client.force_login(person(Role.ADMINISTRATOR))
    friday, seen = DAY(2026, 9, 18), []

    def read() -> None:
        seen.append(workingdays.current().is_working(friday))
        connection.close()

    reader = threading.Thread(target=read)
    with transaction.atomic():
        data = {"day": "18/09/2026", "name": "Stock-taking"}
        assert client.post(reverse("admin:foundation_closedday_add"), data).status_code == 302
        reader.start()
        reader.join()
    assert (seen, workingdays.current().is_working(friday)) == ([True], False)


@pytest.mark.django_db
def test_the_table_begins_with_every_bank_holiday_of_2019_to_2030() -> None:
    assert dict(ClosedDay.objects.filter(bank_holiday=True).values_list("day", "name")) == HOLIDAYS
    assert (workingdays.load().first, workingdays.load().last) == (DAY(2019, 1, 1), DAY(2030, 12, 31))


def bank_holidays_of(year: int) -> list[ClosedDay]:
    days = workingdays.bank_holidays([year])
    return [ClosedDay(day=day, name=name, bank_holiday=True) for day, name in days.items()]


@pytest.mark.django_db
def test_a_year_is_inside_once_it_has_all_its_bank_holidays() -> None:
    *early, last = bank_holidays_of(2031)
    ClosedDay.objects.bulk_create(early)
    ClosedDay.objects.create(day=DAY(2031, 7, 7), name="Stock-taking")
    ClosedDay.objects.create(day=DAY(2031, 7, 12), name="A Saturday", bank_holiday=True)
    calendar = workingdays.load()
    assert calendar.last == DAY(2030, 12, 31)
    with pytest.raises(OutsideHorizon, match="25 Dec 2031"):
        calendar.is_working(DAY(2031, 12, 25))
    with pytest.raises(OutsideHorizon, match="past 31 Dec 2030"):
        calendar.add(DAY(2030, 12, 30), 5)
    last.save()
    assert workingdays.load().last == DAY(2031, 12, 31)
    assert not workingdays.load().is_working(DAY(2031, 12, 26))


@pytest.mark.django_db
def test_a_year_after_a_gap_is_outside() -> None:
    ClosedDay.objects.bulk_create(bank_holidays_of(2032))
    assert workingdays.load().last == DAY(2030, 12, 31)
    ClosedDay.objects.bulk_create(bank_holidays_of(2031))
    assert workingdays.load().last == DAY(2032, 12, 31)


@pytest.mark.django_db
def test_without_bank_holidays_nothing_is_known() -> None:
    ClosedDay.objects.all().delete()
    with pytest.raises(OutsideHorizon, match="14 Sep 2026"):
        workingdays.load().is_working(DAY(2026, 9, 14))


def test_the_day_is_londons() -> None:
    with clock.travel(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)):
        assert clock.today() == DAY(2026, 7, 1)
    with clock.travel(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)):
        assert clock.today() == DAY(2026, 12, 31)


def test_travelling_nests_and_comes_back() -> None:
    with clock.travel(DAY(2026, 9, 14)):
        with clock.travel(DAY(2027, 1, 4)):
            assert clock.today() == DAY(2027, 1, 4)
        assert clock.today() == DAY(2026, 9, 14)
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


def test_one_file_moves_the_clock_of_every_process(settings, tmp_path) -> None:
    settings.CLOCK_FILE = str(tmp_path / "clock")
    clock.set_offset(dt.timedelta(days=40))
    ask = "from foundation import clock; print(clock.today().isoformat())"
    told = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {ask}"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "CLOCK_FILE": settings.CLOCK_FILE, "DJANGO_SETTINGS_MODULE": "imi_portal.settings"},
    ).stdout.strip()  # fmt: skip
    assert told == (dt.datetime.now(clock.LONDON).date() + dt.timedelta(days=40)).isoformat()
    assert clock.today().isoformat() == told


def test_in_production_the_clock_cannot_be_moved(settings, tmp_path) -> None:
    settings.PRODUCTION = True
    settings.CLOCK_FILE = str(tmp_path / "clock")
    with pytest.raises(ImproperlyConfigured):
        clock.set_offset(dt.timedelta(days=1))
    with pytest.raises(ImproperlyConfigured), clock.travel(DAY(2026, 1, 1)):
        pass


def test_production_settings_refuse_a_clock_file() -> None:
    environment = {
        "PATH": "/usr/bin:/bin", "PORTAL_MODE": "production", "SECRET_KEY": "x" * 60, "BASE_URL": "https://portal.example",
        "DATABASE_URL": "postgres://a:b@localhost/c", "REDIS_URL": "redis://localhost", "EMAIL_URL": "smtp://localhost",
        "CLOCK_FILE": "clock",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import imi_portal.settings"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode != 0
    assert "refused in production" in done.stderr


def test_holidays_serialise_for_the_record() -> None:
    assert (
        json.loads(json.dumps({day.isoformat(): name for day, name in HOLIDAYS.items()}))["2026-12-25"]
        == "Christmas Day"
    )
