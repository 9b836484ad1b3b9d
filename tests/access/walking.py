"""Asking an address as somebody, and everything that has to hold of any answer."""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.cast import Player
from tests.access.conftest import World
from tests.access.table import OUTSIDE, Rule
from tests.access.world import At, Side

# Who stands how towards our side's rows, and, in the second, towards the other side's.
TOWARDS_OURS = {
    "owner": "owner",
    "staff": "staff",
    "reader": "reader",
    "other_owner": "stranger",
    "assessor": "assigned",
    "other_assessor": "free",
    **{name: name for name in ("employer", "eqa", "other_eqa", "team", "iqa", "finance", "admin", "nobody")},
    "visitor": "visitor",
    "gone": "gone",
}
TOWARDS_THEIRS = {
    "other_owner": "owner",
    "owner": "stranger",
    "assessor": "free",
}
# allauth's addresses with a key in them: one that opens nothing.
KEYS: dict[str, At] = {
    "account_confirm_email": {"key": "nothing"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
}


def addresses() -> dict[str, str]:
    """Every address by its name (by its route where it has none), the administration as one."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], namespace: str, route: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        where = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else where), where
        elif isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            yield "admin", where
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, where)


def address(rule: Rule, side: Side) -> str:
    """The address of a rule about a side's row."""
    kwargs = KEYS.get(rule.name) or side.at.get(rule.key, {})
    return reverse(rule.name, kwargs=kwargs)


def ask(player: Player, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
    """The answer; what the request changed in the database is taken back. ``body`` is the whole of what was sent."""
    with transaction.atomic():
        response = player.client().generic(method, path) if data is None else player.client().post(path, data)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response


def flaws(response: Any, player: Player, marks: Collection[str] = ()) -> list[str]:
    """What is wrong with an answer whatever it is: its headers, and ``marks`` in it that this person may not see."""
    found = [
        f"{header}: {response.headers.get(header)}"
        for header, wanted in HEADERS.items()
        if wanted not in response.headers.get(header, "")
    ]
    if player.name not in OUTSIDE and "no-store" not in response.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {response.headers.get('Cache-Control')}")
    return found + [f"shows {mark}" for mark in leaks(response.body, marks)]


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'",
}
OURS, THEIRS = ("owner", "staff", "reader", "assessor"), ("other_owner", "other_assessor")


def foreign_marks(world: World, player: Player) -> set[str]:
    """What only rows say that are out of this person's sight wherever they look."""
    if player.name in OURS:
        return world.theirs.marks
    if player.name in THEIRS:
        return world.ours.marks
    return world.ours.marks | world.theirs.marks if player.name in {"employer", "nobody", *OUTSIDE} else set()


def leaks(body: bytes, marks: Collection[str]) -> list[str]:
    """Those marks that are in the body, of a workbook in what it is packed from."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    words = set(re.findall(rb"[\w-]+", body))
    return sorted(mark for mark in marks if (mark.encode() in words if " " not in mark else mark.encode() in body))
