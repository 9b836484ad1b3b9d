"""The centre's account (D4)."""

from decimal import Decimal

from django.db.models import Sum

from centres.models import (
    Centre,
    Charge,
)


def account_total(centre: Centre) -> Decimal:
    """What the centre has been charged, reversals taken off."""
    return Charge.objects.filter(centre=centre).aggregate(total=Sum("amount"))["total"] or Decimal("0.00")
