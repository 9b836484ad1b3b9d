"""When the register is fetched, tried again, told of (A1)."""

import datetime as dt
from collections.abc import Sequence

from foundation.errors import Problem

# After the first, second … try of a day that brought nothing.
WAITS = (dt.timedelta(minutes=15), dt.timedelta(hours=1), dt.timedelta(hours=2), dt.timedelta(hours=4))
FROM_HOUR = 5  # London; the government's file of the night is there
# What passes by itself: the site was down, the file was cut short on its way.
PASSING = frozenset({"register_html", "register_empty", "register_truncated", "register_redirect"})


def next_try(number: int, now: dt.datetime) -> dt.datetime | None:
    """When try ``number`` of a day is followed by another; None: it was the day's last. ``now`` is in London."""
    if number > len(WAITS):
        return None
    again = now + WAITS[number - 1]
    return again if again.date() == now.date() else None


def needs_a_person(problems: Sequence[Problem]) -> bool:
    """Whether a refusal will not pass by itself: another layout, wrong rows, far fewer providers."""
    return any(problem.code not in PASSING for problem in problems)


def days_old(last_confirmed: dt.date, today: dt.date) -> int:
    """For how many days nobody has confirmed what the register says."""
    return (today - last_confirmed).days


def is_old(last_confirmed: dt.date, today: dt.date, warn_after_days: int) -> bool:
    """The register is older than the setting allows; the last day of it is still in order."""
    return days_old(last_confirmed, today) > warn_after_days
