"""The government's register (A1)."""

from centres import rules
from centres.models import (
    RegisterProvider,
)


def register_facts(ukprn: int | None) -> rules.RegisterFacts | None:
    """The provider's entry on the register; None when it was never there."""
    entry = RegisterProvider.objects.filter(ukprn=ukprn).first() if ukprn else None
    if entry is None:
        return None
    return rules.RegisterFacts(entry.joined_on, entry.left_on, entry.not_starting, entry.provider_type)
