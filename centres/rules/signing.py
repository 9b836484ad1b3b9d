"""Signing an EPA contract in the portal (A8)."""

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
