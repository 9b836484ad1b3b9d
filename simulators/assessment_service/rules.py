"""When the service refuses, in its order and its words. Every function returns all messages that apply, none is well.

Source of conditions and order: das-assessor-service, Application.Api/Validators/ExternalApi.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulators.assessment_service import messages as say
from simulators.assessment_service.catalogue import Catalogue, Learner, Organisation, Standard, Version
from simulators.assessment_service.intake import Ask, CertificateAsk, EpaAsk
from simulators.assessment_service.records import DELETED, DRAFT, FAIL, PRINT_STATUSES, SUBMITTED, Record, Store

EARLIEST = dt.datetime(2017, 1, 1, tzinfo=dt.UTC)
WITHDRAWN, ON_BREAK = 3, 6
_INWARD = "[0-9][abd-hjlnp-uw-z]{2}"
_OUTWARD = "[a-pr-uwyz][a-hk-y]?[0-9][0-9]?|[a-pr-uwyz][0-9][a-hjkstuw]|[a-pr-uwyz][a-hk-y][0-9][abehmnprv-y]"
POSTCODE = re.compile(rf"(?:gir *0aa|(?:{_OUTWARD}) *{_INWARD})\n?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Caller:
    """Who asks: the UKPRN behind the key, and its organisation where the service knows one."""

    ukprn: int
    organisation: Organisation | None

    def approved_versions(self, standard: Standard) -> tuple[str, ...]:
        """The versions this caller may assess; empty when it may not assess the standard."""
        return tuple(self.organisation.approvals.get(standard.reference, ())) if self.organisation else ()


@dataclass(frozen=True)
class Case:
    """One request beside everything it touches, looked up once."""

    ask: Ask
    caller: Caller
    now: dt.datetime
    standard: Standard | None
    standards_differ: bool
    learner: Learner | None
    record: Record | None

    @property
    def live(self) -> Record | None:
        """The record unless it is deleted."""
        return self.record if self.record and not self.record.is_deleted else None

    @property
    def learner_matches(self) -> bool:
        """Whether the family name is the learner's: upper and lower case are one, nothing else is forgiven."""
        return self.learner is not None and same(self.learner.family_name, self.ask.family_name)

    @property
    def is_owner(self) -> bool:
        """Whether the record is the caller's."""
        return self.record is not None and self.record.owner_ukprn == self.caller.ukprn


def look_up(catalogue: Catalogue, store: Store, caller: Caller, ask: Ask, now: dt.datetime) -> Case:
    """The case of one request. The code leads where code and reference disagree."""
    named = ask.standard
    by_reference = catalogue.standard(named.either) if named.either else catalogue.by_reference(named.reference)
    standard = catalogue.by_code(named.code) if named.code else by_reference
    code = standard.code if standard else 0
    return Case(
        ask=ask,
        caller=caller,
        now=now,
        standard=standard,
        standards_differ=bool(named.code and named.reference and standard is not by_reference),
        learner=catalogue.learner(ask.uln, code),
        record=store.find(ask.uln, code, ask.reference),
    )


def same(one: str | None, other: str | None) -> bool:
    """Equal but for upper and lower case."""
    return (one or "").lower() == (other or "").lower()


def blank(text: str | None) -> bool:
    """Absent, empty or only white space."""
    return not (text or "").strip()


def chosen_version(case: Case) -> str:
    """The version a certificate or EPA is for: asked, else as recorded, else the learner's, else by the start date.

    That a confirmed learner version comes before the start date is our assumption; the source only says "computed".
    """
    ask = case.ask
    if isinstance(ask, CertificateAsk | EpaAsk) and ask.version and not blank(ask.version):
        return ask.version
    if case.live and case.live.version:
        return case.live.version
    if case.learner and case.learner.version:
        return case.learner.version
    if case.standard is None:
        return ""
    return case.standard.version_on(case.learner.start if case.learner else case.now.date()).number


def chosen_option(case: Case) -> str | None:
    """The option a certificate is for: asked, else the learner's where the version has options at all."""
    ask = case.ask
    asked = ask.option if isinstance(ask, CertificateAsk | EpaAsk) else None
    version = version_of(case)
    if asked or case.learner is None or version is None or not version.options:
        return asked or None
    return case.learner.option


def create_certificate(case: Case, *, guard: bool) -> list[str]:
    """POST certificate. ``guard`` off leaves out the refusal of a second certificate."""
    return [*_certificate(case), *_new_certificate(case, guard=guard)]


def update_certificate(case: Case) -> list[str]:
    """PUT certificate."""
    return [*_certificate(case), *_learner_choices(case), *_changed_certificate(case)]


def submit_certificate(case: Case) -> list[str]:
    """POST certificate/submit."""
    return [*names_problems(case), *match_problems(case, say.NOT_FOUND), *_submitted(case)]


def delete_certificate(case: Case) -> list[str]:
    """DELETE certificate."""
    return [*names_problems(case), *match_problems(case, say.NOT_FOUND), *_deleted(case)]


def get_certificate(case: Case) -> list[str]:
    """GET certificate: the caller's own is found by the name on it, anyone else's needs approval and an EPA pass."""
    found = list(names_problems(case))
    if not _uln_fits(case.ask.uln):
        found.append(say.ULN_LENGTH)
    elif case.standard is None or blank(case.ask.family_name):
        pass
    elif case.caller.organisation is None:
        found.append(say.UKPRN_UNKNOWN)
    elif not (case.live and case.is_owner and same(case.live.family_name, case.ask.family_name)):
        found += _someone_elses(case, case.standard)
    return found


def get_learner(case: Case) -> list[str]:
    """GET learner."""
    found = list(_account(case))
    if case.standard is None:
        found.append(say.NO_STANDARD if blank(case.ask.standard.either) else say.STANDARD_UNKNOWN)
    return [*found, *match_problems(case, say.NOT_FOUND)]


def _account(case: Case) -> Iterator[str]:
    if not 10_000_000 <= case.caller.ukprn <= 99_999_999:
        yield say.UKPRN_LENGTH
    if blank(case.ask.family_name):
        yield say.NO_FAMILY_NAME


def names_problems(case: Case) -> Iterator[str]:
    """Whether account, family name and standard can be read; every endpoint but GET learner begins so."""
    yield from _account(case)
    if case.standard is None:
        yield say.NO_VALID_STANDARD
    elif case.standards_differ:
        yield say.STANDARDS_DIFFER


def _uln_fits(uln: int) -> bool:
    return 1_000_000_000 <= uln <= 9_999_999_999


def match_problems(case: Case, not_found: str) -> Iterator[str]:
    """Whether the learner is one the service knows and the caller may assess."""
    if not _uln_fits(case.ask.uln):
        yield say.ULN_LENGTH
    elif case.standard is None or blank(case.ask.family_name):
        return
    elif not case.learner_matches:
        yield not_found
    elif case.caller.organisation is None:
        yield say.UKPRN_UNKNOWN
    elif not case.caller.approved_versions(case.standard):
        yield say.NOT_APPROVED


def version_of(case: Case) -> Version | None:
    """The chosen version, if the standard has it."""
    return case.standard.version(chosen_version(case)) if case.standard else None


def version_problems(case: Case) -> Iterator[str]:
    """The version exists, and the organisation that may assess the standard may assess this version of it."""
    if case.standard is None or case.standards_differ:
        return
    number = chosen_version(case)
    if case.standard.version(number) is None:
        yield say.VERSION_UNKNOWN
        return
    approved = case.caller.approved_versions(case.standard)
    if approved and case.learner_matches and number.lower() not in {version.lower() for version in approved}:
        yield say.version_not_approved(number)


def _certificate(case: Case) -> Iterator[str]:
    ask = case.ask
    assert isinstance(ask, CertificateAsk)  # noqa: S101 - the api only brings certificate requests here
    yield from names_problems(case)
    yield from _option(case)
    yield from version_problems(case)
    yield from match_problems(case, say.NOT_FOUND_STOP)
    yield from _contact(ask)
    if blank(ask.grade):
        yield say.NO_GRADE
    elif same(ask.grade, FAIL):
        yield say.FAIL_GRADE
    elif not any(same(ask.grade, grade) for grade in say.GRADES):
        yield say.GRADE_UNKNOWN
    if ask.achieved < EARLIEST:
        yield say.ACHIEVED_TOO_EARLY
    elif ask.achieved > case.now:
        yield say.ACHIEVED_IN_FUTURE


def _option(case: Case) -> Iterator[str]:
    version, option = version_of(case), chosen_option(case)
    if case.standard is None or case.standards_differ or version is None:
        return
    if not version.options and option:
        yield say.NO_OPTIONS
    elif version.options and not any(same(option, known) for known in version.options):
        yield say.option_unknown(version.options, case.standard.code, version.number)


def _contact(ask: CertificateAsk) -> Iterator[str]:
    if blank(ask.contact_line("contactName")):
        yield say.NO_CONTACT_NAME
    if blank(ask.contact_line("addressLine1")):
        yield say.NO_ADDRESS
    if blank(ask.contact_line("city")):
        yield say.NO_CITY
    postcode = ask.contact_line("postCode") or ""
    if blank(postcode):
        yield say.NO_POSTCODE
    elif not POSTCODE.fullmatch(postcode):
        yield say.POSTCODE_WRONG


def _new_certificate(case: Case, *, guard: bool) -> Iterator[str]:
    if not blank(case.ask.reference):
        yield say.REFERENCE_GIVEN
        return
    record = case.live
    if record and not case.is_owner:
        yield say.NOT_EPA_CREATOR
    elif record and guard and not (record.is_epa_only or record.is_recorded_fail):
        yield say.already_exists(record.reference)
    if case.learner is None:
        yield say.learner_unknown(case.ask.uln)
    elif case.learner.completion in {WITHDRAWN, ON_BREAK}:
        yield say.WITHDRAWN
    yield from _learner_choices(case)


def _learner_choices(case: Case) -> Iterator[str]:
    if case.learner is None:
        return
    if case.learner.version and not same(chosen_version(case), case.learner.version):
        yield say.LEARNER_VERSION
    if case.learner.option and not same(chosen_option(case), case.learner.option):
        yield say.LEARNER_OPTION


def _reference_held(case: Case) -> Record | None:
    """The live record, if the reference is its."""
    return case.live if case.live and same(case.live.reference, case.ask.reference) else None


def _changed_certificate(case: Case) -> Iterator[str]:
    record = _reference_held(case)
    if blank(case.ask.reference):
        yield say.NO_REFERENCE
    elif record is None or record.is_epa_only or record.is_recorded_fail:
        yield say.CERTIFICATE_NOT_FOUND
    elif not case.is_owner:
        yield say.NOT_CREATOR
    elif record.status != DRAFT:
        yield say.NOT_DRAFT


def _submitted(case: Case) -> Iterator[str]:
    record = _reference_held(case)
    if blank(case.ask.reference):
        yield say.NO_REFERENCE
    elif record is None:
        yield say.CERTIFICATE_NOT_FOUND
    elif not case.is_owner:
        yield say.NOT_CREATOR
    elif record.status in {SUBMITTED, *PRINT_STATUSES}:
        yield say.ALREADY_SUBMITTED
    elif record.status != DRAFT:
        yield say.NOT_READY
    else:
        yield from _submittable(case, record)


def _submittable(case: Case, record: Record) -> Iterator[str]:
    """Here, and only here, the organisation of the contact is asked for: absent refuses, an empty text passes."""
    needed = [record.contact.get(name) for name in ("contactName", "organisation", "addressLine1", "city", "postCode")]
    if None in [*needed, record.given_names or None, record.family_name or None, record.grade, record.achieved]:
        yield say.DATA_MISSING
    elif case.learner and case.learner.version and not same(case.learner.version, record.version):
        yield say.VERSION_CHANGED
    elif case.learner and case.learner.option and not same(case.learner.option, record.option):
        yield say.OPTION_CHANGED


def _deleted(case: Case) -> Iterator[str]:
    record = case.record
    if blank(case.ask.reference):
        yield say.NO_REFERENCE
    elif record is None or not same(record.reference, case.ask.reference):
        yield say.CERTIFICATE_NOT_FOUND
    elif record.is_epa_only:
        yield say.CERTIFICATE_NOT_FOUND_STOP
    elif not case.is_owner:
        yield say.NOT_CREATOR
    elif record.status not in {DRAFT, DELETED}:
        yield say.CANNOT_DELETE


def _someone_elses(case: Case, standard: Standard) -> Iterator[str]:
    if not case.caller.approved_versions(standard):
        yield say.NOT_APPROVED
    if case.live is None:
        if not case.learner_matches:
            yield say.NO_APPRENTICE
    elif not same(case.live.family_name, case.ask.family_name):
        yield say.NO_APPRENTICE
    elif not case.live.latest_epa or not same(case.live.latest_epa["epaOutcome"], "Pass"):
        yield say.NO_CERTIFICATE
