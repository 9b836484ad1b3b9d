"""The government's register of apprenticeship training providers, as imported (A1)."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.sight import REVIEWERS
from centres.states import (
    RegisterChangeKind,
)
from foundation import clock


class RegisterImport(models.Model):
    """One file of the government's register, taken over as a whole."""

    SEEN_BY: ClassVar = REVIEWERS

    imported_at = models.DateTimeField(default=clock.now)
    source_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=40)
    row_count = models.PositiveIntegerField()
    ignored_count = models.PositiveIntegerField(default=0)
    provider_count = models.PositiveIntegerField()
    by_label = models.CharField(max_length=200)

    objects = ScopedManager()

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.source_name}, {self.imported_at:%d %b %Y}"

    def get_absolute_url(self) -> str:
        return reverse("centres:register_import", kwargs={"pk": self.pk})


class RegisterProvider(models.Model):
    """A provider as the register last had it; ``left_on`` is set from the day it was no longer in the file."""

    SEEN_BY: ClassVar = REVIEWERS

    ukprn = models.PositiveIntegerField("UKPRN", unique=True)
    name = models.CharField(max_length=300)
    provider_type = models.CharField(max_length=40)
    start_on = models.DateField(null=True)
    not_starting = models.BooleanField("not currently starting new apprentices", default=False)
    determined_on = models.DateField(null=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.ukprn} {self.name}"


class RegisterChange(models.Model):
    """A difference between one import and the one before."""

    SEEN_BY: ClassVar = REVIEWERS

    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="changes")
    ukprn = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=RegisterChangeKind.choices)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["ukprn", "id"], name="register_change_by_ukprn")]

    def __str__(self) -> str:
        return f"{self.ukprn} {self.get_kind_display()}"
