"""Forms that several pages use."""

from django import forms

from foundation.forms import PortalForm


class ConfirmForm(PortalForm):
    """Nothing to fill in: a page that asks first."""


class ReasonForm(PortalForm):
    """A reason that others will read. The verb refuses without one, in words that say what the reason is for."""

    mark_optional = False

    reason = forms.CharField(widget=forms.Textarea, max_length=4000, required=False)
