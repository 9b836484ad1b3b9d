"""The government's register (A1)."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from centres.forms.filters import search_in
from centres.models import Centre, RegisterChange, RegisterProvider
from centres.states import RegisterChangeKind
from foundation.forms import DateField, PortalForm

STATUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "on": ("On the register", {"left_on": None}),
    "not_starting": ("Takes on no new apprentices", {"left_on": None, "not_starting": True}),
    "left": ("Left the register", {"left_on__isnull": False}),
}
TYPES = [(kind, kind) for kind in ("Main provider", "Employer provider", "Supporting provider")]


class RegisterForm(PortalForm):
    """A file of the government's register."""

    submit_label = "Import the register"

    file = forms.FileField(label="The register’s CSV file", help_text="As downloaded, not opened and saved again.")


class OnTheDayForm(PortalForm):
    """Was it on the register on that day?"""

    on = DateField(label="On the day")


class OursFilter(django_filters.FilterSet):
    """Narrows rows with a UKPRN to those of our centres."""

    ours = django_filters.ChoiceFilter(
        method="of_centres", label="Whose", choices=[("yes", "Our centres only")], empty_label="All providers"
    )

    def of_centres(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows.filter(Exists(Centre.objects.filter(organisation__ukprn=OuterRef("ukprn"))))


class ProviderFilter(OursFilter):
    q = django_filters.CharFilter(method="search", label="Provider’s name or UKPRN")
    status = django_filters.ChoiceFilter(
        method="by_status",
        label="Status",
        choices=[(key, label) for key, (label, _) in STATUSES.items()],
        empty_label="Any",
    )
    provider_type = django_filters.ChoiceFilter(label="Type", choices=TYPES, empty_label="Any")

    search = search_in(["name", "ukprn"])

    class Meta:
        model = RegisterProvider
        fields: list[str] = []

    def by_status(self, rows: QuerySet[RegisterProvider], _name: str, value: str) -> QuerySet[RegisterProvider]:
        return rows.filter(**STATUSES[value][1])


class ChangeFilter(OursFilter):
    """Differences of one import."""

    q = django_filters.CharFilter(method="search", label="Provider’s name or UKPRN")
    kind = django_filters.ChoiceFilter(label="What changed", choices=RegisterChangeKind.choices, empty_label="Anything")

    search = search_in(["name", "ukprn", "before"])

    class Meta:
        model = RegisterChange
        fields: list[str] = []
