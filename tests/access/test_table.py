"""Every address, as everybody: the table of access is complete, and every answer is the one it says."""

import pytest
from django.core.cache import cache

from tests.access import snapshots
from tests.access.conftest import World
from tests.access.table import ADMIN, LOGIN, OUTSIDE, RULES, Rule
from tests.access.walking import TOWARDS_OURS, TOWARDS_THEIRS, address, addresses, ask, flaws, foreign_marks

pytestmark = pytest.mark.django_db
BY_KEY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key.replace(" ", "_"))


def test_every_address_is_in_the_table_and_every_row_is_an_address() -> None:
    assert {rule.name for rule in RULES} | {ADMIN, "admin/login/"} == set(addresses())
    assert len({rule.key for rule in RULES}) == len(RULES)


def test_both_sides_have_a_row_for_every_address_with_one(scene: World) -> None:
    named = {name for name, route in addresses().items() if "<" in route and not name.startswith("account_")}
    assert {rule.key for rule in RULES if rule.name in named} == set(scene.ours.at)
    assert set(scene.ours.at) == set(scene.theirs.at)
    assert not scene.ours.marks & scene.theirs.marks


# Whom a method is tried with that nobody may use.
SOME = ("visitor", "owner", "team")


def walk(scene: World, rule: Rule, method: str) -> list[str]:
    """Everything that is not as the table says, for everybody on both sides."""
    wrong = []
    sides = [(scene.ours, TOWARDS_OURS), (scene.theirs, TOWARDS_THEIRS)]
    for side, standing in sides if rule.key in scene.ours.at else sides[:1]:
        path = address(rule, side)
        for name, role in standing.items():
            if method not in rule.methods and name not in SOME:
                continue
            player = scene.players[name]
            cache.clear()  # nobody is asked too often
            response = ask(player, method, path)
            marks = set() if rule.public else foreign_marks(scene, player)
            if rule.names and role == "free":
                marks -= {side.name, side.family}
            expected = rule.expected(role, method)
            found = flaws(response, player, marks)
            if response.status_code not in expected:
                found.append(f"{response.status_code}, not {expected}")
            elif expected == (LOGIN,) and role in OUTSIDE and not rule.public:
                found += [] if "/account/login/" in response.headers["Location"] else ["not sent to sign in"]
            wrong += [f"{method} {path} as {name} ({role} of {side.family}): {flaw}" for flaw in found]
    return wrong


@BY_KEY
def test_reading(scene: World, rule: Rule) -> None:
    before = snapshots.snapshot()
    wrong = walk(scene, rule, "GET")
    assert not wrong, "\n".join(wrong)
    assert snapshots.changed(before, snapshots.snapshot()) == []


@BY_KEY
def test_writing(scene: World, rule: Rule) -> None:
    wrong = walk(scene, rule, "POST")
    assert not wrong, "\n".join(wrong)
