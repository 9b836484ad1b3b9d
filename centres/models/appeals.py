"""A centre's appeal against a refusal (A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from centres.states import APPEAL_STEPS, AppealState
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful


class Appeal(Stateful):
    """Why the centre thinks that the refusal is wrong, and what somebody who was not the reviewer made of it."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = APPEAL_STEPS
    STATE_COLOURS: ClassVar = {AppealState.LODGED: "yellow", AppealState.UPHELD: "green", AppealState.DISMISSED: "red"}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="appeals")
    state = models.CharField(max_length=20, choices=AppealState.choices, default=AppealState.LODGED)
    grounds = models.TextField()
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Who declined")
    lodged_at = models.DateTimeField(default=clock.now)
    lodged_by_label = models.CharField(max_length=200)
    decide_by = models.DateField(help_text="Target for the decision")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_label = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-lodged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state=AppealState.LODGED), name="appeal_lodged_once"
            )
        ]

    def __str__(self) -> str:
        return f"Appeal about {self.application.number}"

    def get_absolute_url(self) -> str:
        return reverse("centres:appeal", kwargs={"pk": self.pk})
