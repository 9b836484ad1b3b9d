"""The desktop review (A6)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from centres.models import Application, ElementDecision
from centres.queries import pending_cells, pending_elements
from centres.states import Verdict
from foundation.forms import PortalForm
from standards.models import ApprovalCriterion, Package
from standards.states import Risk


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


@dataclass(frozen=True)
class CellRow:
    """One criterion for one element as the page shows it: its two fields, and whether it is answered."""

    package: Package
    criterion: ApprovalCriterion
    verdict: Any
    reason: Any
    decided: ElementDecision | None


class ReviewForm(PortalForm):
    """One answer and one reason for every element × criterion (A6)."""

    submit_label = "Save decisions"
    mark_optional = False  # each may wait; none is optional

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.cells = pending_cells(application)
        super().__init__(*args, **kwargs)
        for package, criterion, decided in self.cells:
            key = f"{package.pk}_{criterion.pk}"
            self.fields[f"verdict_{key}"] = forms.ChoiceField(
                label=f"{package.code}: {criterion}",
                choices=Verdict.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=decided.verdict if decided else None,
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=f"Reason, {package.code} ({criterion.code})",
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                max_length=2000,
                initial=decided.reason if decided else "",
                help_text="Needed where the criterion is not met or does not apply.",
            )

    def rows(self) -> list[CellRow]:
        """The cells in order, with their fields."""
        return [
            CellRow(
                package,
                criterion,
                self[f"verdict_{package.pk}_{criterion.pk}"],
                self[f"reason_{package.pk}_{criterion.pk}"],
                decided,
            )
            for package, criterion, decided in self.cells
        ]

    def decided(self) -> list[tuple[Package, ApprovalCriterion, str, str]]:
        """The answers given: package, criterion, verdict, reason."""
        answers = []
        for package, criterion, _ in self.cells:
            key = f"{package.pk}_{criterion.pk}"
            if verdict := self.cleaned_data[f"verdict_{key}"]:
                answers.append((package, criterion, verdict, self.cleaned_data[f"reason_{key}"]))
        return answers


class ElementsDecidedForm(PortalForm):
    """Which of the undecided elements are decided now (A3): all of them unless some are left out."""

    packages = forms.ModelMultipleChoiceField(
        Package.objects.none(), widget=forms.CheckboxSelectMultiple, label="Elements", required=False
    )
    mark_optional = False

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        pending = Package.objects.filter(pk__in=pending_elements(application).values("package"))
        super().__init__(*args, initial={"packages": pending}, **kwargs)
        self.fields["packages"].queryset = pending  # type: ignore[attr-defined]


class ApproveForm(ElementsDecidedForm):
    """Elements approved now; the others go on (A3, A7)."""

    submit_label = "Approve and issue the contract"


class DeclineForm(ElementsDecidedForm):
    """Elements declined, and why (A6)."""

    submit_label = "Decline"
    submit_warning = True

    reason = forms.CharField(widget=forms.Textarea, max_length=4000, required=False, help_text="The centre reads it.")


class AppealForm(PortalForm):
    """The centre's appeal (A6)."""

    submit_label = "Lodge the appeal"
    mark_optional = False

    grounds = forms.CharField(
        label="On what grounds?", widget=forms.Textarea(attrs={"rows": 8}), max_length=8000, required=False
    )
    evidence = forms.FileField(
        label="Evidence", required=False, help_text="If there is any: a PDF, an image or a Word document, up to 20 MB."
    )


class AppealDecisionForm(PortalForm):
    """Upheld, and who reviews again; or dismissed. With a reason (A6)."""

    submit_label = "Decide and tell the centre"
    mark_optional = False

    verdict = forms.ChoiceField(
        label="Is the centre right?",
        choices=[("uphold", "Yes: review it again"), ("dismiss", "No: the refusal stands")],
        widget=forms.RadioSelect,
    )
    to = forms.ModelChoiceField(
        User.objects.none(), label="Who reviews it again", required=False, help_text="Where the centre is right."
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), max_length=4000, required=False, help_text="The centre reads it."
    )

    def __init__(self, *args: Any, reviewers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = reviewers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "uphold" and not cleaned.get("to"):
            self.add_error("to", "Choose who reviews it again.")
        return cleaned


class ReReviewForm(PortalForm):
    """What a re-review found (A6)."""

    submit_label = "Save and tell the centre"
    mark_optional = False

    verdict = forms.ChoiceField(
        label="Is the element still as it should be?",
        choices=[("confirm", "Yes: its approval goes on"), ("end", "No: nobody may be registered on it from today")],
        widget=forms.RadioSelect,
    )
    risk = forms.ChoiceField(choices=Risk.choices, widget=forms.RadioSelect)
    finding = forms.CharField(
        label="What you looked at and found", widget=forms.Textarea(attrs={"rows": 6}), max_length=4000, required=False
    )


class RiskForm(PortalForm):
    """How the reviewer rates the risk (A6). The verb asks for the reason of a deviation."""

    submit_label = "Save the rating"
    mark_optional = False

    rating = forms.ChoiceField(label="Risk", choices=Risk.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="Needed where you rate it otherwise than proposed. Only people of IMI read it.",
    )


class NoteForm(PortalForm):
    """A note for the assessment organisation alone."""

    submit_label = "Keep the note"

    text = forms.CharField(
        label="Note for IMI only",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text="The centre never sees it.",
    )
