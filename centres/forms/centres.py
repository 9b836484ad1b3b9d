"""Opening a centre, and IMI's standing."""

import django_filters
from django import forms
from django.db.models import QuerySet

from centres.forms.filters import search_in
from centres.models import Centre, Contract
from centres.states import ContractState
from foundation.forms import PortalForm


class OpenCentreForm(PortalForm):
    """A new centre, by its UKPRN, and the owner who is invited."""

    submit_label = "Open the centre and invite the owner"

    ukprn = forms.IntegerField(
        label="UKPRN",
        min_value=10_000_000,
        max_value=99_999_999,
        help_text="Eight digits; it has to be on the register.",
    )
    town = forms.CharField(max_length=100, required=False)
    contact_name = forms.CharField(label="Owner’s name", max_length=150)
    contact_email = forms.EmailField(label="Owner’s e-mail address", help_text="Gets the invitation.")


class CentreFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Name, UKPRN or number")
    contract = django_filters.ChoiceFilter(
        method="by_contract", label="Contract", choices=ContractState.choices, empty_label="Any"
    )

    search = search_in(["organisation__name", "organisation__ukprn", "number", "town"])

    class Meta:
        model = Centre
        fields: list[str] = []

    def by_contract(self, rows: QuerySet[Centre], _name: str, value: str) -> QuerySet[Centre]:
        return rows.filter(pk__in=Contract.objects.filter(state=value).values("centre"))
