"""Who of a centre, or of the assessment organisation, is meant."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from accounts.states import CENTRE_WRITERS, Role
from centres.models import (
    Centre,
)


def people(centre: Centre, roles: Iterable[Role] = CENTRE_WRITERS) -> QuerySet[User]:
    """Those of the centre who are written to: its owners and staff, unless other roles are named."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation=centre.organisation_id,
        memberships__role__in=[str(role) for role in roles],
        memberships__ended_on=None,
    ).distinct()


def holders(role: Role) -> QuerySet[User]:
    """Everybody who holds a role now."""
    return User.objects.filter(is_active=True, memberships__role=role, memberships__ended_on=None).distinct()
