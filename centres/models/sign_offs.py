"""The second person's look at an approval, where the risk asks for one (A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from centres.states import SIGN_OFF_STEPS, SignOffState
from foundation import clock
from foundation.workflow import Stateful
from standards.models import Package


class SignOff(Stateful):
    """An approval that the reviewer wants to make, before somebody else without an interest in the centre."""

    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = SIGN_OFF_STEPS
    STATE_COLOURS: ClassVar = {
        SignOffState.ASKED: "yellow",
        SignOffState.CONFIRMED: "green",
        SignOffState.RETURNED: "red",
        SignOffState.LAPSED: "grey",
    }

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sign_offs")
    packages = models.ManyToManyField(Package, related_name="+")
    state = models.CharField(max_length=20, choices=SignOffState.choices, default=SignOffState.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = "sign-off"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state=SignOffState.ASKED), name="sign_off_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"Sign-off of {self.application.number}"

    def get_absolute_url(self) -> str:
        return reverse("centres:sign_off", kwargs={"pk": self.pk})
