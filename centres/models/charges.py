"""The centre's account (D4)."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager
from centres.models.centres import Centre
from centres.models.sight import OFFICE
from centres.states import (
    ChargeKind,
)
from foundation import clock
from standards.models import Price


class Charge(models.Model):
    """A line of the centre's account: written once, never changed, at most taken back by credit notes."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(max_length=20, choices=ChargeKind.choices)
    description = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    price = models.ForeignKey(Price, null=True, on_delete=models.PROTECT, related_name="+")
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    made_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credits")

    objects = ScopedManager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["centre", "-made_at"], name="charge_by_centre")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=ChargeKind.REVERSAL) & Q(reverses__isnull=False) & Q(amount__lte=0))
                | (~Q(kind=ChargeKind.REVERSAL) & Q(reverses=None)),
                name="charge_credit_names_its_charge",
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.description} £{self.amount}"
