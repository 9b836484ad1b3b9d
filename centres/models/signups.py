"""Training providers that sign themselves up (A1)."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.models.centres import Centre
from centres.states import SIGNUP_STEPS, SignupState
from foundation import clock
from foundation.workflow import Stateful


class Signup(Stateful):
    """Somebody says to act for a provider. Their address is proved by a link; whether they do, the EPA team checks."""

    SEEN_BY: ClassVar = frozenset({Role.EPA_TEAM, Role.ADMINISTRATOR})
    STEPS: ClassVar = SIGNUP_STEPS
    STATE_COLOURS: ClassVar = {
        "asked": "grey",
        "opened": "blue",
        "accepted": "green",
        "turned_down": "red",
        "overtaken": "orange",
        "expired": "grey",
    }
    LIFETIME: ClassVar = dt.timedelta(hours=72)

    state = models.CharField(max_length=20, choices=SignupState.choices, default=SignupState.ASKED, editable=False)
    ukprn = models.PositiveIntegerField("UKPRN")
    provider_name = models.CharField(max_length=300)
    provider_type = models.CharField(max_length=40)
    contact_name = models.CharField(max_length=150)
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=100)
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    centre = models.ForeignKey(Centre, null=True, on_delete=models.PROTECT, related_name="signups")

    objects = ScopedManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "sign-up"
        constraints = [
            models.UniqueConstraint("ukprn", Lower("email"), condition=Q(state="asked"), name="signup_asked_once"),
            models.UniqueConstraint(fields=["centre"], name="signup_of_a_centre_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_name}, {self.contact_name}"

    def get_absolute_url(self) -> str:
        return reverse("centres:signup_row", kwargs={"pk": self.pk})
