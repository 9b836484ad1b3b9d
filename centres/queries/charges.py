"""The centre's account (D4)."""

import datetime as dt
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum

from accounts.models import User
from centres.models import Centre, Charge, ExportedCharge
from foundation import clock

NOTHING = Decimal("0.00")


def account_total(centre: Centre) -> Decimal:
    """What the centre has been charged, credit notes taken off."""
    return Charge.objects.filter(centre=centre).aggregate(total=Sum("amount"))["total"] or NOTHING


def left_of(charge: Charge) -> Decimal:
    """What has not been taken back of a charge."""
    credited = Charge.objects.filter(reverses=charge).aggregate(total=Sum("amount"))["total"] or NOTHING
    return charge.amount + credited


def with_export(rows: QuerySet[Charge]) -> QuerySet[Charge]:
    """Each line with the number of the first export that holds it, as ``exported_in``."""
    first = ExportedCharge.objects.filter(charge=OuterRef("pk")).order_by("pk").values("export__number")
    return rows.annotate(exported_in=Subquery(first[:1]))


def not_exported(rows: QuerySet[Charge]) -> QuerySet[Charge]:
    """The lines that no export holds."""
    return rows.exclude(Exists(ExportedCharge.objects.filter(charge=OuterRef("pk"))))


def waiting_for_export(user: User) -> QuerySet[Charge]:
    """What finance has not exported yet."""
    return not_exported(Charge.objects.visible_to(user))


def charges_between(
    made_from: dt.date | None = None, made_to: dt.date | None = None, centre: Centre | None = None
) -> QuerySet[Charge]:
    """For an export: lines of those days, both included, of one centre or of all; in the order of the ledger."""
    rows = Charge.objects.order_by("pk")
    if made_from:
        rows = rows.filter(made_at__gte=dt.datetime.combine(made_from, dt.time.min, tzinfo=clock.LONDON))
    if made_to:
        rows = rows.filter(made_at__lte=dt.datetime.combine(made_to, dt.time.max, tzinfo=clock.LONDON))
    return rows.filter(centre=centre) if centre else rows
