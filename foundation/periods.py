"""A scheduled job claims its period once; killed in the middle, it takes the same period up again."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, models, transaction

from foundation import clock
from foundation.models import Period

LEASE = dt.timedelta(minutes=15)


def claim(job: str, key: str, lease: dt.timedelta = LEASE) -> Period | None:
    """The period to work on, or None when it is done or another worker holds it.

    A new period is claimed by inserting its row (the unique constraint decides between two starters); one whose lease
    ran out without ``complete`` was left by a dead worker and is handed over.
    """
    instant = clock.now()
    try:
        with transaction.atomic():
            return Period.objects.create(job=job, key=key, started_at=instant, lease_until=instant + lease)
    except IntegrityError:
        pass
    resumed = Period.objects.filter(models.Q(lease_until__lt=instant), job=job, key=key, done_at=None).update(
        lease_until=instant + lease
    )
    return Period.objects.get(job=job, key=key) if resumed else None


def complete(period: Period, **facts: Any) -> None:
    """Write that the period's work is done, with figures for the log."""
    Period.objects.filter(pk=period.pk, done_at=None).update(done_at=clock.now(), facts=facts)


def release(period: Period) -> None:
    """Give an unfinished period back at once, for the next tick to take up."""
    Period.objects.filter(pk=period.pk, done_at=None).update(lease_until=clock.now() - dt.timedelta(seconds=1))


def week_key(day: dt.date) -> str:
    """The ISO week of a day: "2026-W07"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
