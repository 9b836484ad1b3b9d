"""For which centre a person registers."""

from django.db.models import QuerySet

from accounts.requests import SignedIn
from apprentices import queries
from centres.models import Centre
from foundation.errors import NotAllowed, Problem, Refused
from standards.models import Package


def only(packages: "QuerySet[Package]") -> Package | None:
    """The package where there is one alone; of several none is chosen beforehand: the centre declares it (D3)."""
    found = list(packages[:2])
    return found[0] if len(found) == 1 else None


def own_centre(request: SignedIn) -> Centre:
    """The one centre the person writes for: NotAllowed where there is none, Refused where one has to be chosen."""
    centres = queries.writing_centres(request.user)
    if not centres:
        raise NotAllowed("Only a centre’s owners and staff register its apprentices.")
    if len(centres) > 1:
        message = "You act for more than one centre: choose one at the top of the page first."
        raise Refused([Problem("choose_centre", "", message)])
    return centres[0]
