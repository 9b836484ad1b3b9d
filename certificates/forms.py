"""Forms of consent, claims and the public check."""

from typing import Any

import django_filters
from crispy_forms.layout import HTML, Column, Layout, Row
from django import forms
from django.db.models import Q, QuerySet

from apprentices.rules import search_words
from certificates.models import Claim
from certificates.rules import POSTCODE
from certificates.states import ClaimState
from epa.models import EPA
from foundation.forms import PortalForm

EMPLOYER, OWN = "employer", "own"


class ConsentForm(PortalForm):
    """The apprentice's own agreement, and where the certificate goes."""

    submit_label = "Give my consent"

    agree = forms.BooleanField(label="I agree that the IMI claims my certificate")
    send_to = forms.ChoiceField(
        label="Where should the certificate go?",
        choices=[(EMPLOYER, "To my employer"), (OWN, "To an address of my own")],
        widget=forms.RadioSelect,
    )
    mark_optional = False
    address_line = forms.CharField(
        label="House and street",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    town = forms.CharField(
        label="Town or city",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    postcode = forms.CharField(
        label="Postcode",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "agree",
            "send_to",
            HTML('<h2 class="govuk-heading-m">Your address</h2><p class="govuk-body">Only if it goes to you.</p>'),
            "address_line",
            Row(Column("town"), Column("postcode")),
        )

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


class CancelForm(PlainForm):
    """Giving a claim up."""

    submit_label = "Cancel the claim"
    submit_warning = True


class WithdrawForm(PlainForm):
    """The apprentice takes the consent back."""

    submit_label = "Take my consent back"
    submit_warning = True


class CheckForm(PortalForm):
    """What a record of achievement carries."""

    submit_label = "Check"

    number = forms.CharField(label="Number", max_length=30, help_text="Such as ROA-26-000123-K")
    code = forms.CharField(label="Check code", max_length=20)


class ByHandForm(PortalForm):
    """The certificate's reference, found at the service."""

    submit_label = "It is at the service"

    reference = forms.CharField(
        label="Certificate reference at the assessment service",
        max_length=30,
        help_text="As the service shows it for this learner and standard: eight digits or more, such as 00013007.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
    )


def _by_learner(rows: QuerySet[Any], path: str, text: str, *numbers: str) -> QuerySet[Any]:
    """All of the text is one of the numbers, or every word is part of what learners are searched by."""
    by_number, by_words = Q(), Q()
    for name in numbers:
        by_number |= Q(**{f"{name}__iexact": text.strip()})
    for word in search_words(text):
        by_words &= Q(**{f"{path}__search__contains": word})
    return rows.filter(by_number | by_words)


class PassedFilter(django_filters.FilterSet):
    """What the list of passed apprentices is narrowed by."""

    q = django_filters.CharFilter(method="search", label="Name, ULN or number")
    consent = django_filters.ChoiceFilter(
        method="by_consent", label="Consent", choices=[("yes", "On record"), ("no", "Missing")], empty_label="Any"
    )
    record = django_filters.ChoiceFilter(
        method="by_record",
        label="Record of achievement",
        choices=[("yes", "Claimed"), ("no", "Not claimed")],
        empty_label="Any",
    )

    class Meta:
        model = EPA
        fields: list[str] = []

    def search(self, rows: QuerySet[EPA], _name: str, value: str) -> QuerySet[EPA]:
        return _by_learner(rows, "registration__apprentice", value, "record_of_achievement__number")

    def by_consent(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(consented=value == "yes")

    def by_record(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(recorded=value == "yes")


class ClaimFilter(django_filters.FilterSet):
    """What the list of claims is narrowed by."""

    q = django_filters.CharFilter(method="search", label="Name, ULN, number or reference")
    state = django_filters.ChoiceFilter(choices=ClaimState.choices, empty_label="Any")
    week = django_filters.CharFilter(field_name="batch__week", lookup_expr="iexact", label="Week, such as 2026-W38")

    class Meta:
        model = Claim
        fields: list[str] = []

    def search(self, rows: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        return _by_learner(rows, "result__epa__registration__apprentice", value, "number", "reference")
