"""Taking over the government's register (A1)."""

import datetime as dt
import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import connection, transaction

from accounts.access import require_office
from centres import notices, rules
from centres.models import Centre, RegisterChange, RegisterImport, RegisterProvider
from centres.states import RegisterChangeKind
from foundation import audit, clock
from foundation.errors import refuse_if
from foundation.workflow import Actor

LOCK = 0x52454749  # "REGI": one import at a time
UPDATED = ["name", "provider_type", "start_on", "not_starting", "determined_on", "joined_on", "left_on"]


def min_share() -> float:
    """A file with fewer than this share of the last import's providers is taken for cut short."""
    return float(getattr(settings, "REGISTER_MIN_SHARE", 0.8))


def import_register(*, data: bytes, source_name: str, by: Actor) -> RegisterImport:
    """Take over one file of the register as a whole, with what changed; tell the centres that left it (A1).

    Raises NotAllowed, or Refused with everything that is wrong with the file; then nothing is changed. Two imports at
    once follow one another.
    """
    require_office(by, "import the register")
    today = clock.today()
    parsed = rules.parse_register(data, today)
    refuse_if(parsed.problems)
    with transaction.atomic():
        _wait_for_turn()
        known = {row.ukprn: row for row in RegisterProvider.objects.all()}
        before = {ukprn: _as_row(entry) for ukprn, entry in known.items() if entry.left_on is None}
        refuse_if(rules.shrink_problems(len(before), len(parsed.providers), min_share()))
        changes = rules.compare(before, parsed.providers)
        taken = RegisterImport.objects.create(
            imported_at=clock.now(),
            source_name=source_name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            layout=parsed.layout,
            row_count=parsed.row_count,
            ignored_count=parsed.ignored_count,
            provider_count=len(parsed.providers),
            by_label=by.label[:200],
        )
        _write_providers(known, before, parsed.providers, today)
        RegisterChange.objects.bulk_create(_change_row(taken, change) for change in changes)
        facts = {"providers": len(parsed.providers), "changes": len(changes), "sha256": taken.sha256}
        audit.record(taken, "import_register", by=by, facts=facts)
        _tell_centres(taken, changes, known, today)
    return taken


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _as_row(entry: RegisterProvider) -> rules.ProviderRow:
    return rules.ProviderRow(
        entry.ukprn, entry.name, entry.provider_type, entry.start_on, entry.not_starting, entry.determined_on
    )


def _write_providers(
    known: Mapping[int, RegisterProvider],
    before: Mapping[int, rules.ProviderRow],
    after: Mapping[int, rules.ProviderRow],
    today: dt.date,
) -> None:
    """New rows, rows that differ, and the day on those that are gone."""
    RegisterProvider.objects.bulk_create(_new_entry(row, today) for ukprn, row in after.items() if ukprn not in known)
    touched = []
    for ukprn, row in after.items():
        entry = known.get(ukprn)
        if entry is None or before.get(ukprn) == row:
            continue
        if entry.left_on is not None:
            entry.joined_on, entry.left_on = today, None
        entry.name, entry.provider_type, entry.start_on = row.name, row.provider_type, row.start_on
        entry.not_starting, entry.determined_on = row.not_starting, row.determined_on
        touched.append(entry)
    for ukprn in before.keys() - after.keys():
        known[ukprn].left_on = today
        touched.append(known[ukprn])
    RegisterProvider.objects.bulk_update(touched, UPDATED, batch_size=500)


def _new_entry(row: rules.ProviderRow, today: dt.date) -> RegisterProvider:
    """Seen for the first time: it has been on the register since its own start, where the file gives one."""
    joined_on = min(row.start_on, today) if row.start_on else today
    return RegisterProvider(
        ukprn=row.ukprn,
        name=row.name,
        provider_type=row.provider_type,
        start_on=row.start_on,
        not_starting=row.not_starting,
        determined_on=row.determined_on,
        joined_on=joined_on,
    )


def _change_row(taken: RegisterImport, change: rules.Change) -> RegisterChange:
    return RegisterChange(
        register_import=taken,
        ukprn=change.ukprn,
        name=change.name,
        kind=change.kind,
        before=change.before,
        after=change.after,
    )


def _tell_centres(
    taken: RegisterImport, changes: list[rules.Change], known: Mapping[int, RegisterProvider], today: dt.date
) -> None:
    """Those whose right to register changed: they left, or came back."""
    left = {change.ukprn for change in changes if change.kind == RegisterChangeKind.LEFT}
    back = {change.ukprn for change in changes if change.kind == RegisterChangeKind.JOINED and change.ukprn in known}
    for centre in Centre.objects.filter(organisation__ukprn__in=left | back).select_related("organisation"):
        if centre.ukprn in left:
            notices.left_register(centre, taken, today)
        else:
            notices.back_on_register(centre, taken, today)
