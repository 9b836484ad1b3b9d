"""Several people at one section: whose text is older, and both texts as one (A3)."""

import difflib
from collections.abc import Mapping


def is_stale(known: int | None, now: int) -> bool:
    """Whether whoever saves has not seen the section as it is now (A3). None: the caller has just read it."""
    return known is not None and known != now


def merged(theirs: str, mine: str) -> str:
    """Both texts as one, line by line (A3): what is alike once, what differs from both, theirs first."""
    left, right = theirs.splitlines(), mine.splitlines()
    lines: list[str] = []
    for tag, left_from, left_to, right_from, right_to in difflib.SequenceMatcher(
        None, left, right, autojunk=False
    ).get_opcodes():
        lines += left[left_from:left_to]
        if tag != "equal":
            lines += right[right_from:right_to]
    return "\n".join(lines)


def differing(theirs: Mapping[str, object], mine: Mapping[str, object]) -> list[str]:
    """The fields in which what is saved and what is being saved differ (A3)."""
    return [name for name, value in mine.items() if _plain(theirs.get(name)) != _plain(value)]


def _plain(value: object) -> object:
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value
