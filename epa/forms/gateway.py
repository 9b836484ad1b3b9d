"""Forms of the gateway, the portfolio and the subject: they parse and clean; the rules decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from epa.actions.portfolio import KINDS
from foundation.files import EXTENSIONS
from foundation.forms import PortalForm
from standards.models import ComponentCriterion


class TrainingForm(PortalForm):
    """The share of off-the-job training (B3)."""

    submit_label = "Save"

    percent = forms.DecimalField(
        label="Off-the-job training",
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=100,
        help_text="The share of working hours over the whole programme. Changing it undoes signatures.",
    )
    percent.suffix = "%"  # type: ignore[attr-defined]


class PersonForm(PortalForm):
    """Who gets a single-use link."""

    submit_label = "Send the link"

    name = forms.CharField(label="Name", max_length=150, help_text="The person who answers in their own name.")
    email = forms.EmailField(label="E-mail address", help_text="Their own; the link is for them alone.")


class SignForm(PortalForm):
    """The statements, each ticked, the name typed, and the digest of what was shown."""

    submit_label = "Sign"
    mark_optional = False

    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, statements: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, statement in enumerate(statements, 1):
            self.fields[f"statement_{number}"] = forms.BooleanField(
                label=statement, error_messages={"required": f"Tick “{statement.rstrip('.')}” if it is true."}
            )
        self.fields["name"] = forms.CharField(
            label="Your full name",
            max_length=150,
            help_text="Typing your name is your signature.",
            error_messages={"required": "Type your full name."},
        )


class SubmitForm(PortalForm):
    """Hand the gateway in; where time or training is short, why."""

    submit_label = "Submit the gateway"

    reason = forms.CharField(
        label="Why ask although time or training is short?",
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text="The EPA team decides on it.",
    )

    def __init__(self, *args: Any, ask_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_reason:
            del self.fields["reason"]


class AcceptForm(PortalForm):
    """Accept the gateway; where time or training is short, why all the same."""

    submit_label = "Accept and open the EPA period"

    reason = forms.CharField(
        label="Why accept although time or training is short?",
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text="Recorded with the decision.",
    )

    def __init__(self, *args: Any, ask_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_reason:
            del self.fields["reason"]


class ReasonForm(PortalForm):
    """A reason that the other side reads."""

    reason = forms.CharField(widget=forms.Textarea, max_length=1000)


class ReturnForm(PortalForm):
    """What the centre has to do before it submits the gateway again."""

    submit_label = "Return the gateway"

    reason = forms.CharField(label="What does the centre have to do?", widget=forms.Textarea, max_length=1000)


class ConfirmForm(PortalForm):
    """Nothing but the button."""


class PieceForm(PortalForm):
    """A piece of the portfolio: a file or a link, and what it evidences (B6)."""

    submit_label = "Add to the portfolio"

    title = forms.CharField(max_length=200)
    evidences = forms.MultipleChoiceField(
        label="Evidence for",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick every criterion.",
        error_messages={"required": "Say which criteria it is evidence for."},
    )
    uploaded = forms.FileField(
        label="File",
        required=False,
        help_text="PDF, picture or Word document. Or give a link instead.",
        widget=forms.FileInput(attrs={"accept": ",".join(one for kind in sorted(KINDS) for one in EXTENSIONS[kind])}),
    )
    link = forms.URLField(label="Link", required=False, assume_scheme="https")
    assessed_before = forms.BooleanField(
        label="The independent assessor has assessed this piece before",
        required=False,
        help_text="Such a piece cannot be used in the professional discussion.",
    )

    def __init__(self, *args: Any, criteria: Sequence[ComponentCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if criteria:
            self.fields["evidences"].choices = [(row.code, str(row)) for row in criteria]  # type: ignore[attr-defined]
        else:
            del self.fields["evidences"]


class SubjectForm(PortalForm):
    """The project's subject (C5)."""

    submit_label = "Propose the subject"

    subject = forms.CharField(
        widget=forms.Textarea,
        max_length=2000,
        help_text="The problem or opportunity, and what the apprentice means to do about it.",
    )


class CommentForm(PortalForm):
    """The employer's comment on the subject it was shown (C5)."""

    submit_label = "Send the comment"

    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    comment = forms.CharField(
        label="Your comment",
        widget=forms.Textarea,
        max_length=2000,
        help_text="Is the subject right for your business, and can the apprentice do it there?",
    )


class DecideForm(PortalForm):
    """IMI's decision on the subject (C5)."""

    submit_label = "Record the decision"

    agreed = forms.TypedChoiceField(
        label="Decision",
        choices=[("yes", "Agreed"), ("no", "Not agreed")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reason = forms.CharField(
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text="Needed when it is not agreed, and when the employer has not commented.",
    )
