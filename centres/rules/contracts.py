"""Signing and ending an EPA contract (A8)."""

import datetime as dt

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


def end_problems(*, in_force_from: dt.date, ends_on: dt.date, reason: str, today: dt.date) -> list[Problem]:
    """A contract ends today or later, with a reason: what was registered under it stays covered (A8)."""
    problems = []
    if ends_on < max(today, in_force_from):
        message = "The last day of the contract can be today or a later day."
        problems.append(Problem("ends_too_early", "A8", message, "end", "ends_on"))
    if not reason.strip():
        problems.append(Problem("no_reason", "A8", "Say why the contract ends.", "end", "reason"))
    return problems
