"""Withdrawing an end-point assessment. All pure."""

from epa.rules.booking import CANCELLING
from foundation.errors import Problem


def booking_problems(confirmed_booking: str) -> list[Problem]:
    """E4: a confirmed booking is cancelled by itself, on the page that says what it costs. Its number, or nothing."""
    if not confirmed_booking:
        return []
    message = (
        f"Booking {confirmed_booking} is confirmed. Cancel the booking first, because that may cost the full EPA fee — "
        f"{CANCELLING}."
    )
    return [Problem("booking_confirmed", "E4", message, where="booking")]


def withdrawal_problems(*, reason: str, confirmed_booking: str) -> list[Problem]:
    """E1, E4: an assessment is withdrawn for a reason, and without a confirmed booking."""
    found = booking_problems(confirmed_booking)
    if not reason.strip():
        found.append(Problem("reason", "", "Say why the assessment is withdrawn.", field="reason"))
    return found
