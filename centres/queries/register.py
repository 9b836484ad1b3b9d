"""The government's register (A1): what it says of a provider, day by day."""

import datetime as dt
from dataclasses import dataclass

from centres import rules
from centres.models import RegisterImport, RegisterSpell
from foundation import clock
from foundation.pieces import Moment


@dataclass(frozen=True)
class RegisterAnswer:
    """What the register says of a provider on a day, and which imports show it: the last by then, the first after."""

    on: dt.date
    facts: rules.RegisterFacts | None
    left_on: dt.date | None
    before: RegisterImport | None
    after: RegisterImport | None
    is_to_come: bool


def register_facts(ukprn: int | None) -> tuple[rules.RegisterFacts, ...]:
    """The provider's stretches of time on the register, in order; none when it was never there."""
    if not ukprn:
        return ()
    return tuple(_facts(row) for row in RegisterSpell.objects.filter(provider__ukprn=ukprn).order_by("from_on", "pk"))


def register_answer(ukprn: int, on: dt.date) -> RegisterAnswer:
    """Was it on the register on that day? (A1)"""
    history = register_facts(ukprn)
    end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=clock.LONDON)
    imports = RegisterImport.objects.order_by("imported_at")
    return RegisterAnswer(
        on=on,
        facts=rules.facts_on(history, on),
        left_on=rules.left_by(history, on),
        before=imports.filter(imported_at__lt=end).last(),
        after=imports.filter(imported_at__gte=end).first(),
        is_to_come=on > clock.today(),
    )


def register_timeline(ukprn: int | None) -> list[Moment]:
    """For pages: what changed on which day, from joining the register on."""
    moments: list[Moment] = []
    before: rules.RegisterFacts | None = None
    for facts in register_facts(ukprn):
        if facts.joined_on == facts.left_on:
            continue
        if before is not None and before.left_on is not None and before.left_on < facts.joined_on:
            moments.append(Moment(before.left_on, "Left the register", clause="A1"))
            before = None
        moments.append(Moment(facts.joined_on, *_said(before, facts), clause="A1"))
        before = facts
    if before is not None and before.left_on is not None:
        moments.append(Moment(before.left_on, "Left the register", clause="A1"))
    return moments


def _facts(row: RegisterSpell) -> rules.RegisterFacts:
    return rules.RegisterFacts(row.from_on, row.until_on, row.not_starting, row.provider_type, row.name)


def _said(before: rules.RegisterFacts | None, facts: rules.RegisterFacts) -> tuple[str, str]:
    """A title and a text for what began."""
    stopped = "takes on no new apprentices"
    if before is None:
        return "On the register", f"{facts.name}, {facts.provider_type.lower()}" + (
            f", {stopped}" if facts.not_starting else ""
        )
    titles, texts = [], []
    if before.name != facts.name:
        titles.append("Changed name")
        texts.append(f"{before.name} → {facts.name}")
    if before.provider_type != facts.provider_type:
        titles.append("Changed type")
        texts.append(f"{before.provider_type} → {facts.provider_type}")
    if before.not_starting != facts.not_starting:
        titles.append("Stopped starting" if facts.not_starting else "Starts again")
        texts.append(stopped if facts.not_starting else "takes on new apprentices")
    return "; ".join(titles), "; ".join(texts)
