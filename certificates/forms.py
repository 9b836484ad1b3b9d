"""Forms of consent, claims and the public check."""

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from certificates.rules import POSTCODE
from foundation.forms import PortalForm

EMPLOYER, OWN = "employer", "own"


class ConsentForm(PortalForm):
    """The apprentice's own agreement, and where the certificate goes."""

    submit_label = "Give my consent"

    agree = forms.BooleanField(label="I agree")
    send_to = forms.ChoiceField(
        label="Where should the certificate go?",
        choices=[(EMPLOYER, "To my employer"), (OWN, "To this address")],
        widget=forms.RadioSelect,
    )
    address_line = forms.CharField(label="Address", max_length=200, required=False)
    town = forms.CharField(label="Town or city", max_length=100, required=False)
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("agree", "send_to", "address_line", Row(Column("town"), Column("postcode")))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        parts = ("address_line", "town", "postcode")
        if data.get("send_to") == EMPLOYER:
            return {**data, **dict.fromkeys(parts, "")}
        for name in parts:
            if data.get("send_to") == OWN and not data.get(name) and name not in self.errors:
                self.add_error(name, f"Fill in “{self.fields[name].label}”.")
        if data.get("postcode") and not POSTCODE.match(data["postcode"].strip().upper()):
            self.add_error("postcode", "Enter a UK postcode, such as SG13 8PQ.")
        return data


class PlainForm(PortalForm):
    """A confirmation without fields."""


class CheckForm(PortalForm):
    """What a record of achievement carries."""

    submit_label = "Check"

    number = forms.CharField(label="Number", max_length=30, help_text="Such as ROA-26-000123-K")
    code = forms.CharField(label="Check code", max_length=20)


class ByHandForm(PortalForm):
    """The certificate's reference, found at the service."""

    submit_label = "It is at the service"

    reference = forms.CharField(label="Certificate reference at the assessment service", max_length=30)
