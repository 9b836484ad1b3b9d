"""Forms of results, and of asking for a further attempt."""

import django_filters
from django import forms
from django.db.models import QuerySet

from epa.models import Result
from epa.queries import assessing as queries
from epa.states import AttemptKind
from foundation.forms import PortalForm
from standards.states import Grade


class ReleaseForm(PortalForm):
    """Asks first: what is released stays released."""

    submit_label = "Release the result"
    submit_warning = True


class ResultFilter(django_filters.FilterSet):
    """Narrows the list of released results."""

    q = django_filters.CharFilter(label="Name or ULN", method="named")
    overall = django_filters.ChoiceFilter(label="Result", choices=Grade.choices, empty_label="Any")
    open_only = django_filters.BooleanFilter(
        label="Only those not yet in the ILR", method="not_entered", widget=forms.CheckboxInput
    )

    class Meta:
        model = Result
        fields: list[str] = []

    def named(self, rows: QuerySet[Result], _name: str, value: str) -> QuerySet[Result]:
        return queries.named(rows, value.strip())

    def not_entered(self, rows: QuerySet[Result], _name: str, value: bool) -> QuerySet[Result]:
        return rows.filter(entered_in_ilr_at=None) if value else rows


class GrantForm(PortalForm):
    """The second person's word on exceptional circumstances (C13)."""

    submit_label = "Grant the exception"


class ResitForm(PortalForm):
    """A resit or a retake; what it costs stands above the button."""

    submit_label = "Ask for it and accept the charge"
    submit_warning = True

    kind = forms.ChoiceField(
        label="What is it?",
        widget=forms.RadioSelect,
        choices=[
            (AttemptKind.RESIT.value, "A resit: no further learning is needed"),
            (AttemptKind.RETAKE.value, "A retake: further learning comes first"),
        ],
    )
