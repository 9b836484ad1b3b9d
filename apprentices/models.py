"""Apprentices, their employers, what they are registered on, and the sheets they came in."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from apprentices.states import REGISTRATION_STEPS, UPLOAD_STEPS, RegistrationState, UploadState
from centres.models import Centre, Charge
from foundation import clock
from foundation.models import StoredFile
from foundation.work import DueWork
from foundation.workflow import Stateful
from standards.models import Package
from standards.states import Route, Subject

OFFICE = frozenset({Role.EPA_TEAM, Role.ADMINISTRATOR})


class Employer(models.Model):
    """An apprentice's employer, as one centre knows it."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="employers")
    name = models.CharField(max_length=200)
    contact_name = models.CharField(max_length=150, blank=True)
    contact_email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("centre", Lower("name"), name="employer_once_a_centre")]

    def __str__(self) -> str:
        return self.name


class Apprentice(models.Model):
    """A learner at a centre. ``search`` is the folded name, ULN and numbers that the search box looks in."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "registrations__epa__attempts__assessor"}

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="apprentices")
    uln = models.CharField("ULN", max_length=10)
    given_names = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    date_of_birth = models.DateField()
    email = models.EmailField(blank=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="apprentices")
    programme_start_on = models.DateField()
    planned_end_on = models.DateField(null=True, blank=True)
    full_time = models.BooleanField(default=True)
    weekly_hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    search = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedManager()

    class Meta:
        ordering = ["family_name", "given_names", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "uln"], name="apprentice_once_a_centre"),
            models.CheckConstraint(condition=Q(uln__regex=r"^[0-9]{10}$"), name="apprentice_uln_ten_digits"),
        ]
        indexes = [
            models.Index(fields=["centre", "family_name", "given_names", "id"], name="apprentice_list"),
            models.Index(fields=["uln"], name="apprentice_by_uln"),
            GinIndex(SearchVector("search", config="simple"), name="apprentice_search"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"


class Support(models.Model):
    """What changes the English and maths requirement (B4). Kept apart: it is about health."""

    ORGANISATION_PATH: ClassVar[str] = "apprentice__centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    apprentice = models.OneToOneField(Apprentice, on_delete=models.CASCADE, related_name="support")
    ehc_plan = models.BooleanField("education, health and care plan or legacy statement", default=False)
    bsl_primary = models.BooleanField("British Sign Language is the primary language", default=False)
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"Support of {self.apprentice_id}"


class Attainment(models.Model):
    """English or maths held by an apprentice (B4)."""

    ORGANISATION_PATH: ClassVar[str] = "apprentice__centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    apprentice = models.ForeignKey(Apprentice, on_delete=models.CASCADE, related_name="attainments")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    route = models.CharField(max_length=10, choices=Route.choices, default=Route.STANDARD)
    level = models.CharField(max_length=10, help_text="E1, E2, E3, 1, 2 or 3")
    qualification = models.CharField(max_length=150)
    achieved_on = models.DateField()
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    objects = ScopedManager()

    class Meta:
        ordering = ["subject", "-achieved_on"]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} level {self.level}"


class Upload(DueWork, Stateful):
    """A sheet of learners: checked by a worker, shown whole, registered at once."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = UPLOAD_STEPS
    STATE_COLOURS: ClassVar = {"checking": "blue", "unreadable": "red", "checked": "yellow", "registered": "green"}

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="uploads")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=UploadState.choices, default=UploadState.CHECKING)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    problems = models.JSONField(default=list, help_text="Problems of the file as a whole")
    row_count = models.PositiveIntegerField(default=0)
    good_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0, help_text="Rows already registered")
    bad_count = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    declared_by = models.CharField(max_length=150, blank=True, help_text="Who declared that the package is right (D3)")

    objects = ScopedManager()

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(fields=["centre", "-uploaded_at"], name="upload_by_centre"),
            models.Index(fields=["not_before", "id"], condition=Q(done_at=None, set_aside_at=None), name="upload_due"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("apprentices:upload", kwargs={"pk": self.pk})


class Registration(Stateful):
    """An apprentice on a package, at the price of the day (D2, D4)."""

    ORGANISATION_PATH: ClassVar[str] = "apprentice__centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = REGISTRATION_STEPS
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "epa__attempts__assessor"}

    number = models.CharField(max_length=30, unique=True)
    apprentice = models.ForeignKey(Apprentice, on_delete=models.PROTECT, related_name="registrations")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="registrations")
    uln = models.CharField("ULN", max_length=10, help_text="As registered: what makes it once, whatever the centre")
    state = models.CharField(max_length=20, choices=RegistrationState.choices, default=RegistrationState.ACTIVE)
    registered_on = models.DateField()
    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="registration")
    upload = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations")
    declared_by = models.CharField(max_length=150)
    declared_at = models.DateTimeField()
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-registered_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["uln", "package"], condition=~Q(state=RegistrationState.WITHDRAWN), name="registration_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("learner", kwargs={"pk": self.apprentice_id})


class UploadRow(models.Model):
    """One row of an uploaded sheet: what it said, what is wrong with it, what became of it."""

    ORGANISATION_PATH: ClassVar[str] = "upload__centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField(help_text="As in the sheet, from 1")
    cells = models.JSONField(help_text="What the sheet said, as text, by column")
    values = models.JSONField(help_text="What was understood, by column")
    problems = models.JSONField(default=list)
    known = models.BooleanField(default=False, help_text="Already registered: registering changes nothing")
    is_bad = models.BooleanField(default=False, help_text="Has a problem that stops: it will not be registered")

    objects = ScopedManager()

    class Meta:
        ordering = ["row_number"]
        constraints = [models.UniqueConstraint(fields=["upload", "row_number"], name="upload_row_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} row {self.row_number}"
