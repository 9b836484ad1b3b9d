"""Forms of results, and of asking for a further attempt."""

from django import forms

from epa.states import AttemptKind
from foundation.forms import PortalForm


class ReleaseForm(PortalForm):
    """Asks first: what is released stays released."""

    submit_label = "Release the result"
    submit_warning = True


class EnteredForm(PortalForm):
    """The provider has entered the result in its ILR."""

    submit_label = "We have entered this in our ILR"


class GrantForm(PortalForm):
    """The second person's word on exceptional circumstances (C13)."""

    submit_label = "Grant the exception"


class ResitForm(PortalForm):
    """A resit or a retake; what it costs stands above the button."""

    submit_label = "Ask for it and accept the charge"
    submit_warning = True

    kind = forms.ChoiceField(
        label="What is it?",
        widget=forms.RadioSelect,
        choices=[
            (AttemptKind.RESIT.value, "A resit: no further learning is needed"),
            (AttemptKind.RETAKE.value, "A retake: further learning comes first"),
        ],
    )
