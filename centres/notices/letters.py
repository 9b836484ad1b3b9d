"""Whom a letter about a centre reaches."""

from typing import Any

from django.db import models

from accounts import letters
from centres import queries
from centres.models import Centre


def to_centre(kind: str, centre: Centre, context: dict[str, Any], about: models.Model, once: str = "") -> None:
    """To the centre's people, or to its contact's address while nobody has accepted the invitation yet."""
    people = list(queries.people(centre))
    if people:
        letters.to_people(kind, people, context, about, once)
    else:
        key = f"{kind}:{once}:contact" if once else None
        letters.to_address(kind, centre.contact_email, {**context, "to_contact": True}, about, key)
