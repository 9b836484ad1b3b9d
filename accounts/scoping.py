"""Who may see what: one rule for every model a person can reach.

A model says where its owner is (``ORGANISATION_PATH``, a lookup path to the organisation, "pk" for the organisation
itself, "" for none), which roles of the assessment organisation see all of it (``SEEN_BY``), and for which roles a row
must be assigned to the person (``ASSIGNED``: role → lookup path to the user). Everything else is out of scope, and out
of scope means "not found".
"""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


def scope(model: type[models.Model], user: "User") -> models.Q:
    """The condition under which a row of ``model`` is within this person's sight."""
    nothing = models.Q(pk__in=[])
    if not user.is_authenticated or not user.is_active:
        return nothing
    roles = user.roles
    if roles & getattr(model, "SEEN_BY", frozenset()):
        return models.Q()
    sight = nothing
    path = getattr(model, "ORGANISATION_PATH", "")
    organisations = user.organisation_ids()
    if path and organisations:
        sight |= models.Q(**{f"{path}__in": organisations})
    for role, to_user in getattr(model, "ASSIGNED", {}).items():
        if role in roles:
            sight |= models.Q(pk__in=model._default_manager.filter(**{to_user: user.pk}).values("pk"))
    return sight


def visible(model: type[models.Model], user: "User") -> models.QuerySet[Any]:
    """The rows of any model within this person's sight."""
    return model._default_manager.filter(scope(model, user))


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that begins with who is asking."""

    def visible_to(self, user: "User") -> "ScopedQuerySet":
        return self.filter(scope(self.model, user))


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The default manager of every model a person can reach."""


def owning_organisation_id(subject: models.Model) -> int | None:
    """The organisation a row belongs to, followed along its model's ORGANISATION_PATH."""
    path = getattr(subject, "ORGANISATION_PATH", "")
    if not path:
        return None
    value: Any = subject
    for name in path.split("__"):
        value = getattr(value, name, None)
        if value is None:
            return None
    return value.pk if isinstance(value, models.Model) else value
