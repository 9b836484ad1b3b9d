"""Beginning an application, and the sections that are one form (A2, A3, A5, A6)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from crispy_forms.layout import Submit
from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict

from centres import queries
from centres.forms.filters import search_in
from centres.models import Application, Site
from centres.states import ApplicationState
from foundation import clock
from foundation.forms import PortalForm
from standards.models import Package, StandardVersion


class BeginForm(PortalForm):
    """Which standard the application is for."""

    submit_label = "Begin the application"

    version = forms.ModelChoiceField(StandardVersion.objects.none(), label="Standard")

    def __init__(self, *args: Any, versions: QuerySet[StandardVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class SharedForm(PortalForm):
    """A form that several people may have open at once: it knows the version of what it was made from.

    ``saved`` are the values as they are now. What is compared, and shown side by side, is each value in words.
    """

    mark_optional = False
    stays = True  # "Save and stay" beside the button that leaves

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, saved: dict[str, Any], initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={**saved, **(initial or {})}, **kwargs)
        self.saved = saved
        if self.stays:
            self.helper.add_input(Submit("stay", "Save and stay", css_class="govuk-button--secondary"))

    @property
    def texts(self) -> list[str]:
        """The fields of long text, which are kept as they are typed and can be put together."""
        return [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]

    def told(self, values: dict[str, Any]) -> dict[str, str]:
        """The values in words, by field; files are not told."""
        names = [name for name, field in self.fields.items() if not isinstance(field, forms.FileField)]
        return {name: self._words(name, values.get(name)) for name in names if name != "version"}

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def known_version(self) -> int | None:
        """Of what the form was made from; an answer without one has seen nothing."""
        return self.cleaned_data.get("version") or 0

    def clashes(self) -> None:
        """Somebody else has saved meanwhile: other buttons."""
        self.helper.inputs = [
            Submit("submit", "Save what is in the boxes"),
            *([Submit("merge", "Put both texts together", css_class="govuk-button--secondary")] if self.texts else []),
            Submit("theirs", "Take theirs", css_class="govuk-button--secondary"),
        ]

    def _words(self, name: str, value: Any) -> str:
        choices = dict(getattr(self.fields[name], "choices", None) or ())
        match value:
            case None | "":
                return ""
            case bool():
                return "Yes" if value else "No"
            case dt.date():
                return f"{value:%-d %B %Y}"
            case QuerySet() | list() | tuple() | set():
                words = [str(choices.get(each, each)) for each in value]
                return ", ".join(sorted(words))
            case _:
                return "\n".join(str(value).strip().splitlines())


class ElementsForm(SharedForm):
    """The elements to deliver (A3): those that are not approved yet."""

    elements = forms.ModelMultipleChoiceField(
        Package.objects.none(), widget=forms.CheckboxSelectMultiple, label="Elements to deliver", required=False
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, saved={"elements": list(application.elements.all())}, **kwargs)
        approved = queries.elements_approved(application.centre, application.version, but=application)
        left = application.version.packages.exclude(pk__in=approved.values("pk"))
        self.fields["elements"].queryset = left  # type: ignore[attr-defined]
        if approved:
            codes = ", ".join(package.code for package in approved)
            self.fields["elements"].help_text = f"Approved already: {codes}."

    def values(self) -> dict[str, Any]:
        return {"packages": list(self.cleaned_data["elements"])}


class ResourcesForm(SharedForm):
    """Learner numbers and staffing, the resources of each element, the sites (A6 i)."""

    staffing = forms.CharField(
        label="Learner numbers, staffing and cover",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=8000,
        required=False,
        help_text="How many apprentices you expect, how many each trainer and assessor has, who stands in.",
    )
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(), widget=forms.CheckboxSelectMultiple, label="Sites where they are delivered", required=False
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.packages = list(application.elements.all())
        texts = {row.package_id: row.text for row in application.resources.all()}
        saved = {
            "staffing": application.staffing,
            "sites": list(application.sites.all()),
            **{f"resources_{package.code}": texts.get(package.pk, "") for package in self.packages},
        }
        super().__init__(*args, saved=saved, **kwargs)
        for package in self.packages:
            self.fields[f"resources_{package.code}"] = forms.CharField(
                label=f"Training resources for {package.code}",
                widget=forms.Textarea(attrs={"rows": 8}),
                max_length=8000,
                required=False,
                help_text="Rooms, equipment, software, learning materials; what is used at which site.",
            )
        self.order_fields(["version", "staffing", *(f"resources_{package.code}" for package in self.packages), "sites"])
        chosen = application.sites.values("pk")
        today = clock.today()
        in_use = models.Q(active_from__lte=today) & (models.Q(active_to=None) | models.Q(active_to__gte=today))
        sites = application.centre.sites.filter(in_use | models.Q(pk__in=chosen))
        self.fields["sites"].queryset = sites  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        resources = {package.code: data[f"resources_{package.code}"] for package in self.packages}
        return {"staffing": data["staffing"], "resources": resources, "sites": list(data["sites"])}


class AssessmentForm(SharedForm):
    """Assessment and IQA arrangements (A6 ii)."""

    assessment = forms.CharField(
        label="Assessment and internal quality assurance",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=8000,
        required=False,
        help_text="How progress and portfolio are assessed; how the IQA samples, standardises and records; how "
        "readiness for the gateway is agreed.",
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, saved={"assessment": application.assessment}, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["assessment"]}


class ChecklistForm(SharedForm):
    """The completed approval guidance checklist (A5)."""

    submit_label = "Upload and continue"
    stays = False

    checklist = forms.FileField(
        label="Completed approval guidance checklist", help_text="A PDF, Word document or spreadsheet, up to 20 MB."
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:  # noqa: ARG002 - as its sisters
        super().__init__(*args, saved={}, **kwargs)


class DeclarationForm(SharedForm):
    """The declarations about the assessment plan and the requirements (A2)."""

    submit_label = "Declare and continue"
    stays = False

    name = forms.CharField(label="Full name", max_length=150)
    role = forms.CharField(label="Role in the centre", max_length=150)
    understood = forms.BooleanField(
        error_messages={
            "required": "Tick that the assessment plan has been read and is fully understood — guidance, Approval "
            "requirements. (clause A2)"
        }
    )
    requirements = forms.BooleanField(
        error_messages={
            "required": "Tick that the requirements have been read and are fully understood — guidance, Approval "
            "requirements. (clause A2)"
        }
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        saved = {"name": application.declared_by, "role": application.declared_role}
        super().__init__(*args, saved=saved, **kwargs)
        version = application.version
        self.fields["understood"].label = f"We have read and fully understand {version.assessment_plan}."
        self.fields["requirements"].label = (
            "We have read and fully understand the requirements we have to meet as a training provider "
            f"({version.guidance})."
        )


class NoConflictsForm(SharedForm):
    """The centre has no conflict of interest (A6)."""

    submit_label = "Save and continue"
    stays = False

    none = forms.BooleanField(
        label="We declare that neither the centre nor anybody named in this application has a conflict of interest",
        required=False,
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, saved={"none": application.no_conflicts}, **kwargs)


SECTION_FORMS: dict[str, type[Any]] = {
    "elements": ElementsForm,
    "resources": ResourcesForm,
    "assessment": AssessmentForm,
    "checklist": ChecklistForm,
    "interest": NoConflictsForm,
    "declaration": DeclarationForm,
}


class SectionCommentForm(PortalForm):
    """A word to the colleagues about a section."""

    submit_label = "Add the comment"

    text = forms.CharField(
        label="Comment for your colleagues",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Only people of your centre read comments; IMI does not.",
    )


def with_text(data: MultiValueDict[str, Any], texts: Iterable[tuple[str, str]], version: int) -> Any:
    """What was posted, with other text in some of its boxes and the version as it is now."""
    changed = data.copy()
    changed["version"] = str(version)
    for name, text in texts:
        changed[name] = text
    return changed


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ApplicationState.choices, empty_label="Any")

    search = search_in(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Application
        fields: ClassVar = ["state"]
