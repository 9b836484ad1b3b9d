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

    def get_absolute_url(self) -> str:
        return reverse("centres:register_provider", kwargs={"ukprn": self.ukprn})

    @property
    def status(self) -> str:
        """In words, for lists and letters."""
        if self.left_on is not None:
            return "Left the register"
        return "Takes on no new apprentices" if self.not_starting else "On the register"


class RegisterSpell(models.Model):
    """A stretch of a provider's time on the register during which its name, type and status stayed the same (A1).

    ``until_on`` is the first day on which it was over. What several imports of one day said first holds on no day.
    """

    SEEN_BY: ClassVar = REVIEWERS

    provider = models.ForeignKey(RegisterProvider, on_delete=models.PROTECT, related_name="spells")
    name = models.CharField(max_length=300)
    provider_type = models.CharField(max_length=40)
    not_starting = models.BooleanField("not currently starting new apprentices", default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    said_by = models.ForeignKey(RegisterImport, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(RegisterImport, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["provider", "from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(until_on=None), name="register_spell_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="register_spell_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider.ukprn} from {self.from_on:%d/%m/%Y}"


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

    def get_provider_url(self) -> str:
        return reverse("centres:register_provider", kwargs={"ukprn": self.ukprn})
