"""What the service knows before anyone claims: standards, organisations, the accounts behind keys, and learners."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEED = Path(__file__).with_name("seed.json")


@dataclass(frozen=True)
class Version:
    """One version of a standard; ``options`` is empty when a certificate names none."""

    number: str
    starts: dt.date
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standard:
    """A standard under both its names: the LARS code and the ST reference."""

    code: int
    reference: str
    name: str
    level: int
    versions: tuple[Version, ...]

    def version(self, number: str | None) -> Version | None:
        """The version of that number, or None."""
        return next((version for version in self.versions if version.number.lower() == (number or "").lower()), None)

    def version_on(self, day: dt.date) -> Version:
        """The version that someone starting on ``day`` learns: the latest begun by then, else the first."""
        return next((version for version in reversed(self.versions) if version.starts <= day), self.versions[0])


@dataclass(frozen=True)
class Organisation:
    """An assessment organisation and the versions it is approved for, by standard reference."""

    ukprn: int
    epao_id: str
    name: str
    approvals: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Account:
    """Whom a subscription key stands for. A missing UKPRN or address is an account that was never linked."""

    key: str
    ukprn: int | None
    email: str


@dataclass(frozen=True)
class Learner:
    """A learner on one standard, as the ILR and the apprenticeship service told it.

    ``version`` and ``option`` are set once confirmed there; ``completion`` is the ILR's CompStatus (1, 2, 3 or 6).
    """

    uln: int
    given_names: str
    family_name: str
    standard_code: int
    reference_number: str
    start: dt.date
    planned_end: dt.date | None
    provider_name: str
    provider_ukprn: int
    completion: int
    version: str | None
    option: str | None


@dataclass
class Catalogue:
    """Everything known beforehand, in the order and under the names of the data file."""

    standards: list[Standard] = field(default_factory=list)
    organisations: dict[int, Organisation] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    learners: dict[tuple[int, int], Learner] = field(default_factory=dict)

    def standard(self, name: str | int | None) -> Standard | None:
        """The standard of a LARS code (a number, also as text) or of a reference; None if unknown."""
        text = str(name or "")
        return self.by_code(int(text)) if text.isascii() and text.isdigit() else self.by_reference(text)

    def by_code(self, code: int) -> Standard | None:
        """The standard of a LARS code, or None."""
        return next((standard for standard in self.standards if standard.code == code), None)

    def by_reference(self, reference: str) -> Standard | None:
        """The standard of a reference in any case, or None."""
        return next((standard for standard in self.standards if standard.reference == reference.upper()), None)

    def learner(self, uln: int, code: int) -> Learner | None:
        """The learner's record for that standard, or None."""
        return self.learners.get((uln, code))

    def add_learner(self, data: Mapping[str, Any]) -> Learner:
        """Add or replace one learner. Raises ``KeyError`` or ``ValueError`` where the data cannot be one."""
        learner = _learner(data, self)
        self.learners[learner.uln, learner.standard_code] = learner
        return learner


def load(path: Path | None = None) -> Catalogue:
    """The catalogue of a data file; what the file leaves out (or a file not there yet) comes from ``seed.json``."""
    data = json.loads(SEED.read_text(encoding="utf-8"))
    if path is not None and path.exists():
        data |= json.loads(path.read_text(encoding="utf-8"))
    catalogue = Catalogue(standards=[_standard(item) for item in data["standards"]])
    catalogue.organisations = {item["ukprn"]: _organisation(item) for item in data["organisations"]}
    catalogue.accounts = {item["key"]: _account(item) for item in data["accounts"]}
    for item in data["learners"]:
        catalogue.add_learner(item)
    return catalogue


def _standard(data: Mapping[str, Any]) -> Standard:
    versions = tuple(
        Version(item["version"], dt.date.fromisoformat(item["starts"]), tuple(item.get("courseOption", ())))
        for item in data["versions"]
    )
    return Standard(data["standardCode"], data["standardReference"], data["standardName"], data["level"], versions)


def _organisation(data: Mapping[str, Any]) -> Organisation:
    approvals = {reference: tuple(versions) for reference, versions in data["approvals"].items()}
    return Organisation(data["ukprn"], data["epaoId"], data["name"], approvals)


def _account(data: Mapping[str, Any]) -> Account:
    return Account(data["key"], data.get("ukprn"), data.get("email", ""))


def _learner(data: Mapping[str, Any], catalogue: Catalogue) -> Learner:
    standard = catalogue.standard(data.get("standardCode") or data["standardReference"])
    if standard is None:
        raise ValueError("The learner's standard is not in the catalogue.")
    uln = int(data["uln"])
    planned_end = data.get("plannedEndDate")
    return Learner(
        uln=uln,
        given_names=data["givenNames"],
        family_name=data["familyName"],
        standard_code=standard.code,
        reference_number=data.get("learnerReferenceNumber") or f"A{uln}",
        start=dt.date.fromisoformat(data["learningStartDate"][:10]),
        planned_end=dt.date.fromisoformat(planned_end[:10]) if planned_end else None,
        provider_name=data.get("providerName", ""),
        provider_ukprn=data.get("providerUkPrn", 0),
        completion=data.get("completionStatus", 1),
        version=data.get("version"),
        option=data.get("courseOption"),
    )
