"""What was handed in, each time (A3, A9)."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from foundation.models import Document


class Submission(models.Model):
    """The application as it was handed in: a snapshot with its fingerprint, and its paper. Never changed."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(help_text="1 for the first time, 2 for the second")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=200)
    content = models.JSONField(help_text="Section by section, as it was told")
    sha256 = models.CharField(max_length=64, help_text="Of the content as JSON with sorted keys")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.application}, handed in for the {_ORDINALS.get(self.number, f'{self.number}th')} time"

    def get_absolute_url(self) -> str:
        return reverse("centres:submission", kwargs={"pk": self.pk})


_ORDINALS = {1: "first", 2: "second", 3: "third"}
