"""The policies that an application comes with (A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from foundation.models import StoredFile
from standards.models import RequiredPolicy


class ApplicationPolicy(models.Model):
    """One of the centre's policies: its file, the day it was issued, and the last day on which it holds."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="policies")
    policy = models.ForeignKey(RequiredPolicy, on_delete=models.PROTECT, related_name="+")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField()
    expires_on = models.DateField(help_text="Last day on which it holds")
    version = models.PositiveIntegerField(default=1)
    saved_by_label = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        ordering = ["policy__order"]
        verbose_name_plural = "application policies"
        constraints = [
            models.UniqueConstraint(fields=["application", "policy"], name="application_policy_once"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("issued_on")), name="application_policy_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.policy)

    def get_absolute_url(self) -> str:
        return reverse("centres:policy", kwargs={"pk": self.application_id, "policy": self.policy_id})
