"""Where the register is fetched from, and how old what we have of it is."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from centres.models import RegisterFetch, RegisterImport, RegisterSettings
from centres.states import FetchOutcome
from foundation import clock

CONFIRMED = (FetchOutcome.TAKEN_OVER, FetchOutcome.UNCHANGED)


@dataclass(frozen=True)
class LastConfirmed:
    """When the register was last taken over or found unchanged; ``key`` names that moment for letters sent once."""

    on: dt.date
    key: str


def register_settings() -> RegisterSettings:
    """What administrators set, or the defaults; the address from the environment where they set none."""
    found = RegisterSettings.objects.filter(pk=1).first() or RegisterSettings(pk=1)
    found.source_url = found.source_url or settings.REGISTER_URL
    return found


def last_confirmed() -> LastConfirmed | None:
    """None while nothing has been imported."""
    imported = RegisterImport.objects.order_by("imported_at", "pk").last()
    if imported is None:
        return None
    fetch = RegisterFetch.objects.filter(outcome__in=CONFIRMED).order_by("done_at", "pk").last()
    day = clock.london_date(imported.imported_at)
    if fetch is not None and fetch.done_at is not None:
        day = max(day, clock.london_date(fetch.done_at))
    return LastConfirmed(day, f"{imported.pk}:{fetch.pk if fetch else 0}")
