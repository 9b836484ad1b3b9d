"""The sections of an application: who saved one last, who is at it, what is not saved yet, what is said about it."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from accounts.models import User
from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from foundation import clock
from standards.models import Package


class ApplicationSection(models.Model):
    """How often a section has been saved, by whom last and when; one that was never saved has no row."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=0)
    saved_by_label = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="application_section_once")]

    def __str__(self) -> str:
        return f"{self.application}: {self.key}"


class SectionDraft(models.Model):
    """What somebody typed into a section and has not saved yet. Nobody else sees it."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar[frozenset[str]] = frozenset()

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.JSONField(help_text="Text by field, as typed")
    version = models.PositiveIntegerField(help_text="Of the section, when the text was begun")
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key", "user"], name="section_draft_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.key}"


class SectionComment(models.Model):
    """What the centre's people say to one another about a section. Nobody of the assessment organisation sees it."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar[frozenset[str]] = frozenset()

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="comments")
    key = models.CharField(max_length=20)
    text = models.TextField()
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    resolved_by_label = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("centres:section", kwargs={"pk": self.application_id, "section": self.key})


class ElementResources(models.Model):
    """The training resources for one element (A6 i)."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="resources")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    objects = ScopedManager()

    class Meta:
        ordering = ["package__code"]
        verbose_name_plural = "element resources"
        constraints = [models.UniqueConstraint(fields=["application", "package"], name="element_resources_once")]

    def __str__(self) -> str:
        return f"{self.package.code}: {self.text[:60]}"
