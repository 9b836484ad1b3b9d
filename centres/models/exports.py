"""What finance has taken over of the centres' accounts (D4)."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.models.charges import Charge
from foundation import clock
from foundation.models import StoredFile

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class ChargeExport(models.Model):
    """A batch of lines handed to finance's books: who, when, which; its files are kept as they were made."""

    SEEN_BY: ClassVar = frozenset({Role.FINANCE, Role.ADMINISTRATOR})

    number = models.CharField(max_length=30, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)
    line_count = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    again = models.BooleanField(default=False, help_text="Holds lines that were exported before")
    csv = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    xlsx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["-made_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("centres:export", kwargs={"pk": self.pk})


class ExportedCharge(models.Model):
    """A line in a batch. Once, unless somebody asked for it again."""

    export = models.ForeignKey(ChargeExport, on_delete=models.PROTECT, related_name="lines")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="exported")
    again = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge"], condition=Q(again=False), name="charge_exported_once"),
            models.UniqueConstraint(fields=["export", "charge"], name="charge_once_in_an_export"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.charge_id} in {self.export_id}"
