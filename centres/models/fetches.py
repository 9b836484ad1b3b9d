"""Fetching the government's register: where from, and what every fetch brought (A1)."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager
from centres.models.register import RegisterImport
from centres.models.sight import REVIEWERS
from centres.states import FetchOutcome
from foundation import clock
from foundation.work import DueWork


class RegisterSettings(models.Model):
    """One row at most: what administrators set about the register. Without it the environment and defaults count."""

    source_url = models.URLField(
        "address of the CSV file",
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Fetched every day. Empty: the address in the environment (REGISTER_URL) counts; without one the "
        "register is only uploaded.",
    )
    smallest_share = models.PositiveSmallIntegerField(
        "smallest share of the last register, in %",
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="A file with a smaller share of the providers of the last one is taken for cut short and refused.",
    )
    warn_after_days = models.PositiveSmallIntegerField(
        "warn after days",
        default=7,
        validators=[MinValueValidator(1)],
        help_text="The EPA team and administrators are told when nothing has confirmed the register for longer.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "register settings"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="register_settings_once")]

    def __str__(self) -> str:
        return "Settings of the register"


class RegisterFetch(DueWork):
    """One fetch: a try of a day's, or one that somebody asked for. Without an outcome it waits for a worker."""

    SEEN_BY: ClassVar = REVIEWERS

    scheduled_for = models.DateField(null=True, editable=False)
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    by_label = models.CharField(max_length=200, editable=False)
    url = models.URLField(editable=False)
    outcome = models.CharField(max_length=20, choices=FetchOutcome.choices, blank=True, editable=False)
    problems = models.JSONField(default=list, editable=False)
    came_from = models.CharField(max_length=500, blank=True, editable=False)
    size = models.PositiveIntegerField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    register_import = models.ForeignKey(
        RegisterImport, null=True, on_delete=models.PROTECT, related_name="fetches", editable=False
    )

    objects = ScopedManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "fetch of the register"
        verbose_name_plural = "fetches of the register"
        constraints = [models.UniqueConstraint(fields=["scheduled_for", "number"], name="register_fetch_once_a_try")]

    def __str__(self) -> str:
        return f"Fetch of {self.asked_at:%d %b %Y}, {self.get_outcome_display() or 'waiting'}"

    @property
    def said(self) -> str:
        """What was wrong, in words."""
        return " ".join(problem["message"] for problem in self.problems)
