"""The employers that a centre knows."""

from django.db import IntegrityError, transaction

from accounts.access import RECORD_KEEPERS, require
from apprentices.models import Employer
from centres.models import Centre
from foundation import audit
from foundation.errors import Problem, Refused
from foundation.workflow import Actor

FIELDS = ("name", "contact_name", "contact_email", "address", "town", "postcode")


def save_employer(*, centre: Centre, by: Actor, employer: Employer | None = None, **values: str) -> Employer:
    """Add an employer to the centre, or change one of its own (``values``: name, contact_name, contact_email, address,
    town, postcode). Raises NotAllowed, or Refused where the centre has one of that name."""
    require(by, RECORD_KEEPERS, centre, "keep employers")
    row = employer or Employer(centre=centre)
    verb = "correct" if employer else "add"
    changed = {name: values[name] for name in FIELDS if name in values and getattr(row, name) != values[name]}
    for name, value in changed.items():
        setattr(row, name, value.strip())
    try:
        with transaction.atomic():
            row.save()
            audit.record(row, verb, by=by, facts={"changed": sorted(changed)})
    except IntegrityError as error:
        message = f"There is an employer called “{row.name}” already."
        raise Refused([Problem("employer_twice", "", message, "employers", "name")]) from error
    return row
