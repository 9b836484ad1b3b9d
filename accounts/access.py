"""Who may do what has no step in a table of states."""

from collections.abc import Iterable

from django.db import models
from django.http import Http404

from accounts.models import Organisation, User
from accounts.states import CENTRE_WRITERS, OrganisationKind, Role
from foundation.errors import NotAllowed
from foundation.workflow import SYSTEM, Actor

OFFICE = (Role.EPA_TEAM, Role.ADMINISTRATOR)
# Learners' records are kept by their centre; the EPA team puts right what the centre cannot.
RECORD_KEEPERS = (*CENTRE_WRITERS, Role.EPA_TEAM)


def may(by: Actor, capacities: Iterable[str], subject: models.Model) -> bool:
    """Whether the actor holds one of the capacities towards the subject."""
    return any(by.holds(str(capacity), subject) for capacity in capacities)


def require(by: Actor, capacities: Iterable[str], subject: models.Model, what: str) -> None:
    """NotAllowed unless the actor holds one of the capacities; ``what`` completes "You may not …"."""
    if not may(by, capacities, subject):
        raise NotAllowed(f"You may not {what}.")


def is_office(by: Actor) -> bool:
    """The EPA team, an administrator, or the portal itself: for what is not about a centre yet."""
    if isinstance(by, User):
        return by.is_active and bool(by.roles & {str(role) for role in OFFICE})
    return by.holds(SYSTEM, Organisation(kind=OrganisationKind.IMI))


def require_office(by: Actor, what: str) -> None:
    """NotAllowed unless ``is_office``."""
    if not is_office(by):
        raise NotAllowed(f"You may not {what}.")


def require_sight(user: User, model: type[models.Model]) -> None:
    """404 for whoever sees none of the model's rows by role: a page of ours without a row of its own."""
    if not user.roles & getattr(model, "SEEN_BY", frozenset()):
        raise Http404
