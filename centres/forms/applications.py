"""The sections of an application (A2, A3, A5, A6)."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from centres.forms.filters import search_in
from centres.models import Application
from centres.states import ApplicationState
from foundation.forms import PortalForm
from standards.models import Package, StandardVersion


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


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ApplicationState.choices, empty_label="Any")

    search = search_in(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Application
        fields = ["state"]
