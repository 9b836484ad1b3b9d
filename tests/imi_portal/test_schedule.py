"""The beat's schedule is whole: what may run does, and nothing at the hours when clocks change."""

import datetime as dt

import pytest
from celery.schedules import crontab

from certificates import rules
from certificates.hours import CLAIM_AT
from foundation import clock
from imi_portal.celery import app

OWN = ("foundation.", "accounts.", "standards.", "centres.", "apprentices.", "epa.", "certificates.", "imi_portal.")


def own_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.startswith(OWN)}


def test_every_task_is_swept_by_the_beat_and_every_entry_names_a_task() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled == own_tasks()


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_no_daily_job_runs_between_one_and_three(name: str) -> None:
    """Sweeps may tick at any time; a job with hours keeps away from those that happen twice or never."""
    schedule = app.conf.beat_schedule[name]["schedule"]
    assert isinstance(schedule, crontab)
    if len(schedule.hour) < 24:
        assert not schedule.hour & {0, 1, 2, 3}


@pytest.mark.clause("F5")
@pytest.mark.parametrize("friday", [dt.date(2026, 1, 16), dt.date(2026, 7, 17)])
def test_the_weekly_claim_is_looked_for_at_the_minute_it_is_due_in_winter_and_summer(friday: dt.date) -> None:
    schedule = app.conf.beat_schedule["weekly claim"]["schedule"]
    due = dt.datetime.combine(friday, CLAIM_AT, tzinfo=clock.LONDON).astimezone(dt.UTC)
    assert due.minute in schedule.minute
    assert due.hour in schedule.hour
    assert rules.claim_week(due.astimezone(clock.LONDON)) == friday


def test_tasks_lose_nothing_when_a_worker_dies() -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert conf.task_ignore_result
    assert conf.accept_content == ["json"]
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert conf.beat_cron_starting_deadline is None


def test_the_claim_lease_outlives_a_task() -> None:
    from certificates.actions import sending
    from foundation import work

    assert sending.lease() > dt.timedelta(seconds=app.conf.task_time_limit)
    assert dt.timedelta(seconds=app.conf.task_time_limit) <= work.LEASE
