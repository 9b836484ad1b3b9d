"""Forms parse and clean; the rules decide."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.requests import SignedIn
from centres.models import Application, Centre, Charge, Contract, RegisterProvider
from centres.queries import cells
from centres.rules import NewAction
from centres.states import ApplicationState, ChargeKind, ContractState, StandingKind
from foundation import clock
from foundation.forms import DateField, PortalForm
from standards.models import Package, StandardVersion


class OpenCentreForm(PortalForm):
    """A new centre, by its UKPRN, and the owner who is invited."""

    submit_label = "Open the centre and invite the owner"

    ukprn = forms.IntegerField(
        label="UKPRN",
        min_value=10_000_000,
        max_value=99_999_999,
        help_text="Eight digits; it has to be on the register.",
    )
    town = forms.CharField(max_length=100, required=False)
    contact_name = forms.CharField(label="Owner’s name", max_length=150)
    contact_email = forms.EmailField(label="Owner’s e-mail address", help_text="Gets the invitation.")


class StandingForm(PortalForm):
    """IMI's decision about a centre."""

    submit_label = "Record and tell the centre"
    mark_optional = False  # what a reason is needed for depends on the decision

    kind = forms.ChoiceField(label="Decision", choices=StandingKind.choices, widget=forms.RadioSelect)
    starts_on = DateField(label="First day")
    ends_on = DateField(
        label="Last day", required=False, help_text="Leave empty where it holds until another decision."
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=500,
        required=False,
        help_text="Needed for a suspension and a withdrawal; the centre reads it.",
    )


class BeginForm(PortalForm):
    """Which standard the application is for."""

    submit_label = "Begin the application"

    version = forms.ModelChoiceField(StandardVersion.objects.none(), label="Standard")

    def __init__(self, *args: Any, versions: QuerySet[StandardVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class ElementsForm(PortalForm):
    """The elements to deliver (A3)."""

    elements = forms.ModelMultipleChoiceField(
        Package.objects.none(), widget=forms.CheckboxSelectMultiple, label="Elements to deliver", required=False
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, initial={"elements": application.elements.all()}, **kwargs)
        self.fields["elements"].queryset = application.version.packages.all()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {"packages": list(self.cleaned_data["elements"])}


class StaffingForm(PortalForm):
    """People and resources (A6 i)."""

    staffing = forms.CharField(
        label="Training and staffing resources",
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=8000,
        help_text="Who trains, assesses and checks, with their qualifications; rooms, equipment; for each element.",
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, initial={"staffing": application.staffing}, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["staffing"]}


class AssessmentForm(PortalForm):
    """Assessment arrangements (A6 ii)."""

    assessment = forms.CharField(
        label="Assessment and quality assurance",
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=8000,
        help_text="How progress and portfolio are assessed, how that is checked, how readiness is agreed.",
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, initial={"assessment": application.assessment}, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["assessment"]}


class ChecklistForm(PortalForm):
    """The completed approval guidance checklist (A5)."""

    submit_label = "Upload and continue"

    checklist = forms.FileField(
        label="Completed approval guidance checklist", help_text="A PDF, Word document or spreadsheet, up to 20 MB."
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:  # noqa: ARG002 - as its sisters
        super().__init__(*args, **kwargs)


class DeclarationForm(PortalForm):
    """The declaration about the assessment plan (A2)."""

    submit_label = "Declare and continue"

    name = forms.CharField(label="Full name", max_length=150)
    role = forms.CharField(label="Role in the centre", max_length=150)
    understood = forms.BooleanField(
        error_messages={
            "required": "Tick that the assessment plan has been read and is fully understood — guidance, Approval "
            "requirements. (clause A2)"
        }
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        initial = {"name": application.declared_by, "role": application.declared_role}
        super().__init__(*args, initial=initial, **kwargs)
        plan = application.version.assessment_plan
        self.fields[
            "understood"
        ].label = (
            f"We have read and fully understand {plan} and the requirements we have to meet as a training provider."
        )

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


SECTION_FORMS: dict[str, type[Any]] = {
    "elements": ElementsForm,
    "staffing": StaffingForm,
    "assessment": AssessmentForm,
    "checklist": ChecklistForm,
    "declaration": DeclarationForm,
}


class ConfirmForm(PortalForm):
    """Nothing to fill in: a page that asks first."""


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


class ReasonForm(PortalForm):
    """A reason that others will read. The verb refuses without one, in words that say what the reason is for."""

    mark_optional = False

    reason = forms.CharField(widget=forms.Textarea, max_length=4000, required=False)


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


class SignForm(PortalForm):
    """The owner's signature (A8). ``shown`` is the SHA-256 of the document the page offered to read."""

    submit_label = "Sign the contract"

    name = forms.CharField(label="Full name", max_length=150)
    role = forms.CharField(label="Role in the centre", max_length=150)
    consent = forms.BooleanField(
        label="I have read the contract, agree to it and may sign it for the centre.",
        error_messages={"required": "Tick that you agree to the contract and may sign it for the centre. (clause A8)"},
    )
    shown = forms.CharField(widget=forms.HiddenInput)


class SignedCopyForm(PortalForm):
    """The contract signed on paper (A8)."""

    submit_label = "Upload the signed copy"

    signed_copy = forms.FileField(label="Signed contract", help_text="A PDF of the whole contract with the signature.")


class EndForm(PortalForm):
    """The end of a contract."""

    submit_label = "End the contract"
    submit_warning = True

    ends_on = DateField(label="Last day")
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say why the contract ends. (clause A8)"},
    )


class RegisterForm(PortalForm):
    """A file of the government's register."""

    submit_label = "Import the register"

    file = forms.FileField(label="The register’s CSV file", help_text="As downloaded, not opened and saved again.")


# Filters of the lists


def _search(fields: Sequence[str]) -> Any:
    """A filter method: every word of the text in one of the fields."""

    def method(self: Any, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:  # noqa: ARG001 - a method
        for word in value.split():
            found = Q()
            for field in fields:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    return method


class DayFilter(django_filters.DateFilter):
    """A day typed or picked as in every form."""

    field_class = DateField


def _centres_seen(request: SignedIn | None) -> QuerySet[Centre]:
    rows = Centre.objects.visible_to(request.user) if request is not None else Centre.objects.none()
    return rows.select_related("organisation").order_by("organisation__name")


class CentreFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Name, UKPRN or number")
    contract = django_filters.ChoiceFilter(
        method="by_contract", label="Contract", choices=ContractState.choices, empty_label="Any"
    )

    search = _search(["organisation__name", "organisation__ukprn", "number", "town"])

    class Meta:
        model = Centre
        fields: list[str] = []

    def by_contract(self, rows: QuerySet[Centre], _name: str, value: str) -> QuerySet[Centre]:
        return rows.filter(pk__in=Contract.objects.filter(state=value).values("centre"))


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ApplicationState.choices, empty_label="Any")

    search = _search(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Application
        fields = ["state"]


class ContractFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ContractState.choices, empty_label="Any")

    search = _search(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Contract
        fields = ["state"]


class ChargeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Number, description or centre")
    kind = django_filters.ChoiceFilter(choices=ChargeKind.choices, empty_label="Any")
    made_from = DayFilter(method="from_day", label="From")
    made_to = DayFilter(method="to_day", label="To")

    search = _search(["number", "description", "centre__organisation__name", "centre__number"])

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

    centre = django_filters.ModelChoiceFilter(queryset=_centres_seen, empty_label="Any")

    class Meta(ChargeFilter.Meta):
        fields = ["kind", "centre"]


class ProviderFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Provider’s name or UKPRN")

    search = _search(["name", "ukprn"])

    class Meta:
        model = RegisterProvider
        fields: list[str] = []
