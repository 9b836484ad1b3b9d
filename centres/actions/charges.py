"""The centre's account: lines written once (D4). The verbs that charge are called by the verbs that cost something."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models, transaction

from accounts.access import require
from accounts.states import Role
from centres import queries, rules
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


def reverse(*, charge: Charge, by: Actor, reason: str, amount: Decimal | None = None) -> Charge:
    """Take a charge back by a numbered credit note: ``amount`` of it, or all that is left (D4).

    Raises NotAllowed, Refused (no reason, more than is left), Conflict when nothing is left.
    """
    require(by, MAY_REVERSE, charge, "take this charge back")
    with transaction.atomic():
        row = Charge.objects.select_for_update().get(pk=charge.pk)  # two who credit at once do so one after the other
        is_credit = row.kind == ChargeKind.REVERSAL
        left = queries.left_of(row)
        if not is_credit and left <= rules.NOTHING:
            raise Conflict("This charge has already been taken back as a whole.")
        credited = left if amount is None else amount
        refuse_if(rules.credit_problems(is_credit=is_credit, amount=credited, left=left, reason=reason))
        line = Charge.objects.create(
            number=references.next_number(f"CRN-{clock.today():%y}"),
            centre_id=row.centre_id,
            kind=ChargeKind.REVERSAL,
            description=f"Credit for {row.number}: {reason.strip()}"[:300],
            amount=-credited,
            price_id=row.price_id,
            about_type=row.about_type,
            about_id=row.about_id,
            made_at=clock.now(),
            by_label=by.label[:200],
            reverses=row,
        )
        facts = {"by_line": line.number, "amount": str(credited), "reason": reason.strip()}
        audit.record(row, "reverse", by=by, facts=facts)
    return line
