"""A learner's story, put together from every storey."""

from typing import Any


def learner(apprentice: Any, user: Any) -> dict[str, Any]:  # noqa: ARG001
    return {"apprentice": apprentice}
