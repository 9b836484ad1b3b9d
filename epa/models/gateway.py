"""The gateway: what shows that the apprentice is ready, and the three who say so."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from epa.models.assessment import EPA, TEAM
from epa.states import GATEWAY_STEPS, SUBJECT_STEPS, GatewayState, Party, SubjectState
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful

PATH = "epa__registration__apprentice__centre__organisation"
TO_ASSESSOR = {Role.INDEPENDENT_ASSESSOR: "epa__attempts__assessor"}


class Gateway(Stateful):
    """The gateway of one EPA (B1–B5)."""

    ORGANISATION_PATH: ClassVar[str] = PATH
    SEEN_BY: ClassVar = TEAM
    STEPS: ClassVar = GATEWAY_STEPS

    epa = models.OneToOneField(EPA, on_delete=models.PROTECT, related_name="gateway")
    state = models.CharField(max_length=20, choices=GatewayState.choices, default=GatewayState.COLLECTING)
    off_the_job_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    short_time_reason = models.TextField(
        blank=True, help_text="The centre's reason for asking although time or training is short (B3)"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    accepted_despite = models.TextField(blank=True, help_text="The EPA team's reason for accepting short time (B3)")
    returned_reason = models.TextField(blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"Gateway of {self.epa_id}"

    def get_absolute_url(self) -> str:
        return reverse("epa:gateway", kwargs={"pk": self.pk})


class Signature(models.Model):
    """One party's agreement, by its own link or login: when, by whom, to which text (B1, B2, B5)."""

    ORGANISATION_PATH: ClassVar[str] = "gateway__" + PATH
    SEEN_BY: ClassVar = TEAM

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=20, choices=Party.choices)
    name = models.CharField(max_length=150)
    email = models.EmailField()
    shown = models.JSONField(help_text="The statements and facts that were on the page")
    shown_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=clock.now)
    by_label = models.CharField(max_length=200)
    address = models.GenericIPAddressField(null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "party"], condition=models.Q(withdrawn_at=None), name="signature_once_a_party"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.name}"


class PortfolioPiece(models.Model):
    """A piece of the portfolio (B6, C7, C8)."""

    ORGANISATION_PATH: ClassVar[str] = PATH
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = TO_ASSESSOR

    epa = models.ForeignKey(EPA, on_delete=models.PROTECT, related_name="pieces")
    title = models.CharField(max_length=200)
    evidences = models.CharField(max_length=300, help_text="The criteria it is evidence for")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    link = models.URLField(blank=True)
    assessed_before = models.BooleanField(default=False, help_text="Already assessed by the independent assessor (C8)")
    added_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | ~models.Q(link=""), name="piece_has_file_or_link"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ProjectSubject(Stateful):
    """The subject of the project: proposed, commented by the employer, decided by IMI (C5)."""

    ORGANISATION_PATH: ClassVar[str] = PATH
    SEEN_BY: ClassVar = TEAM
    ASSIGNED: ClassVar = TO_ASSESSOR
    STEPS: ClassVar = SUBJECT_STEPS

    epa = models.OneToOneField(EPA, on_delete=models.PROTECT, related_name="subject")
    state = models.CharField(max_length=20, choices=SubjectState.choices, default=SubjectState.PROPOSED)
    subject = models.TextField()
    employer_comment = models.TextField(blank=True)
    employer_comment_by = models.CharField(max_length=150, blank=True)
    employer_commented_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.subject[:80]

    def get_absolute_url(self) -> str:
        return reverse("epa:subject", kwargs={"pk": self.pk})
