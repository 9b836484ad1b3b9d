"""One rule a column: what it is called, what it means, what may be in it. Form and sheet read through the same ones.

A cell is what a sheet holds or a form got: text, a number, a date, nothing. Every reader returns the value and what is
wrong with it; a value with something wrong is None.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apprentices.rules.uln import LENGTH, uln_problem
from foundation.errors import Problem
from foundation.sheets import Cell, Column, parse_date, parse_digits, parse_text

YES = frozenset({"yes", "y", "true", "1", "full time", "full-time", "ft"})
NO = frozenset({"no", "n", "false", "0", "part time", "part-time", "pt"})
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")


@dataclass(frozen=True)
class Reading:
    """What readers may depend on besides the cell: numbers free of the check digit, how the book counts days."""

    exempt_prefix: str = ""
    date1904: bool = False


Reader = Callable[[Cell, Reading], tuple[Any, Problem | None]]


@dataclass(frozen=True)
class LearnerData:
    """A learner as read: everything a registration needs. ``weekly_hours`` is for part-time apprentices."""

    uln: str
    given_names: str
    family_name: str
    date_of_birth: dt.date
    employer_name: str
    programme_start_on: dt.date
    email: str = ""
    employer_contact: str = ""
    employer_email: str = ""
    employer_address: str = ""
    employer_town: str = ""
    employer_postcode: str = ""
    planned_end_on: dt.date | None = None
    full_time: bool = True
    weekly_hours: Decimal | None = None

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    def as_json(self) -> dict[str, Any]:
        """Plain values: dates as 2026-09-14, the hours as text."""
        plain = {}
        for name in NAMES:
            value = getattr(self, name)
            plain[name] = value.isoformat() if isinstance(value, dt.date) else value
        plain["weekly_hours"] = None if self.weekly_hours is None else str(self.weekly_hours)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "LearnerData":
        """The inverse of ``as_json``."""
        values = dict(plain)
        for name in ("date_of_birth", "programme_start_on", "planned_end_on"):
            if values[name] is not None:
                values[name] = dt.date.fromisoformat(values[name])
        if values["weekly_hours"] is not None:
            values["weekly_hours"] = Decimal(values["weekly_hours"])
        return cls(**values)


NAMES = tuple(each.name for each in fields(LearnerData))


@dataclass(frozen=True)
class Field:
    """A column of the sheet and a field of the form. ``example`` and ``hint`` are for people; ``choices`` for lists."""

    key: str
    label: str
    read: Reader
    hint: str = ""
    example: str = ""
    synonyms: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[str, ...] = ()
    is_date: bool = False
    is_text: bool = False

    @property
    def column(self) -> Column:
        return Column(self.key, self.label, self.synonyms, required=self.required)


def read_learner(cells: Mapping[str, Cell], reading: Reading = Reading()) -> tuple[LearnerData | None, list[Problem]]:
    """A learner from cells by column key (D1): the learner, or None with everything that is wrong, column by column."""
    values: dict[str, Any] = {}
    problems = []
    for field in FIELDS:
        value, problem = field.read(cells.get(field.key), reading)
        if problem is None and value is None and field.required:
            problem = Problem("missing", "D1", f"“{field.label}” is empty.")
        if problem is not None:
            problems.append(Problem(problem.code, problem.clause or "D1", problem.message, "", field.key))
        elif value is not None:
            values[field.key] = value
    return (None if problems else LearnerData(**values)), problems


def _uln(cell: Cell, reading: Reading) -> tuple[str | None, Problem | None]:
    digits, problem = parse_digits(cell, LENGTH)
    if digits is not None:
        problem = uln_problem(digits, exempt_prefix=reading.exempt_prefix)
    return (None if problem else digits), problem


def _date(cell: Cell, reading: Reading) -> tuple[dt.date | None, Problem | None]:
    return parse_date(cell, date1904=reading.date1904)


def _text(longest: int) -> Reader:
    def read(cell: Cell, _reading: Reading) -> tuple[str | None, Problem | None]:
        text, problem = parse_text(cell)
        if text is not None:
            text = " ".join(text.split())
            if len(text) > longest:
                return None, Problem("too_long", "", f"This is longer than {longest} characters.")
        return text, problem

    return read


def _name(cell: Cell, reading: Reading) -> tuple[str | None, Problem | None]:
    text, problem = _text(100)(cell, reading)
    if text is not None and not any(character.isalnum() for character in text):
        return None, Problem("not_a_name", "", f"“{text}” is not a name.")
    return text, problem


def _email(cell: Cell, reading: Reading) -> tuple[str | None, Problem | None]:
    text, problem = _text(254)(cell, reading)
    if text is None:
        return None, problem
    try:
        validate_email(text)
    except ValidationError:
        return None, Problem("not_an_email", "", f"“{text[:60]}” is not an e-mail address.")
    return text, None


def _postcode(cell: Cell, reading: Reading) -> tuple[str | None, Problem | None]:
    text, problem = _text(20)(cell, reading)
    if text is None:
        return None, problem
    found = POSTCODE.fullmatch(" ".join(text.upper().split()))
    if found is None:
        return None, Problem("not_a_postcode", "", f"“{text}” is not a postcode such as SG13 8PQ.")
    return f"{found[1]} {found[2]}", None


def _yes_no(cell: Cell, _reading: Reading) -> tuple[bool | None, Problem | None]:
    if isinstance(cell, bool):
        return cell, None
    text, problem = parse_text(cell)
    if text is None:
        return None, problem
    if text.casefold() in YES | NO:
        return text.casefold() in YES, None
    return None, Problem("not_yes_no", "", f"“{text[:40]}” is neither Yes nor No.")


def _hours(cell: Cell, _reading: Reading) -> tuple[Decimal | None, Problem | None]:
    text, problem = parse_text(cell)
    if text is None:
        return None, problem
    try:
        hours = Decimal(text)
        fits = hours.is_finite() and Decimal(1) <= hours <= Decimal(60) and hours == round(hours, 1)
    except InvalidOperation:
        fits = False
    if not fits:
        message = f"“{text[:40]}” must be hours a week between 1 and 60, such as 22.5."
        return None, Problem("not_hours", "", message)
    return hours, None


FIELDS: tuple[Field, ...] = (
    Field(
        "uln",
        "ULN",
        _uln,
        hint="The unique learner number: ten digits, as text.",
        example="1061484016",
        synonyms=("Unique learner number", "Learner ULN", "ULN number"),
        required=True,
        is_text=True,
    ),
    Field(
        "given_names",
        "Given names",
        _name,
        hint="As they shall stand on the certificate.",
        example="Jordan Lee",
        synonyms=("Given name", "First name", "First names", "Forename", "Forenames", "Learner first name"),
        required=True,
    ),
    Field(
        "family_name",
        "Family name",
        _name,
        hint="As in the learner record (ILR): the certificate is claimed under it.",
        example="O’Connor",
        synonyms=("Surname", "Last name", "Learner surname"),
        required=True,
    ),
    Field(
        "date_of_birth",
        "Date of birth",
        _date,
        hint="Day/month/year.",
        example="28/02/2001",
        synonyms=("DOB", "Birth date", "Birthdate", "D.O.B."),
        required=True,
        is_date=True,
    ),
    Field(
        "email",
        "E-mail",
        _email,
        hint="The apprentice’s own address: for signing the gateway and the consent.",
        example="jordan@example.org",
        synonyms=("Email address", "Learner email", "Apprentice email"),
    ),
    Field(
        "employer_name",
        "Employer",
        _text(200),
        hint="The same spelling for the same employer.",
        example="Hertford Motor Group",
        synonyms=("Employer name", "Company", "Company name"),
        required=True,
    ),
    Field(
        "employer_contact",
        "Employer contact",
        _text(150),
        hint="Who signs at the gateway for the employer.",
        example="Sam Manager",
        synonyms=("Employer contact name", "Contact name", "Line manager"),
    ),
    Field(
        "employer_email",
        "Employer e-mail",
        _email,
        example="sam@example.org",
        synonyms=("Employer contact email", "Employer email address", "Contact email"),
    ),
    # A plain "Address" in a centre's own list may be the learner's home: only columns that say whose are taken.
    Field(
        "employer_address",
        "Employer address",
        _text(200),
        hint="House and street: the certificate is sent there unless the apprentice wants it at home.",
        example="12 Mill Road",
        synonyms=(
            "Employer address 1",
            "Employer address line 1",
            "Employer street",
            "Company address",
        ),
    ),
    Field(
        "employer_town",
        "Employer town",
        _text(100),
        example="Hertford",
        synonyms=("Employer town or city", "Employer city"),
    ),
    Field(
        "employer_postcode",
        "Employer postcode",
        _postcode,
        example="SG13 8PQ",
        synonyms=("Employer post code",),
    ),
    Field(
        "programme_start_on",
        "Programme start",
        _date,
        hint="First day of the apprenticeship.",
        example="07/09/2026",
        synonyms=("Programme start date", "Start date", "Learning start date", "Apprenticeship start date"),
        required=True,
        is_date=True,
    ),
    Field(
        "planned_end_on",
        "Planned end",
        _date,
        example="30/04/2028",
        synonyms=("Planned end date", "End date", "Expected end date", "Learning planned end date"),
        is_date=True,
    ),
    Field(
        "full_time",
        "Full time",
        _yes_no,
        hint="Yes or No; Yes where nothing is said.",
        example="Yes",
        synonyms=("Full-time", "Full time?"),
        choices=("Yes", "No"),
    ),
    Field(
        "weekly_hours",
        "Weekly hours",
        _hours,
        hint="For part-time apprentices.",
        example="",
        synonyms=("Hours per week", "Hours a week", "Contracted hours"),
    ),
)
