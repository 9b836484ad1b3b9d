"""The theatre: what happens when. Events are put on in order of time, with the portal's own jobs between them.

Every event is a verb called by a person at an instant; nothing writes a state by hand. The jobs that the beat runs in
real life (deadlines, contracts, uploads, Friday's claims) run here at their hours of every day that is played.
"""

import contextlib
import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable

from django.conf import settings

from apprentices import actions as apprentices
from centres import actions as centres
from certificates.actions import claims, following, sending
from certificates.hours import CLAIM_AT
from epa.actions import deadlines
from foundation import clock, documents, workingdays

Event = Callable[[], object]
FRIDAY = 4


class Theatre:
    """The stage: today, a seeded source of chance, the events to come. ``before_jobs`` is called at each job's hour."""

    def __init__(self, seed: int, today: dt.date, before_jobs: Event) -> None:
        self.today = today
        self._before_jobs = before_jobs
        self.chance = random.Random(seed)
        self.calendar = workingdays.current()
        self._events: list[tuple[dt.datetime, int, Event]] = []
        self._order = itertools.count()
        self.played = 0

    def day(self, offset: int) -> dt.date:
        """A day relative to today: −30 is thirty days ago."""
        return self.today + dt.timedelta(days=offset)

    def working(self, offset: int) -> dt.date:
        """The first working day on or after ``day(offset)``."""
        day = self.day(offset)
        while not self.calendar.is_working(day):
            day += dt.timedelta(days=1)
        return day

    def at(self, day: dt.date, do: Event, hour: int = 9, minute: int = 0) -> None:
        """Put an event on; what would lie in the future is not played."""
        instant = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.LONDON)
        heapq.heappush(self._events, (instant, next(self._order), do))

    def play(self, say: Callable[[str], object]) -> None:
        """Play everything up to now, day by day, with the jobs of each day; ``say`` hears of every month."""
        if not self._events:
            return
        now = clock.now()
        day = clock.london_date(self._events[0][0])
        said = ""
        while day <= self.today:
            if said != (month := f"{day:%B %Y}"):
                say(f"  {month}")
                said = month
            self._jobs_at(self._instant(day, 6), self._morning)
            claiming = dt.datetime.combine(day, CLAIM_AT, tzinfo=clock.LONDON)
            self._events_until(min(claiming, now))
            if day.weekday() == FRIDAY and claiming <= now:
                self._jobs_at(claiming, self._claims)
            self._events_until(min(self._instant(day + dt.timedelta(days=1), 0), now))
            day += dt.timedelta(days=1)

    def _events_until(self, until: dt.datetime) -> None:
        while self._events and self._events[0][0] <= until:
            instant, _, do = heapq.heappop(self._events)
            with clock.travel(instant):
                do()
            self.played += 1

    def _jobs_at(self, instant: dt.datetime, job: Event) -> None:
        with clock.travel(instant):
            self._before_jobs()
            job()

    def _morning(self) -> None:
        centres.fetch_due()
        centres.expire_signups()
        deadlines.look(clock.today())
        centres.look_at_contracts(clock.today())
        centres.look_at_actions(clock.today())
        centres.look_at_approvals(clock.today())
        while apprentices.check_due():
            pass
        self._follow()

    def _claims(self) -> None:
        claims.run_week()
        if not settings.ASSESSMENT_SERVICE_URL:
            return
        with contextlib.closing(sending.client()) as service:
            while sending.send_due(service):
                pass

    def _follow(self) -> None:
        if not settings.ASSESSMENT_SERVICE_URL:
            return
        with contextlib.closing(sending.client()) as service:
            while following.follow_due(service):
                pass

    @staticmethod
    def _instant(day: dt.date, hour: int) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour), tzinfo=clock.LONDON)


def print_contracts() -> None:
    """What a worker does: render the contracts that are ordered, then offer those that are there now."""
    while documents.render_due(kind=centres.CONTRACT):
        pass
    centres.offer_ready()
