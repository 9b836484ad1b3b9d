"""Forms about learners. Their fields are read by the same rule a column as a sheet's cells (apprentices.rules)."""

from collections.abc import Iterable
from typing import Any

import django_filters
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from apprentices import queries
from apprentices.models import Apprentice, Attainment, Employer, Registration, Support
from apprentices.rules import FIELDS, Field, LearnerData, read_learner
from apprentices.rules.columns import Reading
from apprentices.states import RegistrationState
from foundation import forms as portal_forms
from standards.models import Package
from standards.rules import LEVELS

EMPLOYER_FIELDS = (
    "employer_name",
    "employer_contact",
    "employer_email",
    "employer_address",
    "employer_town",
    "employer_postcode",
)
LEVEL_NAMES = {level: f"Entry level {level[1]}" if level.startswith("E") else f"Level {level}" for level in LEVELS}


def learner_field(field: Field) -> forms.Field:
    """The form's field for a column. The column's rule says what is wrong in it, so the field itself asks nothing."""
    label = field.label if field.required or field.choices else f"{field.label} (optional)"
    hint = "" if field.choices else field.hint  # what may be typed into a cell is here to choose from
    shared: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    if field.is_date:
        made: forms.Field = portal_forms.DateField(**shared)
    elif field.choices:
        choices = [(choice, choice) for choice in field.choices]
        made = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=field.choices[0], **shared)
    else:
        made = forms.CharField(**shared)
    if field.key == "employer_name":
        made.widget.attrs["list"] = "known-employers"
    if field.key == "uln":
        made.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off"})
    return made


class LearnerFields(portal_forms.PortalForm):
    """What a form with a learner's columns shares: after cleaning, ``learner`` is what was read."""

    keys: Iterable[str] = ()
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read: LearnerData | None = None
        for field in FIELDS:
            if field.key in self.keys:
                self.fields[field.key] = learner_field(field)

    @property
    def learner(self) -> LearnerData:
        """What was read; only of a valid form."""
        if self.read is None:
            raise ValueError("the form is not valid")
        return self.read

    def other_cells(self) -> dict[str, Any]:
        """Cells of columns that the form asks for in another way."""
        return {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cells = {key: cleaned.get(key) for key in self.keys} | self.other_cells()
        self.read, problems = read_learner(cells, Reading(exempt_prefix=settings.SANDBOX_ULN_PREFIX))
        portal_forms.add_problems(self, [problem for problem in problems if problem.field not in self.errors])
        return cleaned


class Declaration(portal_forms.PortalForm):
    """Who declares that the package is right (D3)."""

    declared_by = forms.CharField(label="Your name", max_length=150)
    declaration = forms.BooleanField(
        label="I declare for the centre that the package is the right one for these learners",
        help_text="It is the centre’s responsibility — guidance, Registering learners (D3).",
        error_messages={
            "required": "Tick the declaration: it is the centre’s responsibility that the package is right."
        },
    )


class RegisterForm(LearnerFields, Declaration):
    """One learner."""

    submit_label = "Register the learner"
    keys = tuple(field.key for field in FIELDS)
    package = forms.ModelChoiceField(Package.objects.none(), label="Package", empty_label=None)

    def __init__(self, *args: Any, packages: "QuerySet[Package]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = packages  # type: ignore[attr-defined]
        self.fields["package"].widget = forms.RadioSelect(choices=self.fields["package"].choices)  # type: ignore[attr-defined]
        own = [key for key in self.keys if key not in EMPLOYER_FIELDS]
        self.fields["employer_name"].help_text = (
            "For an employer that the centre has already, spelt the same, the fields below may stay empty: its "
            "contact, e-mail and address on record are used."
        )
        # Errors are listed in the order of the fields, which has to be that of the page.
        self.order_fields(["package", *own, *EMPLOYER_FIELDS, "declared_by", "declaration"])
        self.helper.layout = Layout(
            "package",
            Fieldset("The learner", *own),
            Fieldset("The employer", *EMPLOYER_FIELDS),
            Fieldset("Declaration", "declared_by", "declaration"),
        )


class UploadForm(portal_forms.PortalForm):
    """A sheet of learners."""

    submit_label = "Upload and check"
    package = forms.ModelChoiceField(Package.objects.none(), label="Package", empty_label=None)
    file = forms.FileField(
        label="The sheet",
        help_text="An .xlsx or .csv file with the columns of the template. Nothing is registered until you confirm it.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # so that the file's own check says what an empty one is
    )

    def __init__(self, *args: Any, packages: "QuerySet[Package]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = packages  # type: ignore[attr-defined]
        self.fields["package"].widget = forms.RadioSelect(choices=self.fields["package"].choices)  # type: ignore[attr-defined]


class ConfirmForm(Declaration):
    submit_label = "Register them"


class DiscardForm(portal_forms.PortalForm):
    submit_label = "Discard the upload"
    submit_warning = True


class WithdrawForm(portal_forms.PortalForm):
    submit_label = "Withdraw the registration"
    submit_warning = True
    reason = forms.CharField(label="Reason", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionForm(LearnerFields):
    """A learner's own data and employer."""

    submit_label = "Save"
    keys = tuple(field.key for field in FIELDS if field.key not in EMPLOYER_FIELDS)
    employer = forms.ModelChoiceField(Employer.objects.none(), label="Employer", empty_label=None)

    def __init__(self, *args: Any, apprentice: Apprentice, may_change_uln: bool, **kwargs: Any) -> None:
        initial = {key: getattr(apprentice, key) for key in self.keys}
        initial |= {"full_time": "Yes" if apprentice.full_time else "No", "employer": apprentice.employer_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["employer"].queryset = apprentice.centre.employers.all()  # type: ignore[attr-defined]
        if not may_change_uln:
            self.fields["uln"].disabled = True
            self.fields["uln"].help_text = "Only the EPA team corrects a ULN."

    def other_cells(self) -> dict[str, Any]:
        employer = self.cleaned_data.get("employer")
        return {"employer_name": employer.name if employer else "unknown"}


class AttainmentForm(portal_forms.PortalModelForm):
    """English or maths held (B4)."""

    submit_label = "Record"
    evidence = forms.FileField(label="Evidence", required=False, help_text="The certificate as PDF, PNG or JPEG.")
    level = forms.ChoiceField(choices=[("", "Choose"), *LEVEL_NAMES.items()])

    class Meta:
        model = Attainment
        fields = ["subject", "route", "level", "qualification", "achieved_on"]


class AttainmentCorrectionForm(AttainmentForm):
    """English or maths on record: what was wrong, or the certificate that was missing (B4)."""

    submit_label = "Save"
    mark_optional = False
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed where something on record is changed; not for adding a certificate that was missing.",
    )


class SupportForm(portal_forms.PortalModelForm):
    """What changes the English and maths requirement (B4)."""

    submit_label = "Save"
    evidence = forms.FileField(label="Evidence", required=False, help_text="PDF, PNG or JPEG.")

    class Meta:
        model = Support
        fields = ["ehc_plan", "bsl_primary"]


class EmployerForm(portal_forms.PortalModelForm):
    submit_label = "Save"

    class Meta:
        model = Employer
        fields = ["name", "contact_name", "contact_email", "address", "town", "postcode"]


class LearnerFilter(django_filters.FilterSet):
    """The list's filter: package and state are looked for in one and the same registration."""

    q = django_filters.CharFilter(label="Name, ULN or number", method="search")
    package = django_filters.ModelChoiceFilter(
        label="Package", queryset=Package.objects.all(), method="registered_on", empty_label="Any"
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=RegistrationState.choices, method="registered_on", empty_label="Any"
    )
    employer = django_filters.CharFilter(label="Employer", field_name="employer__name", lookup_expr="istartswith")

    class Meta:
        model = Apprentice
        fields: list[str] = []

    def __init__(self, data: Any, *, user: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.filters["package"].queryset = Package.objects.visible_to(user)

    def search(self, queryset: "QuerySet[Apprentice]", _name: str, value: str) -> "QuerySet[Apprentice]":
        return queries.search(queryset, value)

    def registered_on(self, queryset: "QuerySet[Apprentice]", name: str, _value: Any) -> "QuerySet[Apprentice]":
        """Called for either field; the first of them that is filled in looks for both."""
        package, state = self.form.cleaned_data.get("package"), self.form.cleaned_data.get("state")
        if name == "state" and package:
            return queryset
        rows = Registration.objects.filter(apprentice=OuterRef("pk"))
        if package:
            rows = rows.filter(package=package)
        if state:
            rows = rows.filter(state=state)
        return queryset.filter(Exists(rows))
