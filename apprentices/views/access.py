"""For which centre a person registers."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.requests import SignedIn
from apprentices import queries, rules
from centres import queries as centre_queries
from centres.models import Centre
from centres.queries import Panel
from foundation import clock
from foundation.errors import NotAllowed, Problem, Refused
from standards.models import Package


def only(packages: "QuerySet[Package]") -> Package | None:
    """The package where there is one alone; of several none is chosen beforehand: the centre declares it (D3)."""
    found = list(packages[:2])
    return found[0] if len(found) == 1 else None


def shut_panels(user: User, centre: Centre, packages: "QuerySet[Package]") -> list[Panel]:
    """Why nothing at all can be registered today (A1, A8), and where this person mends it; a panel without a problem
    that stops leaves registering open. What stands against one package its refusal says."""
    today = clock.today()
    codes = list(packages.values_list("code", flat=True))
    first = centre_queries.nothing_registers_problems(centre, today, codes)
    has_package = bool(codes)
    panels = [] if has_package else centre_queries.gate_panels(user, centre, today)
    if panels:
        return panels
    problems = [*first, *rules.no_package_problems(has_package=has_package)]
    return [("Why can’t I register yet?", problems, centre_queries.gate_places(user, centre))] if problems else []


def is_shut(panels: list[Panel]) -> bool:
    """Whether any of the problems stops."""
    return any(not problem.warning for _, problems, _ in panels for problem in problems)


def own_centre(request: SignedIn) -> Centre:
    """The one centre the person writes for: NotAllowed where there is none, Refused where one has to be chosen."""
    centres = queries.writing_centres(request.user)
    if not centres:
        raise NotAllowed("Only a centre’s owners and staff register its apprentices.")
    if len(centres) > 1:
        message = "You act for more than one centre: choose one at the top of the page first."
        raise Refused([Problem("choose_centre", "", message)])
    return centres[0]
