"""For which centre a person registers."""

from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from apprentices import queries
from centres.models import Centre
from foundation.errors import NotAllowed, Problem, Refused
from standards.models import Package


def person(request: HttpRequest) -> User:
    """Who asks. Every page here is behind the sign-in, so it is never nobody."""
    return cast("User", request.user)


def only(packages: "QuerySet[Package]") -> Package | None:
    """The package where there is one alone; of several none is chosen beforehand: the centre declares it (D3)."""
    found = list(packages[:2])
    return found[0] if len(found) == 1 else None


def own_centre(request: HttpRequest) -> Centre:
    """The one centre the person writes for: NotAllowed where there is none, Refused where one has to be chosen."""
    centres = queries.writing_centres(person(request))
    if not centres:
        raise NotAllowed("Only a centre’s owners and staff register its apprentices.")
    if len(centres) > 1:
        message = "You act for more than one centre: choose one at the top of the page first."
        raise Refused([Problem("choose_centre", "", message)])
    return centres[0]
