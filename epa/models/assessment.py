"""The assessment itself: periods, attempts at components, results, deadlines."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from apprentices.models import Registration
from centres.models import Charge
from epa.states import ATTEMPT_STEPS, EPA_STEPS, AttemptKind, AttemptState, DeadlineKind, EPAState
from foundation import clock
from foundation.models import Document, StoredFile
from foundation.workflow import Stateful
from standards.models import Component, ComponentCriterion, StandardVersion
from standards.states import Grade

TEAM = frozenset({Role.EPA_TEAM, Role.ADMINISTRATOR})


class AssessorProfile(models.Model):
    """What an independent assessor may assess."""

    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "user"}

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="assessor_profile")
    versions = models.ManyToManyField(StandardVersion, related_name="assessors")
    active = models.BooleanField(default=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return str(self.user)


class EPA(Stateful):
    """One apprentice's end-point assessment, from the first preparation to the released result.

    The period is stored when the gateway is accepted (C9) and moved only with a reason.
    """

    ORGANISATION_PATH: ClassVar[str] = "registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "attempts__assessor"}
    STEPS: ClassVar = EPA_STEPS

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="epa")
    state = models.CharField(max_length=20, choices=EPAState.choices, default=EPAState.PREPARING)
    starts_on = models.DateField("EPA period starts", null=True, blank=True)
    ends_on = models.DateField("EPA period ends", null=True, blank=True)
    moved_reason = models.CharField(max_length=500, blank=True)
    first_fail_released_on = models.DateField(null=True, blank=True)
    resit_until = models.DateField(null=True, blank=True, help_text="C11, stored when the first fail is released")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        verbose_name = "EPA"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "ends_on"], name="epa_by_state")]

    def __str__(self) -> str:
        return f"EPA of {self.registration.apprentice}"

    def get_absolute_url(self) -> str:
        return reverse("epa:detail", kwargs={"pk": self.pk})


class Attempt(Stateful):
    """One attempt at one component. The grade is confidential until the attempt is released."""

    ORGANISATION_PATH: ClassVar[str] = "epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "assessor"}
    STEPS: ClassVar = ATTEMPT_STEPS

    epa = models.ForeignKey(EPA, on_delete=models.PROTECT, related_name="attempts")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=AttemptKind.choices, default=AttemptKind.FIRST)
    state = models.CharField(max_length=20, choices=AttemptState.choices, default=AttemptState.PLANNED)
    assessor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts")
    scheduled_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    held_by = models.DateField(help_text="Last day on which it may be held (C1, C3, C6, C11)", null=True, blank=True)
    submission_due_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    raw_grade = models.CharField(max_length=20, choices=Grade.choices, blank=True, help_text="Before the cap (C13)")
    feedback = models.TextField(blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    charge = models.OneToOneField(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cap_lifted_reason = models.CharField(max_length=500, blank=True, help_text="C13: exceptional circumstances")
    cap_lift_proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cap_lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["component__order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["epa", "component", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["epa", "component"],
                condition=Q(state__in=[AttemptState.PLANNED, AttemptState.ARRANGED, AttemptState.ASSESSED]),
                name="attempt_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[AttemptState.ASSESSED, AttemptState.RELEASED])
                | (~Q(grade="") & Q(held_on__isnull=False)),
                name="attempt_assessed_has_grade",
            ),
            models.CheckConstraint(
                condition=Q(cap_lifted_by=None) | ~Q(cap_lifted_by=models.F("cap_lift_proposed_by")),
                name="attempt_cap_lift_two_people",
            ),
        ]
        indexes = [models.Index(fields=["assessor", "scheduled_at"], name="attempt_by_assessor")]

    def __str__(self) -> str:
        return f"{self.component} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("epa:attempt", kwargs={"pk": self.pk})


class CriterionResult(models.Model):
    """The assessor's judgement on one criterion of one attempt."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="criterion_results")
    criterion = models.ForeignKey(ComponentCriterion, on_delete=models.PROTECT, related_name="+")
    met = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "criterion"], name="criterion_result_once")]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {'met' if self.met else 'not met'}"


class Submission(models.Model):
    """What was handed in for an attempt: the report, the portfolio, a reworked report."""

    ORGANISATION_PATH: ClassVar[str] = "attempt__epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "attempt__assessor"}

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="submissions")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pieces = models.ManyToManyField("epa.PortfolioPiece", blank=True, related_name="submissions")
    submitted_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)
    late = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        ordering = ["-submitted_at", "-id"]

    def __str__(self) -> str:
        return f"Submission for {self.attempt}"


class Result(models.Model):
    """A result to be released: due date stored when the last component was held; grades frozen at release (F1).

    ``sequence`` 1 is the first sitting; each round of resits makes another. Nothing of it is shown outside the
    assessment organisation before ``released_at``.
    """

    ORGANISATION_PATH: ClassVar[str] = "epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM

    epa = models.ForeignKey(EPA, on_delete=models.PROTECT, related_name="results")
    sequence = models.PositiveSmallIntegerField(default=1)
    last_day = models.DateField(help_text="Last day of the EPA")
    due_on = models.DateField(help_text="Last day on which the provider is told")
    facts = models.JSONField(help_text="What the due date was computed from")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    overall = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    grades = models.JSONField(default=dict, help_text="By component code, as released")
    ilr = models.JSONField(default=dict, help_text="What the provider enters in its ILR")
    statement = models.OneToOneField(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_in_ilr_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["epa", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["epa", "sequence"], name="result_sequence_once"),
            models.CheckConstraint(condition=Q(released_at=None) | ~Q(overall=""), name="result_released_has_grade"),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(released_at=None), name="result_unreleased_due")]

    def __str__(self) -> str:
        return f"Result {self.sequence} of {self.epa_id}"

    def get_absolute_url(self) -> str:
        return reverse("epa:detail", kwargs={"pk": self.epa_id})


class Deadline(models.Model):
    """Something due on a day: computed once by a rule, stored with its facts; jobs only look."""

    ORGANISATION_PATH: ClassVar[str] = "epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "attempt__assessor"}

    epa = models.ForeignKey(EPA, on_delete=models.PROTECT, related_name="deadlines")
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=20, choices=DeadlineKind.choices)
    clause = models.CharField(max_length=10)
    due_on = models.DateField()
    warn_on = models.DateField(help_text="The day from which the person is reminded")
    facts = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["epa", "attempt", "kind"],
                condition=Q(done_at=None),
                nulls_distinct=False,
                name="deadline_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_at=None, missed_at=None), name="deadline_open_due"),
            models.Index(fields=["warn_on"], condition=Q(done_at=None, warned_at=None), name="deadline_open_warn"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on:%d %b %Y}"
