"""Letters about providers that sign themselves up (A1)."""

from accounts import letters
from centres.models import Centre, Signup
from foundation.addresses import full


def signup_asked(signup: Signup, token: str) -> None:
    """To the address that was given: the link that opens the centre, once, for 72 hours."""
    context = {"signup": signup, "link": full("centres:signup_confirm", token=token)}
    letters.to_address("centres.signup_asked", signup.email, context, signup)


def signup_opened(signup: Signup) -> None:
    """To the EPA team's mailbox: check who it is, then record IMI's approval (A1)."""
    context = {"signup": signup, "link": full("centres:signup_row", pk=signup.pk)}
    letters.to_epa_team("centres.signup_opened", context, signup, once=str(signup.pk))


def signup_turned_down(signup: Signup) -> None:
    """To whoever signed up: turned down, and why."""
    letters.to_address("centres.signup_turned_down", signup.email, {"signup": signup}, signup)


def contact_asked(centre: Centre, name: str, email: str) -> None:
    """To the centre's portal contact: somebody asks to be invited."""
    link = full("accounts:people", pk=centre.organisation_id)
    context = {"centre": centre, "name": name, "email": email, "link": link}
    letters.to_address("centres.contact_asked", centre.contact_email, context, centre)
