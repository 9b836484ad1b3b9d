"""What withdrawing an EPA has to know of it."""

from epa.models import EPA, Attempt, Booking
from epa.rules import withdrawing as rules
from epa.states import AttemptState, BookingState
from foundation.errors import Problem

OPEN_BOOKING = (BookingState.REQUESTED, BookingState.CONFIRMED)
OPEN_ATTEMPT = (AttemptState.PLANNED, AttemptState.ARRANGED)


def open_booking(epa: EPA) -> Booking | None:
    """The booking that has been requested or confirmed: there is one at most."""
    return Booking.objects.filter(epa=epa, state__in=OPEN_BOOKING).first()


def confirmed_number(booking: Booking | None) -> str:
    """The number of a confirmed booking, else nothing: what the rule asks for."""
    return booking.number if booking is not None and booking.state == BookingState.CONFIRMED else ""


def open_attempts(epa: EPA) -> list[Attempt]:
    """The attempts that have not been held, in the order of the components."""
    return list(epa.attempts.filter(state__in=OPEN_ATTEMPT).select_related("component").order_by("component__order"))


def stoppers(epa: EPA) -> list[Problem]:
    """What has to be done before the EPA can be withdrawn (E4)."""
    return rules.booking_problems(confirmed_number(open_booking(epa)))
