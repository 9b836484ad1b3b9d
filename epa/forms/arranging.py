"""Forms of arranging: assessors, dates, places; the start of the period. Names of fields end in the attempt's pk."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from accounts.models import User
from epa.actions.arranging import Arrangement
from epa.models import EPA, Attempt
from epa.queries import assessing as queries
from epa.rules import arranging as rules
from epa.rules import windows
from foundation import clock, workingdays
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.forms import DateField, DateTimeField, PortalForm


class ArrangingForm(PortalForm):
    """Assessor, date and place of each attempt; with ``reason`` when arranged dates change."""

    submit_label = "Confirm the dates"

    considered = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        attempts: Sequence[Attempt],
        reason: bool = False,
        desired_on: dt.date | None = None,
        **kwargs: Any,
    ) -> None:
        self.attempts = attempts
        self.reason = reason
        self.desired_on = desired_on
        super().__init__(*args, **kwargs)
        groups = [self._add(attempt) for attempt in attempts]
        if reason:
            self.fields["reason"] = forms.CharField(
                label="Why the dates change", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
            )
            groups.append(Fieldset("Reason", "reason"))
        self.helper.layout = Layout("considered", *groups)

    def _add(self, attempt: Attempt) -> Fieldset:
        component, key = attempt.component, attempt.pk
        version = attempt.epa.registration.package.version
        self.fields[f"assessor_{key}"] = forms.ModelChoiceField(
            queryset=queries.assessors_for(version),
            label="Independent assessor",
            initial=attempt.assessor_id,
            error_messages={"required": f"{component}: choose an independent assessor."},
            help_text="No interest in the centre, the employer or the apprentice (C1).",
        )
        last = f"To be held by {date_long(attempt.held_by)}."
        if component.submission_days_before is not None:
            name = component.submission_name.lower()
            last += f" {component.submission_days_before} days before it, the {name} is due."
        self.fields[f"at_{key}"] = DateTimeField(
            label="Date and time",
            initial=attempt.scheduled_at or [self._desired(attempt), None],
            help_text=last,
            error_messages={"required": f"{component}: fill in the date and the time."},
        )
        self.fields[f"place_{key}"] = forms.CharField(
            label="Place",
            max_length=200,
            initial=attempt.place or _employer_of(attempt),
            error_messages={"required": f"{component}: say where it is held."},
        )
        clause = windows.window_clause(component)
        return Fieldset(f"{component} ({clause})", f"assessor_{key}", f"at_{key}", f"place_{key}")

    def _desired(self, attempt: Attempt) -> dt.date | None:
        """The day that the centre asked for, for the practical and while it can still be held then."""
        day, first, last = self.desired_on, attempt.epa.starts_on, attempt.held_by
        if not attempt.component.is_practical or day is None or first is None or last is None:
            return None
        return day if max(first, clock.today()) <= day <= last else None

    def to_consider(self) -> list[Problem]:
        """Days on which nobody is expected to work, unless these very days have been asked about already.

        Asked once: the form comes back with the days in it, and a button that says so.
        """
        days = [(row.attempt.pk, row.attempt.component.name, clock.london_date(row.at)) for row in self.arrangements()]
        found = rules.closed_day_problems(days, workingdays.current().closed)
        key = " ".join(sorted(f"{pk}:{day}" for pk, _, day in days if f"at_{pk}" in {row.field for row in found}))
        if key == self.cleaned_data["considered"]:
            return []
        self.data = {name: self.data[name] for name in self.data} | {"considered": key}
        self.helper.inputs[0].value = f"{self.helper.inputs[0].value} all the same"
        return found

    def arrangements(self) -> list[Arrangement]:
        """What was chosen, leaving out attempts that stay exactly as they are."""
        return [row for row in map(self._chosen, self.attempts) if not self.reason or self._differs(row)]

    def _chosen(self, attempt: Attempt) -> Arrangement:
        data = self.cleaned_data
        assessor: User = data[f"assessor_{attempt.pk}"]
        return Arrangement(attempt, assessor, data[f"at_{attempt.pk}"], data[f"place_{attempt.pk}"])

    @staticmethod
    def _differs(row: Arrangement) -> bool:
        before = row.attempt
        return (before.assessor_id, before.scheduled_at, before.place) != (row.assessor.pk, row.at, row.place)


def _employer_of(attempt: Attempt) -> str:
    """Where the apprentice works, as far as the centre has said: the usual place."""
    employer = attempt.epa.registration.apprentice.employer
    parts = [employer.name, employer.address, employer.town, employer.postcode]
    return ", ".join(part for part in parts if part)[:200]


class MoveStartForm(PortalForm):
    """The first day of the EPA period, moved with a reason (C9)."""

    submit_label = "Move the period"

    starts_on = DateField(label="First day of the EPA period")
    reason = forms.CharField(label="Why it is moved", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, epa: EPA, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": epa.starts_on}, **kwargs)


class WeekForm(forms.Form):
    """Which week of the calendar: any day of it, else this one."""

    day = DateField(required=False, label="Week of")

    def monday(self) -> dt.date:
        """The Monday of the week asked for; of this week when nothing readable was asked for."""
        day = self.cleaned_data.get("day") if self.is_valid() else None
        day = day or clock.today()
        return day - dt.timedelta(days=day.weekday())
