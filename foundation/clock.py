"""The one clock: nothing in the portal asks the machine for the time except through here.

In a demonstration or a test, ``settings.CLOCK_FILE`` may name a file holding the number of seconds by which the clock
is ahead; every process of the portal reads it, so one write moves them all. In production there is no such file and
settings refuse one. ``travel`` moves the clock of this process only, for making demonstration data.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LONDON = ZoneInfo("Europe/London")
_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed_clock", default=None)
_file_cache: tuple[int, float] = (0, 0.0)


def now() -> dt.datetime:
    """The instant, aware, in UTC."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=_offset())


def today() -> dt.date:
    """The civil date in London, which every rule of the guidance means by "day"."""
    return now().astimezone(LONDON).date()


def london_date(instant: dt.datetime) -> dt.date:
    """The civil date in London of an aware instant."""
    return instant.astimezone(LONDON).date()


@contextlib.contextmanager
def travel(to: dt.datetime | dt.date) -> Iterator[None]:
    """Within the block this process's clock stands at ``to`` (a date means noon in London). Refused in production."""
    _require_movable()
    if not isinstance(to, dt.datetime):
        to = dt.datetime.combine(to, dt.time(12), tzinfo=LONDON)
    token = _fixed.set(to.astimezone(dt.UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def set_offset(ahead: dt.timedelta) -> None:
    """Move the clock of every process that shares the clock file. Refused in production and without a clock file."""
    _require_movable()
    if not settings.CLOCK_FILE:
        raise ImproperlyConfigured("No CLOCK_FILE is named, so there is no shared clock to move.")
    path = Path(settings.CLOCK_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(str(ahead.total_seconds()), encoding="ascii")
    fresh.replace(path)


def _require_movable() -> None:
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The clock cannot be moved in production.")


def _offset() -> float:
    global _file_cache
    if not settings.CLOCK_FILE:
        return 0.0
    try:
        stamp = Path(settings.CLOCK_FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return 0.0
    if stamp != _file_cache[0]:
        _file_cache = (stamp, float(Path(settings.CLOCK_FILE).read_text(encoding="ascii")))
    return _file_cache[1]
