"""The form of withdrawing an EPA."""

from django import forms

from foundation.forms import PortalForm


class WithdrawForm(PortalForm):
    """Why; the page says what it means."""

    submit_label = "Withdraw the assessment"
    submit_warning = True

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=300, help_text="No details about anyone’s health."
    )
