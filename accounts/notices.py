"""Messages about accounts."""

from accounts import letters
from accounts.models import Invitation, Membership
from foundation.addresses import full


def invited(invitation: Invitation, token: str) -> None:
    """To the invited: who invites, to what, and the link that works once, for 72 hours."""
    context = {"invitation": invitation, "link": full("accounts:accept", token=token)}
    letters.to_address("accounts.invited", invitation.email, context, invitation)


def role_changed(membership: Membership) -> None:
    """To the person: which role they have from now on."""
    context = {"membership": membership, "link": full("home")}
    letters.to_person("accounts.role_changed", membership.user, context, membership)
