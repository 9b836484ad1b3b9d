"""Single-use, expiring links for people without an account."""

import datetime as dt
import hashlib
import secrets

from django.db import models, transaction

from accounts.models import Link
from foundation import clock
from foundation.errors import Conflict

LIFETIME = dt.timedelta(days=14)


def sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    purpose: str, subject: models.Model, *, name: str, email: str, party: str = "", lifetime: dt.timedelta = LIFETIME
) -> tuple[Link, str]:
    """A fresh link and its token; earlier unused ones for the same purpose, subject and party stop working."""
    same = Link.objects.filter(
        purpose=purpose,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        party=party,
        used_at=None,
        revoked_at=None,
    )
    same.update(revoked_at=clock.now())
    token = secrets.token_urlsafe(32)
    link = Link.objects.create(
        purpose=purpose,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        party=party,
        name=name,
        email=email,
        token_sha256=sha256(token),
        expires_at=clock.now() + lifetime,
    )
    return link, token


def find(token: str, purpose: str) -> Link | None:
    """The link a token opens, if it is still good."""
    return Link.objects.filter(
        token_sha256=sha256(token), purpose=purpose, used_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).first()


def use(link: Link) -> None:
    """Spend the link, inside the transaction of what it was for. Of two users at once the second gets Conflict."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a link is spent in the transaction of what it was for")
    spent = Link.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(used_at=clock.now())
    if spent != 1:
        raise Conflict("This link has already been used.")
