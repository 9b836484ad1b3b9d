"""Who may sign for a centre, the codes of signatures, and the seal on what both have signed (A8)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.centres import Centre
from centres.models.contracts import Contract
from centres.models.sight import OFFICE
from foundation import clock
from foundation.models import StoredFile
from foundation.work import DueWork


class SigningAuthority(models.Model):
    """A person of the centre whom its owner authorised to sign contracts, in which role, from a day to a day."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="signing_authorities")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role_title = models.CharField(max_length=150)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day on which the person may sign")
    authorised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        ordering = ["-authorised_at"]
        verbose_name_plural = "signing authorities"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="signing_authority_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role_title}"


class SigningCode(models.Model):
    """A one-time code sent to a person for the signature of one document; only what it is checked with is here."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="signing_codes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    document_sha256 = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["contract", "user", "-sent_at"], name="signing_code_latest")]

    def __str__(self) -> str:
        return f"Code for {self.contract}"


class Seal(DueWork):
    """A contract that both have signed, to be sealed by a worker: the signing certificate's facts, then the file."""

    ORGANISATION_PATH: ClassVar[str] = "contract__centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="seal")
    token = models.CharField(max_length=32, unique=True, help_text="Written into the file, to know it again if changed")
    facts = models.JSONField(help_text="What the signing certificate says")
    ordered_at = models.DateTimeField(default=clock.now)
    stored = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["-ordered_at"]

    def __str__(self) -> str:
        return f"Seal on {self.contract}"
