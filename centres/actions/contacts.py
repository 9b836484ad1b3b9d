"""A centre's contacts and its invoice address (A6, D4)."""

from django.db import IntegrityError, transaction

from accounts.access import RECORD_KEEPERS, require
from centres import rules
from centres.models import Centre, Contact
from centres.states import ContactRole
from foundation import audit, clock
from foundation.errors import Conflict, refuse_if
from foundation.workflow import Actor, held


def name_portal_contact(centre: Centre, *, by: Actor) -> Contact:
    """The first contact of a new centre. Inside the transaction that opens it."""
    contact = Contact.objects.create(
        centre=centre, role=ContactRole.PORTAL, name=centre.contact_name, email=centre.contact_email, since=centre.since
    )
    audit.record(contact, "add_contact", by=by, facts={"role": contact.role})
    return contact


def add_contact(*, centre: Centre, role: str, details: rules.ContactDetails, by: Actor) -> Contact:
    """Name somebody as the centre's contact for something. Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, centre, "change the contacts of this centre")
    fields = _fields(details)
    refuse_if(rules.contact_problems(details, role, is_new=True, held_already=_held(centre.pk, role, fields["email"])))
    try:
        with transaction.atomic():
            contact = Contact.objects.create(centre=centre, role=role, since=clock.today(), **fields)
            audit.record(centre, "add_contact", by=by, facts={"contact": str(contact), "email": contact.email})
    except IntegrityError as error:
        raise Conflict("Somebody else has just added this contact.", about=centre) from error
    return contact


def change_contact(*, contact: Contact, details: rules.ContactDetails, by: Actor) -> Contact:
    """Put a contact right or name somebody else for the same thing; the centre's own follows the portal contact.

    Raises NotAllowed, Refused, Conflict when the contact has ended meanwhile.
    """
    require(by, RECORD_KEEPERS, contact, "change the contacts of this centre")
    fields = _fields(details)
    held = _held(contact.centre_id, contact.role, fields["email"], but=contact.pk)
    refuse_if(rules.contact_problems(details, contact.role, is_new=False, held_already=held))
    with transaction.atomic():
        row = _locked(contact)
        before = {name: getattr(row, name) for name in fields}
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
        changed = {
            name: f"{before[name] or '–'} → {fields[name] or '–'}" for name in fields if before[name] != fields[name]
        }
        audit.record(row.centre, "change_contact", by=by, facts={"contact": str(row), **changed})
        if row.role == ContactRole.PORTAL:
            Centre.objects.filter(pk=row.centre_id).update(contact_name=row.name, contact_email=row.email)
    return row


def end_contact(*, contact: Contact, by: Actor) -> Contact:
    """Somebody is no longer the centre's contact for that. Raises NotAllowed, Refused, Conflict."""
    require(by, RECORD_KEEPERS, contact, "change the contacts of this centre")
    refuse_if(rules.ending_problems(contact.role))
    with transaction.atomic():
        row = _locked(contact)
        row.ended_on = clock.today()
        row.save(update_fields=["ended_on"])
        audit.record(row.centre, "end_contact", by=by, facts={"contact": str(row)})
    return row


@transaction.atomic
def write_invoice_details(*, centre: Centre, details: rules.InvoiceDetails, by: Actor) -> Centre:
    """Where the centre's invoices go, and its purchase order (D4). Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, centre, "change the invoice address of this centre")
    refuse_if(rules.invoice_problems(details))
    row = Centre.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=centre.pk)
    fields = {
        "invoice_name": details.name.strip(),
        "invoice_address": details.address.strip(),
        "invoice_postcode": rules.tidy_postcode(details.postcode),
        "invoice_email": details.email.strip().lower(),
        "po_reference": details.po_reference.strip(),
    }
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    audit.record(row, "write_invoice_details", by=by, facts=changed)
    return row


def _fields(details: rules.ContactDetails) -> dict[str, str]:
    return {
        "name": details.name.strip(),
        "email": details.email.strip().lower(),
        "phone": details.phone.strip(),
    }


def _held(centre: int, role: str, email: str, but: int | None = None) -> bool:
    rows = Contact.objects.filter(centre=centre, role=role, email=email, ended_on=None)
    return rows.exclude(pk=but).exists()


def _locked(contact: Contact) -> Contact:
    """The contact as it is now, held; one that has ended is no longer changed."""
    row = held(contact, "centre__organisation")
    if row.ended_on is not None:
        raise Conflict("This contact has ended.", about=row.centre)
    return row
