"""Handing a centre over."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.states import CENTRE_ROLES, Role
from centres.models import Centre, Transfer
from foundation.forms import PortalForm


def _of_centre(centre: Centre) -> Any:
    """Who acts for the centre and does not own it."""
    rows = User.objects.filter(is_active=True, memberships__organisation=centre.organisation_id)
    acting = rows.filter(memberships__role__in=CENTRE_ROLES, memberships__ended_on=None).distinct()
    return acting.exclude(pk__in=_owners(centre)).order_by("name")


def _owners(centre: Centre) -> Any:
    return User.objects.filter(
        memberships__organisation=centre.organisation_id,
        memberships__role=Role.CENTRE_OWNER,
        memberships__ended_on=None,
    ).order_by("name")


class ProposeForm(PortalForm):
    """The next owner, and what the one before becomes."""

    submit_label = "Propose"
    mark_optional = False

    successor = forms.ModelChoiceField(
        User.objects.none(), label="Next owner", help_text="Who acts for the centre already. Invite others first."
    )
    afterwards = forms.ChoiceField(
        label="Your role afterwards", choices=Transfer.AFTERWARDS, widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["successor"]
        people.queryset = _of_centre(centre)


class AppointForm(PortalForm):
    """The EPA team's choice, with the reason."""

    submit_label = "Appoint the owner"
    submit_warning = True
    mark_optional = False

    successor = forms.ModelChoiceField(User.objects.none(), label="New owner")
    gone = forms.ModelMultipleChoiceField(
        User.objects.none(), label="In place of", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="They lose the role at once.",
    )  # fmt: skip
    reason = forms.CharField(
        widget=forms.Textarea, max_length=1000, required=False, help_text="Such as: left the centre without notice."
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["successor"]
        people.queryset = _of_centre(centre)
        owners: Any = self.fields["gone"]
        owners.queryset = _owners(centre)


class AnswerTransferForm(PortalForm):
    """The successor's answer."""

    submit_label = "Answer"

    answer = forms.ChoiceField(
        label="Do you accept?",
        choices=[("accept", "Yes, I own the centre from now on"), ("decline", "No")],
        widget=forms.RadioSelect,
    )
