"""Forms of booking and planning."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from epa.models import Booking
from epa.rules.booking import Cancellation
from epa.states import BookingState, ExceptionKind
from foundation.forms import DateField, PortalForm
from foundation.text import fold
from standards.models import StandardVersion


class RequestForm(PortalForm):
    """A request for an EPA (E2, E6)."""

    submit_label = "Request the booking"

    desired_on = DateField(label="Desired date of the practical")
    prerequisites = forms.BooleanField(
        label="Centre and employer are responsible for all prerequisites of the assessment, and will see to them",
        error_messages={"required": "Tick that centre and employer are responsible for all prerequisites."},
    )
    declared_by = forms.CharField(label="Declared by", max_length=150, help_text="The name of the person declaring it.")
    note = forms.CharField(label="Note to the EPA team", widget=forms.Textarea, max_length=1000, required=False)

    def __init__(self, *args: Any, earliest: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["desired_on"]
        field.widget.attrs["data-min-date"] = f"{earliest:%d/%m/%Y}"  # for the picker; the rule says why not earlier


class CancelForm(PortalForm):
    """Cancel, having seen what it costs (E4)."""

    submit_label = "Cancel the booking"
    submit_warning = True

    shown_fee = forms.DecimalField(widget=forms.HiddenInput, max_digits=9, decimal_places=2)
    who = forms.ChoiceField(label="Whose change is it?", widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea, max_length=1000, help_text="No details about anyone’s health.")
    exceptional = forms.BooleanField(
        label="There were exceptional circumstances: a sudden illness or a death in the family",
        required=False,
        help_text="You are asked about them next; when IMI accepts them a charge is taken back.",
    )

    def __init__(self, *args: Any, cost: Cancellation, for_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_team:
            del self.fields["exceptional"]
            charged = f"£{cost.fee:,.2f} is charged" if cost.charged else "nothing is charged"
            self.fields["who"].choices = [  # type: ignore[attr-defined]
                ("centre", f"The centre’s: {charged}"),
                ("imi", "IMI’s: nothing is charged"),
            ]
        else:
            del self.fields["who"]

    @property
    def by_imi(self) -> bool:
        return self.cleaned_data.get("who") == "imi"


class ClaimForm(PortalForm):
    """A claim of exceptional circumstances (E5)."""

    submit_label = "Make the claim"

    kind = forms.ChoiceField(label="What happened?", choices=ExceptionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Tell us more",
        widget=forms.Textarea,
        max_length=2000,
        help_text="Only the EPA team and your centre can read this.",
    )
    evidence = forms.FileField(
        required=False, help_text="PDF or picture. It can follow later; without it the claim cannot be accepted."
    )


class EvidenceForm(PortalForm):
    """Evidence for a claim that has been made."""

    submit_label = "Add the evidence"

    evidence = forms.FileField(help_text="PDF or picture.")


class DecideClaimForm(PortalForm):
    """The EPA team's decision on a claim (E5)."""

    submit_label = "Record the decision"

    granted = forms.TypedChoiceField(
        label="Decision",
        choices=[("yes", "Accept: the charge is taken back"), ("no", "Refuse: the charge stays")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reason = forms.CharField(
        widget=forms.Textarea, max_length=1000, required=False, help_text="Needed when the claim is refused."
    )


class RebookForm(PortalForm):
    """The new date of a booking rescheduled without loss (E5)."""

    submit_label = "Reschedule"

    desired_on = DateField(label="New date of the practical")


class PlannerForm(PortalForm):
    """What to plan from; sent by GET so that a plan can be kept as a bookmark."""

    submit_label = "Show the dates"

    version = forms.ModelChoiceField(StandardVersion.objects.none(), label="Standard", empty_label=None)
    desired_on = DateField(
        label="Desired date of the practical", required=False, help_text="Empty: the earliest that can be asked for."
    )
    starts_on = DateField(
        label="Start of the EPA period", required=False, help_text="Empty: as early as that date allows."
    )

    def __init__(self, *args: Any, versions: "QuerySet[StandardVersion]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.helper.form_method = "get"
        self.helper.disable_csrf = True


class BookingFilter(django_filters.FilterSet):
    """The queue of bookings: by state, by desired date, by number or name."""

    q = django_filters.CharFilter(label="Number or apprentice", method="search")
    state = django_filters.ChoiceFilter(label="State", choices=BookingState.choices, empty_label="All")
    desired_from = django_filters.DateFilter(label="Desired from", field_name="desired_on", lookup_expr="gte")
    desired_to = django_filters.DateFilter(label="Desired to", field_name="desired_on", lookup_expr="lte")

    class Meta:
        model = Booking
        fields = ["q", "state", "desired_from", "desired_to"]

    def search(self, rows: "QuerySet[Booking]", _name: str, value: str) -> "QuerySet[Booking]":
        found = Q(number__istartswith=value.strip())
        for word in fold(value).split():
            found |= Q(epa__registration__apprentice__search__contains=word)
        return rows.filter(found)
