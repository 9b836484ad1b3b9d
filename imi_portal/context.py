"""What every page's shell needs: navigation by role, the organisation acted for, the count of tasks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.states import CENTRE_ROLES, Role
from foundation import clock
from imi_portal import task_count

CENTRE_NAVIGATION = [
    ("Home", "home"),
    ("Learners", "apprentices:list"),
    ("Planner", "epa:planner"),
    ("Bookings", "epa:bookings"),
    ("Results", "epa:results"),
    ("Certificates", "certificates:list"),
    ("Our centre", "centres:own"),
]
# Entries whose pages lie elsewhere than under their own address: the centre's page leads to its applications too.
LEADING_TO = {"centres:own": "/centres/"}
NAVIGATION: dict[str, list[tuple[str, str]]] = {
    Role.EPA_TEAM: [
        ("Home", "home"),
        ("Bookings", "epa:bookings"),
        ("Calendar", "epa:calendar"),
        ("Results", "epa:results_board"),
        ("Claims", "certificates:claims"),
        ("Learners", "apprentices:list"),
        ("Centres", "centres:list"),
    ],
    Role.CENTRE_EQA: [
        ("Home", "home"),
        ("Applications", "centres:applications"),
        ("Review queue", "centres:queue"),
        ("Centres", "centres:list"),
        ("Register", "centres:register"),
    ],
    Role.INDEPENDENT_ASSESSOR: [("Home", "home"), ("Assessments", "epa:own_assessments")],
    Role.FINANCE: [("Home", "home"), ("Charges", "centres:charges"), ("Centres", "centres:list")],
    Role.ADMINISTRATOR: [
        ("Home", "home"),
        ("Centres", "centres:list"),
        ("Learners", "apprentices:list"),
        ("Register", "centres:register"),
        ("Standards", "standards:list"),
        ("Administration", "admin:index"),
    ],
}


def _entries(user: Any) -> list[tuple[str, str]]:
    """The first role of the list that the person holds decides; a second role's entries follow, seven in all."""
    roles = user.roles
    if roles & CENTRE_ROLES:
        return CENTRE_NAVIGATION
    entries: list[tuple[str, str]] = []
    for role, wanted in NAVIGATION.items():
        if role in roles:
            entries += [entry for entry in wanted if entry not in entries]
    return entries[:7] or [("Home", "home")]


def shell(request: HttpRequest) -> dict[str, Any]:
    """``shell`` for templates/base.html. Tasks are counted where the page shows how many there are."""
    user = getattr(request, "user", None)
    base = {"demonstration": settings.MODE == "demonstration", "today": clock.today()}
    if user is None or not user.is_authenticated:
        return {"shell": base}
    organisations = sorted({row.organisation for row in user.all_memberships}, key=lambda row: row.name)
    acting = next((row for row in organisations if row.pk == user.acting_organisation_id), None)
    account_links = [{"label": "Messages", "url": reverse("accounts:messages")}]
    if acting is not None and not user.is_imi:
        account_links.append({"label": "People", "url": reverse("accounts:people", kwargs={"pk": acting.pk})})
    return {
        "shell": {
            **base,
            "navigation": _navigation(user, request.path),
            "organisation": acting,
            "organisations": organisations,
            "account_links": account_links,
            "task_count": SimpleLazyObject(lambda: task_count.of(user)),
        }
    }


def _navigation(user: Any, path: str) -> list[dict[str, Any]]:
    """The entries with their addresses; of those the path lies below only the nearest is the current one."""
    entries = [(label, reverse(name), LEADING_TO.get(name) or reverse(name)) for label, name in _entries(user)]
    matching = [below for _, _, below in entries if path == below or (below != "/" and path.startswith(below))]
    nearest = max(matching, key=len, default="")
    return [{"label": label, "url": url, "current": below == nearest} for label, url, below in entries]
