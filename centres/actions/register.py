"""Taking over the government's register (A1)."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from accounts.access import require_office
from accounts.models import Organisation
from centres import notices, queries, rules
from centres.models import Centre, RegisterChange, RegisterImport, RegisterProvider, RegisterSpell
from centres.states import RegisterChangeKind as Kind
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor

LOCK = 0x52454749  # "REGI"
UPDATED = ["name", "provider_type", "start_on", "not_starting", "determined_on", "joined_on", "left_on"]
Known = Mapping[int, RegisterProvider]
Rows = Mapping[int, rules.ProviderRow]


def hold_register() -> None:
    """Until this transaction ends no import begins; one that has begun is waited for.

    Every verb that rests on A1 calls it before it looks, so that nothing is approved, issued, countersigned or
    registered on a fact that an import takes away in the same moment. Those who only hold do not wait for each other.
    """
    _lock("pg_advisory_xact_lock_shared")


def import_register(*, data: bytes, source_name: str, by: Actor) -> RegisterImport:
    """Take over one file of the register as a whole, with what changed; tell the centres concerned (A1).

    Raises NotAllowed, or Refused with everything that is wrong with the file; then nothing is changed. Two imports at
    once follow one another.
    """
    require_office(by, "import the register")
    today = clock.today()
    parsed = rules.parse_register(data, today)
    refuse_if(parsed.problems)
    with transaction.atomic():
        _lock("pg_advisory_xact_lock")
        known = {row.ukprn: row for row in RegisterProvider.objects.all()}
        before = {ukprn: _as_row(entry) for ukprn, entry in known.items() if entry.left_on is None}
        share = queries.register_settings().smallest_share / 100
        refuse_if(rules.shrink_problems(len(before), len(parsed.providers), share))
        changes = rules.compare(before, parsed.providers)
        taken = _record(data, source_name, parsed, by)
        returned = {change.ukprn for change in changes if change.kind == Kind.JOINED and change.ukprn in known}
        _write_spells(taken, changes, _write_providers(known, before, parsed.providers, today), today)
        RegisterChange.objects.bulk_create(_change_row(taken, change) for change in changes)
        facts = {"providers": len(parsed.providers), "changes": len(changes), "sha256": taken.sha256}
        audit.record(taken, "import_register", by=by, facts=facts)
        _tell_centres(taken, changes, returned, today)
    return taken


def take_over_name(*, centre: Centre, by: Actor) -> Centre:
    """The centre is called from now on what the register calls it. Raises NotAllowed, Refused."""
    require_office(by, "take over the name of this centre")
    with transaction.atomic():
        hold_register()
        entry = RegisterProvider.objects.filter(ukprn=centre.ukprn, left_on=None).first()
        before = Organisation.objects.select_for_update().get(pk=centre.organisation_id).name
        if entry is None or entry.name[:200] == before:
            message = "The register has no other name for this centre."
            raise Refused([Problem("same_name", "A1", message, "register")])
        Organisation.objects.filter(pk=centre.organisation_id).update(name=entry.name[:200])
        audit.record(centre, "take_over_name", by=by, facts={"before": before, "after": entry.name[:200]})
    return Centre.objects.select_related("organisation").get(pk=centre.pk)


def _lock(function: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the register is held till the end of a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])


def _record(data: bytes, source_name: str, parsed: rules.ParsedRegister, by: Actor) -> RegisterImport:
    return RegisterImport.objects.create(
        imported_at=clock.now(),
        source_name=source_name[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        layout=parsed.layout,
        row_count=parsed.row_count,
        ignored_count=parsed.ignored_count,
        provider_count=len(parsed.providers),
        by_label=by.label[:200],
    )


def _as_row(entry: RegisterProvider) -> rules.ProviderRow:
    return rules.ProviderRow(
        entry.ukprn, entry.name, entry.provider_type, entry.start_on, entry.not_starting, entry.determined_on
    )


def _write_providers(known: Known, before: Rows, after: Rows, today: dt.date) -> dict[int, RegisterProvider]:
    """New rows, rows that differ, and the day on those that are gone, in one statement: what was written."""
    touched = {}
    for ukprn, row in after.items():
        if before.get(ukprn) != row:
            touched[ukprn] = _entry(row, known.get(ukprn), today)
    for ukprn in before.keys() - after.keys():
        touched[ukprn] = known[ukprn]
        touched[ukprn].left_on = today
    written = RegisterProvider.objects.bulk_create(
        touched.values(), update_conflicts=True, unique_fields=["ukprn"], update_fields=UPDATED
    )
    return {entry.ukprn: entry for entry in written}


def _entry(row: rules.ProviderRow, known: RegisterProvider | None, today: dt.date) -> RegisterProvider:
    """Seen for the first time: it has been on the register since its own start, where the file gives one."""
    if known is None:
        joined_on = rules.joined_on(row.start_on, None, today)
    elif known.left_on is not None:
        joined_on = rules.joined_on(row.start_on, known.left_on, today)
    else:
        joined_on = known.joined_on
    return RegisterProvider(
        ukprn=row.ukprn,
        name=row.name,
        provider_type=row.provider_type,
        start_on=row.start_on,
        not_starting=row.not_starting,
        determined_on=row.determined_on,
        joined_on=joined_on,
        left_on=None,
    )


def _write_spells(taken: RegisterImport, changes: Iterable[rules.Change], entries: Known, today: dt.date) -> None:
    """Each change ends the stretch before it, and begins one unless the provider left."""
    changed = {change.ukprn: change.kind for change in changes}
    ended = RegisterSpell.objects.filter(provider__in=[entries[ukprn].pk for ukprn in changed], until_on=None)
    ended.update(until_on=today, ended_by=taken)
    RegisterSpell.objects.bulk_create(
        RegisterSpell(
            provider=entries[ukprn],
            name=entries[ukprn].name,
            provider_type=entries[ukprn].provider_type,
            not_starting=entries[ukprn].not_starting,
            from_on=entries[ukprn].joined_on if kind == Kind.JOINED else today,
            said_by=taken,
        )
        for ukprn, kind in changed.items()
        if kind != Kind.LEFT
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


def _tell_centres(taken: RegisterImport, changes: list[rules.Change], returned: set[int], today: dt.date) -> None:
    """Those whose right to register changed, those that stopped or resumed starting, and the EPA team of the rest."""
    by_ukprn: dict[int, list[rules.Change]] = {}
    for change in changes:
        if change.kind != Kind.JOINED or change.ukprn in returned:
            by_ukprn.setdefault(change.ukprn, []).append(change)
    for centre in Centre.objects.filter(organisation__ukprn__in=by_ukprn).select_related("organisation"):
        notices.register_changed(centre, by_ukprn[centre.ukprn or 0], taken, today)
