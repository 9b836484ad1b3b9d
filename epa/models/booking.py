"""Bookings: the request, the confirmed dates, cancelling and what it costs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.models import Charge
from epa.models.assessment import EPA, TEAM
from epa.states import BOOKING_STEPS, EXCEPTION_STEPS, BookingState, ExceptionKind, ExceptionState
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful

OFFICE = TEAM | {Role.FINANCE}


class Booking(Stateful):
    """A request for an EPA (E1–E6). ``first_confirmed_on`` survives rescheduling: the fee counts from it (E4)."""

    ORGANISATION_PATH: ClassVar[str] = "epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = OFFICE
    ASSIGNED: ClassVar = {Role.INDEPENDENT_ASSESSOR: "epa__attempts__assessor"}
    STEPS: ClassVar = BOOKING_STEPS

    number = models.CharField(max_length=30, unique=True)
    epa = models.ForeignKey(EPA, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=20, choices=BookingState.choices, default=BookingState.REQUESTED)
    desired_on = models.DateField("desired practical date")
    requested_on = models.DateField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prerequisites_declared_by = models.CharField(max_length=150, help_text="E6")
    note = models.TextField(blank=True)
    first_confirmed_on = models.DateField("first confirmed assessment date", null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    cancelled_reason = models.TextField(blank=True)
    cancelled_by_imi = models.BooleanField(default=False)
    cancellation_facts = models.JSONField(
        default=dict, help_text="What the fee, or its absence, was computed from (E4)"
    )
    charge = models.OneToOneField(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        help_text="The cancelled booking that the EPA team rescheduled into this one (E4, E5)",
    )

    objects = ScopedManager()

    class Meta:
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["epa"],
                condition=Q(state__in=[BookingState.REQUESTED, BookingState.CONFIRMED]),
                name="booking_open_once",
            )
        ]
        indexes = [models.Index(fields=["state", "desired_on"], name="booking_queue")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("epa:booking", kwargs={"pk": self.pk})


class ExceptionalClaim(Stateful):
    """A claim that a cancellation was for exceptional circumstances (E5). Evidence may be about health."""

    ORGANISATION_PATH: ClassVar[str] = "booking__epa__registration__apprentice__centre__organisation"
    SEEN_BY: ClassVar = TEAM
    STEPS: ClassVar = EXCEPTION_STEPS

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="exceptional_claim")
    state = models.CharField(max_length=20, choices=ExceptionState.choices, default=ExceptionState.CLAIMED)
    kind = models.CharField(max_length=20, choices=ExceptionKind.choices)
    text = models.TextField()
    evidence = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.booking})"

    def get_absolute_url(self) -> str:
        return reverse("epa:booking", kwargs={"pk": self.booking_id})
