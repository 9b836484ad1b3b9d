"""Resits and retakes: a centre asks for a further attempt at a component that was not passed."""

from dataclasses import dataclass

from django.db import transaction

from accounts.access import require
from accounts.states import CENTRE_WRITERS
from centres.actions import charges
from centres.states import ChargeKind
from epa.actions.dates import OPEN, store_submission, version_of
from epa.actions.locking import attempts_of, lock
from epa.models import EPA, Attempt
from epa.notices import assessing as notices
from epa.queries import assessing as queries
from epa.rules import results as rules
from epa.rules import windows
from epa.states import AttemptKind, AttemptState, EPAState
from foundation import audit, clock
from foundation.errors import Problem, Refused, WrongState
from foundation.workflow import Actor
from standards import queries as standards
from standards.models import Component, Price
from standards.states import PriceKind


@dataclass(frozen=True)
class Possible:
    """A component with what speaks against a further attempt at it, and what that would cost today."""

    component: Component
    problems: list[Problem]
    price: Price | None


def open_resit(*, epa: EPA, component: Component, kind: AttemptKind, by: Actor) -> Attempt:
    """Open a further attempt at a component not passed (C10), within 12 months (C11), charged at today's price (D4).

    Passed components are refused (C12). Raises NotAllowed, WrongState, or Refused.
    """
    require(by, sorted(CENTRE_WRITERS), epa, "ask for a resit or retake")
    if kind not in {AttemptKind.RESIT, AttemptKind.RETAKE}:
        raise Refused([Problem("unknown_kind", "C10", "Say whether it is a resit or a retake.", "", "kind")])
    with transaction.atomic():
        epa = lock(epa.pk)
        if epa.state != EPAState.RESIT_OPEN:
            raise WrongState(f"The EPA is “{epa.get_state_display()}”; no resit can be asked for.")
        possible = possible_resit(epa, component, attempts_of(epa))
        if possible.problems or possible.price is None:
            raise Refused(possible.problems)
        attempt = _open(epa, component, kind)
        charge = charges.charge(
            centre=epa.registration.apprentice.centre,
            kind=ChargeKind.RESIT,
            description=f"{attempt.get_kind_display().split(' (')[0]}: {component.name}, {epa.registration.number}",
            amount=possible.price.amount,
            about=attempt,
            by=by,
            price=possible.price,
        )
        Attempt.objects.filter(pk=attempt.pk).update(charge=charge)
        attempt.charge = charge
        facts = {"component": component.code, "number": attempt.number, "kind": kind, "amount": str(charge.amount)}
        audit.record(attempt, "open_resit", by=by, facts=facts)
        notices.resit_opened(attempt)
    return attempt


def possible_resit(epa: EPA, component: Component, attempts: list[Attempt]) -> Possible:
    """Whether a further attempt at the component can be opened today, why not, and at what price."""
    own = [row for row in attempts if row.component_id == component.pk]
    released = [(component.code, row.grade) for row in own if row.state == AttemptState.RELEASED]
    price = standards.price(version_of(epa), PriceKind.RESIT, component=component, on=clock.today())
    if epa.resit_until is None:
        raise WrongState("No fail has been released, so there is no time for resits.")
    problems = rules.resit_problems(
        component=component.name,
        best=rules.best_grades(released).get(component.code),
        open_already=any(row.state in (*OPEN, AttemptState.ASSESSED) for row in own),
        today=clock.today(),
        until=epa.resit_until,
    )
    return Possible(component, problems + rules.price_problems(price is not None, component.name), price)


def possible_resits(epa: EPA) -> list[Possible]:
    """Every component of an EPA whose resits are open, in order. Empty in any other state."""
    if epa.state != EPAState.RESIT_OPEN:
        return []
    attempts = attempts_of(epa)
    return [possible_resit(epa, row, attempts) for row in version_of(epa).components.order_by("order")]


def _open(epa: EPA, component: Component, kind: AttemptKind) -> Attempt:
    """The next attempt, with the last day it may be held (C11) and, for a reworked project, when that is due (C14)."""
    last = epa.attempts.filter(component=component).order_by("-number").values_list("number", flat=True).first()
    attempt = Attempt(epa=epa, component=component, number=(last or 0) + 1, kind=kind, held_by=epa.resit_until)
    attempt.submission_due_on = windows.resit_submission_due(component, queries.fail_released_on(attempt), None)
    attempt.save(force_insert=True)
    store_submission(attempt)
    return attempt
