"""Who may do what has no step in a table of states."""

from collections.abc import Iterable

from django.db import models

from accounts.states import CENTRE_WRITERS, Role
from foundation.errors import NotAllowed
from foundation.workflow import Actor

# Learners' records are kept by their centre; the EPA team puts right what the centre cannot.
RECORD_KEEPERS = (*CENTRE_WRITERS, Role.EPA_TEAM)


def may(by: Actor, capacities: Iterable[str], subject: models.Model) -> bool:
    """Whether the actor holds one of the capacities towards the subject."""
    return any(by.holds(str(capacity), subject) for capacity in capacities)


def require(by: Actor, capacities: Iterable[str], subject: models.Model, what: str) -> None:
    """NotAllowed unless the actor holds one of the capacities; ``what`` completes "You may not …"."""
    if not may(by, capacities, subject):
        raise NotAllowed(f"You may not {what}.")
