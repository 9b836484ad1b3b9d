"""The centre's account (D4)."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from accounts.actors import System
from accounts.states import Role
from centres import actions, queries
from centres.models import Charge
from centres.states import ChargeKind
from foundation import audit, references
from foundation.errors import Conflict, NotAllowed, Refused
from standards.states import PriceKind
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db
ROBOT = System("test")


@pytest.fixture
def centre(db):
    return builders.centre()


def charge(centre, amount: str = "450.00", **changes) -> Charge:
    given = {"kind": ChargeKind.REGISTRATION, "description": "Registration", "about": centre, "by": ROBOT} | changes
    return actions.charge(centre=centre, amount=Decimal(amount), **given)


@pytest.mark.clause("D4")
def test_a_charge_names_its_price_and_what_it_is_about(centre, st0071, at, monday):
    at(monday)
    price = st0071.prices.filter(kind=PriceKind.PACKAGE).first()
    row = charge(centre, str(price.amount), price=price)
    assert (row.price, row.amount, row.about_type, row.about_id, row.by_label) == (
        price,
        price.amount,
        "centres.centre",
        centre.pk,
        "test",
    )
    assert row.number.startswith("CHG-26-")
    assert references.is_valid(row.number)
    assert audit.history(row).get().verb == "charge"


@pytest.mark.clause("D4")
def test_a_batch_is_written_in_order_in_a_constant_number_of_statements(centre, django_assert_num_queries):
    def lines(count):
        return [
            actions.NewCharge(centre, ChargeKind.REGISTRATION, f"Learner {n}", Decimal("1.00"), "x.y", n)
            for n in range(count)
        ]

    actions.charge_many(lines(1), by=ROBOT)
    with django_assert_num_queries(5):  # savepoint, numbers, charges, events, savepoint
        made = actions.charge_many(lines(300), by=ROBOT)
    assert [row.description for row in made] == [f"Learner {n}" for n in range(300)]
    assert [row.number for row in made] == sorted(row.number for row in made)
    assert (len({row.number for row in made}), Charge.objects.count()) == (300, 301)
    assert actions.charge_many([], by=ROBOT) == []


@pytest.mark.clause("D4")
def test_the_total_takes_reversals_off(centre):
    other = builders.centre()
    assert queries.account_total(centre) == Decimal("0.00")
    first = charge(centre, "450.00")
    charge(centre, "125.50")
    charge(other, "10.00")
    actions.reverse(charge=first, by=people.person(Role.FINANCE), reason="Entered twice.")
    assert queries.account_total(centre) == Decimal("125.50")


@pytest.mark.clause("D4")
def test_a_charge_is_taken_back_in_parts_by_numbered_credit_notes(centre):
    finance = people.person(Role.FINANCE)
    row = charge(centre)
    part = actions.reverse(charge=row, by=finance, reason="Half a day.", amount=Decimal("100.00"))
    assert (part.amount, part.kind, part.reverses, part.about_id) == (
        Decimal("-100.00"),
        ChargeKind.REVERSAL,
        row,
        row.about_id,
    )
    assert part.number.startswith("CRN-")
    assert part.description == f"Credit for {row.number}: Half a day."
    with pytest.raises(Refused, match="is left to credit"):
        actions.reverse(charge=row, by=finance, reason="More.", amount=Decimal("350.01"))
    rest = actions.reverse(charge=row, by=finance, reason="Illness accepted.")
    assert (rest.amount, queries.left_of(row)) == (Decimal("-350.00"), Decimal("0.00"))
    with pytest.raises(Conflict):
        actions.reverse(charge=row, by=finance, reason="Again.")
    with pytest.raises(Refused) as refused:
        actions.reverse(charge=part, by=finance, reason="Back.")
    assert [problem.code for problem in refused.value.problems] == ["credits_credit"]
    assert Charge.objects.count() == 3


@pytest.mark.clause("D4")
def test_the_database_knows_a_credit_note_by_its_charge(centre):
    row = charge(centre)
    for wrong in ({"kind": ChargeKind.REVERSAL}, {"reverses": row}):
        values = {"number": "X", "centre": centre, "kind": ChargeKind.RESIT, "amount": -1, "about_id": 1} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Charge.objects.create(**values)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.FINANCE, True), (Role.EPA_TEAM, True), (Role.CENTRE_EQA, False), (Role.ADMINISTRATOR, False)],
)
def test_who_reverses(centre, role, allowed):
    row = charge(centre)
    if allowed:
        assert actions.reverse(charge=row, by=people.person(role), reason="x").amount == -row.amount
    else:
        with pytest.raises(NotAllowed):
            actions.reverse(charge=row, by=people.person(role), reason="x")


def test_the_centre_does_not_reverse_and_a_job_does(centre):
    row = charge(centre)
    with pytest.raises(NotAllowed):
        actions.reverse(charge=row, by=builders.owner_of(centre), reason="x")
    assert actions.reverse(charge=row, by=ROBOT, reason="x").reverses == row


@pytest.mark.clause("D4")
def test_a_line_is_never_changed_or_removed(centre):
    row = charge(centre)
    with pytest.raises(InternalError), transaction.atomic():
        Charge.objects.filter(pk=row.pk).update(amount=0)
    with pytest.raises(InternalError), transaction.atomic():
        Charge.objects.filter(pk=row.pk).delete()
    row.refresh_from_db()
    assert row.amount == Decimal("450.00")
