"""What has to be set before the portal is let loose."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register(deploy=True)
def key_to_seal_with(**_kwargs: Any) -> list[CheckMessage]:
    """Without a key of its own a production portal seals nothing: contracts signed by both would wait for a person."""
    if settings.SEAL_KEY_FILE and settings.SEAL_KEY_PASSPHRASE:
        return []
    return [
        Error(
            "There is no key to seal documents with.",
            hint="Set SEAL_KEY_FILE and SEAL_KEY_PASSPHRASE; docs/operating/sealing.md says how to come by one.",
            id="foundation.E001",
        )
    ]
