"""Working days: Monday to Friday less the bank holidays of England and Wales and days closed by an administrator.

``WorkingDays`` is a value: rules get it as an argument and never ask for it. A date outside the years it knows is
refused, never guessed: the calendar reaches to the end of the last year whose bank holidays are all in the table, that
is at least eight on weekdays, with no incomplete year before it. An administrator lets a year in by entering its bank
holidays; the eighth one does it. Figures follow the clauses: "within N of day D" counts D as day 0 and includes day N.
"""

import bisect
import calendar
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from foundation.models import ClosedDay

FIRST_YEAR, LAST_YEAR = 2019, 2030  # what a new table is filled with
BANK_HOLIDAYS_A_YEAR = 8  # fewer there never are: one that would fall on a weekend is kept on the next weekday
_loaded: "tuple[str, WorkingDays] | None" = None


class OutsideHorizon(ValueError):
    """The calendar does not know this date; an administrator has to load further years."""


@dataclass(frozen=True)
class WorkingDays:
    """The working days from ``first`` to ``last`` as sorted ordinals, so that arithmetic is a bisection."""

    first: dt.date
    last: dt.date
    ordinals: tuple[int, ...]
    closed: Mapping[dt.date, str]

    @classmethod
    def build(cls, first: dt.date, last: dt.date, closed: Mapping[dt.date, str]) -> "WorkingDays":
        shut = {day.toordinal() for day in closed}
        ordinals = tuple(
            number
            for number in range(first.toordinal(), last.toordinal() + 1)
            if (number - 1) % 7 < 5 and number not in shut
        )
        return cls(first, last, ordinals, dict(closed))

    def is_working(self, day: dt.date) -> bool:
        number = self._ordinal(day)
        place = bisect.bisect_left(self.ordinals, number)
        return place < len(self.ordinals) and self.ordinals[place] == number

    def add(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th working day after ``day`` (``day`` itself is day 0, working or not); count ≥ 0."""
        if count < 0:
            raise ValueError("count must not be negative")
        if count == 0:
            return day
        place = bisect.bisect_right(self.ordinals, self._ordinal(day)) + count - 1
        if place >= len(self.ordinals):
            raise OutsideHorizon(f"{count} working days after {day:%d %b %Y} is past {self.last:%d %b %Y}.")
        return dt.date.fromordinal(self.ordinals[place])

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        return bisect.bisect_right(self.ordinals, self._ordinal(end)) - bisect.bisect_right(
            self.ordinals, self._ordinal(start)
        )

    def _ordinal(self, day: dt.date) -> int:
        if not self.first <= day <= self.last:
            raise OutsideHorizon(
                f"{day:%d %b %Y} is outside the working-day calendar ({self.first.year}–{self.last.year})."
            )
        return day.toordinal()


def add_months(day: dt.date, count: int) -> dt.date:
    """Calendar months later, end-of-month safe: 31 Aug + 3 months = 30 Nov."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def whole_months(start: dt.date, end: dt.date) -> int:
    """How many whole calendar months lie between two dates: the greatest n with ``add_months(start, n) <= end``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def current() -> WorkingDays:
    """The calendar of this moment: read from the table once, and again after an administrator changed a day."""
    global _loaded
    version = cache.get("workingdays:version", "0")
    if _loaded is None or _loaded[0] != version:
        _loaded = (version, load())
    return _loaded[1]


def load() -> WorkingDays:
    """The calendar as the table has it now."""
    rows = ClosedDay.objects.values_list("day", "name", "bank_holiday")
    days = {day: name for day, name, _ in rows}
    last_year = last_complete_year(day for day, _, bank_holiday in rows if bank_holiday)
    return WorkingDays.build(dt.date(FIRST_YEAR, 1, 1), dt.date(last_year, 12, 31), days)


def last_complete_year(holidays: Iterable[dt.date]) -> int:
    """The year up to which every year from the first on has its bank holidays; the one before the first when none."""
    count = Counter(day.year for day in holidays if day.weekday() < 5)
    year = FIRST_YEAR
    while count[year] >= BANK_HOLIDAYS_A_YEAR:
        year += 1
    return year - 1


def changed() -> None:
    """Tell every process that the table of closed days has changed, once it has.

    Told before the commit, a process that asks meanwhile would keep the old table under the new version.
    """
    transaction.on_commit(lambda: cache.set("workingdays:version", uuid.uuid4().hex, None))


def bank_holidays(years: Iterable[int]) -> dict[dt.date, str]:
    """The bank holidays of England and Wales on weekdays, from the ``holidays`` library."""
    import holidays  # imported here: only seeding needs it, and it is slow to load

    known = holidays.country_holidays("GB", subdiv="ENG", years=list(years), expand=False)
    return {day: name for day, name in sorted(known.items()) if day.weekday() < 5}
