"""The transfer of a centre's ownership from one person to another."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.models.centres import Centre
from centres.models.sight import OFFICE
from centres.states import TRANSFER_STEPS, TransferState
from foundation import clock
from foundation.workflow import Stateful


class Transfer(Stateful):
    """The owner names who follows; it holds once that person has accepted."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = TRANSFER_STEPS
    STATE_COLOURS: ClassVar = {
        TransferState.PROPOSED: "yellow",
        TransferState.ACCEPTED: "green",
        TransferState.DECLINED: "grey",
        TransferState.WITHDRAWN: "grey",
    }
    AFTERWARDS: ClassVar = [
        (Role.CENTRE_STAFF.value, "Centre staff"),
        (Role.CENTRE_READER.value, "Centre reader"),
        ("", "No role: leaves the centre"),
    ]

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="transfers")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    afterwards = models.CharField("the owner’s role afterwards", max_length=30, blank=True, choices=AFTERWARDS)
    state = models.CharField(max_length=20, choices=TransferState.choices, default=TransferState.PROPOSED)
    proposed_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = "transfer of ownership"
        verbose_name_plural = "transfers of ownership"
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "owner"], condition=Q(state=TransferState.PROPOSED), name="transfer_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.owner} to {self.successor}"

    def get_absolute_url(self) -> str:
        return reverse("centres:transfer", kwargs={"pk": self.pk})
