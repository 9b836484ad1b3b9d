"""Actions required and the answers to them (A9)."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from centres.models import Application
from centres.queries import pending_cells
from centres.rules import NewAction
from centres.states import Verdict
from foundation.forms import DateField, PortalForm
from standards.models import Package


class CommentForm(PortalForm):
    """Closing an action, or sending it back to be answered again (A9)."""

    submit_label = "Save"

    verdict = forms.ChoiceField(
        label="Is the answer enough?",
        choices=[("close", "Yes, close the action"), ("reopen", "No, something is still missing")],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        widget=forms.Textarea, max_length=2000, required=False, help_text="Needed where something is missing."
    )
    due_on = DateField(
        label="New due date", required=False, help_text="Needed where something is missing and the day has passed."
    )


class ActionForm(PortalForm):
    """One action required (A9). A row without a text is left out; with one it needs an element and a day."""

    mark_optional = False

    package = forms.ModelChoiceField(Package.objects.none(), label="Element", required=False)
    text = forms.CharField(label="What is required", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    evidence_asked = forms.CharField(
        label="Evidence asked for",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=1000,
        help_text="What the centre has to show, such as “CV and certificates of the new trainer”.",
    )
    due_on = DateField(label="Due by", required=False)

    def __init__(self, *args: Any, elements: QuerySet[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = elements  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("text"):
            for name, words in (("package", "Choose the element."), ("due_on", "Enter the day by which it is due.")):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, words)
        return cleaned


class BaseActionFormSet(forms.BaseFormSet):
    """The rows of one letter to the centre."""

    def new_actions(self) -> list[NewAction]:
        return [
            NewAction(row["package"].pk, row["text"], row["due_on"], row["evidence_asked"])
            for row in (form.cleaned_data for form in self.forms)
            if row.get("text")
        ]


ActionFormSet = forms.formset_factory(ActionForm, formset=BaseActionFormSet, extra=2, max_num=40)


def action_proposals(application: Application, due_on: dt.date) -> list[dict[str, Any]]:
    """A row per criterion that is not met for an element still undecided, with its reason as a beginning."""
    return [
        {"package": package, "text": decided.reason, "due_on": due_on}
        for package, _, decided in pending_cells(application)
        if decided is not None and decided.verdict == Verdict.NOT_MET
    ]


class AnswerForm(PortalForm):
    """The centre's answer to an action (A9)."""

    submit_label = "Save the answer"

    answer = forms.CharField(label="What has been done", widget=forms.Textarea, max_length=4000)
    evidence = forms.FileField(
        help_text="A PDF, an image or a Word document, up to 20 MB.",
        error_messages={"required": "Upload the evidence for it. (clause A9)"},
    )

    def __init__(self, *args: Any, has_evidence: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_evidence:
            self.fields["evidence"].required = False
            self.fields["evidence"].help_text = "Leave it empty to keep the evidence there is."


class ExtendForm(PortalForm):
    """More time for an action (A9)."""

    submit_label = "Give more time"
    mark_optional = False

    due_on = DateField(label="New due date")
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False, help_text="The centre reads it."
    )
