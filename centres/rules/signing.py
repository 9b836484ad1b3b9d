"""Signing an EPA contract: who may, with which code, and how a copy signed on paper is checked (A8)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Problem


def signature_problems(
    *, name: str, role: str, consent: bool, shown_sha256: str, document_sha256: str
) -> list[Problem]:
    """A signature in the portal says who, in which role, that they agree, and to which document (A8)."""
    problems = []
    if not name.strip():
        problems.append(Problem("no_name", "A8", "Type your full name.", "sign", "name"))
    if not role.strip():
        problems.append(Problem("no_role", "A8", "Type your role in the centre.", "sign", "role"))
    if not consent:
        message = "Tick that you agree to the contract and may sign it for the centre."
        problems.append(Problem("no_consent", "A8", message, "sign", "consent"))
    if shown_sha256 != document_sha256:
        message = "The contract you were shown is not the one on offer. Open it again, read it, then sign."
        problems.append(Problem("other_document", "A8", message, "sign"))
    return problems


CODE_DIGITS = 6
CODE_LASTS = dt.timedelta(minutes=15)
CODE_TRIES = 5
CODE_PAUSE = dt.timedelta(seconds=60)
CODES_AN_HOUR = 5
CONSENT = "I have read the contract, agree to it for the centre, may sign for it, and agree to sign electronically."
COPY_CHECKS = {
    "pages": "All its pages are there",
    "number": "It has the number of the contract, on every page",
    "unchanged": "Its text is that of the contract as issued",
    "signature": "It is signed",
    "name": "The name and the role of who signed can be read, and are those given",
    "date": "It is dated",
}


@dataclass(frozen=True)
class CodeFacts:
    """A one-time code as it stands: for which document, until when, how often it was tried, whether it was used."""

    document_sha256: str
    expires_at: dt.datetime
    tries: int
    used: bool


def code_problems(code: CodeFacts | None, *, matches: bool, document_sha256: str, now: dt.datetime) -> list[Problem]:
    """No signature without the code that was sent for this document to this person (A8): six digits, fifteen minutes,
    five tries, once. ``matches``: the digits are those of the code."""
    if code is None or code.used or code.document_sha256 != document_sha256:
        found = ("no_code", "Ask for a code first; it comes by e-mail and is for this contract alone.")
    elif now >= code.expires_at:
        found = ("code_expired", "This code is no longer valid: a code is good for 15 minutes. Ask for another one.")
    elif code.tries >= CODE_TRIES:
        found = ("code_tries", "This code was tried too often. Ask for another one.")
    elif not matches:
        left = CODE_TRIES - code.tries - 1
        found = (
            "wrong_code",
            f"This is not the code we sent last. {left} more {'try' if left == 1 else 'tries'}.",
        )
    else:
        return []
    return [Problem(found[0], "A8", found[1], "sign", "code")]


def code_request_problems(sent: Sequence[dt.datetime], *, latest_used: bool, now: dt.datetime) -> list[Problem]:
    """How often a code is sent (A8): not within a minute of one that still waits, not more than five in an hour."""
    if sent and not latest_used and now - max(sent) < CODE_PAUSE:
        message = "We have just sent you a code. Wait a minute for it before you ask for another."
        return [Problem("code_too_soon", "A8", message, "sign")]
    if sum(now - one < dt.timedelta(hours=1) for one in sent) >= CODES_AN_HOUR:
        message = "We have sent you five codes within an hour. Wait a while, or ask IMI’s EPA team."
        return [Problem("code_too_often", "A8", message, "sign")]
    return []


def authority_holds(*, starts_on: dt.date, ends_on: dt.date | None, revoked: bool, on: dt.date) -> bool:
    """Whether an owner's authorisation to sign for the centre holds on a day (A8)."""
    return not revoked and starts_on <= on and (ends_on is None or on <= ends_on)


def authority_problems(
    *, role_title: str, is_member: bool, starts_on: dt.date, ends_on: dt.date | None
) -> list[Problem]:
    """An owner authorises somebody of the centre, in a role, from a day to a day (A8)."""
    problems = []
    if not is_member:
        message = "Only somebody with an account at this centre can be authorised. Invite the person first."
        problems.append(Problem("not_of_centre", "A8", message, "signatories", "user"))
    if not role_title.strip():
        problems.append(Problem("no_role", "A8", "Say in which role this person signs.", "signatories", "role_title"))
    if ends_on is not None and ends_on < starts_on:
        problems.append(Problem("backwards", "A8", "The last day is before the first.", "signatories", "ends_on"))
    return problems


def copy_problems(*, name: str, role: str, is_unsigned: bool) -> list[Problem]:
    """A copy signed on paper (A8): who signed it, in which role, and not the document as it was sent."""
    problems = []
    if not name.strip():
        problems.append(Problem("no_name", "A8", "Type the full name of who signed.", "sign", "name"))
    if not role.strip():
        problems.append(Problem("no_role", "A8", "Type the role of who signed.", "sign", "role"))
    if is_unsigned:
        message = "This is the contract as we sent it, without a signature. Sign it, scan it, upload the scan."
        problems.append(Problem("unsigned_copy", "A8", message, "sign", "signed_copy"))
    return problems


def copy_check_problems(checked: Sequence[str]) -> list[Problem]:
    """IMI countersigns a copy signed on paper once all of it has been compared with the issued one (A8)."""
    missing = [text for name, text in COPY_CHECKS.items() if name not in checked]
    if not missing:
        return []
    message = f"Not checked yet: {'; '.join(missing)}. Send the copy back where something is wrong."
    return [Problem("not_checked", "A8", message, "countersign", "checked")]
