"""Exports for finance's books: each line once, unless asked again; the same file again; never changed (D4)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from accounts.actors import System
from accounts.states import Role
from centres import actions, queries, rules
from centres.models import Charge, ChargeExport, ExportedCharge
from centres.states import ChargeKind
from foundation import clock
from foundation.errors import NotAllowed, Refused
from foundation.sheets import read
from standards.states import PriceKind
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D4")]
MONDAY = dt.date(2026, 9, 14)


@pytest.fixture
def finance():
    return people.person(Role.FINANCE)


def charged(centre, amount="450.00", **changes) -> Charge:
    given = {"kind": ChargeKind.RESIT, "description": "Resit", "about": centre, "by": System("test")} | changes
    return actions.charge(centre=centre, amount=Decimal(amount), **given)


def numbers(export) -> list[str]:
    return list(export.lines.order_by("charge_id").values_list("charge__number", flat=True))


def test_a_line_is_exported_once_and_says_what_finance_needs(st0071, finance, at):
    at(MONDAY)
    centre = builders.centre("Riverside College")
    details = rules.InvoiceDetails("Riverside Ltd", "1 Bank St", "SG13 8PQ", "pay@example.org", "PO-77")
    actions.write_invoice_details(centre=centre, details=details, by=builders.owner_of(centre))
    price = st0071.prices.filter(kind=PriceKind.PACKAGE).first()
    first = charged(centre, str(price.amount), price=price)
    credit = actions.reverse(charge=first, by=finance, reason="Half.", amount=Decimal("10.00"))
    export = actions.export_charges(by=finance)
    assert (numbers(export), export.line_count) == ([first.number, credit.number], 2)
    assert export.total == price.amount - 10
    client = client_of(finance)
    address = reverse("centres:export_file", kwargs={"pk": export.pk, "kind": "csv"})
    content = b"".join(client.get(address).streaming_content)
    line, other = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (line["Number"], line["Date"], line["Price in force from"], line["Purchase order"]) == (
        first.number,
        "14/09/2026",
        f"{price.valid_from:%d/%m/%Y}",
        "PO-77",
    )
    assert (line["Invoice address"], line["Invoice e-mail"], line["Export"]) == (
        "1 Bank St",
        "pay@example.org",
        export.number,
    )
    assert (other["Credit for"], other["Amount"]) == (first.number, "-10.00")
    # the address changes; what was handed over does not
    moved = rules.InvoiceDetails("Riverside Ltd", "2 New St", "SG13 8PQ", "pay@example.org", "PO-78")
    actions.write_invoice_details(centre=centre, details=moved, by=builders.owner_of(centre))
    assert b"".join(client.get(address).streaming_content) == content
    second = charged(centre)
    assert numbers(actions.export_charges(by=finance)) == [second.number]
    with pytest.raises(Refused, match="No charge waits"):
        actions.export_charges(by=finance)


def test_the_workbook_says_the_same(finance, tmp_path):
    row = charged(builders.centre())
    export = actions.export_charges(by=finance)
    address = reverse("centres:export_file", kwargs={"pk": export.pk, "kind": "xlsx"})
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"".join(client_of(finance).get(address).streaming_content))
    table = read(path)
    assert row.number in str(table)


def test_asked_again_a_line_names_the_export_that_held_it_first(finance):
    centre = builders.centre()
    row = charged(centre)
    first = actions.export_charges(by=finance)
    again = actions.export_charges(by=finance, again=True)
    assert (numbers(again), again.again, first.again) == ([row.number], True, False)
    assert queries.with_export(Charge.objects.all()).get().exported_in == first.number


@pytest.mark.parametrize(
    ("made_from", "made_to", "count"),
    [
        (MONDAY, MONDAY, 1),
        (MONDAY + dt.timedelta(days=1), None, 0),
        (None, MONDAY - dt.timedelta(days=1), 0),
    ],
)
def test_the_days_of_an_export_are_both_included(made_from, made_to, count, at):
    at(dt.datetime.combine(MONDAY, dt.time(23, 59), tzinfo=clock.LONDON))
    charged(builders.centre())
    assert queries.charges_between(made_from, made_to).count() == count


@pytest.mark.parametrize("role", [Role.EPA_TEAM, Role.CENTRE_EQA, Role.ADMINISTRATOR, Role.CENTRE_OWNER])
def test_only_finance_exports(role):
    centre = builders.centre()
    charged(centre)
    somebody = people.person(role, centre.organisation if role == Role.CENTRE_OWNER else None)
    with pytest.raises(NotAllowed):
        actions.export_charges(by=somebody)
    assert not ChargeExport.objects.exists()


def test_what_was_exported_is_never_changed_or_removed(finance):
    charged(builders.centre())
    actions.export_charges(by=finance)
    for rows in (ChargeExport.objects, ExportedCharge.objects):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(**{"total": 0} if rows.model is ChargeExport else {"again": True})
        with pytest.raises(InternalError), transaction.atomic():
            rows.all()._raw_delete(using="default")


def test_the_list_narrows_to_what_waits(finance):
    centre = builders.centre()
    charged(centre, description="Handed over")
    actions.export_charges(by=finance)
    charged(centre, description="Waits still")
    client = client_of(finance)
    waits = client.get(reverse("centres:charges"), {"exported": "no"}).text
    done = client.get(reverse("centres:charges"), {"exported": "yes"}).text
    assert ("Waits still" in waits, "Handed over" in waits) == (True, False)
    assert ("Waits still" in done, "Handed over" in done) == (False, True)
    home = client.get(reverse("home")).text
    assert "Export 1 line of the centres’ accounts" in home
