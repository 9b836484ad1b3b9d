"""Reading what a caller sent: member names in any case, absent members at their type's default, wrong types refused.

That is how the service's JSON reader behaves (Newtonsoft: a number may come as text, an absent date is 0001-01-01).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

NEVER = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
CONTACT = (
    "contactName", "department", "organisation", "addressLine1", "addressLine2", "addressLine3", "city", "postCode",
)  # fmt: skip
_LONG = 2**63


class Malformed(ValueError):
    """The body is not what the endpoint reads; the service answers 403 and does nothing."""


@dataclass(frozen=True)
class StandardNamed:
    """The standard as the caller named it: in a body by code, by reference or by both; in a path by ``either``."""

    code: int = 0
    reference: str = ""
    either: str = ""


@dataclass(frozen=True)
class Ask:
    """What every request names: whose record, on which standard, and the reference where it changes one."""

    standard: StandardNamed
    uln: int
    family_name: str
    request_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class CertificateAsk(Ask):
    """One item of POST or PUT certificate."""

    version: str | None = None
    option: str | None = None
    grade: str | None = None
    achieved: dt.datetime = NEVER
    contact: tuple[str | None, ...] = (None,) * len(CONTACT)

    def contact_line(self, name: str) -> str | None:
        """One member of ``postalContact``."""
        return self.contact[CONTACT.index(name)]


@dataclass(frozen=True)
class Attempt:
    """One assessment in an EPA record."""

    date: dt.datetime
    outcome: str
    resit: bool | None = None
    retake: bool | None = None


@dataclass(frozen=True)
class EpaAsk(Ask):
    """One item of POST or PUT epa; ``attempts`` is the whole history."""

    version: str | None = None
    option: str | None = None
    attempts: tuple[Attempt, ...] = ()


class Members:
    """One JSON object of a request. A missing or null object reads as one without members."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict | None):
            raise Malformed
        self._values: dict[str, Any] = {name.lower(): member for name, member in (value or {}).items()}

    def part(self, name: str) -> "Members":
        """A nested object."""
        return Members(self._values.get(name.lower()))

    def parts(self, name: str) -> list["Members"]:
        """A nested array of objects."""
        return parts_of(self._values.get(name.lower()) or [])

    def text(self, name: str) -> str | None:
        """A string; a number or truth value becomes its text."""
        value = self._values.get(name.lower())
        if isinstance(value, dict | list):
            raise Malformed
        return value if isinstance(value, str | None) else str(value)

    def whole(self, name: str) -> int:
        """A 64-bit whole number, also as text; 0 when absent."""
        value = self._values.get(name.lower(), 0)
        if isinstance(value, str):
            if not value.strip().removeprefix("-").isascii() or not value.strip().removeprefix("-").isdigit():
                raise Malformed
            value = int(value)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or not -_LONG <= value < _LONG:
            raise Malformed
        return value

    def truth(self, name: str) -> bool | None:
        """A truth value that may be absent."""
        value = self._values.get(name.lower())
        if not isinstance(value, bool | None):
            raise Malformed
        return value

    def instant(self, name: str) -> dt.datetime:
        """A date or date and time, read as UTC where no zone is given; ``NEVER`` when absent."""
        value = self._values.get(name.lower())
        if value is None:
            return NEVER
        if not isinstance(value, str):
            raise Malformed
        return instant(value)


def instant(text: str) -> dt.datetime:
    """An ISO date or date and time as an aware UTC instant. Raises ``Malformed``."""
    try:
        value = dt.datetime.fromisoformat(text)
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Malformed from None


def parts_of(value: object) -> list[Members]:
    """The objects of a JSON array. Raises ``Malformed`` where it is none, or one of them is null."""
    if not isinstance(value, list) or None in value:
        raise Malformed
    return [Members(item) for item in value]


def certificate_ask(item: Members) -> CertificateAsk:
    """One item of POST or PUT certificate."""
    details, contact = item.part("learningDetails"), item.part("postalContact")
    return CertificateAsk(
        standard=_standard(item.part("standard")),
        uln=item.part("learner").whole("uln"),
        family_name=item.part("learner").text("familyName") or "",
        request_id=item.text("requestId"),
        reference=item.text("certificateReference"),
        version=details.text("version"),
        option=details.text("courseOption"),
        grade=details.text("overallGrade"),
        achieved=details.instant("achievementDate"),
        contact=tuple(contact.text(name) for name in CONTACT),
    )


def submit_ask(item: Members) -> Ask:
    """One item of POST certificate/submit, which is flat."""
    return Ask(
        standard=_standard(item),
        uln=item.whole("uln"),
        family_name=item.text("familyName") or "",
        request_id=item.text("requestId"),
        reference=item.text("certificateReference"),
    )


def epa_ask(item: Members) -> EpaAsk:
    """One item of POST or PUT epa."""
    details = item.part("learningDetails")
    attempts = item.part("epaDetails").parts("epas")
    return EpaAsk(
        standard=_standard(item.part("standard")),
        uln=item.part("learner").whole("uln"),
        family_name=item.part("learner").text("familyName") or "",
        request_id=item.text("requestId"),
        reference=item.text("epaReference"),
        version=details.text("version"),
        option=details.text("courseOption"),
        attempts=tuple(
            Attempt(part.instant("epaDate"), part.text("epaOutcome") or "", part.truth("resit"), part.truth("retake"))
            for part in attempts
        ),
    )


def path_ask(uln: str, family_name: str, standard: str, reference: str | None = None) -> Ask:
    """A request whose parts are path segments, already decoded. Raises ``Malformed`` where the ULN is no number."""
    if not uln.isascii() or not uln.isdigit() or int(uln) >= _LONG:
        raise Malformed
    return Ask(standard=StandardNamed(either=standard), uln=int(uln), family_name=family_name, reference=reference)


def _standard(item: Members) -> StandardNamed:
    return StandardNamed(item.whole("standardCode"), item.text("standardReference") or "")
