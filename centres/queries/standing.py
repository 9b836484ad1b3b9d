"""A centre's standing, its sanctions, and the two facts of A1."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from centres import rules
from centres.models import Centre, Sanction, Standing
from centres.queries.register import register_facts
from centres.states import GatedStep, SanctionLevel, StandingKind
from foundation.errors import Problem

SCOPED = ("packages", "standards__versions__packages")


def standing_facts(centre: Centre) -> list[rules.StandingFacts]:
    """IMI's decisions about the centre in the order in which they were recorded, then its sanctions."""
    decisions = list(Standing.objects.filter(centre=centre).order_by("pk"))
    sanctions = list(Sanction.objects.filter(centre=centre).order_by("pk"))
    with_scope(decisions)
    with_scope(sanctions)
    return facts_of(decisions, sanctions)


def with_scope(rows: Sequence[Standing] | Sequence[Sanction]) -> None:
    """Fetch what those are about that are not about the whole centre; most often nothing is fetched."""
    in_part = [row for row in rows if row.in_part]
    if in_part:
        prefetch_related_objects(in_part, *SCOPED)


def facts_of(decisions: Iterable[Standing], sanctions: Iterable[Sanction]) -> list[rules.StandingFacts]:
    """The facts of rows that are at hand. A lifted sanction no longer holds on the day of its lifting."""
    day = dt.timedelta(days=1)
    return [
        *(rules.StandingFacts(StandingKind(row.kind), row.starts_on, row.ends_on, _scope(row)) for row in decisions),
        *(
            rules.StandingFacts(
                SanctionLevel(row.level),
                row.starts_on,
                row.lifted_on - day if row.lifted_on else None,
                _scope(row),
            )
            for row in sanctions
        ),
    ]


def _scope(row: Standing | Sanction) -> frozenset[str] | None:
    """The codes of the elements it is about, those of a named standard with all its versions; None: all."""
    if not row.in_part:
        return None
    named = {package.code for package in row.packages.all()}
    whole = {
        package.code
        for standard in row.standards.all()
        for version in standard.versions.all()
        for package in version.packages.all()
    }
    return frozenset(named | whole)


def both_facts_problems(centre: Centre, on: dt.date, *, step: GatedStep, packages: Iterable[str] = ()) -> list[Problem]:
    """A1 for the centre on that day, as it bars one step for the elements with these codes."""
    return rules.both_facts_problems(
        standing_facts(centre), register_facts(centre.ukprn), on, step=step, packages=packages
    )


def nothing_registers_problems(centre: Centre, on: dt.date, packages: Iterable[str]) -> list[Problem]:
    """Why nothing at all can be registered as far as A1 goes; while one of the elements is free, only warnings."""
    standings, entry = standing_facts(centre), register_facts(centre.ukprn)
    codes = list(packages)
    for code in codes:
        found = rules.both_facts_problems(standings, entry, on, step=GatedStep.REGISTER, packages=[code])
        if all(problem.warning for problem in found):
            return found
    return rules.both_facts_problems(standings, entry, on, step=GatedStep.REGISTER, packages=codes)
