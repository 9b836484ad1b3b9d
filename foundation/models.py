"""The ground's tables. None of them knows a word of the field."""

import secrets

import pgtrigger
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from foundation import clock
from foundation.work import DueWork


def private_storage() -> FileSystemStorage:
    """Files nobody reaches except through a view that checks who asks."""
    storage = storages["private"]
    if not isinstance(storage, FileSystemStorage):
        raise ImproperlyConfigured("Private storage is a directory: a file is on the disk before its row.")
    return storage


def random_name(_instance: models.Model, _filename: str) -> str:
    """A name that says nothing and cannot be guessed."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token}"


class AuditEvent(models.Model):
    """Something that happened: who, what, to which row, from what to what. Append-only by trigger."""

    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_label = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    confidential = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_by_subject")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id} by {self.actor_label}"


class ClosedDay(models.Model):
    """A weekday on which nobody works: a bank holiday of England and Wales, or a day closed by an administrator."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)
    bank_holiday = models.BooleanField(default=False)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%a %d %b %Y}: {self.name}"


class Message(DueWork):
    """A message to a person: a row first, an e-mail when a worker delivers it."""

    created_at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=60)
    to_email = models.EmailField()
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    once_key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - many rows have no key
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=models.Q(done_at=None, set_aside_at=None), name="message_due"
            ),
            models.Index(fields=["to_user", "-created_at"], name="message_by_user"),
            models.Index(fields=["about_type", "about_id"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class StoredFile(models.Model):
    """A file in private storage: random name on disk, the name it came with, what it really is, its SHA-256."""

    file = models.FileField(storage=private_storage, upload_to=random_name, max_length=100)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)
    created_by_label = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self) -> str:
        return self.original_name


class Document(DueWork):
    """A numbered document: template and facts frozen when it is ordered, rendered to PDF by a worker."""

    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=100)
    context = models.JSONField(encoder=DjangoJSONEncoder)
    ordered_at = models.DateTimeField(default=clock.now)
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    stored = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="document")

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_id"], name="document_about")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Period(models.Model):
    """A scheduled job's period (a day, a week), claimed once: the constraint is what makes it once."""

    job = models.CharField(max_length=60)
    key = models.CharField(max_length=30)
    started_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="period_claimed_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.key}"


class ReferenceCounter(models.Model):
    """The last number given out of a series ("REG-26")."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Heartbeat(models.Model):
    """When a worker or a scheduled job last showed itself alive."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
