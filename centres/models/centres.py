"""Centres, and IMI's dated decisions about them (A1)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from accounts.scoping import ScopedManager
from centres.models.sight import OFFICE
from centres.states import (
    StandingKind,
)
from foundation import clock
from foundation.models import StoredFile
from standards.models import Package, Standard


class Centre(models.Model):
    """A training provider as IMI's centre.

    The contact is that of the portal contact's row, the town that of the main site's: the verbs keep them in step.
    """

    ORGANISATION_PATH: ClassVar[str] = "organisation"
    SEEN_BY: ClassVar = OFFICE

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="centre")
    number = models.CharField(max_length=30, unique=True)
    town = models.CharField(max_length=100, blank=True)
    contact_name = models.CharField(max_length=150)
    contact_email = models.EmailField()
    since = models.DateField(default=clock.today)
    invoice_name = models.CharField("name on the invoice", max_length=200, blank=True)
    invoice_address = models.TextField(blank=True)
    invoice_postcode = models.CharField(max_length=8, blank=True)
    invoice_email = models.EmailField("e-mail address for invoices", blank=True)
    po_reference = models.CharField("purchase order reference", max_length=60, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        return reverse("centres:centre", kwargs={"pk": self.pk})

    @property
    def ukprn(self) -> int | None:
        return self.organisation.ukprn


class Standing(models.Model):
    """A dated fact of IMI approval: approved, suspended, withdrawn (A1)."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=20, choices=StandingKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it holds")
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    packages = models.ManyToManyField(Package, related_name="+", blank=True)
    standards = models.ManyToManyField(Standard, related_name="+", blank=True)
    in_part = models.BooleanField(default=False, help_text="About the named standards and elements alone")
    by_label = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="standing_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.get_kind_display()}"

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return in_words(self)


def in_words(row: Any) -> str:
    """The scope of a standing or a sanction, in words."""
    named = [*row.standards.all(), *row.packages.all()]
    return ", ".join(str(one) for one in named) if row.in_part else "The whole centre"
