"""Messages about accounts."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Invitation
from foundation import outbox


def invited(invitation: Invitation, token: str) -> None:
    """To the invited: who invites, to what, and the link that works once, for 72 hours."""
    outbox.post(
        "accounts.invited",
        to=invitation.email,
        template="accounts/invited",
        context={
            "invitation": invitation,
            "link": settings.BASE_URL + reverse("accounts:accept", kwargs={"token": token}),
        },
        about=invitation,
    )
