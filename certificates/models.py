"""What an apprentice gets in the end: IMI's record of achievement, and the claim of the official certificate."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from apprentices.models import Apprentice
from certificates.states import CLAIM_STEPS, ClaimState
from epa.models import EPA, Result
from foundation import clock
from foundation.models import Document
from foundation.work import DueWork
from foundation.workflow import Stateful

TEAM = frozenset({Role.EPA_TEAM, Role.ADMINISTRATOR})


class Consent(models.Model):
    """The apprentice's consent to IMI claiming the certificate, given by the apprentice's own link (F4)."""

    ORGANISATION_PATH: ClassVar[str] = "apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM

    apprentice = models.ForeignKey(Apprentice, on_delete=models.PROTECT, related_name="consents")
    wording = models.TextField(help_text="What the apprentice agreed to")
    given_at = models.DateTimeField(default=clock.now)
    given_by_label = models.CharField(max_length=200)
    address_line = models.CharField("address for the certificate", max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_label = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["apprentice"], condition=Q(withdrawn_at=None), name="consent_in_force_once")
        ]

    def __str__(self) -> str:
        return f"Consent of {self.apprentice}"


class RecordOfAchievement(models.Model):
    """IMI's own document for a pass or above in all elements of the EPA (F3); checkable by anyone holding it."""

    ORGANISATION_PATH: ClassVar[str] = "epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM

    epa = models.OneToOneField(EPA, on_delete=models.PROTECT, related_name="record_of_achievement")
    number = models.CharField(max_length=30, unique=True)
    check_code = models.CharField(max_length=20, unique=True, help_text="With the number, lets anyone check it")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(help_text="As issued")
    claimed_at = models.DateTimeField(default=clock.now)
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["-claimed_at"]
        verbose_name = "record of achievement"
        verbose_name_plural = "records of achievement"

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificates:record", args=[self.pk])


class ClaimBatch(models.Model):
    """One Friday's claims (F5)."""

    SEEN_BY: ClassVar = TEAM

    week = models.CharField(max_length=10, unique=True, help_text="ISO week, such as 2026-W07")
    started_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    left_out = models.JSONField(default=list, help_text="Passes not claimed and why")

    objects = ScopedManager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Claims of week {self.week}"


class Claim(DueWork, Stateful):
    """The claim of one official certificate: once per ULN and standard, payload frozen with its hash (F4, F5)."""

    ORGANISATION_PATH: ClassVar[str] = "result__epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    STEPS: ClassVar = CLAIM_STEPS
    STATE_COLOURS: ClassVar = {
        ClaimState.READY: "blue",
        ClaimState.SENDING: "blue",
        ClaimState.CREATED: "blue",
        ClaimState.SUBMITTED: "teal",
        ClaimState.PRINTED: "teal",
        ClaimState.DELIVERED: "green",
        ClaimState.NEEDS_PERSON: "red",
        ClaimState.CANCELLED: "grey",
    }

    number = models.CharField(max_length=30, unique=True)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="claims")
    batch = models.ForeignKey(ClaimBatch, on_delete=models.PROTECT, related_name="claims")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ClaimState.choices, default=ClaimState.READY)
    request_id = models.UUIDField(default=uuid.uuid4, unique=True)
    uln = models.CharField("ULN", max_length=10)
    standard_reference = models.CharField(max_length=10)
    payload = models.JSONField(help_text="Exactly what is sent")
    payload_sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=30, blank=True, help_text="The service's own, as it told it")
    reference_by_hand = models.CharField(
        max_length=30, blank=True, help_text="Typed by a person, until the first look finds it or takes it back"
    )
    service_status = models.CharField(max_length=40, blank=True)
    service_errors = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When it may first have reached the service")
    unanswered_since = models.DateTimeField(null=True, blank=True, help_text="Sent, and no usable answer since")
    submitted_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True, help_text="When its printing is asked about again")

    objects = ScopedManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["uln", "standard_reference"], condition=~Q(state=ClaimState.CANCELLED), name="claim_once"
            ),
            models.UniqueConstraint(
                fields=["result"], condition=~Q(state=ClaimState.CANCELLED), name="claim_once_a_result"
            ),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="claim_reference_once"),
            models.UniqueConstraint(
                fields=["reference_by_hand"], condition=~Q(reference_by_hand=""), name="claim_reference_by_hand_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="claim_by_state"),
            models.Index(
                fields=["next_look_at"],
                condition=Q(state__in=[ClaimState.SUBMITTED, ClaimState.PRINTED]),
                name="claim_to_follow",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificates:claim", args=[self.pk])
