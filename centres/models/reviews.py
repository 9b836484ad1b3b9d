"""The desktop review: what was decided and what is required (A6, A9)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from centres.states import (
    ACTION_STEPS,
    ActionState,
    Verdict,
)
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful
from standards.models import ApprovalCriterion, Package
from standards.states import Risk


class ElementDecision(models.Model):
    """The Centre EQA's answer to one criterion for one element (A6)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(ApprovalCriterion, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    STATE_COLOURS: ClassVar = {Verdict.MET: "green", Verdict.NOT_MET: "red", Verdict.NOT_APPLICABLE: "grey"}

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "package", "criterion"], name="element_decision_once"),
            models.CheckConstraint(condition=Q(verdict=Verdict.MET) | ~Q(reason=""), name="element_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.package.code} ({self.criterion.code}): {self.get_verdict_display().lower()}"


class ActionRequired(Stateful):
    """Something the centre has to do before a contract is issued (A9)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = ACTION_STEPS
    STATE_COLOURS: ClassVar = {ActionState.OPEN: "red", ActionState.ANSWERED: "yellow", ActionState.CLOSED: "green"}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="actions")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.OPEN)
    text = models.TextField()
    extended_reason = models.TextField(blank=True, help_text="Why the day was moved")
    evidence_asked = models.TextField(blank=True, help_text="What the centre has to show")
    due_on = models.DateField()
    # Computed by the rule when the day is set; the job only looks.
    remind_on = models.DateField(null=True, blank=True)
    chase_on = models.DateField(null=True, blank=True)
    escalate_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text="The Centre EQA's word on closing or reopening")

    objects = ScopedManager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = "action required"
        indexes = [models.Index(fields=["due_on"], condition=Q(state=ActionState.OPEN), name="action_open_due")]

    def __str__(self) -> str:
        return f"{self.package.code}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("centres:application", kwargs={"pk": self.application_id})


class RiskRating(models.Model):
    """How the Centre EQA rates the risk of an application, beside what the rule proposes from the facts (A6)."""

    SEEN_BY: ClassVar = REVIEWERS
    STATE_COLOURS: ClassVar = {Risk.LOW: "green", Risk.MEDIUM: "yellow", Risk.HIGH: "red"}

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="risk")
    rating = models.CharField(max_length=10, choices=Risk.choices)
    proposed = models.CharField(max_length=10, choices=Risk.choices)
    grounds = models.JSONField(default=list, help_text="What the proposal rests on, in words")
    reason = models.TextField(blank=True, help_text="Why the rating is not the one proposed")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rating=models.F("proposed")) | ~Q(reason=""), name="other_risk_has_reason"
            )
        ]

    def __str__(self) -> str:
        return self.get_rating_display()


class ReviewNote(models.Model):
    """What a reviewer noted for the assessment organisation alone."""

    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
