"""The assessors' diary: who is free when."""

import datetime as dt

from accounts.models import User
from foundation import clock
from foundation.workingdays import WorkingDays

HOURS = (dt.time(9, 30), dt.time(11, 30), dt.time(13, 30), dt.time(15, 30))


class Diary:
    """Books an assessor for days in a row, never twice at one time."""

    def __init__(self, assessors: list[User], calendar: WorkingDays) -> None:
        self.assessors, self.calendar = assessors, calendar
        self._taken: set[tuple[int, dt.datetime]] = set()
        self._turn = 0

    def book(self, days: list[dt.date], barred: set[int], standard: int) -> tuple[User, list[dt.datetime]]:
        """The next assessor in turn who may, and a free hour on each day or the first working day after it."""
        allowed = self.assessors if standard == 0 else self.assessors[:6]
        allowed = [user for user in allowed if user.pk not in barred]
        self._turn += 1
        user = allowed[self._turn % len(allowed)]
        return user, [self._free(user, day) for day in days]

    def _free(self, user: User, day: dt.date) -> dt.datetime:
        while True:
            if self.calendar.is_working(day):
                for hour in HOURS:
                    instant = dt.datetime.combine(day, hour, tzinfo=clock.LONDON)
                    if (user.pk, instant) not in self._taken:
                        self._taken.add((user.pk, instant))
                        return instant
            day += dt.timedelta(days=1)
