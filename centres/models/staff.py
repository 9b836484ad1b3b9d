"""The people a centre applies with, and the interests it declares (A6)."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from centres.states import PersonRole
from foundation.models import StoredFile
from standards.models import Package


class ApplicationPerson(models.Model):
    """Somebody who trains, assesses or checks: what for, and what makes them able to (A6 i)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=150)
    roles = models.JSONField(default=list, help_text="Of trainer, assessor and iqa")
    elements = models.ManyToManyField(Package, related_name="+", blank=True)
    qualification = models.TextField()
    competence = models.TextField("occupational competence")
    cpd_on = models.DateField("last CPD on", null=True, blank=True)
    cpd = models.TextField("CPD", blank=True, help_text="What was done when")
    cv = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    saved_by_label = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "application people"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("centres:person", kwargs={"pk": self.pk})

    @property
    def role_words(self) -> str:
        """The roles in the order of the enum, in words."""
        return ", ".join(str(role.label) for role in PersonRole if role in self.roles)


class ApplicationInterest(models.Model):
    """A conflict of interest that the centre declares: whose, of what nature, how it is managed (A6)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="interests")
    person = models.CharField(max_length=150)
    nature = models.TextField()
    managed = models.TextField("how it is managed")
    version = models.PositiveIntegerField(default=1)
    saved_by_label = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.person}: {self.nature[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("centres:interest", kwargs={"pk": self.pk})
