"""Where a centre works, and whom to ask there (A6)."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.scoping import ScopedManager
from centres.models.centres import Centre
from centres.models.sight import OFFICE
from centres.states import ContactRole, SiteUse
from foundation import clock


class Site(models.Model):
    """A place where a centre works, from a day to a day. One of those in use is the main one."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=150)
    address = models.TextField(blank=True)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    uses = ArrayField(models.CharField(max_length=20, choices=SiteUse.choices), default=list, blank=True)
    notes = models.TextField(blank=True, help_text="Rooms, equipment, how to get in")
    main = models.BooleanField(default=False)
    active_from = models.DateField(default=clock.today)
    active_to = models.DateField(null=True, blank=True, help_text="Last day on which it is in use")

    objects = ScopedManager()

    class Meta:
        ordering = ["-main", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre"], condition=Q(main=True), name="site_main_once"),
            models.CheckConstraint(condition=Q(main=False) | Q(active_to=None), name="site_main_in_use"),
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")), name="site_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_one_line(self) -> str:
        """The address as it is written on one line."""
        lines = [line.strip().rstrip(",") for line in self.address.splitlines() if line.strip()]
        return ", ".join(part for part in [*lines, self.town, self.postcode] if part)

    @property
    def used_for(self) -> str:
        """What is done there, in words."""
        return ", ".join(SiteUse(use).label for use in self.uses)

    def in_use_on(self, day: dt.date) -> bool:
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


class Contact(models.Model):
    """Somebody of a centre who is written to or called about one thing; no account is needed for it."""

    ORGANISATION_PATH: ClassVar[str] = "centre__organisation"
    SEEN_BY: ClassVar = OFFICE

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=20, choices=ContactRole.choices)
    name = models.CharField(max_length=150)
    email = models.EmailField("e-mail address")
    phone = models.CharField(max_length=40, blank=True)
    since = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre"], condition=Q(role=ContactRole.PORTAL, ended_on=None), name="contact_portal_once"
            ),
            models.UniqueConstraint(
                fields=["centre", "role", "email"], condition=Q(ended_on=None), name="contact_role_once"
            ),
            models.CheckConstraint(
                condition=~Q(role=ContactRole.PORTAL) | Q(ended_on=None), name="contact_portal_stays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}"
