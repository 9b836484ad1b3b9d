"""Letters to people, to the EPA team's mailbox, to an address. What they say and who gets them is the apps' affair.

A letter's kind is its text too: ``epa.signed`` is ``templates/messages/epa/signed.txt``. ``once`` names what the letter
is posted for: posted again for the same it is not sent again (a unique constraint, see ``foundation.outbox``).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import models

from accounts.models import User
from foundation import outbox

Context = Mapping[str, Any]


def to_people(kind: str, people: Iterable[User], context: Context, about: models.Model, once: str = "") -> None:
    """To each of the people, once each; the text knows who reads it as ``person``."""
    for person in people:
        to_person(kind, person, context, about, f"{kind}:{once}:{person.pk}" if once else None)


def to_person(kind: str, person: User, context: Context, about: models.Model, once_key: str | None = None) -> None:
    """To one person; ``once_key`` is the whole key."""
    _post(kind, person.email, {**context, "person": person}, about, once_key, person)


def to_epa_team(kind: str, context: Context, about: models.Model, once: str = "") -> None:
    """To the mailbox that the whole EPA team reads."""
    _post(kind, settings.EPA_TEAM_MAILBOX, context, about, f"{kind}:{once}:epa-team" if once else None)


def to_address(kind: str, address: str, context: Context, about: models.Model, once_key: str | None = None) -> None:
    """To somebody without an account, or not yet with one; ``once_key`` is the whole key."""
    _post(kind, address, context, about, once_key)


def _post(
    kind: str, to: str, context: Context, about: models.Model, once_key: str | None, user: User | None = None
) -> None:
    template = kind.replace(".", "/", 1)
    outbox.post(kind, to=to, template=template, context=context, user=user, about=about, once_key=once_key)
