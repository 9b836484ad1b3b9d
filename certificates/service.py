"""The assessment service's "Record a grade" API over HTTP: typed answers, and errors that say what may have happened.

Nothing is repeated here. After a write that ends in ``UnknownOutcome`` the service may hold the certificate or not, now
or in a while: the caller waits, asks, and decides. No ULN and no name reaches a log line or an exception's text; the
line has the verb, the route, the status and the time.
"""

import datetime as dt
import json
import logging
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from foundation import clock

BATCH = 25
CONNECT_SECONDS = 10.0
RETRY_AFTER_SECONDS = 60.0
ALREADY_EXISTS = "Certificate already exists: "
ALREADY_SUBMITTED = "Certificate has already been submitted"

log = logging.getLogger(__name__)
# Its debug lines hold whole paths, and a path holds a ULN and a family name.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

Item = Mapping[str, Any]
T = TypeVar("T")


class ServiceError(Exception):
    """The service did not do what was asked, or did not say so."""


class Unreachable(ServiceError):
    """Surely nothing has changed: no connection came about, or what got no usable answer was only a question."""


class UnknownOutcome(ServiceError):
    """A write was sent and no usable answer came (time-out, reset, 5xx, broken body): done, not done, or done later."""


class RateLimited(ServiceError):
    """Too many calls; nothing was done. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many calls, the next in {retry_after:g} s")
        self.retry_after = retry_after


class Rejected(ServiceError):
    """The service refused the whole call and did nothing: key, account, malformed input, or (on a read) its rules."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}".strip())
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Contact:
    """Where a printed certificate goes."""

    name: str | None = None
    department: str | None = None
    organisation: str | None = None
    address_line_1: str | None = None
    address_line_2: str | None = None
    address_line_3: str | None = None
    city: str | None = None
    postcode: str | None = None

    def as_sent(self) -> dict[str, str | None]:
        """The members that a claim sends, under their names there."""
        return {
            "contactName": self.name,
            "organisation": self.organisation,
            "addressLine1": self.address_line_1,
            "city": self.city,
            "postCode": self.postcode,
        }


@dataclass(frozen=True)
class Certificate:
    """A certificate as the service shows it; it leaves out what it has no value for, so every member may be None.

    Without a ``reference`` it is another organisation's, shown redacted. ``status`` is Draft, Ready, Submitted,
    SentToPrinter, Printed, Delivered, NotDelivered or Reprint; ``delivery`` WaitingForDelivery, Delivered or
    NotDelivered. Instants are aware, in UTC.
    """

    reference: str | None = None
    status: str | None = None
    uln: int | None = None
    given_names: str | None = None
    family_name: str | None = None
    standard_code: int | None = None
    standard_reference: str | None = None
    version: str | None = None
    course_option: str | None = None
    overall_grade: str | None = None
    achievement_date: dt.date | None = None
    learning_start_date: dt.date | None = None
    provider_name: str | None = None
    provider_ukprn: int | None = None
    contact: Contact = field(default_factory=Contact)
    created_at: dt.datetime | None = None
    submitted_at: dt.datetime | None = None
    printed_at: dt.datetime | None = None
    printed_batch: int | None = None
    delivery: str | None = None
    delivered_at: dt.datetime | None = None

    @property
    def is_held_elsewhere(self) -> bool:
        """Whether another organisation holds it, so that a person has to look."""
        return self.reference is None


@dataclass(frozen=True)
class Learner:
    """A learner as the service knows one. ``completion_status`` is the ILR's: 1, 2, 3 withdrawn, 6 on a break."""

    uln: int | None = None
    given_names: str | None = None
    family_name: str | None = None
    standard_code: int | None = None
    standard_reference: str | None = None
    version: str | None = None
    course_option: str | None = None
    learning_start_date: dt.date | None = None
    planned_end_date: dt.date | None = None
    provider_name: str | None = None
    provider_ukprn: int | None = None
    completion_status: int | None = None
    epa_reference: str | None = None
    latest_epa_date: dt.date | None = None
    latest_epa_outcome: str | None = None
    certificate: Certificate | None = None


@dataclass(frozen=True)
class ItemAnswer:
    """The answer to one item of a batch. Neither certificate nor errors: the service did not speak of this item."""

    request_id: str
    certificate: Certificate | None = None
    errors: tuple[str, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether this item's outcome is unknown although the call as a whole was answered."""
        return self.certificate is None and not self.errors

    @property
    def existing_reference(self) -> str | None:
        """The reference told in ``Certificate already exists: …``, or None."""
        told = next((error for error in self.errors if error.startswith(ALREADY_EXISTS)), "")
        return told.removeprefix(ALREADY_EXISTS) or None

    @property
    def was_submitted_before(self) -> bool:
        """Whether a submit was refused because an earlier one had arrived."""
        return ALREADY_SUBMITTED in self.errors


class AssessmentService:
    """One organisation's access to the service. Not for sharing between threads."""

    def __init__(self, base_url: str, key: str, timeout: float) -> None:
        """``timeout`` in seconds: how long an answer may be silent. The organisation is the one the key stands for."""
        self._base_url = base_url.rstrip("/")
        self._timeout = (min(timeout, CONNECT_SECONDS), timeout)
        self._session = requests.Session()
        self._session.headers.update({"Ocp-Apim-Subscription-Key": key, "Accept": "application/json"})

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def learner(self, uln: int | str, family_name: str, standard: str) -> Learner:
        """The learner. ``Rejected`` says why the service would refuse a claim for this ULN, name and standard."""
        values = {"uln": uln, "familyName": family_name, "standard": standard}
        return self._read("api/v1/learner/{uln}/{familyName}/{standard}", values, _learner)

    def certificate(self, uln: int | str, family_name: str, standard: str) -> Certificate | None:
        """The certificate; None where the service shows none, which after an unknown outcome proves nothing."""
        values = {"uln": uln, "familyName": family_name, "standard": standard}
        return self._read("api/v1/certificate/{uln}/{familyName}/{standard}", values, _certificate_or_none)

    def create(self, items: Sequence[Item]) -> dict[str, ItemAnswer]:
        """Ask for certificates, at most 25. An answer for every item, by its ``requestId``.

        An item holds requestId, standard{standardReference}, learner{uln, familyName}, learningDetails{version,
        courseOption, overallGrade, achievementDate} and postalContact{contactName, organisation, addressLine1, city,
        postCode, …}. Leave out no organisation: only submit asks for it, when the certificate is there already.
        Raises ``ValueError`` for a batch too large or with a ``requestId`` missing or twice, and ``ServiceError``.
        """
        return self._batch("POST", "api/v1/certificate", items)

    def update(self, items: Sequence[Item]) -> dict[str, ItemAnswer]:
        """Change drafts, each item with its ``certificateReference``; otherwise as ``create``."""
        return self._batch("PUT", "api/v1/certificate", items)

    def submit(self, items: Sequence[Item]) -> dict[str, ItemAnswer]:
        """Have certificates printed; the items are flat. Otherwise as ``create``."""
        return self._batch("POST", "api/v1/certificate/submit", items)

    def grades(self) -> tuple[str, ...]:
        """Every grade the service takes, whatever the standard."""
        return self._read("api/v1/certificate/grades", {}, _texts)

    def options(self, standard: str, version: str | None = None) -> tuple[str, ...]:
        """The course options of a standard (in a version); empty where it has none. ``Rejected`` 404 if unknown."""
        values = {"standard": standard} | ({"version": version} if version else {})
        route = "api/v1/standards/options/{standard}" + ("/{version}" if version else "")
        return self._read(route, values, _options)

    def ping(self) -> bool:
        """Whether the service is there and takes the key."""
        return self._read("Ping", {}, lambda body: body == "Pong", raw=True)

    def _read(self, route: str, values: Mapping[str, int | str], parse: Callable[[Any], T], *, raw: bool = False) -> T:
        response = self._send("GET", route, values)
        return _parsed(response, parse, Unreachable("the answer could not be read"), raw=raw)

    def _batch(self, method: str, route: str, items: Sequence[Item]) -> dict[str, ItemAnswer]:
        asked = [item.get("requestId") for item in items]
        if len(items) > BATCH:
            raise ValueError(f"{len(items)} items in a batch; the service takes {BATCH}")
        if not all(isinstance(name, str) and name for name in asked) or len(set(asked)) != len(asked):
            raise ValueError("every item needs a requestId of its own")
        if not items:
            return {}
        response = self._send(method, route, {}, json.dumps([dict(item) for item in items]).encode("ascii"))
        answers = _parsed(response, _item_answers, UnknownOutcome("the answer could not be read"))
        told = Counter(answer.request_id for answer in answers)
        if told.keys() != set(asked) or told.total() != len(asked):
            log.warning("%s %s: the answers do not fit the items", method, route)
        once = {answer.request_id: answer for answer in answers if told[answer.request_id] == 1}
        return {str(name): once.get(str(name), ItemAnswer(str(name))) for name in asked}

    def _send(
        self, method: str, route: str, values: Mapping[str, int | str], body: bytes | None = None
    ) -> requests.Response:
        """One call, no repetition; a response below 300 or the error that tells what may have happened.

        Errors are raised outside the ``except``: the library's own text holds the path and must not be their context.
        """
        began = time.monotonic()
        url = f"{self._base_url}/{route.format_map({name: _segment(value) for name, value in values.items()})}"
        headers = {"Content-Type": "application/json"} if body is not None else None
        try:
            response = self._session.request(
                method, url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            kind, sent = type(error).__name__, not _before_sending(error)
        else:
            log.info("%s %s: %s in %.3f s", method, route, response.status_code, time.monotonic() - began)
            if response.status_code >= 300:
                _refused(response, is_write=method != "GET")
            return response
        log.warning("%s %s: %s after %.3f s", method, route, kind, time.monotonic() - began)
        raise UnknownOutcome(kind) if sent and method != "GET" else Unreachable(kind)


def _segment(value: int | str) -> str:
    """A path segment with everything encoded, ``/`` too. Raises ``ValueError`` for one that would change the route."""
    text = str(value)
    if text in {"", ".", ".."}:
        raise ValueError("a part of the path is empty")
    return quote(text, safe="")


def _before_sending(error: BaseException) -> bool:
    """Whether the failure came before a byte of the request was sent: an address that is none, or no connection."""
    return isinstance(error, ValueError) or any(
        isinstance(cause, NewConnectionError | ConnectTimeoutError | ssl.SSLCertVerificationError)
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: urllib3 keeps the inner one as ``reason``, requests as its first argument."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if isinstance(current, BaseException) and current not in seen:
            seen.append(current)
            waiting += [getattr(current, "reason", None), current.__cause__, *current.args]
    yield from seen


def _refused(response: requests.Response, *, is_write: bool) -> NoReturn:
    """Raise what a status of 300 or more means. A 408 and every 5xx may come after the work was done."""
    status = response.status_code
    if status == 429:
        raise RateLimited(_retry_after(response.headers.get("Retry-After", "")))
    if status >= 500 or status == 408:
        raise UnknownOutcome(f"status {status}") if is_write else Unreachable(f"status {status}")
    raise Rejected(status, _message(response))


def _retry_after(value: str) -> float:
    """The seconds of a Retry-After header, given as seconds or as a date; a minute where it says neither."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return RETRY_AFTER_SECONDS
    aware = until if until.tzinfo is not None else until.replace(tzinfo=dt.UTC)
    return max(0.0, (aware - clock.now()).total_seconds())


def _message(response: requests.Response) -> str:
    """The service's message. Nothing is taken from what is not its own JSON: a proxy's page may quote the path."""
    try:
        message = json.loads(response.content).get("message", "")
    except (ValueError, AttributeError):
        return ""
    return message if isinstance(message, str) else ""


def _parsed(response: requests.Response, parse: Callable[[Any], T], failure: ServiceError, *, raw: bool = False) -> T:
    """The body read, or ``failure`` where it is not what it should be (outside the ``except``, as in ``_send``)."""
    try:
        text = response.content.decode("utf-8")
        if response.status_code == 204:
            return parse(None)
        return parse(text.strip().strip('"') if raw else json.loads(text))
    except (ValueError, TypeError, AttributeError, OverflowError):
        pass
    log.warning("an answer with status %s could not be read", response.status_code)
    raise failure


def _part(data: Any, name: str) -> dict[str, Any]:
    """A nested object, empty where absent. Raises ``TypeError`` where it is something else."""
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(name)
    return value


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if not isinstance(value, str | None):
        raise TypeError(name)
    return value


def _number(data: dict[str, Any], name: str) -> int | None:
    value = data.get(name)
    if not isinstance(value, int | None) or isinstance(value, bool):
        raise TypeError(name)
    return value


def _instant(data: dict[str, Any], name: str) -> dt.datetime | None:
    value = _text(data, name)
    if value is None:
        return None
    moment = dt.datetime.fromisoformat(value)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _date(data: dict[str, Any], name: str) -> dt.date | None:
    """The calendar date as written; the service means days, whatever zone its text carries."""
    value = _text(data, name)
    return dt.datetime.fromisoformat(value).date() if value is not None else None


def _certificate(data: Any) -> Certificate:
    known = _part(data, "certificateData")
    standard, learner, details = (_part(known, name) for name in ("standard", "learner", "learningDetails"))
    return Certificate(
        reference=_text(known, "certificateReference"),
        status=_text(_part(data, "status"), "currentStatus"),
        uln=_number(learner, "uln"),
        given_names=_text(learner, "givenNames"),
        family_name=_text(learner, "familyName"),
        standard_code=_number(standard, "standardCode"),
        standard_reference=_text(standard, "standardReference"),
        version=_text(details, "version"),
        course_option=_text(details, "courseOption"),
        overall_grade=_text(details, "overallGrade"),
        achievement_date=_date(details, "achievementDate"),
        learning_start_date=_date(details, "learningStartDate"),
        provider_name=_text(details, "providerName"),
        provider_ukprn=_number(details, "providerUkPrn"),
        contact=_contact(_part(known, "postalContact")),
        created_at=_instant(_part(data, "created"), "createdAt"),
        submitted_at=_instant(_part(data, "submitted"), "submittedAt"),
        printed_at=_instant(_part(data, "printed"), "printedAt"),
        printed_batch=_number(_part(data, "printed"), "printedBatch"),
        delivery=_text(_part(data, "delivered"), "status"),
        delivered_at=_instant(_part(data, "delivered"), "deliveryDate"),
    )


def _certificate_or_none(data: Any) -> Certificate | None:
    return None if data is None else _certificate(data)


def _contact(data: dict[str, Any]) -> Contact:
    return Contact(
        name=_text(data, "contactName"),
        department=_text(data, "department"),
        organisation=_text(data, "organisation"),
        address_line_1=_text(data, "addressLine1"),
        address_line_2=_text(data, "addressLine2"),
        address_line_3=_text(data, "addressLine3"),
        city=_text(data, "city"),
        postcode=_text(data, "postCode"),
    )


def _learner(data: Any) -> Learner:
    known, epa = _part(data, "learnerData"), _part(data, "epaDetails")
    standard, person, details = (_part(known, name) for name in ("standard", "learner", "learningDetails"))
    return Learner(
        uln=_number(person, "uln"),
        given_names=_text(person, "givenNames"),
        family_name=_text(person, "familyName"),
        standard_code=_number(standard, "standardCode"),
        standard_reference=_text(standard, "standardReference"),
        version=_text(details, "version"),
        course_option=_text(details, "courseOption"),
        learning_start_date=_date(details, "learningStartDate"),
        planned_end_date=_date(details, "plannedEndDate"),
        provider_name=_text(details, "providerName"),
        provider_ukprn=_number(details, "providerUkPrn"),
        completion_status=_number(_part(data, "status"), "completionStatus"),
        epa_reference=_text(epa, "epaReference"),
        latest_epa_date=_date(epa, "latestEpaDate"),
        latest_epa_outcome=_text(epa, "latestEpaOutcome"),
        certificate=_certificate(data["certificate"]) if data.get("certificate") else None,
    )


def _item_answers(data: Any) -> list[ItemAnswer]:
    """Answers that name their item; one without a requestId belongs to none and is dropped."""
    if not isinstance(data, list):
        raise TypeError("not a list")
    answers = []
    for entry in data:
        request_id, shown = _text(entry, "requestId"), entry.get("certificate")
        if request_id:
            certificate = _certificate(shown) if shown else None
            answers.append(ItemAnswer(request_id, certificate, _texts(entry.get("validationErrors") or [])))
    return answers


def _texts(data: Any) -> tuple[str, ...]:
    if not isinstance(data, list) or not all(isinstance(text, str) for text in data):
        raise TypeError("not a list of texts")
    return tuple(data)


def _options(data: Any) -> tuple[str, ...]:
    return () if data is None else _texts(data.get("courseOption") or [])
