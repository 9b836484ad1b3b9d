"""Lists, exports, search and the home page: rows of another centre are in none of them."""

import pytest
from django.urls import reverse

from tests.access.conftest import World
from tests.access.walking import OURS, THEIRS, ask, foreign_marks, leaks

pytestmark = pytest.mark.django_db
PLAIN = ["home", "accounts:messages", "apprentices:employers", "apprentices:uploads", "epa:planner"]
EXPORTED = [
    "centres:list",
    "centres:charges",
    "centres:applications",
    "centres:contracts",
    "apprentices:list",
    "epa:bookings",
    "epa:deadlines",
    "epa:calendar",
    "epa:results",
    "certificates:list",
]
INSIDERS = (*OURS, *THEIRS, "employer", "nobody")
EXPORTS = [f"?export={kind}" for kind in ("csv", "xlsx")]


@pytest.mark.parametrize("name", PLAIN + EXPORTED)
def test_a_list_holds_no_row_of_another_centre(scene: World, name: str) -> None:
    for who in INSIDERS:
        player = scene.players[who]
        for export in ["", *(EXPORTS if name in EXPORTED else [])]:
            response = ask(player, "GET", reverse(name) + export)
            assert response.status_code == 200, who
            assert leaks(response.body, foreign_marks(scene, player)) == [], who + export


@pytest.mark.parametrize("name", ["apprentices:list", "centres:applications", "centres:contracts", "epa:bookings"])
@pytest.mark.parametrize("export", ["csv", "xlsx"])
def test_an_export_does_hold_the_rows_of_ones_own(scene: World, name: str, export: str) -> None:
    """Else the test above would find nothing in an empty file either."""
    response = ask(scene.players["owner"], "GET", f"{reverse(name)}?export={export}")
    assert leaks(response.body, scene.ours.marks) != []


@pytest.mark.parametrize("who", INSIDERS)
def test_a_search_finds_nothing_of_another_centre(scene: World, who: str) -> None:
    player = scene.players[who]
    for mark in sorted(foreign_marks(scene, player))[::4]:
        response = ask(player, "GET", reverse("search", query={"q": mark}))
        assert response.context["found"] == [], mark


@pytest.mark.parametrize("who", ["owner", "team"])
def test_a_search_finds_what_is_in_sight(scene: World, who: str) -> None:
    found = [
        ask(scene.players[who], "GET", reverse("search", query={"q": mark})).context["found"]
        for mark in sorted(scene.ours.marks)[::8]
    ]
    assert any(found)
