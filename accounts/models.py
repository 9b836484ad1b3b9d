"""Organisations, the people in them, and how they come in."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from accounts.scoping import ScopedManager, owning_organisation_id, visible
from accounts.states import CENTRE_ROLES, IMI_ROLES, OrganisationKind, Role
from foundation import clock


class Organisation(models.Model):
    """The tenant: the assessment organisation, a training provider, an employer."""

    ORGANISATION_PATH: ClassVar[str] = "pk"
    SEEN_BY: ClassVar = IMI_ROLES

    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(max_length=200)
    ukprn = models.PositiveIntegerField("UKPRN", null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["ukprn"], name="organisation_ukprn_once"),
            models.CheckConstraint(
                condition=models.Q(ukprn=None) | models.Q(ukprn__gte=10_000_000, ukprn__lte=99_999_999),
                name="organisation_ukprn_eight_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Accounts are named by their e-mail address, compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. A user is an actor (``foundation.workflow.Actor``)."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    # The organisation this person acts for in this request, set by the middleware; None means all of theirs.
    acting_organisation_id: int | None = None

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case_once",
                violation_error_message="Another account has this e-mail address already, perhaps in other letters.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def all_memberships(self) -> list["Membership"]:
        """Memberships in force, in every organisation."""
        rows = self.memberships.filter(ended_on=None).select_related("organisation")
        return list(rows.order_by("organisation__name", "role"))

    @property
    def memberships_in_force(self) -> list["Membership"]:
        """Memberships in force in the organisation acted for."""
        acting = self.acting_organisation_id
        return [row for row in self.all_memberships if acting is None or row.organisation_id == acting]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(row.role for row in self.memberships_in_force)

    @property
    def is_imi(self) -> bool:
        return bool(self.roles & IMI_ROLES)

    @property
    def is_centre(self) -> bool:
        return bool(self.roles & CENTRE_ROLES)

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_staff(self) -> bool:
        """Django admin asks this; only administrators enter it."""
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.is_active and self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - Django's signature
        return self.is_active and self.is_administrator

    def organisation_ids(self, roles: frozenset[Role] | None = None) -> list[int]:
        """Organisations in which this person holds one of the roles (any role when None)."""
        return sorted({row.organisation_id for row in self.memberships_in_force if roles is None or row.role in roles})

    # As an actor
    @property
    def user_id(self) -> int:
        return self.pk

    @property
    def label(self) -> str:
        return self.name or self.email

    def holds(self, capacity: str, subject: models.Model) -> bool:
        """A role of the assessment organisation counts everywhere it can see; any other only towards its own."""
        if not self.is_active:
            return False
        if capacity in IMI_ROLES:
            return capacity in self.roles and visible(type(subject), self).filter(pk=subject.pk).exists()
        owner = owning_organisation_id(subject)
        return any(row.role == capacity and row.organisation_id == owner for row in self.memberships_in_force)


class Membership(models.Model):
    """A person's role in an organisation, from a day to a day."""

    ORGANISATION_PATH: ClassVar[str] = "organisation"
    SEEN_BY: ClassVar = frozenset({Role.ADMINISTRATOR, Role.EPA_TEAM})

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    since = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_on=None),
                name="membership_in_force_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"


class Invitation(models.Model):
    """An address invited to a role. The token itself is only in the e-mail; here is its SHA-256."""

    ORGANISATION_PATH: ClassVar[str] = "organisation"
    SEEN_BY: ClassVar = frozenset({Role.ADMINISTRATOR, Role.EPA_TEAM})
    LIFETIME: ClassVar = dt.timedelta(hours=72)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=30, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("organisation"),
                Lower("email"),
                models.F("role"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.get_role_display()}, {self.organisation}"


class Link(models.Model):
    """A single-use, expiring link for someone without an account: to do one thing about one subject, once."""

    purpose = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    party = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=150)
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "purpose"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.name}"


class Interest(models.Model):
    """A person's interest in a centre, an employer or an apprentice: bars reviewing and assessing there (A6, C1)."""

    SEEN_BY: ClassVar = frozenset({Role.ADMINISTRATOR, Role.EPA_TEAM})

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="interests")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    employer_name = models.CharField(max_length=200, blank=True)
    uln = models.CharField("apprentice's ULN", max_length=10, blank=True)
    nature = models.CharField(max_length=300, help_text="Such as: worked there until March")
    declared_on = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.user}: {self.nature}"
