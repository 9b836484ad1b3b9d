"""The rules of records of achievement, consent and claims. Pure."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.hours import CLAIM_AT
from foundation.dates import date_long
from foundation.errors import Problem
from standards.states import GRADE_ORDER, Grade

FRIDAY = 4
EARLIEST_ACHIEVEMENT = dt.date(2017, 1, 1)
# What the assessment service calls our grades. It takes grades a standard does not have, so only ours are offered.
SERVICE_GRADE = {Grade.PASS: "Pass", Grade.MERIT: "Merit", Grade.DISTINCTION: "Distinction"}
# What the service calls a certificate: not asked for yet, or gone out. Any other word is for a person to read.
DRAFT_STATUSES = {"Draft", "Ready"}
GONE_OUT_STATUSES = {"Submitted", "SentToPrinter", "Printed", "Delivered", "NotDelivered", "Reprint"}
REFERENCE = re.compile(r"[0-9]{8,10}", re.ASCII)  # a number the service counts up, filled with zeros to eight digits
WITHDRAWN_STATUSES = {3, 6}  # completion status in the ILR: withdrawn, on a break; the service refuses both
_OUTWARD = r"[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-HJKPS-UW]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][ABEHMNPRV-Y])"
POSTCODE = re.compile(rf"^(?:GIR ?0AA|{_OUTWARD} ?[0-9][ABD-HJLNP-UW-Z]{{2}})$")


def record_problems(
    *, overall: str, grades: Mapping[str, str], released: bool, passed: bool, claimed: bool
) -> list[Problem]:
    """A record of achievement is for a pass or above in all elements of the EPA (F3), once.

    ``passed`` is what the EPA's own state says; the result has to say the same.
    """
    if not released:
        return [Problem("not_released", "F3", "The result has not been released yet — guidance, Results.", "result")]
    if claimed:
        return [Problem("claimed", "F3", "The record of achievement has already been claimed.", "record")]
    below = sorted(code for code, grade in grades.items() if GRADE_ORDER[Grade(grade)] < GRADE_ORDER[Grade.PASS])
    if overall in {"", Grade.FAIL} or below or not grades or not passed:
        message = "A record of achievement needs a pass or above in all elements of the EPA — guidance, Certificating."
        return [Problem("not_passed", "F3", message, "result")]
    return []


def claim_week(now: dt.datetime) -> dt.date:
    """The Friday whose claims are due at ``now`` (aware, London): this week's from ``CLAIM_AT`` on, else the last (F5).

    Whoever comes late finds the Friday that was missed; what was not claimed then is claimed now.
    """
    back = (now.weekday() - FRIDAY) % 7
    friday = now.date() - dt.timedelta(days=back)
    return friday - dt.timedelta(days=7) if back == 0 and now.time() < CLAIM_AT else friday


@dataclass(frozen=True)
class ClaimFacts:
    """What a claim is made of. Dates are civil; ``achieved_on`` is the last day of the EPA."""

    uln: str
    given_names: str
    family_name: str
    standard_code: int
    standard_reference: str
    version: str
    overall: str
    achieved_on: dt.date
    released: bool
    consent: bool
    organisation: str
    address: str
    town: str
    postcode: str


def claim_problems(facts: ClaimFacts, *, today: dt.date) -> list[Problem]:
    """What keeps a pass from being claimed: consent (F4), a released pass (F5), and what the service would refuse."""
    found = []
    if not facts.released or facts.overall not in SERVICE_GRADE:
        found.append(Problem("no_pass", "F5", "Only a released pass is claimed — guidance, Certificating.", "result"))
    if not facts.consent:
        message = "The apprentice's consent to the claim is not on record — guidance, Certificating apprentices."
        found.append(Problem("no_consent", "F4", message, "consent"))
    if not EARLIEST_ACHIEVEMENT <= facts.achieved_on <= today:
        message = f"The achievement date {date_long(facts.achieved_on)} is not between January 2017 and today."
        found.append(Problem("achieved_on", "F5", message, "result"))
    if not (facts.given_names.strip() and facts.family_name.strip(" .")):  # a name of dots is no part of an address
        found.append(Problem("name", "F5", "The apprentice's name is not complete.", "learner"))
    if not facts.organisation.strip():
        found.append(
            Problem("organisation", "F5", "The organisation the certificate is sent to is missing.", "employer")
        )
    if not (facts.address.strip() and facts.town.strip()):
        found.append(Problem("address", "F5", "The address the certificate is sent to is not complete.", "employer"))
    if not POSTCODE.match(facts.postcode.strip().upper()):
        found.append(
            Problem("postcode", "F5", "The postcode the certificate is sent to is not a UK postcode.", "employer")
        )
    return found


def claim_payload(facts: ClaimFacts, request_id: str) -> dict[str, Any]:
    """Exactly what is sent for a claim (F5). The date is sent at midnight: the service compares it with its own now."""
    return {
        "requestId": request_id,
        "standard": {"standardCode": facts.standard_code, "standardReference": facts.standard_reference},
        "learner": {"uln": int(facts.uln), "familyName": facts.family_name},
        "learningDetails": {
            **({"version": facts.version} if facts.version else {}),
            "overallGrade": SERVICE_GRADE[Grade(facts.overall)],
            "achievementDate": f"{facts.achieved_on:%Y-%m-%d}T00:00:00Z",
        },
        "postalContact": {
            "contactName": f"{facts.given_names} {facts.family_name}",
            "organisation": facts.organisation,
            "addressLine1": facts.address,
            "city": facts.town,
            "postCode": facts.postcode.strip().upper(),
        },
    }


def payload_sha256(payload: Mapping[str, Any]) -> str:
    """The hash that shows a payload is still what was frozen."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def submit_item(payload: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """The flat item that submits what ``payload`` created."""
    return {
        "requestId": payload["requestId"],
        "uln": payload["learner"]["uln"],
        "standardCode": payload["standard"]["standardCode"],
        "standardReference": payload["standard"]["standardReference"],
        "familyName": payload["learner"]["familyName"],
        "certificateReference": reference,
    }


def differences(
    payload: Mapping[str, Any],
    *,
    uln: int | None,
    grade: str | None,
    achieved_on: dt.date | None,
    family_name: str | None,
) -> list[str]:
    """Where a certificate the service holds is not what was claimed (F5): it is this claim's only without a difference.

    The service leaves out what it has no value for; a ULN or a name it does not tell is not held against it.
    """
    wanted = payload["learningDetails"]
    found = []
    if (grade or "").casefold() != wanted["overallGrade"].casefold():
        found.append("the grade differs")
    if achieved_on is None or f"{achieved_on:%Y-%m-%d}" != wanted["achievementDate"][:10]:
        found.append("the achievement date differs")
    if family_name is not None and family_name.casefold() != payload["learner"]["familyName"].casefold():
        found.append("the family name differs")
    if uln is not None and uln != payload["learner"]["uln"]:
        found.append("the ULN differs")
    return found


def is_to_change(payload: Mapping[str, Any], contact: Mapping[str, str | None], version: str | None) -> bool:
    """Whether a draft that the service holds would be printed for another address or version than is claimed."""
    wanted = payload["postalContact"]
    asked = payload["learningDetails"].get("version")
    return (asked is not None and version is not None and asked.casefold() != version.casefold()) or any(
        _folded(contact.get(name)) != _folded(value) for name, value in wanted.items()
    )


def _folded(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


def reference_problems(reference: str, *, used_by: str) -> list[Problem]:
    """What is wrong with a certificate's reference that a person types (F5); ``used_by`` is the claim that has it."""
    if not REFERENCE.fullmatch(reference):
        message = "A reference of the assessment service is a number of eight digits or more, such as 00013007."
        return [Problem("reference", "F5", message, "claims", "reference")]
    if used_by:
        message = f"Certificate {reference} belongs to claim {used_by}: every claim has a certificate of its own."
        return [Problem("reference_used", "F5", message, "claims", "reference")]
    return []


def without_uln(words: Iterable[str], uln: str) -> list[str]:
    """What the service said, as it is kept for good: its words may quote the learner's ULN, which is not."""
    return [word.replace(uln, "…") for word in words]


# What a person checks, and where, for what the service says: the start of its words, and ours (``{standard}``).
ADVICE = (
    (
        "ULN, FamilyName and Standard not found",
        (
            "The service takes its learners from the training provider’s ILR. Compare the ULN and the family name "
            "here with those the provider returned (letter by letter; capitals do not matter), and ask whether "
            "the ILR has the apprentice on {standard}. What is wrong here is corrected on the apprentice’s page; "
            "what is wrong in the ILR the provider corrects in its next return."
        ),
    ),
    (
        "Standard not found",
        (
            "The service does not know {standard}. An administrator compares the reference and the LARS code of "
            "the standard in the catalogue with the service’s own list of standards."
        ),
    ),
    (
        "Cannot find the apprentice details",
        (
            "The service has the apprentice as withdrawn or on a break. The training provider corrects the "
            "completion status in its ILR."
        ),
    ),
    (
        "Your organisation is not approved to assess this Standard",
        (
            "The service does not have the IMI as approved for {standard} or this version of it. Look under "
            "Standards in the service itself, and opt in to the version there."
        ),
    ),
    (
        "Incorrect version for learner",
        (
            "The training provider has confirmed another version of {standard} for this learner. Ask the provider "
            "which is right; it is corrected in the provider’s apprenticeship account."
        ),
    ),
)


def advice(words: Iterable[str], standard: str) -> list[str]:
    """What to check, and where, for what the service said of a claim (F5); nothing where that says enough."""
    said = [part.strip() for word in words for part in word.split(";")]
    return [text.format(standard=standard) for start, text in ADVICE if any(part.startswith(start) for part in said)]


def learner_problems(completion_status: int | None) -> list[str]:
    """What the service's own record of the learner says against a claim."""
    if completion_status in WITHDRAWN_STATUSES:
        return ["The ILR has the apprentice as withdrawn or on a break; the training provider has to correct it."]
    return []
