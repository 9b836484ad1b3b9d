"""A provider signs itself up (A1)."""

import django_filters
from django import forms

from centres.forms.filters import search_in
from centres.models import Signup
from centres.states import SignupState
from foundation.forms import PortalForm


class FindForm(PortalForm):
    """Which provider?"""

    ukprn = forms.IntegerField(
        label="UKPRN",
        min_value=10_000_000,
        max_value=99_999_999,
        help_text="The eight digits under which your organisation is on the register of apprenticeship training "
        "providers.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "8", "data-lookup": "lookup-result"}
        ),
        error_messages={"invalid": "Enter the UKPRN as eight digits.", "min_value": "A UKPRN has eight digits.",
                        "max_value": "A UKPRN has eight digits."},
    )  # fmt: skip


class SignupForm(PortalForm):
    """Who signs up."""

    submit_label = "Send me the link"

    name = forms.CharField(label="Your name", max_length=150)
    email = forms.EmailField(
        label="Your e-mail address at work", help_text="The link goes there. You sign in with this address afterwards."
    )
    role = forms.CharField(label="Your role there", max_length=100, help_text="Such as: head of apprenticeships.")


class AskContactForm(PortalForm):
    """Who asks to be invited."""

    submit_label = "Ask to be invited"

    name = forms.CharField(label="Your name", max_length=150)
    email = forms.EmailField(label="Your e-mail address at work")


class SignupFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Provider, UKPRN, person or address")
    state = django_filters.ChoiceFilter(choices=SignupState.choices, empty_label="Any", label="State")

    search = search_in(["provider_name", "ukprn", "contact_name", "email"])

    class Meta:
        model = Signup
        fields: list[str] = []
