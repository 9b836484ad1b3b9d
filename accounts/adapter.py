"""How allauth is fitted into the house: no self sign-up, e-mail through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.template.loader import render_to_string

from foundation import outbox


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations; allauth's messages become rows of the outbox like all others."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """``account/email/password_reset_key`` → a message of kind ``account.password_reset_key``."""
        full = {**context, "email": email}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", full).split())
        text = render_to_string(f"{template_prefix}_message.txt", full).strip()
        kind = "account." + template_prefix.rsplit("/", 1)[-1]
        user: AbstractBaseUser | None = context.get("user")
        outbox.post_text(kind, to=email, subject=subject, text=text, user=user)
