"""Actors that are not signed-in people."""

from dataclasses import dataclass

from django.db import models

from accounts.models import Link
from accounts.states import LINK
from foundation.workflow import SYSTEM


@dataclass(frozen=True)
class System:
    """The portal itself: a scheduled job, an import."""

    label: str
    user_id: None = None

    def holds(self, capacity: str, subject: models.Model) -> bool:  # noqa: ARG002 - the protocol's signature
        return capacity == SYSTEM


@dataclass(frozen=True)
class LinkHolder:
    """Whoever holds a single-use link: may do the link's one thing to the link's one subject."""

    link: Link
    user_id: None = None

    @property
    def label(self) -> str:
        return f"{self.link.name} (by link)"

    def holds(self, capacity: str, subject: models.Model) -> bool:
        return (
            capacity == LINK
            and self.link.subject_type == subject._meta.label_lower
            and self.link.subject_id == subject.pk
        )
