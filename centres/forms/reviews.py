"""The desktop review and the answers to it (A6, A9)."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from centres.models import Application
from centres.queries import cells
from centres.rules import NewAction
from foundation.forms import DateField, PortalForm
from standards.models import Package


class TakeForm(PortalForm):
    """Taking an application to review it (A6)."""

    submit_label = "Take the application"

    no_interest = forms.BooleanField(
        required=False,
        label="I declare that I have no interest in this centre: I do not work for it, have not advised it, and nobody "
        "close to me does.",
    )


class DeclareForm(TakeForm):
    """The same declaration by the Centre EQA an application was handed to (A6)."""

    submit_label = "Declare and go on"


class HandOverForm(PortalForm):
    """Who goes on with a review, and why (A6)."""

    submit_label = "Hand it over"

    reviewer = forms.ModelChoiceField(
        User.objects.none(), label="Centre EQA", help_text="Who declares to have no interest before deciding anything."
    )
    reason = forms.CharField(
        widget=forms.Textarea, max_length=1000, required=False, help_text="Only people of IMI read it."
    )
    mark_optional = False

    def __init__(self, *args: Any, reviewers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = reviewers  # type: ignore[attr-defined]


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


class ReviewForm(PortalForm):
    """One answer and one reason for every element × criterion (A6)."""

    submit_label = "Save decisions"
    mark_optional = False  # each may wait; none is optional

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.cells = cells(application)
        super().__init__(*args, **kwargs)
        for package, criterion, decided in self.cells:
            key = f"{package.pk}_{criterion.pk}"
            self.fields[f"met_{key}"] = forms.ChoiceField(
                label=f"{package.code}: {criterion}",
                choices=[("yes", "Met"), ("no", "Not met")],
                widget=forms.RadioSelect,
                required=False,
                initial=("yes" if decided.met else "no") if decided else None,
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=f"Reason, {package.code} ({criterion.code})",
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                max_length=2000,
                initial=decided.reason if decided else "",
                help_text="Needed where the criterion is not met.",
            )

    def decided(self) -> list[tuple[Package, Any, bool, str]]:
        """The answers given: package, criterion, met, reason."""
        answers = []
        for package, criterion, _ in self.cells:
            key = f"{package.pk}_{criterion.pk}"
            if self.cleaned_data[f"met_{key}"]:
                met = self.cleaned_data[f"met_{key}"] == "yes"
                answers.append((package, criterion, met, self.cleaned_data[f"reason_{key}"]))
        return answers


class ActionForm(PortalForm):
    """One action required (A9). A row without a text is left out; with one it needs an element and a day."""

    mark_optional = False

    package = forms.ModelChoiceField(Package.objects.none(), label="Element", required=False)
    text = forms.CharField(label="What is required", widget=forms.Textarea(attrs={"rows": 2}), required=False)
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
            NewAction(row["package"].pk, row["text"], row["due_on"])
            for row in (form.cleaned_data for form in self.forms)
            if row.get("text")
        ]


ActionFormSet = forms.formset_factory(ActionForm, formset=BaseActionFormSet, extra=2, max_num=40)


def action_proposals(application: Application, due_on: dt.date) -> list[dict[str, Any]]:
    """A row per criterion that is not met, with its reason as a beginning."""
    return [
        {"package": package, "text": decided.reason, "due_on": due_on}
        for package, _, decided in cells(application)
        if decided is not None and not decided.met
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
