"""The catalogue's pages and its admin."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.states import Role
from standards import admin as standards_admin
from standards.models import Price
from tests.builders import person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre_reader(client):
    user = person(Role.CENTRE_READER, provider())
    client.force_login(user)
    return user


def test_everyone_signed_in_reads_the_catalogue(client, st0071, made_up, centre_reader, at):
    at(dt.date(2026, 9, 14))
    page = client.get(reverse("standards:list"))
    assert page.status_code == 200
    assert [version.short for version, _ in page.context["rows"]] == ["ST0071/AP01", "ST9901/AP02"]


@pytest.mark.clause("D4", "D5")
def test_price_list_of_the_day(client, st0071, centre_reader, at):
    url = reverse("standards:version", args=[st0071.pk])
    at(dt.date(2024, 8, 31))
    page = client.get(url).content.decode()
    assert "£600.00" in page
    assert "Sun 1 Sep 2024: Registration on a package AS-CSS-EPA: £640.00" in page
    at(dt.date(2024, 9, 1))
    page = client.get(url).content.decode()
    assert "£640.00" in page
    assert "£600.00" not in page
    assert "English and maths are not in the price of a package" in page


def test_nobody_else_does(client, st0071):
    for url in (reverse("standards:list"), reverse("standards:version", args=[st0071.pk])):
        assert client.get(url).status_code == 302
    client.force_login(person(Role.EMPLOYER_CONTACT, provider()))
    assert client.get(reverse("standards:version", args=[st0071.pk])).status_code == 404


def price_form(st0071, **changes):
    old = Price.objects.get(version=st0071, kind="maths")
    fields = {"version": st0071.pk, "kind": "maths", "amount": "50", "valid_from": "2027-01-01", "valid_to": ""}
    return old, standards_admin.PriceForm({**fields, **changes})


@pytest.mark.clause("D4")
def test_a_new_price_waits_for_the_end_of_the_old_one(st0071):
    old, form = price_form(st0071)
    assert form.errors == {"__all__": ["On that first day £48.00 is in force: give that line a last day first."]}
    old.valid_to = dt.date(2026, 12, 31)
    old.save()
    assert price_form(st0071)[1].is_valid()
    assert price_form(st0071, valid_from="2019-08-01")[1].errors == {
        "__all__": ["From 01 Sep 2019 there is a line of £48.00: end this one before it."]
    }
    assert price_form(st0071, valid_from="2019-08-01", valid_to="2019-08-31")[1].is_valid()
    assert not price_form(st0071, valid_from="2027-02-01", valid_to="2027-01-31")[1].is_valid()


def test_admin_pages_are_for_administrators(client, st0071):
    names = ["standard", "standardversion", "package", "component", "graderow", "price"]
    client.force_login(person(Role.ADMINISTRATOR))
    for name in names:
        model_admin = reverse(f"admin:standards_{name}_changelist")
        assert client.get(model_admin).status_code == 200
        assert client.get(f"{model_admin}?q=x").status_code == 200
    for name, pk in (("standardversion", st0071.pk), ("price", st0071.prices.first().pk)):
        assert client.get(reverse(f"admin:standards_{name}_change", args=[pk])).status_code == 200
    client.force_login(person(Role.EPA_TEAM))
    assert client.get(reverse("admin:standards_price_changelist")).status_code == 302


@pytest.mark.clause("D4")
def test_a_charged_price_can_only_end(client, st0071, monkeypatch):
    client.force_login(person(Role.ADMINISTRATOR))
    monkeypatch.setattr(standards_admin, "is_used", lambda _: True)
    price = Price.objects.get(kind="maths")
    url = reverse("admin:standards_price_change", args=[price.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"amount": "1", "valid_from": "2020-01-01", "valid_to": "31/12/2026", "example": "on"})
    price.refresh_from_db()
    assert (price.amount, price.valid_from, price.valid_to) == (
        Decimal("48.00"),
        dt.date(2019, 9, 1),
        dt.date(2026, 12, 31),
    )
    assert client.get(reverse("admin:standards_price_delete", args=[price.pk])).status_code == 403


def test_states_of_a_version_cannot_be_deleted(client, st0071):
    client.force_login(person(Role.ADMINISTRATOR))
    assert client.get(reverse("admin:standards_standardversion_delete", args=[st0071.pk])).status_code == 403
    assert client.get(reverse("admin:standards_standard_delete", args=[st0071.standard.pk])).status_code == 403
