"""What a centre applies with (A2, A3, A5)."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.centres import Centre
from centres.models.sight import REVIEWERS
from centres.states import (
    APPLICATION_STEPS,
    ELEMENT_STEPS,
    WITH_THE_REVIEWER,
    ApplicationState,
    ElementState,
)
from foundation import clock, workingdays
from foundation.models import StoredFile
from foundation.workflow import Stateful
from standards.models import Package, StandardVersion


class Application(Stateful):
    """A centre approval application for a version of a standard."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = APPLICATION_STEPS

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    elements = models.ManyToManyField(Package, related_name="+", blank=True, through="ApplicationElement")
    sites = models.ManyToManyField("centres.Site", related_name="+", blank=True)
    staffing = models.TextField("learner numbers, staffing and cover", blank=True)
    assessment = models.TextField("assessment and quality assurance arrangements", blank=True)
    checklist = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_by = models.CharField(max_length=150, blank=True)
    declared_role = models.CharField(max_length=150, blank=True)
    declared_plan = models.CharField(max_length=100, blank=True)
    declared_guidance = models.CharField(max_length=100, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    no_conflicts = models.BooleanField(default=False, help_text="The centre declares to have no conflict of interest")
    carried_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    carried = models.JSONField(default=dict, blank=True, help_text="What was taken over from the earlier application")
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="reviewed")
    no_interest_declared_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    appeal_until = models.DateField(null=True, blank=True, help_text="Last day on which the centre may appeal")

    objects = ScopedManager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "version"],
                condition=~Q(
                    state__in=[ApplicationState.APPROVED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
                ),
                name="application_open_once",
            )
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="application_queue")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("centres:application", kwargs={"pk": self.pk})

    @property
    def age(self) -> int | None:
        """How many working days ago it was handed in; none before that, and none of importance afterwards (A6)."""
        if self.submitted_at is None:
            return None
        return workingdays.current().between(clock.london_date(self.submitted_at), clock.today())

    @property
    def reviewer_has_until(self) -> dt.date | None:
        """The day by which the reviewer decides; none once it is decided or the centre has to answer (A6, A9)."""
        return self.review_due_on if self.state in WITH_THE_REVIEWER else None


class ApplicationElement(Stateful):
    """One element of an application, decided by itself (A3, A6, A7)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = ELEMENT_STEPS
    STATE_COLOURS: ClassVar = {
        ElementState.PENDING: "grey",
        ElementState.APPROVED: "green",
        ElementState.DECLINED: "red",
    }

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="element_rows")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ElementState.choices, default=ElementState.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        db_table = "centres_application_elements"
        ordering = ["package__code"]
        verbose_name = "element of an application"
        constraints = [models.UniqueConstraint(fields=["application", "package"], name="application_element_once")]

    def __str__(self) -> str:
        return f"{self.application.number}: {self.package.code}"

    def get_absolute_url(self) -> str:
        return reverse("centres:application", kwargs={"pk": self.application_id})
