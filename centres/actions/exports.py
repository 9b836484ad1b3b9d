"""Handing the accounts to finance's books: each line once, unless asked for again (D4)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.access import require
from accounts.models import Organisation
from accounts.states import OrganisationKind, Role
from centres import queries, rules
from centres.models import Centre, Charge, ChargeExport, ExportedCharge
from foundation import audit, clock, files, references
from foundation.errors import refuse_if
from foundation.sheets import writing
from foundation.workflow import Actor

MAY_EXPORT = (Role.FINANCE,)
HEADER = [
    "Number",
    "Date",
    "Kind",
    "For",
    "Amount",
    "Credit for",
    "Price",
    "Price in force from",
    "By",
    "Centre number",
    "Centre",
    "UKPRN",
    "Name on the invoice",
    "Invoice address",
    "Invoice postcode",
    "Invoice e-mail",
    "Purchase order",
    "Exported before in",
    "Export",
]


@transaction.atomic
def export_charges(
    *,
    by: Actor,
    made_from: dt.date | None = None,
    made_to: dt.date | None = None,
    centre: Centre | None = None,
    again: bool = False,
) -> ChargeExport:
    """Export the lines of those days that no export holds yet; ``again``: those that one holds too.

    Two who export at once wait for each other at the number, so that no line is in two exports and none is left out.
    Raises NotAllowed, Refused when there is nothing to export.
    """
    require(by, MAY_EXPORT, Organisation.objects.get(kind=OrganisationKind.IMI), "export charges")
    number = references.next_number(f"EXP-{clock.today():%y}")
    wanted = queries.with_export(queries.charges_between(made_from, made_to, centre))
    if not again:
        wanted = queries.not_exported(wanted)
    rows: list[Any] = list(wanted.select_related("centre__organisation", "price", "reverses"))
    refuse_if(rules.export_problems(len(rows)))
    export = _write(number, rows, by)
    ExportedCharge.objects.bulk_create(
        ExportedCharge(export=export, charge=row, again=row.exported_in is not None) for row in rows
    )
    audit.record(export, "export_charges", by=by, facts={"lines": export.line_count, "total": str(export.total)})
    return export


def _write(number: str, rows: Sequence[Any], by: Actor) -> ChargeExport:
    """The batch with both its files, kept as they are made now: downloaded again they are the same, bit by bit."""
    table = [[*_cells(row), row.exported_in or "", number] for row in rows]
    layout = writing.Layout(name="Charges", texts=frozenset({9, 11, 14, 16}))
    csv = writing.csv_text(table, HEADER).encode("utf-8-sig")
    return ChargeExport.objects.create(
        number=number,
        made_at=clock.now(),
        by_label=by.label[:200],
        line_count=len(rows),
        total=sum((row.amount for row in rows), rules.NOTHING),
        again=any(row.exported_in for row in rows),
        csv=files.store_bytes(csv, f"{number}.csv", "text/csv", by),
        xlsx=files.store_bytes(writing.xlsx(table, HEADER, layout), f"{number}.xlsx", writing.CONTENT_TYPE, by),
    )


def _cells(row: Charge) -> list[Any]:
    """What a line says: what for, by which price, who, when; and where its invoice goes today."""
    centre = row.centre
    return [
        row.number,
        clock.london_date(row.made_at),
        row.get_kind_display(),
        row.description,
        row.amount,
        row.reverses.number if row.reverses else "",
        row.price.get_kind_display() if row.price else "",
        row.price.valid_from if row.price else None,
        row.by_label,
        centre.number,
        str(centre),
        str(centre.ukprn or ""),
        centre.invoice_name or str(centre),
        ", ".join(line.strip() for line in centre.invoice_address.splitlines()),
        centre.invoice_postcode,
        centre.invoice_email or centre.contact_email,
        centre.po_reference,
    ]
