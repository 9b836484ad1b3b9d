"""The government's register (A1)."""

import django_filters
from django import forms

from centres.forms.filters import search_in
from centres.models import RegisterProvider
from foundation.forms import PortalForm


class RegisterForm(PortalForm):
    """A file of the government's register."""

    submit_label = "Import the register"

    file = forms.FileField(label="The register’s CSV file", help_text="As downloaded, not opened and saved again.")


class ProviderFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Provider’s name or UKPRN")

    search = search_in(["name", "ukprn"])

    class Meta:
        model = RegisterProvider
        fields: list[str] = []
