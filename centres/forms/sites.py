"""Sites, contacts and the invoice address of a centre."""

from typing import Any

from django import forms

from centres.states import ContactRole, SiteUse
from foundation.forms import DateField, PortalForm


class SiteForm(PortalForm):
    """A place where the centre works."""

    submit_label = "Save the site"

    name = forms.CharField(label="Name of the site", max_length=150, help_text="Such as: Mill Lane workshop.")
    address = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        max_length=400,
        help_text="Building and street, each on its line.",
    )
    town = forms.CharField(max_length=100)
    postcode = forms.CharField(max_length=10)
    uses = forms.MultipleChoiceField(
        label="What is done there", choices=SiteUse.choices, widget=forms.CheckboxSelectMultiple
    )
    notes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text="Rooms, equipment, how to get in.",
    )


class NewSiteForm(SiteForm):
    """Another site, with the day from which it is in use."""

    submit_label = "Add the site"

    active_from = DateField(label="In use from")


class CloseSiteForm(PortalForm):
    """The last day of a site."""

    submit_label = "Close the site"

    closes_on = DateField(label="Last day on which it is in use")


class ContactForm(PortalForm):
    """Who is written to or called about one thing."""

    submit_label = "Save the contact"

    name = forms.CharField(max_length=150)
    email = forms.EmailField(label="E-mail address")
    phone = forms.CharField(label="Telephone", max_length=40, required=False)


class NewContactForm(ContactForm):
    """Another contact, and for what."""

    submit_label = "Add the contact"

    role = forms.ChoiceField(label="Contact for", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["role"]
        chosen.choices = [(role.value, role.label) for role in ContactRole if role != ContactRole.PORTAL]
        self.order_fields(["role", "name", "email", "phone"])


class InvoiceForm(PortalForm):
    """Where invoices go."""

    submit_label = "Save"

    name = forms.CharField(label="Name on the invoice", max_length=200)
    address = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=400)
    postcode = forms.CharField(max_length=10)
    email = forms.EmailField(label="E-mail address for invoices")
    po_reference = forms.CharField(
        label="Purchase order reference",
        max_length=60,
        required=False,
        help_text="Printed on every invoice where your finance team asks for one.",
    )
