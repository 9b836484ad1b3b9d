"""Reminders of an unsigned contract (A8)."""

from django.db import models
from django.db.models import Q

from centres.models.contracts import Contract


class ContractChase(models.Model):
    """A day on which an unsigned contract is chased; written with the offer, so that jobs only look (A8)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="chases")
    offered_on = models.DateField(help_text="Of the offer it belongs to: one sent back is on offer anew")
    after_days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    last = models.BooleanField(default=False, help_text="The EPA team is told too")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["contract", "offered_on", "after_days"], name="chase_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="chase_due")]

    def __str__(self) -> str:
        return f"{self.contract} on {self.due_on}"
