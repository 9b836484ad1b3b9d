"""The centre's account (D4)."""

from foundation.errors import Problem


def reversal_problems(*, is_reversal: bool, reason: str) -> list[Problem]:
    """A charge is taken back by a line of its own, with a reason; a reversal is not taken back (D4)."""
    problems = []
    if is_reversal:
        problems.append(Problem("reverses_reversal", "D4", "A reversal cannot itself be reversed.", "account"))
    if not reason.strip():
        problems.append(Problem("no_reason", "D4", "Say why the charge is reversed.", "account", "reason"))
    return problems
