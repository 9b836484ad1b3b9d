"""IMI's sanctions against a centre, each with its action plan (A1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.centres import Centre, in_words
from centres.models.sight import OFFICE
from centres.states import PLAN_STEPS, SANCTION_STEPS, PlanState, SanctionLevel, SanctionState
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful
from standards.models import Package, Standard


class Sanction(Stateful):
    """A sanction of a level, about the whole centre or named standards and elements, until it is lifted."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = SANCTION_STEPS
    STATE_COLOURS: ClassVar = {SanctionState.IN_FORCE: "red", SanctionState.LIFTED: "grey"}

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="sanctions")
    level = models.CharField(max_length=10, choices=SanctionLevel.choices)
    state = models.CharField(max_length=20, choices=SanctionState.choices, default=SanctionState.IN_FORCE)
    starts_on = models.DateField()
    lifted_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer holds")
    reason = models.TextField()
    lifted_reason = models.TextField(blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    packages = models.ManyToManyField(Package, related_name="+", blank=True)
    standards = models.ManyToManyField(Standard, related_name="+", blank=True)
    in_part = models.BooleanField(default=False, help_text="About the named standards and elements alone")
    imposed_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)

    objects = ScopedManager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state=SanctionState.LIFTED) & Q(lifted_on__isnull=False))
                | (Q(state=SanctionState.IN_FORCE) & Q(lifted_on=None)),
                name="sanction_lifted_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.get_level_display()}"

    def get_absolute_url(self) -> str:
        return reverse("centres:sanction", kwargs={"pk": self.pk})

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return in_words(self)


class PlanAction(Stateful):
    """Something a centre has to do under a sanction: answered with evidence, closed one by one."""

    ORGANISATION_PATH: ClassVar[str] = "sanction__centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = PLAN_STEPS
    STATE_COLOURS: ClassVar = {PlanState.OPEN: "red", PlanState.ANSWERED: "yellow", PlanState.CLOSED: "green"}

    sanction = models.ForeignKey(Sanction, on_delete=models.PROTECT, related_name="plan")
    state = models.CharField(max_length=20, choices=PlanState.choices, default=PlanState.OPEN)
    text = models.TextField()
    due_on = models.DateField()
    answer = models.TextField(blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text="IMI's word on closing or reopening")

    objects = ScopedManager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = "action of the plan"
        verbose_name_plural = "actions of the plan"
        indexes = [models.Index(fields=["due_on"], condition=~Q(state=PlanState.CLOSED), name="plan_open_due")]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("centres:sanction", kwargs={"pk": self.sanction_id})
