"""Saving a section of an application, several people at once (A3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from accounts.access import require
from accounts.models import User
from centres import rules
from centres.models import Application, ApplicationSection, SectionDraft
from centres.states import CENTRE
from foundation import audit, clock
from foundation.errors import Conflict, refuse_if
from foundation.workflow import Actor, held

LONGEST_DRAFT = 100_000


class SectionChanged(Conflict):
    """Somebody has saved this meanwhile. ``version`` is the one there is now; who and when is in the message too."""

    def __init__(self, row: ApplicationSection | models.Model, version: int, who: str, when: dt.datetime) -> None:
        super().__init__(f"{who} has saved this since you opened it.", about=row)
        self.version, self.who, self.when = version, who, when


def locked(application: Application) -> Application:
    """The row as it is now, held until the end of the transaction."""
    return held(application, "centre__organisation", "version__standard", "reviewer")


def open_for_writing(application: Application, by: Actor) -> Application:
    """The locked application, if it can be written by this person now."""
    require(by, CENTRE, application, "change this application")
    row = locked(application)
    refuse_if(rules.writable_problems(row.state))
    return row


def write(
    application: Application,
    key: str,
    by: Actor,
    facts: Mapping[str, Any],
    *,
    version: int | None = None,
    **fields: Any,
) -> Application:
    """Save one section, inside the caller's transaction.

    ``version`` is the section's as whoever saves has seen it: SectionChanged when it is another by now, so that nobody
    overwrites what they have not read. None: the caller has just read it.
    """
    row = open_for_writing(application, by)
    section = ApplicationSection.objects.filter(application=row, key=key).first()
    if section is not None and rules.is_stale(version, section.version):
        raise SectionChanged(section, section.version, section.saved_by_label, section.saved_at)
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=list(fields))
    mark_saved(row, key, by, section)
    audit.record(row, f"write_{key}", by=by, facts=facts)
    return row


def mark_saved(application: Application, key: str, by: Actor, section: ApplicationSection | None = None) -> None:
    """The section has another version from now on, and its writer no unsaved text. The application is locked."""
    row = section or ApplicationSection.objects.filter(application=application, key=key).first()
    row = row or ApplicationSection(application=application, key=key)
    row.version += 1
    row.saved_by_label, row.saved_at = by.label[:200], clock.now()
    row.save()
    if by.user_id is not None:
        SectionDraft.objects.filter(application=application, key=key, user=by.user_id).delete()


@transaction.atomic
def keep_draft(*, application: Application, key: str, version: int, text: Mapping[str, str], by: User) -> SectionDraft:
    """Keep text as it is typed, for this person only; the section stays as it is (A3)."""
    require(by, CENTRE, application, "change this application")
    refuse_if(rules.writable_problems(application.state))
    draft, _ = SectionDraft.objects.update_or_create(
        application=application,
        key=key,
        user=by,
        defaults={
            "text": {name: value[:LONGEST_DRAFT] for name, value in text.items()},
            "version": version,
            "at": clock.now(),
        },
    )
    return draft


@transaction.atomic
def discard_draft(*, application: Application, key: str, by: User) -> None:
    """Forget what this person typed and did not save."""
    SectionDraft.objects.filter(application=application, key=key, user=by).delete()
