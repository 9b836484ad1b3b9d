"""A centre's standing, and the two facts of A1."""

import datetime as dt

from centres import rules
from centres.models import (
    Centre,
    Standing,
)
from centres.queries.register import register_facts
from centres.states import StandingKind
from foundation.errors import Problem


def standing_facts(centre: Centre) -> list[rules.StandingFacts]:
    """IMI's decisions about the centre, in the order in which they were recorded."""
    rows = Standing.objects.filter(centre=centre).order_by("pk").values_list("kind", "starts_on", "ends_on")
    return [rules.StandingFacts(StandingKind(kind), starts_on, ends_on) for kind, starts_on, ends_on in rows]


def both_facts_problems(centre: Centre, on: dt.date) -> list[Problem]:
    """A1 for the centre on that day."""
    return rules.both_facts_problems(standing_facts(centre), register_facts(centre.ukprn), on)
