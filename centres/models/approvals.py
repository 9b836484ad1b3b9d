"""The approval of an element, and the looks again at it (A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.centres import Centre
from centres.models.sight import REVIEWERS
from centres.states import RE_REVIEW_STEPS, ReReviewState
from foundation import clock
from foundation.workflow import Stateful
from standards.models import Package
from standards.states import Risk


class ElementApproval(models.Model):
    """That a centre is approved for an element: since when, by which application, until when."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="approvals")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="approvals")
    approved_on = models.DateField()
    risk = models.CharField(max_length=10, choices=Risk.choices)
    queue_on = models.DateField(help_text="When its re-review is opened")
    re_review_due_on = models.DateField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="From this day on nobody may be registered; empty: it rolls on"
    )
    expiry_told_at = models.DateTimeField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True, help_text="When it was last reviewed again")

    objects = ScopedManager()

    class Meta:
        ordering = ["package__code"]
        constraints = [models.UniqueConstraint(fields=["centre", "package"], name="element_approval_once")]

    def __str__(self) -> str:
        return f"{self.centre}: {self.package.code}"


class ReReview(Stateful):
    """A look again at an approved element, opened before it is due."""

    ORGANISATION_PATH: ClassVar[str] = "approval__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = RE_REVIEW_STEPS
    STATE_COLOURS: ClassVar = {
        ReReviewState.OPEN: "yellow",
        ReReviewState.TAKEN: "blue",
        ReReviewState.CONFIRMED: "green",
        ReReviewState.ENDED: "red",
    }

    approval = models.ForeignKey(ElementApproval, on_delete=models.PROTECT, related_name="re_reviews")
    state = models.CharField(max_length=20, choices=ReReviewState.choices, default=ReReviewState.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finding = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = "re-review"
        constraints = [
            models.UniqueConstraint(
                fields=["approval"],
                condition=Q(state__in=[ReReviewState.OPEN, ReReviewState.TAKEN]),
                name="re_review_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"Re-review of {self.approval}"

    def get_absolute_url(self) -> str:
        return reverse("centres:re_review", kwargs={"pk": self.pk})
