"""Due work: the row is the truth, the broker only a hint.

A row that stands for work carries ``DueWork``. A worker takes due rows with SKIP LOCKED, raises ``attempts`` and sets a
lease *before* it works, commits, works without holding a transaction, and writes its verdict only if it still holds the
lease. A worker that dies loses only its lease; a row that fails too often is set aside for a person, and so is one
whose workers keep dying. Those deaths are counted apart from the attempts: a row that was put back many times, because
an outage is waited out, has killed nobody.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db import models, transaction

from foundation import clock

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 8
MAX_LOSSES = 4


class DueWork(models.Model):
    """Fields of a row that is work to be done. ``set_aside_at`` means a person has to look."""

    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    losses = models.PositiveSmallIntegerField(default=0, editable=False)  # in a row: attempts without any verdict
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


def take(
    rows: "models.QuerySet[Row]",
    limit: int,
    lease: dt.timedelta = LEASE,
    *,
    give_up: "Callable[[Row, str], object] | None" = None,
) -> "list[Row]":
    """Lease up to ``limit`` due rows to this worker; no other worker gets them until the lease runs out.

    A row whose last attempt ended without a verdict is taken alone, so that it takes no other along should it be what
    ended the worker. After ``MAX_LOSSES`` of those in a row it is not worked on any more: ``give_up`` writes its
    verdict, which is ``set_aside`` unless the caller has a queue of its own for people.
    """
    while taken := _lease(rows, limit, lease):
        if taken[0].losses < MAX_LOSSES:
            return taken
        (give_up or set_aside)(taken[0], f"{MAX_LOSSES} workers in a row ended in the middle of this.")
    return []


def one_by_one(rows: "models.QuerySet[Row]", limit: int) -> "Iterator[Row]":
    """Up to ``limit`` due rows, each taken only when its turn has come.

    However slow the work is, no lease runs out while a row waits for those before it, so that none is done twice.
    """
    for _ in range(limit):
        taken = take(rows, 1)
        if not taken:
            return
        yield taken[0]


def _lease(rows: "models.QuerySet[Row]", limit: int, lease: dt.timedelta) -> "list[Row]":
    token = uuid.uuid4()
    with transaction.atomic():
        found = list(due(rows).order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
        taken = [row for row in found if row.lease is not None][:1] or found
        for row in taken:
            row.losses = row.losses + 1 if row.lease is not None else 0
            row.attempts += 1
            row.lease = token
            row.lease_until = clock.now() + lease
        if taken:
            type(taken[0])._default_manager.bulk_update(taken, ["attempts", "losses", "lease", "lease_until"])
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
