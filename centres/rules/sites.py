"""Where a centre works and whom to ask there (A6): what a site, a contact and an invoice address need."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from centres.states import ContactRole
from foundation.errors import Problem

# The form of a postcode of the United Kingdom, not whether it exists.
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")


@dataclass(frozen=True)
class SiteDetails:
    """A site as somebody describes it."""

    name: str
    address: str
    town: str
    postcode: str
    uses: Collection[str] = ()
    notes: str = ""


@dataclass(frozen=True)
class ContactDetails:
    """A contact as somebody describes it."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True)
class InvoiceDetails:
    """Where a centre's invoices go."""

    name: str
    address: str
    postcode: str
    email: str
    po_reference: str = ""


def tidy_postcode(text: str) -> str:
    """In capitals with one space; as typed where it is no postcode."""
    found = POSTCODE.fullmatch("".join(text.upper().split()))
    return f"{found[1]} {found[2]}" if found else text.strip()


def _postcode_problems(text: str, where: str, field: str) -> list[Problem]:
    if POSTCODE.fullmatch("".join(text.upper().split())):
        return []
    message = "Enter the whole postcode, such as SG13 8PQ." if text.strip() else "Enter the postcode."
    return [Problem("no_postcode", "A6", message, where, field)]


def site_problems(site: SiteDetails) -> list[Problem]:
    """A site has a name, an address that post reaches, and something that is done there (A6 i)."""
    problems = []
    if not site.name.strip():
        problems.append(Problem("no_name", "A6", "Give the site a name.", "sites", "name"))
    if not site.address.strip():
        problems.append(Problem("no_address", "A6", "Enter the address.", "sites", "address"))
    if not site.town.strip():
        problems.append(Problem("no_town", "A6", "Enter the town.", "sites", "town"))
    problems += _postcode_problems(site.postcode, "sites", "postcode")
    if not site.uses:
        problems.append(Problem("no_use", "A6", "Say what is done at the site.", "sites", "uses"))
    return problems


def closing_problems(
    *, is_main: bool, active_from: dt.date, active_to: dt.date | None, closes_on: dt.date, today: dt.date
) -> list[Problem]:
    """A site closes on a day after it was opened, once; the main site stays until another is the main one (A6 i)."""
    problems = []
    if is_main:
        message = "This is the main site. Make another site the main one first."
        problems.append(Problem("main_site", "A6", message, "sites"))
    if active_to is not None and active_to < today:
        message = f"This site closed on {active_to:%d/%m/%Y} already."
        problems.append(Problem("closed_already", "A6", message, "sites"))
    if closes_on < active_from:
        message = f"The site has been in use since {active_from:%d/%m/%Y}; the last day cannot be before that."
        problems.append(Problem("closes_too_early", "A6", message, "sites", "closes_on"))
    return problems


def main_site_problems(*, active_from: dt.date, active_to: dt.date | None, today: dt.date) -> list[Problem]:
    """The main site is in use today and nobody has said that it closes (A6 i)."""
    if active_to is not None or active_from > today:
        message = "Only a site that is in use, and that does not close, can be the main one."
        return [Problem("not_in_use", "A6", message, "sites")]
    return []


def contact_problems(contact: ContactDetails, role: str, *, is_new: bool, held_already: bool) -> list[Problem]:
    """A contact has a name and an address; a centre has one portal contact, who is replaced and never added (A6)."""
    problems = []
    if not contact.name.strip():
        problems.append(Problem("no_name", "A6", "Enter the name.", "contacts", "name"))
    if not contact.email.strip():
        problems.append(Problem("no_email", "A6", "Enter the e-mail address.", "contacts", "email"))
    if is_new and role == ContactRole.PORTAL:
        message = "A centre has one portal contact. Change it where it is listed."
        problems.append(Problem("portal_contact_once", "A6", message, "contacts", "role"))
    if held_already:
        message = f"This address is the centre’s {ContactRole(role).label.lower()} already."
        problems.append(Problem("contact_twice", "A6", message, "contacts", "email"))
    return problems


def ending_problems(role: str) -> list[Problem]:
    """The portal contact is replaced, not ended: somebody can always be reached (A6)."""
    if role == ContactRole.PORTAL:
        message = "A centre always has a portal contact. Change it to somebody else instead."
        return [Problem("portal_contact_stays", "A6", message, "contacts")]
    return []


def invoice_problems(invoice: InvoiceDetails) -> list[Problem]:
    """An invoice needs a name, an address that post reaches and an e-mail address (D4)."""
    problems = []
    if not invoice.name.strip():
        problems.append(Problem("no_name", "D4", "Enter the name that invoices are made out to.", "invoice", "name"))
    if not invoice.address.strip():
        problems.append(Problem("no_address", "D4", "Enter the address for invoices.", "invoice", "address"))
    problems += _postcode_problems(invoice.postcode, "invoice", "postcode")
    if not invoice.email.strip():
        message = "Enter the e-mail address that invoices go to."
        problems.append(Problem("no_email", "D4", message, "invoice", "email"))
    return problems
