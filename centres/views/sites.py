"""A centre's particulars: its sites, its contacts, where its invoices go."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import RECORD_KEEPERS, may, require
from accounts.requests import SignedIn, posted
from centres import actions, rules
from centres.forms import (
    CloseSiteForm,
    ConfirmForm,
    ContactForm,
    InvoiceForm,
    NewContactForm,
    NewSiteForm,
    SiteForm,
)
from centres.models import Centre, Contact, Site
from centres.states import ContactRole
from centres.views.centres import crumbs, find_centre
from foundation import clock
from foundation.forms import refusals
from foundation.pieces import Row

PARTICULARS = "Sites and contacts"


def invoice_rows(centre: Centre) -> list[Row]:
    """The invoice address as a summary."""
    address = "\n".join(part for part in (centre.invoice_address, centre.invoice_postcode) if part)
    return [
        Row("Name on the invoice", centre.invoice_name),
        Row("Address", address),
        Row("E-mail address for invoices", centre.invoice_email),
        Row("Purchase order reference", centre.po_reference),
    ]


@require_http_methods(["GET"])
def particulars(request: SignedIn, pk: int) -> HttpResponse:
    """Sites, contacts and invoice address, those of before below."""
    centre = find_centre(request, pk)
    today = clock.today()
    sites = list(centre.sites.all())
    contacts = list(centre.contacts.all())
    order = list(ContactRole)
    context = {
        "centre": centre,
        "sites": [site for site in sites if site.active_to is None or site.active_to >= today],
        "closed_sites": [site for site in sites if site.active_to is not None and site.active_to < today],
        "contacts": sorted(
            (contact for contact in contacts if contact.ended_on is None),
            key=lambda contact: order.index(ContactRole(contact.role)),
        ),
        "past_contacts": [contact for contact in contacts if contact.ended_on is not None],
        "invoice": invoice_rows(centre),
        "may_change": may(request.user, RECORD_KEEPERS, centre),
        "today": today,
        "breadcrumbs": crumbs(centre, (PARTICULARS, "")),
    }
    return render(request, "centres/particulars.html", context)


def _back(centre: Centre, place: str = "") -> str:
    return reverse("centres:particulars", kwargs={"pk": centre.pk}) + (f"#{place}" if place else "")


def _page(request: SignedIn, centre: Centre, title: str, form: Any, **more: Any) -> HttpResponse:
    trail = crumbs(centre, (PARTICULARS, _back(centre)), (title, ""))
    context = {"form": form, "title": title, "caption": str(centre), "breadcrumbs": trail, **more}
    return render(request, "centres/form.html", context)


def _site(request: SignedIn, pk: int) -> Site:
    rows = Site.objects.visible_to(request.user).select_related("centre__organisation")
    site: Site = get_object_or_404(rows, pk=pk)
    require(request.user, RECORD_KEEPERS, site, "change the sites of this centre")
    return site


def _contact(request: SignedIn, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("centre__organisation")
    contact: Contact = get_object_or_404(rows, pk=pk)
    require(request.user, RECORD_KEEPERS, contact, "change the contacts of this centre")
    return contact


@require_http_methods(["GET", "POST"])
def site_add(request: SignedIn, pk: int) -> HttpResponse:
    """Another site."""
    centre = find_centre(request, pk)
    require(request.user, RECORD_KEEPERS, centre, "change the sites of this centre")
    form = NewSiteForm(posted(request), initial={"active_from": clock.today()}, cancel_url=_back(centre, "sites"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        active_from = data.pop("active_from")
        with refusals(form):
            site = actions.add_site(
                centre=centre, details=rules.SiteDetails(**data), active_from=active_from, by=request.user
            )
            messages.success(request, f"{site.name} is one of the centre’s sites.")
            return redirect(_back(centre, "sites"))
    return _page(request, centre, "Add a site", form)


@require_http_methods(["GET", "POST"])
def site_change(request: SignedIn, pk: int) -> HttpResponse:
    """A site's particulars."""
    site = _site(request, pk)
    initial = {name: getattr(site, name) for name in ("name", "address", "town", "postcode", "uses", "notes")}
    form = SiteForm(posted(request), initial=initial, cancel_url=_back(site.centre, "sites"))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.change_site(site=site, details=rules.SiteDetails(**form.cleaned_data), by=request.user)
            messages.success(request, "The site is saved.")
            return redirect(_back(site.centre, "sites"))
    return _page(request, site.centre, f"Change {site.name}", form)


@require_http_methods(["GET", "POST"])
def site_close(request: SignedIn, pk: int) -> HttpResponse:
    """The last day of a site."""
    site = _site(request, pk)
    form = CloseSiteForm(posted(request), initial={"closes_on": clock.today()}, cancel_url=_back(site.centre, "sites"))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.close_site(site=site, closes_on=form.cleaned_data["closes_on"], by=request.user)
            messages.success(request, f"The last day of {site.name} is recorded.")
            return redirect(_back(site.centre, "sites"))
    lead = "The site stays on record with the days on which it was in use."
    facts = [Row("Site", site.name), Row("Address", site.in_one_line), Row("In use from", site.active_from)]
    return _page(request, site.centre, f"Close {site.name}?", form, lead=lead, facts=facts)


@require_http_methods(["POST"])
def site_main(request: SignedIn, pk: int) -> HttpResponse:
    """This is the main site from now on."""
    site = _site(request, pk)
    actions.make_main_site(site=site, by=request.user)
    messages.success(request, f"{site.name} is the main site.")
    return redirect(_back(site.centre, "sites"))


@require_http_methods(["GET", "POST"])
def contact_add(request: SignedIn, pk: int) -> HttpResponse:
    """Another contact."""
    centre = find_centre(request, pk)
    require(request.user, RECORD_KEEPERS, centre, "change the contacts of this centre")
    form = NewContactForm(posted(request), cancel_url=_back(centre, "contacts"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        role = data.pop("role")
        with refusals(form):
            actions.add_contact(centre=centre, role=role, details=rules.ContactDetails(**data), by=request.user)
            messages.success(request, "The contact is saved.")
            return redirect(_back(centre, "contacts"))
    lead = "A contact is written to or called; to work in the portal somebody needs an invitation as well."
    return _page(request, centre, "Add a contact", form, lead=lead)


@require_http_methods(["GET", "POST"])
def contact_change(request: SignedIn, pk: int) -> HttpResponse:
    """Put a contact right, or name somebody else."""
    contact = _contact(request, pk)
    initial = {name: getattr(contact, name) for name in ("name", "email", "phone")}
    form = ContactForm(posted(request), initial=initial, cancel_url=_back(contact.centre, "contacts"))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.change_contact(contact=contact, details=rules.ContactDetails(**form.cleaned_data), by=request.user)
            messages.success(request, "The contact is saved.")
            return redirect(_back(contact.centre, "contacts"))
    return _page(request, contact.centre, f"Change the {contact.get_role_display().lower()}", form)


@require_http_methods(["GET", "POST"])
def contact_end(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody is no longer a contact."""
    contact = _contact(request, pk)
    back = _back(contact.centre, "contacts")
    form = ConfirmForm(posted(request), submit_label="End the contact", cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.end_contact(contact=contact, by=request.user)
            messages.success(request, f"{contact.name} is no longer {contact.get_role_display().lower()}.")
            return redirect(back)
    facts = [Row("Contact for", contact.get_role_display()), Row("Name", contact.name), Row("Since", contact.since)]
    return _page(request, contact.centre, f"End {contact.name} as a contact?", form, facts=facts)


@require_http_methods(["GET", "POST"])
def invoice(request: SignedIn, pk: int) -> HttpResponse:
    """Where invoices go."""
    centre = find_centre(request, pk)
    require(request.user, RECORD_KEEPERS, centre, "change the invoice address of this centre")
    initial = {
        "name": centre.invoice_name or str(centre),
        "address": centre.invoice_address,
        "postcode": centre.invoice_postcode,
        "email": centre.invoice_email,
        "po_reference": centre.po_reference,
    }
    form = InvoiceForm(posted(request), initial=initial, cancel_url=_back(centre, "invoice"))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            details = rules.InvoiceDetails(**form.cleaned_data)
            actions.write_invoice_details(centre=centre, details=details, by=request.user)
            messages.success(request, "The invoice address is saved.")
            return redirect(_back(centre, "invoice"))
    return _page(request, centre, "Invoice address", form)
