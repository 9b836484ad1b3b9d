"""Fetching the government's register: daily, and when somebody asks for it (A1)."""

import datetime as dt
import hashlib
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.access import require_office
from accounts.actors import System
from centres import notices, queries, rules, source
from centres.actions.register import import_register
from centres.models import RegisterFetch, RegisterImport
from centres.rules.register import INTERNAL
from centres.states import FetchOutcome
from foundation import audit, clock, outbox, work
from foundation.errors import Problem, Refused
from foundation.workflow import Actor

ROBOT = System("daily fetch of the register")
TASK = "centres.fetch_register"
log = logging.getLogger(__name__)


class LostLease(Exception):
    """Another worker has taken the fetch meanwhile; what this one did is taken back."""


def ask_for_fetch(*, by: Actor) -> RegisterFetch:
    """Have the register fetched now, by a worker. While one waits already, it is that one. NotAllowed, Refused."""
    require_office(by, "fetch the register")
    url = queries.register_settings().source_url
    if not url:
        message = "No address is set to fetch the register from: set it in Django admin, Register settings."
        raise Refused([Problem("no_register_url", "A1", message, "register")])
    with transaction.atomic():
        waiting = _waiting().filter(scheduled_for=None, not_before=None).first()
        if waiting is None:
            waiting = RegisterFetch.objects.create(by_label=by.label[:200], url=url)
            audit.record(waiting, "ask_for_fetch", by=by, facts={"url": url})
        outbox.wake(TASK)
    return waiting


def fetch_due() -> int:
    """For the beat and for wake-ups: today's fetch if it is time, whatever waits, and the look at the register's age.
    How many fetches ended."""
    _begin_today()
    ended = 0
    for row in work.one_by_one(_waiting(), 3):
        try:
            _fetch(row)
            ended += 1
        except LostLease:
            log.warning("fetch %s was taken over by another worker", row.pk)
        except SoftTimeLimitExceeded:  # the task has to end; the lease runs out and another worker takes it up
            raise
        except Exception as error:
            log.exception("fetch %s failed", row.pk)
            work.put_back(row, type(error).__name__)
    _warn_if_old()
    return ended


def _waiting() -> "QuerySet[RegisterFetch]":
    return RegisterFetch.objects.filter(done_at=None, set_aside_at=None)


def _begin_today() -> None:
    """The day's first try; the constraint lets two starters make one."""
    url, now = queries.register_settings().source_url, clock.now().astimezone(clock.LONDON)
    if not url or now.hour < rules.FROM_HOUR or RegisterFetch.objects.filter(scheduled_for=now.date()).exists():
        return
    _schedule(now.date(), 1, url)


def _schedule(day: dt.date, number: int, url: str, not_before: dt.datetime | None = None) -> None:
    try:
        with transaction.atomic():
            RegisterFetch.objects.create(
                scheduled_for=day, number=number, url=url, by_label=ROBOT.label, not_before=not_before
            )
    except IntegrityError:
        log.info("try %s of %s is there already", number, day)


def _fetch(row: RegisterFetch) -> None:
    """No transaction while the site is asked; then the import and the verdict stand or fall together."""
    try:
        got = source.download(row.url)
    except source.Unreachable as error:
        _failed(row, FetchOutcome.UNREACHABLE, [Problem("register_unreachable", "A1", str(error), "register")])
        return
    except Refused as refused:
        _failed(row, FetchOutcome.REFUSED, refused.problems)
        return
    facts = {"came_from": got.url[:500], "size": len(got.data), "sha256": hashlib.sha256(got.data).hexdigest()}
    try:
        with transaction.atomic():
            _take_over(row, got.data, facts)
    except Refused as refused:
        _failed(row, FetchOutcome.REFUSED, refused.problems, facts)


def _take_over(row: RegisterFetch, data: bytes, facts: dict[str, object]) -> None:
    latest = RegisterImport.objects.order_by("imported_at", "pk").last()
    # In the internal extract the day decides who is still on the register, so the same bytes may say something new.
    if latest is not None and latest.sha256 == facts["sha256"] and latest.layout != INTERNAL:
        taken, outcome = latest, FetchOutcome.UNCHANGED
    else:
        name = f"apar-{clock.today():%Y-%m-%d}.csv"
        taken, outcome = import_register(data=data, source_name=name, by=ROBOT), FetchOutcome.TAKEN_OVER
    if not work.finish(row, outcome=outcome, register_import_id=taken.pk, **facts):
        raise LostLease


def _failed(
    row: RegisterFetch, outcome: FetchOutcome, problems: list[Problem], facts: dict[str, object] | None = None
) -> None:
    """Write why; try again later today, or tell the EPA team and administrators where that does not help."""
    with transaction.atomic():
        said = [problem.as_dict() for problem in problems]
        if not work.finish(row, outcome=outcome, problems=said, **(facts or {})):
            raise LostLease
        if row.scheduled_for is None:
            return  # who asked looks at what came of it
        again = rules.next_try(row.number, clock.now().astimezone(clock.LONDON))
        if again is not None:
            _schedule(row.scheduled_for, row.number + 1, row.url, again)
        if again is None or (outcome == FetchOutcome.REFUSED and rules.needs_a_person(problems)):
            last = queries.last_confirmed()
            notices.register_fetch_failed(row, last.key if last else "never")


def _warn_if_old() -> None:
    last, days = queries.last_confirmed(), queries.register_settings().warn_after_days
    if last is not None and rules.is_old(last.on, clock.today(), days):
        notices.register_old(RegisterImport.objects.order_by("imported_at", "pk").last(), last.on, last.key)
