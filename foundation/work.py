"""Due work: the row is the truth, the broker only a hint.

A row that stands for work carries ``DueWork``. A worker takes due rows with SKIP LOCKED, raises ``attempts`` and sets a
lease *before* it works, commits, works without holding a transaction, and writes its verdict only if it still holds the
lease. A worker that dies loses only its lease; a row that fails too often is set aside for a person.
"""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import models, transaction

from foundation import clock

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 8


class DueWork(models.Model):
    """Fields of a row that is work to be done. ``set_aside_at`` means a person has to look."""

    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=DueWork)


def due(rows: "models.QuerySet[Row]") -> "models.QuerySet[Row]":
    """Those of the rows that wait for a worker now."""
    instant = clock.now()
    return rows.filter(done_at=None, set_aside_at=None).filter(
        models.Q(lease_until=None) | models.Q(lease_until__lt=instant),
        models.Q(not_before=None) | models.Q(not_before__lte=instant),
    )


def take(rows: "models.QuerySet[Row]", limit: int, lease: dt.timedelta = LEASE) -> "list[Row]":
    """Lease up to ``limit`` due rows to this worker; no other worker gets them until the lease runs out."""
    token = uuid.uuid4()
    with transaction.atomic():
        taken = list(due(rows).order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
        for row in taken:
            row.attempts += 1
            row.lease = token
            row.lease_until = clock.now() + lease
        if taken:
            type(taken[0])._default_manager.bulk_update(taken, ["attempts", "lease", "lease_until"])
    return taken


def finish(row: DueWork, **changes: Any) -> bool:
    """Write that the work is done. False when the lease was lost meanwhile: then nothing is written."""
    return _verdict(row, done_at=clock.now(), lease=None, lease_until=None, last_error="", **changes)


def put_back(row: DueWork, error: str, *, wait: dt.timedelta | None = None, most: int = MAX_ATTEMPTS) -> bool:
    """Write that it failed: later again, doubling the wait, or set aside after ``most`` attempts."""
    instant = clock.now()
    pause = wait if wait is not None else dt.timedelta(seconds=min(30 * 2 ** (row.attempts - 1), 3600))
    changes: dict[str, Any] = {"lease": None, "lease_until": None, "last_error": error[:2000]}
    if row.attempts >= most:
        changes["set_aside_at"] = instant
    else:
        changes["not_before"] = instant + pause
    return _verdict(row, **changes)


def set_aside(row: DueWork, error: str) -> bool:
    """Write that trying again cannot help: a person has to look."""
    return _verdict(row, lease=None, lease_until=None, last_error=error[:2000], set_aside_at=clock.now())


def release(row: DueWork) -> bool:
    """Give a row that was set aside back to the workers, from the first attempt."""
    written = (
        type(row)
        ._default_manager.filter(pk=row.pk, done_at=None)
        .update(attempts=0, set_aside_at=None, not_before=None, lease=None, lease_until=None)
    )
    return written == 1


def _verdict(row: DueWork, **changes: Any) -> bool:
    written = type(row)._default_manager.filter(pk=row.pk, lease=row.lease, done_at=None).update(**changes)
    if written:
        for name, value in changes.items():
            setattr(row, name, value)
    return written == 1
