"""Sites and contacts by the verbs: one main site and one portal contact always, the centre in step with them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.states import Role
from centres import actions, rules
from centres.models import Contact, Site
from centres.states import ContactRole
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Refused
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return builders.centre()


def test_a_new_centre_has_its_main_site_and_its_portal_contact(centre):
    site, contact = centre.sites.get(), centre.contacts.get()
    assert (site.main, site.town, site.active_from) == (True, "Hertford", clock.today())
    assert (contact.role, contact.name, contact.email) == ("portal", centre.contact_name, centre.contact_email)


def test_the_main_site_moves_and_the_town_with_it(centre):
    first, second = centre.sites.get(), builders.site(centre)
    actions.make_main_site(site=second, by=builders.owner_of(centre))
    centre.refresh_from_db()
    assert list(centre.sites.filter(main=True)) == [second]
    assert centre.town == second.town == "Ware"
    closed = actions.close_site(site=first, closes_on=clock.today(), by=builders.owner_of(centre))
    assert closed.in_use_on(clock.today())
    assert not closed.in_use_on(clock.today() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="Make another site the main one first"):
        actions.close_site(site=second, closes_on=clock.today(), by=builders.owner_of(centre))
    assert [event.verb for event in audit.history(centre)[:2]] == ["close_site", "make_main_site"]


def test_a_change_says_what_was_before(centre):
    site = builders.site(centre)
    details = rules.SiteDetails("Mill Lane workshop", "5 Mill Lane", "Ware", "sg129px", ["workshop", "epa"])
    actions.change_site(site=site, details=details, by=builders.epa_team())
    site.refresh_from_db()
    assert (site.in_one_line, site.used_for) == (
        "5 Mill Lane, Ware, SG12 9PX",
        "Workshop or practical training, End-point assessment",
    )
    facts = audit.history(centre)[0].facts
    assert facts["address"] == "4 Mill Lane, Ware, SG12 9PX → 5 Mill Lane, Ware, SG12 9PX"


def test_the_portal_contact_is_replaced_and_the_centre_follows(centre):
    contact = centre.contacts.get()
    details = rules.ContactDetails("Sam Successor", "Sam@Example.org", "01992 1")
    actions.change_contact(contact=contact, details=details, by=builders.owner_of(centre))
    centre.refresh_from_db()
    assert (centre.contact_name, centre.contact_email) == ("Sam Successor", "sam@example.org")
    with pytest.raises(Refused, match="always has a portal contact"):
        actions.end_contact(contact=contact, by=builders.owner_of(centre))


def test_a_contact_ends_and_can_be_named_again(centre):
    contact = builders.contact(centre)
    with pytest.raises(Refused, match="already"):
        builders.contact(centre)
    actions.end_contact(contact=contact, by=builders.owner_of(centre))
    with pytest.raises(Conflict):
        actions.change_contact(
            contact=contact, details=rules.ContactDetails("A", "a@example.org"), by=builders.owner_of(centre)
        )
    builders.contact(centre)
    assert Contact.objects.filter(centre=centre, role=ContactRole.QUALITY).count() == 2


@pytest.mark.parametrize(
    "break_it",
    [
        lambda centre: Site.objects.create(centre=centre, name="Second main", main=True),
        lambda centre: centre.sites.update(active_to=clock.today()),
        lambda centre: Contact.objects.create(centre=centre, role="portal", name="B", email="b@example.org"),
        lambda centre: centre.contacts.update(ended_on=clock.today()),
    ],
)
def test_the_database_keeps_one_main_site_and_one_portal_contact(centre, break_it):
    with pytest.raises(IntegrityError), transaction.atomic():
        break_it(centre)


@pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.CENTRE_EQA, Role.FINANCE])
def test_who_only_reads_changes_nothing(centre, role):
    own = centre.organisation if role == Role.CENTRE_READER else None
    with pytest.raises(NotAllowed):
        actions.close_site(site=centre.sites.get(), closes_on=clock.today(), by=people.person(role, own))


@pytest.mark.clause("D4")
def test_the_invoice_address_is_kept_with_its_history(centre):
    details = rules.InvoiceDetails("Riverside Ltd", "1 Bank St", "sg138pq", "Invoices@Example.org", "PO-77")
    actions.write_invoice_details(centre=centre, details=details, by=builders.owner_of(centre))
    centre.refresh_from_db()
    assert (centre.invoice_postcode, centre.invoice_email, centre.po_reference) == (
        "SG13 8PQ",
        "invoices@example.org",
        "PO-77",
    )
    event = audit.history(centre)[0]
    assert (event.verb, event.facts["po_reference"]) == ("write_invoice_details", "PO-77")
