"""The hourly look for states that cannot be: gathered from every storey that owns rows, told to the administrators."""

from collections.abc import Iterator

from apprentices import queries as apprentices
from certificates.actions import missed
from epa.queries import invariants as epa
from foundation import clock
from foundation.invariants import Finding
from imi_portal import notices


def findings() -> Iterator[Finding]:
    """Everything found, from the registration to the claim. A look: it changes nothing."""
    yield from apprentices.impossible()
    yield from epa.impossible(clock.today())
    yield from missed.impossible(clock.now())


def look() -> int:
    """Tell every administrator of each finding, once; how many there are."""
    found = list(findings())
    for finding in found:
        notices.cannot_be(finding)
    return len(found)
