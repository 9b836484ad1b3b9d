"""Each role's queue of work, most urgent first."""

from typing import Any


def board(user: Any) -> dict[str, Any]:  # noqa: ARG001
    return {}
