"""The centre's account: lines written once (D4). The verbs that charge are called by the verbs that cost something."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, models, transaction

from accounts.access import require
from accounts.states import Role
from centres import rules
from centres.models import Centre, Charge
from centres.states import ChargeKind
from foundation import audit, clock, references
from foundation.errors import Conflict, refuse_if
from foundation.workflow import SYSTEM, Actor
from standards.models import Price

MAY_REVERSE = (Role.FINANCE, Role.EPA_TEAM, SYSTEM)


@dataclass(frozen=True)
class NewCharge:
    """A line to be written: for which centre, what kind, in words, pounds, by which line of the price list, about what.

    ``about_type`` is the model's label in lower case ("apprentices.registration").
    """

    centre: Centre
    kind: ChargeKind
    description: str
    amount: Decimal
    about_type: str
    about_id: int
    price: Price | None = None


def charge(
    *,
    centre: Centre,
    kind: ChargeKind,
    description: str,
    amount: Decimal,
    about: models.Model,
    by: Actor,
    price: Price | None = None,
) -> Charge:
    """Write one line, inside the transaction of what it is for (D4)."""
    line = NewCharge(centre, kind, description, amount, about._meta.label_lower, about.pk, price)
    return charge_many([line], by=by)[0]


def charge_many(rows: Sequence[NewCharge], *, by: Actor) -> list[Charge]:
    """Write the lines of a batch in the order given, in a constant number of statements (D4)."""
    if not rows:
        return []
    instant = clock.now()
    with transaction.atomic():
        numbers = references.next_numbers(f"CHG-{clock.london_date(instant):%y}", len(rows))
        charges = Charge.objects.bulk_create(
            Charge(
                number=number,
                centre=row.centre,
                kind=row.kind,
                description=row.description[:300],
                amount=row.amount,
                price=row.price,
                about_type=row.about_type,
                about_id=row.about_id,
                made_at=instant,
                by_label=by.label[:200],
            )
            for number, row in zip(numbers, rows, strict=True)
        )
        audit.record_many(audit.event(line, "charge", by=by, facts={"amount": str(line.amount)}) for line in charges)
    return charges


def reverse(*, charge: Charge, by: Actor, reason: str) -> Charge:
    """Take a charge back by a line of its own, once (D4). Raises NotAllowed, Refused, Conflict."""
    require(by, MAY_REVERSE, charge, "reverse this charge")
    refuse_if(rules.reversal_problems(is_reversal=charge.kind == ChargeKind.REVERSAL, reason=reason))
    try:
        with transaction.atomic():
            line = Charge.objects.create(
                number=references.next_number(f"CHG-{clock.today():%y}"),
                centre_id=charge.centre_id,
                kind=ChargeKind.REVERSAL,
                description=f"Reversal of {charge.number}: {reason.strip()}"[:300],
                amount=-charge.amount,
                price_id=charge.price_id,
                about_type=charge.about_type,
                about_id=charge.about_id,
                made_at=clock.now(),
                by_label=by.label[:200],
                reverses=charge,
            )
            audit.record(charge, "reverse", by=by, facts={"by_line": line.number, "reason": reason.strip()})
    except IntegrityError as error:
        raise Conflict("This charge has already been reversed.") from error
    return line
