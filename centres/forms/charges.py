"""The filters of the account (D4)."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.requests import SignedIn
from centres import queries
from centres.forms.filters import DayFilter, centres_seen, search_in
from centres.models import Centre, Charge
from centres.states import ChargeKind
from foundation import clock
from foundation.forms import DateField, MoneyField, PortalForm


class ChargeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Number, description or centre")
    kind = django_filters.ChoiceFilter(choices=ChargeKind.choices, empty_label="Any")
    made_from = DayFilter(method="from_day", label="From")
    made_to = DayFilter(method="to_day", label="To")

    search = search_in(["number", "description", "centre__organisation__name", "centre__number"])

    class Meta:
        model = Charge
        fields = ["kind"]

    def from_day(self, rows: QuerySet[Charge], _name: str, value: dt.date) -> QuerySet[Charge]:
        return rows.filter(made_at__gte=dt.datetime.combine(value, dt.time.min, tzinfo=clock.LONDON))

    def to_day(self, rows: QuerySet[Charge], _name: str, value: dt.date) -> QuerySet[Charge]:
        """Up to the end of that day."""
        return rows.filter(made_at__lte=dt.datetime.combine(value, dt.time.max, tzinfo=clock.LONDON))


class AllChargesFilter(ChargeFilter):
    """The charges of several centres."""

    centre = django_filters.ModelChoiceFilter(queryset=centres_seen, empty_label="Any")

    class Meta(ChargeFilter.Meta):
        fields = ["kind", "centre"]

    exported = django_filters.ChoiceFilter(
        method="by_export",
        label="Exported",
        choices=[("no", "Not exported yet"), ("yes", "Exported")],
        empty_label="Any",
    )

    def by_export(self, rows: QuerySet[Charge], _name: str, value: str) -> QuerySet[Charge]:
        waiting = queries.not_exported(rows)
        return waiting if value == "no" else rows.exclude(pk__in=waiting.values("pk"))


class CreditForm(PortalForm):
    """A credit note: how much, and why."""

    submit_label = "Write the credit note"
    mark_optional = False

    amount = MoneyField(
        label="Amount to credit", required=False, help_text="Leave it empty for everything that is left."
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=250,
        required=False,
        help_text="Printed on the credit note; the centre reads it.",
    )


class ExportForm(PortalForm):
    """Which lines go into the next export."""

    submit_label = "Export"

    made_from = DateField(label="From", required=False)
    made_to = DateField(label="To", required=False)
    centre = forms.ModelChoiceField(Centre.objects.none(), required=False, empty_label="All centres")
    again = forms.BooleanField(
        required=False,
        label="Also lines that were exported before",
        help_text="For books that have to be put right. Each of them names the export that held it first.",
    )

    def __init__(self, *args: Any, request: SignedIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["centre"]
        chosen.queryset = centres_seen(request)
