"""The filters of the account (D4)."""

import datetime as dt

import django_filters
from django.db.models import QuerySet

from centres.forms.filters import DayFilter, centres_seen, search_in
from centres.models import Charge
from centres.states import ChargeKind
from foundation import clock


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
