"""The only place that writes a state.

A model with a life of its own has ``state`` (a ``TextChoices`` field) and ``STEPS`` (a ``Steps`` table, written beside
the enum in ``states.py``). ``move`` looks the step up, asks the actor for one of the capacities the step names, changes
the row only if it still is in the expected state, and writes the audit row. There is no way round it and no ``force``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import models, transaction

from foundation import audit
from foundation.errors import Conflict, NotAllowed, WrongState

SYSTEM = "system"


class Actor(Protocol):
    """Who does it. ``holds`` says whether the actor has a capacity (a role, or "system") towards this subject."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def label(self) -> str: ...

    def holds(self, capacity: str, subject: models.Model) -> bool: ...


@dataclass(frozen=True)
class Step:
    """``verb`` takes a subject from ``source`` to ``target``; any one of the capacities in ``who`` may do it."""

    source: str
    verb: str
    target: str
    who: tuple[str, ...]


class Steps:
    """A table of steps. Every (source, verb) has exactly one target."""

    def __init__(self, *rows: tuple[Any, str, Any, Iterable[str]]) -> None:
        self.rows: list[Step] = []
        self._by_key: dict[tuple[str, str], Step] = {}
        for source, verb, target, who in rows:
            step = Step(str(source), verb, str(target), tuple(str(capacity) for capacity in who))
            if (step.source, step.verb) in self._by_key:
                raise ValueError(f"two steps from {step.source} by {verb}")
            if not step.who:
                raise ValueError(f"nobody may {verb} from {step.source}")
            self._by_key[step.source, step.verb] = step
            self.rows.append(step)

    def find(self, source: str, verb: str) -> Step | None:
        return self._by_key.get((str(source), verb))

    def verbs(self) -> set[str]:
        return {step.verb for step in self.rows}


class Stateful(models.Model):
    """Base of every model that ``move`` may move."""

    STEPS: ClassVar[Steps]
    state: Any

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=models.Model)


def held(row: Row, *related: str) -> Row:
    """The row as it is now, with what it refers to, locked until the end of the transaction.

    First the lock, then the read: a locking query that had to wait gives the new row with the old rows joined to it.
    """
    rows = type(row)._default_manager
    rows.select_for_update().only("pk").get(pk=row.pk)
    return rows.select_related(*related).get(pk=row.pk)


def can(subject: Stateful, verb: str, actor: Actor) -> bool:
    """Whether the step exists from where the subject is and the actor may take it (rules may still refuse)."""
    step = type(subject).STEPS.find(subject.state, verb)
    return step is not None and any(actor.holds(capacity, subject) for capacity in step.who)


def guard(subject: Stateful, verb: str, actor: Actor) -> Step:
    """The step, or ``WrongState`` / ``NotAllowed``. Verbs call it before they spend work on rules."""
    step = type(subject).STEPS.find(subject.state, verb)
    if step is None:
        raise WrongState(f"{_name(subject)} is {_state_label(subject)}, so this cannot be done now.", about=subject)
    if not any(actor.holds(capacity, subject) for capacity in step.who):
        raise NotAllowed(f"You may not {verb.replace('_', ' ')} this {type(subject)._meta.verbose_name}.")
    return step


def move(
    subject: Stateful,
    verb: str,
    *,
    by: Actor,
    changes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    confidential: bool = False,
) -> "audit.AuditEvent":
    """Take one step: access, table, compare-and-set, audit row. Call it inside the verb's transaction.

    ``changes`` are further fields written in the same UPDATE; ``facts`` go to the audit row; ``confidential`` keeps
    that row from everyone outside the assessment organisation.
    Raises WrongState, NotAllowed, or Conflict when the row is no longer in the state this instance was read in.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("move() belongs inside a transaction: the state and its audit row stand or fall together")
    step = guard(subject, verb, by)
    fields = dict(changes or {})
    if "state" in fields:
        raise ValueError("the state comes from the table of steps")
    model = type(subject)
    rows: models.QuerySet[Any] = model._default_manager.filter(pk=subject.pk)
    written = rows.filter(state=step.source).update(state=step.target, **fields)
    if written != 1:
        current = rows.values_list("state", flat=True).first()
        now = _label(model, current)
        raise Conflict(f"Someone else changed this {model._meta.verbose_name} first: it is now {now}.", about=subject)
    subject.state = step.target
    for name, value in fields.items():
        setattr(subject, name, value)
    return audit.record(
        subject,
        verb,
        by=by,
        from_state=step.source,
        to_state=step.target,
        facts=facts,
        confidential=confidential,
    )


def _label(model: type[models.Model], state: str | None) -> str:
    choices = dict(model._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    return str(choices.get(state, state))


def _state_label(subject: Stateful) -> str:
    return f"“{_label(type(subject), subject.state)}”"


def _name(subject: Stateful) -> str:
    return f"This {type(subject)._meta.verbose_name}"
