"""The centre's account (D4)."""

from decimal import Decimal

from foundation.errors import Problem

NOTHING = Decimal("0.00")


def credit_problems(*, is_credit: bool, amount: Decimal, left: Decimal, reason: str) -> list[Problem]:
    """A charge is taken back, whole or in part, by a credit note with a reason; never by more than is left of it, and
    a credit note is not taken back (D4)."""
    problems = []
    if is_credit:
        message = "A credit note cannot itself be taken back."
        problems.append(Problem("credits_credit", "D4", message, "account"))
    elif amount <= NOTHING:
        problems.append(Problem("no_amount", "D4", "Enter an amount above £0.00.", "account", "amount"))
    elif amount > left:
        message = f"Only £{left:,.2f} of this charge is left to credit."
        problems.append(Problem("more_than_left", "D4", message, "account", "amount"))
    if not reason.strip():
        problems.append(Problem("no_reason", "D4", "Say why the charge is taken back.", "account", "reason"))
    return problems


def export_problems(waiting: int) -> list[Problem]:
    """An export has at least one line: an empty file tells finance nothing (D4)."""
    if waiting:
        return []
    return [Problem("nothing_to_export", "D4", "No charge waits to be exported.", "charges")]
