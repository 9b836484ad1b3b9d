"""The stretches of every provider's time on the register, told backwards from what it says now and what changed."""

from zoneinfo import ZoneInfo

from django.db import migrations

LONDON = ZoneInfo("Europe/London")


def stretches(entry, changes):
    """(name, type, not starting, from, until, import that began it, import that ended it), the earliest first.

    ``entry`` is the provider as it is kept now; ``changes`` are its differences as (import, day, kind, what it was
    before), in the order in which they came; of one that left, its name.
    """
    facts = {"name": entry.name, "provider_type": entry.provider_type, "not_starting": entry.not_starting}
    until, ended_by, found = entry.left_on, None, []
    present = True
    groups = {}
    for taken, day, kind, before in changes:
        groups.setdefault((taken, day), []).append((kind, before))
    for place, ((taken, day), group) in reversed(list(enumerate(groups.items()))):
        kinds = dict(group)
        if "left" in kinds:
            until, ended_by, present = day, taken, True
            facts = {**facts, "name": kinds["left"]}  # of its type and status then nothing was kept
            continue
        first = place == 0 and entry.start_on is not None and "joined" in kinds
        found.append({**facts, "from_on": min(entry.start_on, day) if first else day, "until_on": until,
                      "said_by_id": taken, "ended_by_id": ended_by})  # fmt: skip
        until, ended_by, present = day, taken, "joined" not in kinds
        facts = dict(facts)
        if "renamed" in kinds:
            facts["name"] = kinds["renamed"]
        if "type_changed" in kinds:
            facts["provider_type"] = kinds["type_changed"]
        if "stopped_starting" in kinds or "resumed_starting" in kinds:
            facts["not_starting"] = "resumed_starting" in kinds
    if present:
        from_on = entry.joined_on if until is None else min(entry.joined_on, until)
        found.append({**facts, "from_on": from_on, "until_on": until, "said_by_id": None, "ended_by_id": ended_by})
    return found[::-1]


def tell(apps, _schema_editor):
    provider, change = (apps.get_model("centres", name) for name in ("RegisterProvider", "RegisterChange"))
    spell = apps.get_model("centres", "RegisterSpell")
    changes = {}
    rows = change.objects.select_related("register_import").order_by("register_import__imported_at", "pk")
    for row in rows.iterator():
        day = row.register_import.imported_at.astimezone(LONDON).date()
        changes.setdefault(row.ukprn, []).append((row.register_import_id, day, row.kind, row.name if row.kind == "left" else row.before))
    spell.objects.bulk_create(
        (
            spell(provider=entry, **stretch)
            for entry in provider.objects.iterator()
            for stretch in stretches(entry, changes.get(entry.ukprn, []))
        ),
        batch_size=2000,
    )


def forget(apps, _schema_editor):
    apps.get_model("centres", "RegisterSpell").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("centres", "0005_register_history")]
    operations = [migrations.RunPython(tell, forget)]
