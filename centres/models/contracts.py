"""The EPA contract (A7, A8, A10)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.centres import Centre
from centres.models.sight import OFFICE
from centres.states import (
    CONTRACT_STEPS,
    ContractState,
    EndCause,
)
from foundation import clock
from foundation.models import Document, StoredFile
from foundation.workflow import Stateful
from standards.models import Package, StandardVersion


class Contract(Stateful):
    """The EPA contract as issued: a snapshot of parties, elements, prices and terms (A7, A8, A10).

    A centre's contract for a version of a standard has editions: a later one, signed by both, takes the place of the
    one it ``amends`` on the day it comes into force.
    """

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    STEPS: ClassVar = CONTRACT_STEPS
    STATE_COLOURS: ClassVar = {
        ContractState.PREPARING: "grey",
        ContractState.OFFERED: "yellow",
        ContractState.SIGNED: "yellow",
        ContractState.AGREED: "blue",
        ContractState.IN_FORCE: "green",
        ContractState.ENDING: "orange",
        ContractState.ENDED: "grey",
        ContractState.SUPERSEDED: "grey",
        ContractState.WITHDRAWN: "red",
        ContractState.EXPIRED: "red",
    }

    number = models.CharField(max_length=30, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="contracts")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="contracts")
    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField(default=1)
    amends = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments")
    packages = models.ManyToManyField(Package, related_name="+")
    state = models.CharField(max_length=20, choices=ContractState.choices, default=ContractState.PREPARING)
    terms = models.JSONField(help_text="What the document was made of")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(help_text="Not in force before this day, whenever both have signed")
    review_on = models.DateField(help_text="When both sides look at it again")
    notice_days = models.PositiveSmallIntegerField(help_text="Between notice and the last day")
    sign_days = models.PositiveSmallIntegerField(help_text="How long the offer stands")
    sign_by = models.DateField(null=True, blank=True, help_text="Last day of the offer")
    issued_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=150, blank=True)
    signed_from = models.GenericIPAddressField(null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the document that was shown")
    signed_consent = models.CharField(max_length=300, blank=True, help_text="The sentence that was ticked")
    signed_copy_pages = models.PositiveSmallIntegerField(null=True, blank=True)
    document_pages = models.PositiveSmallIntegerField(null=True, blank=True)
    copy_checks = models.JSONField(default=list, help_text="What IMI checked of a copy signed on paper")
    signed_copy = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    countersigned_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="Last day on which it was in force")
    ended_cause = models.CharField(max_length=20, choices=EndCause.choices, blank=True, help_text="Empty: by notice")
    ended_reason = models.TextField(blank=True)
    notice_at = models.DateTimeField(null=True, blank=True)
    notice_by_label = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    sent_back_reason = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "version", "edition"], name="contract_edition_once"),
            models.UniqueConstraint(
                fields=["centre", "version"],
                condition=Q(state__in=[ContractState.PREPARING, ContractState.OFFERED]),
                name="contract_on_offer_once",
            ),
            models.UniqueConstraint(
                fields=["centre", "version"],
                condition=Q(state=ContractState.IN_FORCE),
                name="contract_in_force_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "sign_by"], name="contract_by_state")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("centres:contract", kwargs={"pk": self.pk})
