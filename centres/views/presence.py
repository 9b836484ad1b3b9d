"""Who of the centre has a section open. Kept in the cache alone: to look changes nothing, and it is over in minutes."""

import datetime as dt

from django.core.cache import cache

from accounts.models import User
from centres.models import Application
from foundation import clock

AT_WORK = dt.timedelta(minutes=15)


def arrive(application: Application, key: str, user: User) -> list[str]:
    """Note that this person has the section open; the names of the others who opened it within minutes."""
    place, now = f"centres:section:{application.pk}:{key}", clock.now()
    known: dict[int, tuple[str, dt.datetime]] = cache.get(place) or {}
    there = {who: seen for who, seen in known.items() if now - AT_WORK <= seen[1] <= now}
    there[user.pk] = (user.label, now)
    cache.set(place, there, int(AT_WORK.total_seconds()))
    return [label for who, (label, _) in there.items() if who != user.pk]


def leave(application: Application, key: str, user: User) -> None:
    """This person has saved and gone."""
    place = f"centres:section:{application.pk}:{key}"
    known: dict[int, tuple[str, dt.datetime]] = cache.get(place) or {}
    if known.pop(user.pk, None):
        cache.set(place, known, int(AT_WORK.total_seconds()))
