"""Dates as people read and type them. Pure: days and the calendar come in, words go out."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from foundation import clock
from foundation.workingdays import OutsideHorizon, WorkingDays

# What a person may type: 31/12/2026, 31 Dec 2026, 2026-12-31 and their near relations. Never month first.
DATE_INPUT_FORMATS = (
    "%d/%m/%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y-%m-%d",
    "%a %d %b %Y",
    "%A %d %B %Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
)
TIME_INPUT_FORMATS = ("%H:%M", "%H:%M:%S", "%H.%M", "%I:%M%p", "%I:%M %p", "%I.%M%p", "%I%p", "%I %p")
SOON = 3

Urgency = Literal["later", "soon", "late"]


@dataclass(frozen=True)
class TimeLeft:
    """How far away a day is, in words, and how much that should worry."""

    words: str
    urgency: Urgency


def date_long(day: dt.date | None) -> str:
    """``Thu 31 Dec 2026``; an instant gives its date in London; nothing gives a dash."""
    if day is None:
        return "–"
    if isinstance(day, dt.datetime):
        day = clock.london_date(day)
    return f"{day:%a} {day.day} {day:%b %Y}"


def datetime_long(instant: dt.datetime | None) -> str:
    """``Thu 31 Dec 2026, 14:05`` in London."""
    if instant is None:
        return "–"
    return f"{date_long(instant)}, {instant.astimezone(clock.LONDON):%H:%M}"


def time_left(day: dt.date, today: dt.date, calendar: WorkingDays) -> TimeLeft:
    """``in 12 working days``, ``today``, ``3 working days late``; calendar days where no working day lies between."""
    if day == today:
        return TimeLeft("today", "soon")
    try:
        working = calendar.between(today, day)
    except OutsideHorizon:
        working = 0
    count = abs(working) or abs((day - today).days)
    unit = "working day" if working else "day"
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    if day < today:
        return TimeLeft(f"{amount} late", "late")
    near = 0 < working <= SOON or (day - today).days <= SOON
    return TimeLeft(f"in {amount}", "soon" if near else "later")
