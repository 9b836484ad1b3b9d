"""People, policies and conflicts of interest: the sections that are lists (A6)."""

from typing import Any

from django import forms

from centres.forms.applications import SharedForm
from centres.models import Application, ApplicationInterest, ApplicationPerson, ApplicationPolicy
from centres.states import PersonRole
from foundation import clock
from foundation.forms import DateField
from standards.models import Package, RequiredPolicy


class PersonForm(SharedForm):
    """Somebody who trains, assesses or checks (A6 i)."""

    submit_label = "Save"
    stays = False

    name = forms.CharField(label="Full name", max_length=150)
    roles = forms.MultipleChoiceField(
        choices=PersonRole.choices, widget=forms.CheckboxSelectMultiple, label="Roles", help_text="All that apply."
    )
    elements = forms.ModelMultipleChoiceField(
        Package.objects.none(), widget=forms.CheckboxSelectMultiple, label="Elements covered", required=False
    )
    qualification = forms.CharField(
        label="Qualifications",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="In the occupation and in training, assessing or quality assurance, with the year.",
    )
    competence = forms.CharField(
        label="Occupational competence",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        help_text="What the person has done in the occupation, where and until when.",
    )
    cpd_on = DateField(label="Last CPD on", required=False)
    cpd = forms.CharField(
        label="CPD of the last twelve months",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="Each with its date, one on a line.",
    )
    cv = forms.FileField(label="CV", required=False, help_text="A PDF or Word document, up to 20 MB.")

    def __init__(
        self, *args: Any, application: Application, person: ApplicationPerson | None = None, **kwargs: Any
    ) -> None:
        names = ("name", "roles", "qualification", "competence", "cpd_on", "cpd")
        saved = {name: getattr(person, name) for name in names} if person else {}
        saved["elements"] = list(person.elements.all()) if person else []
        super().__init__(*args, saved=saved, **kwargs)
        self.fields["elements"].queryset = application.version.packages.all()  # type: ignore[attr-defined]
        self.fields["cpd_on"].limit(latest=clock.today())  # type: ignore[attr-defined]
        if person and person.cv:
            self.fields["cv"].help_text = f"There is one: {person.cv.original_name}. Another file takes its place."

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "cv"}


class PolicyForm(SharedForm):
    """One of the centre's policies (A6)."""

    submit_label = "Save"
    stays = False

    stored = forms.FileField(label="File", help_text="A PDF or Word document, up to 20 MB.")
    issued_on = DateField(label="Issued on")
    expires_on = DateField(label="Expires on", help_text="The last day on which it holds, or on which it is reviewed.")

    def __init__(
        self,
        *args: Any,
        application: Application,  # noqa: ARG002 - as its sisters
        policy: RequiredPolicy,
        row: ApplicationPolicy | None = None,
        **kwargs: Any,
    ) -> None:
        saved = {"issued_on": row.issued_on, "expires_on": row.expires_on} if row else {}
        super().__init__(*args, saved=saved, **kwargs)
        self.fields["stored"].label = str(policy)
        if row:
            self.fields["stored"].required = False
            self.fields["stored"].help_text = f"There is one: {row.stored.original_name}. Another file takes its place."

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "stored"}


class InterestForm(SharedForm):
    """A conflict of interest: whose, of what nature, how it is managed (A6)."""

    submit_label = "Save"
    stays = False

    person = forms.CharField(label="Whose interest it is", max_length=150)
    nature = forms.CharField(label="Nature of the interest", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    managed = forms.CharField(
        label="How it is managed",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="How it is kept away from training decisions and assessment, and who watches over that.",
    )

    def __init__(
        self,
        *args: Any,
        application: Application,  # noqa: ARG002 - as its sisters
        interest: ApplicationInterest | None = None,
        **kwargs: Any,
    ) -> None:
        names = ("person", "nature", "managed")
        super().__init__(*args, saved={name: getattr(interest, name) for name in names} if interest else {}, **kwargs)
