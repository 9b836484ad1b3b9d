"""Sites, contacts, invoice addresses: what each needs, both sides of each boundary."""

import datetime as dt
from dataclasses import replace

import pytest

from centres import rules
from centres.states import ContactRole

TODAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)
SITE = rules.SiteDetails("Mill Lane", "4 Mill Lane", "Ware", "SG12 9PX", ["workshop"])
CONTACT = rules.ContactDetails("Quinn", "quinn@example.org")
INVOICE = rules.InvoiceDetails("Riverside Ltd", "1 Bank St", "SG13 8PQ", "invoices@example.org")


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"name": " "}, ["no_name"]),
        ({"address": ""}, ["no_address"]),
        ({"town": ""}, ["no_town"]),
        ({"postcode": ""}, ["no_postcode"]),
        ({"postcode": "SG12"}, ["no_postcode"]),
        ({"postcode": "sg129px"}, []),
        ({"uses": []}, ["no_use"]),
        ({"notes": ""}, []),
    ],
)
def test_what_a_site_needs(changes, expected):
    assert codes(rules.site_problems(replace(SITE, **changes))) == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("sg13 8pq", "SG13 8PQ"),
        ("EC1A1BB", "EC1A 1BB"),
        ("m1 1ae", "M1 1AE"),
        (" Eire ", "Eire"),
        ("W1A  0AX", "W1A 0AX"),
    ],
)
def test_a_postcode_is_written_in_one_way(typed, kept):
    assert rules.tidy_postcode(typed) == kept


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"closes_on": TODAY - 10 * DAY}, []),
        ({"closes_on": TODAY - 11 * DAY}, ["closes_too_early"]),
        ({"is_main": True}, ["main_site"]),
        ({"active_to": TODAY}, []),
        ({"active_to": TODAY - DAY}, ["closed_already"]),
    ],
)
def test_closing_a_site(facts, expected):
    usual = {"is_main": False, "active_from": TODAY - 10 * DAY, "active_to": None, "closes_on": TODAY, "today": TODAY}
    assert codes(rules.closing_problems(**{**usual, **facts})) == expected


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("active_from", "active_to", "expected"),
    [
        (TODAY, None, []),
        (TODAY + DAY, None, ["not_in_use"]),
        (TODAY - DAY, TODAY + DAY, ["not_in_use"]),
    ],
)
def test_which_site_can_be_the_main_one(active_from, active_to, expected):
    problems = rules.main_site_problems(active_from=active_from, active_to=active_to, today=TODAY)
    assert codes(problems) == expected


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("changes", "role", "is_new", "held", "expected"),
    [
        ({}, ContactRole.FINANCE, True, False, []),
        ({"name": ""}, ContactRole.FINANCE, True, False, ["no_name"]),
        ({"email": " "}, ContactRole.FINANCE, True, False, ["no_email"]),
        ({}, ContactRole.FINANCE, True, True, ["contact_twice"]),
        ({}, ContactRole.PORTAL, True, False, ["portal_contact_once"]),
        ({}, ContactRole.PORTAL, False, False, []),
    ],
)
def test_what_a_contact_needs(changes, role, is_new, held, expected):
    problems = rules.contact_problems(replace(CONTACT, **changes), role, is_new=is_new, held_already=held)
    assert codes(problems) == expected


@pytest.mark.parametrize("role", ContactRole)
def test_only_the_portal_contact_stays(role):
    assert codes(rules.ending_problems(role)) == (["portal_contact_stays"] if role == ContactRole.PORTAL else [])


@pytest.mark.clause("D4")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"name": ""}, ["no_name"]),
        ({"address": ""}, ["no_address"]),
        ({"postcode": "1"}, ["no_postcode"]),
        ({"email": ""}, ["no_email"]),
        ({"po_reference": "PO-1"}, []),
    ],
)
def test_what_an_invoice_address_needs(changes, expected):
    assert codes(rules.invoice_problems(replace(INVOICE, **changes))) == expected
