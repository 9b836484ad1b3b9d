"""IMI's standing of a centre, sanctions and their action plans (A1)."""

from django import forms

from centres.states import SanctionLevel, StandingKind
from foundation.forms import DateField, PortalForm
from standards.models import Package, Standard

EVIDENCE_HELP = "A PDF, an image or a Word document, up to 20 MB. Only people of IMI see it."


class PackageChoices(forms.ModelMultipleChoiceField):
    """Elements by code, name and standard."""

    def label_from_instance(self, obj: Package) -> str:
        return f"{obj.code}, {obj.name} ({obj.version.short})"


class ScopedForm(PortalForm):
    """What a decision is about: nothing chosen means the whole centre."""

    standards = forms.ModelMultipleChoiceField(
        Standard.objects.order_by("reference"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Only these standards",
        help_text="With all their elements. Leave both lists empty where it is about the whole centre.",
    )
    packages = PackageChoices(
        Package.objects.select_related("version__standard").order_by("version__standard__reference", "code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Only these elements",
    )
    evidence = forms.FileField(required=False, help_text=EVIDENCE_HELP)


class StandingForm(ScopedForm):
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
    field_order = ["kind", "starts_on", "ends_on", "standards", "packages", "reason", "evidence"]


class SanctionForm(ScopedForm):
    """A sanction with the first action of its plan; more are added on its page."""

    submit_label = "Impose the sanction and tell the centre"
    submit_warning = True
    mark_optional = False

    level = forms.ChoiceField(choices=SanctionLevel.choices, widget=forms.RadioSelect)
    starts_on = DateField(label="First day")
    reason = forms.CharField(widget=forms.Textarea, max_length=2000, required=False, help_text="The centre reads it.")
    text = forms.CharField(
        label="What the centre has to do first",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="The first action of the plan. You can add more when the sanction is recorded.",
    )
    due_on = DateField(label="By when")
    field_order = ["level", "starts_on", "standards", "packages", "reason", "evidence", "text", "due_on"]


class PlanActionForm(PortalForm):
    """Another action of the plan."""

    submit_label = "Add to the plan"

    text = forms.CharField(label="What the centre has to do", widget=forms.Textarea, max_length=2000)
    due_on = DateField(label="By when")


class PlanSettleForm(PortalForm):
    """IMI's verdict on an answer."""

    submit_label = "Save"
    mark_optional = False

    verdict = forms.ChoiceField(
        label="Is it done?",
        choices=[("close", "Close the action"), ("reopen", "Send it back to the centre")],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text="The centre reads it. Needed where you send it back, and where you close it without an answer.",
    )
