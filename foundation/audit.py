"""What happened: one row per business event, written in the transaction of the event, never changed afterwards.

The table refuses UPDATE and DELETE by a trigger (see the model), so that not even a programming error rewrites it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from foundation import clock
from foundation.models import AuditEvent

if TYPE_CHECKING:
    from foundation.workflow import Actor

__all__ = ["AuditEvent", "DjangoJSONEncoder", "event", "history", "record", "record_many"]


def record(
    subject: models.Model,
    verb: str,
    *,
    by: "Actor",
    from_state: str = "",
    to_state: str = "",
    facts: Mapping[str, Any] | None = None,
    confidential: bool = False,
) -> AuditEvent:
    """Write one event about ``subject``."""
    row = event(subject, verb, by=by, from_state=from_state, to_state=to_state, facts=facts, confidential=confidential)
    row.save(force_insert=True)
    return row


def record_many(rows: Iterable[AuditEvent]) -> None:
    """Write events made by ``event`` in one statement."""
    AuditEvent.objects.bulk_create(rows)


def event(
    subject: models.Model,
    verb: str,
    *,
    by: "Actor",
    from_state: str = "",
    to_state: str = "",
    facts: Mapping[str, Any] | None = None,
    confidential: bool = False,
) -> AuditEvent:
    """An event not yet written (for batches)."""
    return AuditEvent(
        at=clock.now(),
        actor_id=by.user_id,
        actor_label=by.label[:200],
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        facts=dict(facts or {}),
        confidential=confidential,
    )


def history(*subjects: models.Model, include_confidential: bool = False) -> models.QuerySet[AuditEvent]:
    """Events about the given subjects, newest first. The caller has already been allowed to see the subjects."""
    wanted = models.Q(pk__in=[])
    for subject in subjects:
        wanted |= models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    rows = AuditEvent.objects.filter(wanted).order_by("-at", "-pk")
    return rows if include_confidential else rows.filter(confidential=False)
