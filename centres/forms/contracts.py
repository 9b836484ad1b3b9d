"""Signing, returning and ending a contract (A8)."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from accounts.models import User
from centres import rules
from centres.forms.filters import DayFilter, search_in
from centres.models import Contract
from centres.states import ContractState, EndCause
from foundation.forms import DateField, PortalForm
from standards.models import StandardVersion


class SignForm(PortalForm):
    """A signature (A8). ``shown`` is the SHA-256 of the document the page offered to read."""

    submit_label = "Sign the contract"

    name = forms.CharField(label="Full name", max_length=150)
    role = forms.CharField(label="Role in the centre", max_length=150)
    consent = forms.BooleanField(
        label=rules.CONSENT,
        error_messages={"required": "Tick that you agree to the contract and may sign it for the centre. (clause A8)"},
    )
    code = forms.CharField(
        label="Code from the e-mail",
        help_text="Six digits.",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput)


class SignedCopyForm(PortalForm):
    """The contract signed on paper, and who signed it (A8)."""

    submit_label = "Upload the signed copy"

    name = forms.CharField(label="Full name of who signed", max_length=150)
    role = forms.CharField(label="Role of who signed", max_length=150)
    signed_copy = forms.FileField(label="Signed contract", help_text="A PDF of the whole contract with the signature.")


class CountersignForm(PortalForm):
    """IMI's signature; what was compared of a copy signed on paper (A8)."""

    submit_label = "Countersign"
    mark_optional = False

    checked = forms.MultipleChoiceField(
        label="I have compared the signed copy with the contract as issued",
        choices=list(rules.COPY_CHECKS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["checked"]


class NoticeForm(PortalForm):
    """Notice (A8). IMI says why; a centre need not."""

    submit_label = "Give notice"
    submit_warning = True

    reason = forms.CharField(widget=forms.Textarea, max_length=2000, required=False)


class IssueAgainForm(PortalForm):
    """From when a contract that is issued again holds (A7)."""

    submit_label = "Issue the contract"

    starts_on = DateField(label="Not in force before", help_text="Today, or the day of a change that is agreed ahead.")


class SignatoryForm(PortalForm):
    """A person whom the owner authorises to sign (A8)."""

    submit_label = "Authorise"

    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label="Choose a person")
    role_title = forms.CharField(label="Role in the centre", max_length=150)
    starts_on = DateField(label="From")
    ends_on = DateField(label="Last day", required=False, help_text="Empty: until you revoke it.")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class CheckForm(PortalForm):
    """A file that somebody wants checked (A8)."""

    submit_label = "Check the file"

    file = forms.FileField(label="The contract as a PDF file", help_text="It is compared, not kept.")

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.CHECK_MAX_BYTES:
            most = settings.CHECK_MAX_BYTES // 1024**2
            raise forms.ValidationError(f"The file is larger than {most} MB. A contract of ours is smaller.")
        return file


class EndForm(PortalForm):
    """The end of a contract before its notice would be up."""

    submit_label = "End the contract"
    submit_warning = True

    ends_on = DateField(label="Last day")
    cause = forms.ChoiceField(
        choices=EndCause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say for which cause the contract ends without notice. (clause A8)"},
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": "Say why the contract ends. (clause A8)"},
    )


class ContractFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Centre or number")
    state = django_filters.ChoiceFilter(choices=ContractState.choices, empty_label="Any")
    version = django_filters.ModelChoiceFilter(
        label="Standard", queryset=StandardVersion.objects.select_related("standard"), empty_label="Any"
    )
    ends_by = DayFilter(field_name="ended_on", lookup_expr="lte", label="Last day by")
    sign_by = DayFilter(method="unsigned_by", label="Offer ends by")

    def unsigned_by(self, rows: QuerySet[Contract], _name: str, day: dt.date) -> QuerySet[Contract]:
        """Offers that can be signed until that day at the latest."""
        return rows.filter(state=ContractState.OFFERED, sign_by__lte=day)

    search = search_in(["centre__organisation__name", "number", "centre__number"])

    class Meta:
        model = Contract
        fields = ["state", "version"]
