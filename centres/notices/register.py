"""Letters about a centre's place on the government's register (A1)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models

from accounts import letters
from accounts.states import Role
from centres import queries, rules
from centres.models import Centre, RegisterFetch, RegisterImport
from centres.notices.letters import to_centre
from centres.states import RegisterChangeKind as Kind
from foundation.addresses import full

TO_CENTRE = {
    Kind.LEFT: "centres.left_register",
    Kind.JOINED: "centres.back_on_register",
    Kind.STOPPED_STARTING: "centres.stopped_starting",
    Kind.RESUMED_STARTING: "centres.resumed_starting",
}


def register_changed(centre: Centre, changes: Sequence[rules.Change], found_in: RegisterImport, day: dt.date) -> None:
    """Once each: to the centre and the EPA team what decides whether it may register, or is warned of; to the EPA team
    alone another name or type, which it looks into (A1)."""
    context = {"centre": centre, "day": day, "link": full("centres:centre", pk=centre.pk)}
    once = f"{found_in.pk}:{centre.pk}"
    for change in changes:
        if change.kind in TO_CENTRE:
            to_centre(TO_CENTRE[change.kind], centre, context, centre, once=once)
            letters.to_epa_team(TO_CENTRE[change.kind], context, centre, once=once)
    others = [change for change in changes if change.kind not in TO_CENTRE]
    if others:
        link = full("centres:register_provider", ukprn=centre.ukprn)
        letters.to_epa_team("centres.register_differs", {**context, "changes": others, "link": link}, centre, once=once)


def register_fetch_failed(fetch: RegisterFetch, since: str) -> None:
    """To the EPA team and the administrators, once until the register is confirmed again: it could not be fetched."""
    context = {"fetch": fetch, "link": full("centres:register")}
    _to_office("centres.register_fetch_failed", context, fetch, since)


def register_old(latest: RegisterImport, confirmed_on: dt.date, since: str) -> None:
    """To the EPA team and the administrators, once until it is confirmed again: the register we have is old."""
    context = {"confirmed_on": confirmed_on, "link": full("centres:register")}
    _to_office("centres.register_old", context, latest, since)


def _to_office(kind: str, context: dict[str, Any], about: models.Model, once: str) -> None:
    letters.to_people(kind, queries.holders(Role.ADMINISTRATOR), context, about, once)
    letters.to_epa_team(kind, context, about, once)
