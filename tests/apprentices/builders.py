"""Learners for tests, built through the verbs. Most tests above this storey need only ``registered``.

Needs a database and, because an approved centre has a contract, the ``private_files`` fixture.
"""

import datetime as dt
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from apprentices import actions
from apprentices.models import Registration, Upload
from apprentices.rules import FIELDS, LearnerData, check_digit
from centres.models import Centre
from foundation import clock
from foundation.sheets import writing
from standards.models import Package
from tests.centres.builders import owner_of

_numbers = itertools.count(100_000_001)


def uln() -> str:
    """A ULN with a right check digit, another each time."""
    while True:
        nine = str(next(_numbers))
        digit = check_digit(nine)
        if digit is not None:
            return f"{nine}{digit}"


def learner_data(**changes: Any) -> LearnerData:
    """A full-time learner of 22 who began two years ago; every call has another ULN. ``changes`` replace fields."""
    today = clock.today()
    values: dict[str, Any] = {
        "uln": changes.pop("uln", None) or uln(),
        "given_names": "Jordan",
        "family_name": "Lee",
        "date_of_birth": dt.date(today.year - 22, 5, 17),
        "email": "jordan@example.org",
        "employer_name": "Hertford Motor Group",
        "employer_contact": "Sam Manager",
        "employer_email": "sam@example.org",
        "employer_town": "Hertford",
        "employer_postcode": "SG13 8PQ",
        "programme_start_on": dt.date(today.year - 2, 1, 6),
        "planned_end_on": dt.date(today.year + 1, 6, 30),
    }
    return LearnerData(**{**values, **changes})


def registered(centre: Centre, package: Package, *, by: User | None = None, **changes: Any) -> Registration:
    """A learner registered on the package by the centre's owner, who declares it (D3). ``changes`` as above."""
    return actions.register(
        centre=centre,
        package=package,
        learner=learner_data(**changes),
        declared_by="Robin Owner",
        by=by or owner_of(centre),
    )


def cells_of(learner: LearnerData) -> dict[str, Any]:
    """The cells of a sheet's row for the learner, by column key."""
    cells = {field.key: getattr(learner, field.key) for field in FIELDS}
    cells["full_time"] = "Yes" if learner.full_time else "No"
    cells["weekly_hours"] = "" if learner.weekly_hours is None else str(learner.weekly_hours)
    return cells


def sheet(rows: list[LearnerData | dict[str, Any]], *, header: list[str] | None = None) -> bytes:
    """An xlsx of the template's columns: a row per learner, or per dict of cells by column key."""
    lines = []
    for row in rows:
        cells = cells_of(row) if isinstance(row, LearnerData) else row
        lines.append([cells.get(field.key, "") for field in FIELDS])
    return writing.xlsx(lines, header or [field.label for field in FIELDS], writing.Layout(texts=frozenset({0})))


def uploaded_file(content: bytes, name: str = "learners.xlsx") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def checked_upload(
    centre: Centre, package: Package, rows: "list[LearnerData | dict[str, Any]] | bytes", *, name: str = "learners.xlsx"
) -> Upload:
    """A sheet uploaded by the centre's owner and looked at by the worker (checked, or unreadable)."""
    content = rows if isinstance(rows, bytes) else sheet(rows)
    upload = actions.start_upload(
        centre=centre, package=package, uploaded_file=uploaded_file(content, name), by=owner_of(centre)
    )
    actions.check_due()
    upload.refresh_from_db()
    return upload
