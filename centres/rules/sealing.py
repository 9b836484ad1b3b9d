"""Whether a file is a contract of ours, whole and unchanged (A8)."""

import re
from enum import StrEnum

_TOKEN = re.compile(rb"seal ([0-9a-f]{32})")


class Genuine(StrEnum):
    """What the check page says of a file."""

    SEALED = "sealed"
    ISSUED = "issued"
    CHANGED = "changed"
    UNKNOWN = "unknown"


def seal_reason(number: str, token: str) -> str:
    """What a reader shows as the reason of the seal; it stands uncompressed in the file, to know it again by."""
    return f"EPA contract {number}, signed by both sides, seal {token}"


def tokens_in(data: bytes) -> list[str]:
    """The tokens of seals in a file, read from its bytes: a stranger's file is not opened."""
    return [found.decode() for found in dict.fromkeys(_TOKEN.findall(data))][:10]


def genuine(*, is_sealed: bool, is_issued: bool, has_known_token: bool) -> Genuine:
    """What a file is: only the very bytes that were sealed are genuine (A8); one changed bit makes another SHA-256."""
    if is_sealed:
        return Genuine.SEALED
    if is_issued:
        return Genuine.ISSUED
    return Genuine.CHANGED if has_known_token else Genuine.UNKNOWN
