"""Signing, returning and ending a contract (A8)."""

import django_filters
from django import forms

from centres.forms.filters import search_in
from centres.models import Contract
from centres.states import ContractState, EndCause
from foundation.forms import DateField, PortalForm


class SignForm(PortalForm):
    """The owner's signature (A8). ``shown`` is the SHA-256 of the document the page offered to read."""

    submit_label = "Sign the contract"

    name = forms.CharField(label="Full name", max_length=150)
    role = forms.CharField(label="Role in the centre", max_length=150)
    consent = forms.BooleanField(
        label="I have read the contract, agree to it and may sign it for the centre.",
        error_messages={"required": "Tick that you agree to the contract and may sign it for the centre. (clause A8)"},
    )
    shown = forms.CharField(widget=forms.HiddenInput)


class SignedCopyForm(PortalForm):
    """The contract signed on paper (A8)."""

    submit_label = "Upload the signed copy"

    signed_copy = forms.FileField(label="Signed contract", help_text="A PDF of the whole contract with the signature.")


class EndForm(PortalForm):
    """The end of a contract before its notice would be up."""

    submit_label = "End the contract"
    submit_warning = True

    ends_on = DateField(label="Last day")
    cause = forms.ChoiceField(
        choices=EndCause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say for which cause the contract ends without notice. (clause A8)"},
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say why the contract ends. (clause A8)"},
    )


class ContractFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ContractState.choices, empty_label="Any")

    search = search_in(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Contract
        fields = ["state"]
