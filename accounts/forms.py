"""Forms about people."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.models import Organisation, User
from accounts.states import ROLES_OF_KIND, OrganisationKind, Role
from foundation.forms import PortalForm

ROLE_HINTS = {
    Role.CENTRE_OWNER: "Does everything for the centre, signs its contract and manages its people.",
    Role.CENTRE_STAFF: "Applies, registers, books and answers; does not sign or manage people.",
    Role.CENTRE_READER: "Sees everything of the centre and changes nothing.",
}


def _offer_roles(form: forms.Form, organisation: Organisation) -> None:
    """The roles of an organisation of that kind, each with what it is for."""
    roles = ROLES_OF_KIND[OrganisationKind(organisation.kind)]
    chosen: Any = form.fields["role"]
    chosen.choices = [(role.value, role.label) for role in Role if role in roles]
    chosen.choice_hints = {role.value: hint for role, hint in ROLE_HINTS.items()}


class RoleForm(PortalForm):
    """Another role for somebody."""

    submit_label = "Change the role"

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, organisation)


class InviteForm(PortalForm):
    """Whom to invite, and as what."""

    submit_label = "Send the invitation"

    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, organisation)


class AcceptForm(PortalForm):
    """The name and, for a new account, the password."""

    submit_label = "Accept and sign in"

    name = forms.CharField(label="Your name", max_length=150)
    password = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. Three words that do not belong together make a good one.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, email: str, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        if has_account:
            del self.fields["password"]
            del self.fields["name"]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, person)
        return password
