"""Centres: who they are, whether they may, what they agreed to and what they owe."""

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.states import (
    ACTION_STEPS,
    APPLICATION_STEPS,
    CONTRACT_STEPS,
    WITH_THE_REVIEWER,
    ActionState,
    ApplicationState,
    ChargeKind,
    ContractState,
    RegisterChangeKind,
    StandingKind,
)
from foundation import clock
from foundation.models import Document, StoredFile
from foundation.workflow import Stateful
from standards.models import ApprovalCriterion, Package, Price, StandardVersion

REVIEWERS = frozenset({Role.CENTRE_EQA, Role.EPA_TEAM, Role.ADMINISTRATOR})
OFFICE = REVIEWERS | {Role.FINANCE}


class RegisterImport(models.Model):
    """One file of the government's register, taken over as a whole."""

    SEEN_BY: ClassVar = REVIEWERS

    imported_at = models.DateTimeField(default=clock.now)
    source_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=40)
    row_count = models.PositiveIntegerField()
    ignored_count = models.PositiveIntegerField(default=0)
    provider_count = models.PositiveIntegerField()
    by_label = models.CharField(max_length=200)

    objects = ScopedManager()

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"{self.source_name}, {self.imported_at:%d %b %Y}"

    def get_absolute_url(self) -> str:
        return reverse("centres:register_import", kwargs={"pk": self.pk})


class RegisterProvider(models.Model):
    """A provider as the register last had it; ``left_on`` is set from the day it was no longer in the file."""

    SEEN_BY: ClassVar = REVIEWERS

    ukprn = models.PositiveIntegerField("UKPRN", unique=True)
    name = models.CharField(max_length=300)
    provider_type = models.CharField(max_length=40)
    start_on = models.DateField(null=True)
    not_starting = models.BooleanField("not currently starting new apprentices", default=False)
    determined_on = models.DateField(null=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.ukprn} {self.name}"


class RegisterChange(models.Model):
    """A difference between one import and the one before."""

    SEEN_BY: ClassVar = REVIEWERS

    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="changes")
    ukprn = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=RegisterChangeKind.choices)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["ukprn", "id"], name="register_change_by_ukprn")]

    def __str__(self) -> str:
        return f"{self.ukprn} {self.get_kind_display()}"


class Centre(models.Model):
    """A training provider as IMI's centre."""

    ORGANISATION_PATH: ClassVar[str] = "organisation"
    SEEN_BY: ClassVar = OFFICE

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="centre")
    number = models.CharField(max_length=30, unique=True)
    town = models.CharField(max_length=100, blank=True)
    contact_name = models.CharField(max_length=150)
    contact_email = models.EmailField()
    since = models.DateField(default=clock.today)

    objects = ScopedManager()

    class Meta:
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        return reverse("centres:centre", kwargs={"pk": self.pk})

    @property
    def ukprn(self) -> int | None:
        return self.organisation.ukprn


class Standing(models.Model):
    """A dated fact of IMI approval: approved, suspended, withdrawn (A1)."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=20, choices=StandingKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which it holds")
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    objects = ScopedManager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="standing_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.get_kind_display()}"


class Application(Stateful):
    """A centre approval application for a version of a standard."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = APPLICATION_STEPS

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    elements = models.ManyToManyField(Package, related_name="+", blank=True)
    staffing = models.TextField("training and staffing resources", blank=True)
    assessment = models.TextField("assessment and quality assurance arrangements", blank=True)
    checklist = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_by = models.CharField(max_length=150, blank=True)
    declared_role = models.CharField(max_length=150, blank=True)
    declared_plan = models.CharField(max_length=100, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    no_interest_declared_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

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
    def reviewer_has_until(self) -> dt.date | None:
        """The day by which the reviewer decides; none once it is decided or the centre has to answer (A6, A9)."""
        return self.review_due_on if self.state in WITH_THE_REVIEWER else None


class ElementDecision(models.Model):
    """The Centre EQA's answer to one criterion for one element (A6)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(ApprovalCriterion, on_delete=models.PROTECT, related_name="+")
    met = models.BooleanField()
    reason = models.TextField(blank=True)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "package", "criterion"], name="element_decision_once"),
            models.CheckConstraint(condition=Q(met=True) | ~Q(reason=""), name="element_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.package.code} ({self.criterion.code}): {'met' if self.met else 'not met'}"


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
    due_on = models.DateField()
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


class Contract(Stateful):
    """The EPA contract as issued: a snapshot of parties, elements, prices and terms (A7, A8, A10)."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = CONTRACT_STEPS
    STATE_COLOURS: ClassVar = {
        ContractState.PREPARING: "grey",
        ContractState.OFFERED: "yellow",
        ContractState.SIGNED: "yellow",
        ContractState.IN_FORCE: "green",
        ContractState.ENDED: "grey",
    }

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="contracts")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="contract")
    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="+")
    packages = models.ManyToManyField(Package, related_name="+")
    state = models.CharField(max_length=20, choices=ContractState.choices, default=ContractState.PREPARING)
    terms = models.JSONField(help_text="What the document was made of")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=150, blank=True)
    signed_from = models.GenericIPAddressField(null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the document that was shown")
    signed_copy = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    countersigned_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="Last day on which it was in force")
    ended_reason = models.TextField(blank=True)
    sent_back_reason = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("centres:contract", kwargs={"pk": self.pk})


class Charge(models.Model):
    """A line of the centre's account: written once, never changed, at most reversed by another line."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(max_length=20, choices=ChargeKind.choices)
    description = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    price = models.ForeignKey(Price, null=True, on_delete=models.PROTECT, related_name="+")
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    made_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    objects = ScopedManager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["centre", "-made_at"], name="charge_by_centre")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.description} £{self.amount}"
