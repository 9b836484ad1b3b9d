"""Asking for an EPA, cancelling it and what that costs, exceptional circumstances. All pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from epa.rules import windows
from epa.states import BookingState, EPAState, GatewayState
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.workingdays import OutsideHorizon, WorkingDays
from standards.rules import VersionSettings
from standards.states import PackageKind

BOOKING = "guidance, Booking an EPA"
CANCELLING = "guidance, Cancelling an EPA"
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class BookingFacts:
    """What a request is judged by. ``starts_on`` and ``ends_on`` are None before the gateway is accepted."""

    package_kind: str
    registration_active: bool
    epa_state: str
    open_booking: str
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


@dataclass(frozen=True)
class Cancellation:
    """What cancelling costs, and why (E4). ``facts`` is stored with it; amounts in pounds as text."""

    charged: bool
    fee: Decimal
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Askable:
    """The practical dates that can be asked for on one day (E2, C1, C9). ``last`` and ``ask_by`` are None before the
    period is known; with ``problems`` there is no such date, and no later day will bring one in the same period."""

    earliest: dt.date
    last: dt.date | None
    ask_by: dt.date | None
    problems: tuple[Problem, ...] = ()


def bookable_problems(facts: BookingFacts) -> list[Problem]:
    """E1: whether there can be a booking at all, whatever the date."""
    found = []
    if facts.package_kind != PackageKind.EPA or not facts.registration_active:
        message = f"Only an apprentice registered on an EPA package can be booked — {BOOKING}."
        found.append(Problem("not_registered", "E1", message, where="registration"))
    if facts.epa_state not in {EPAState.PREPARING, EPAState.IN_PERIOD}:
        state = EPAState(facts.epa_state).label.lower()
        found.append(Problem("epa_over", "E1", f"The assessment is past booking: {state} — {BOOKING}.", where="epa"))
    if facts.open_booking:
        message = f"There is an open booking already, {facts.open_booking}; cancel it before asking for another."
        found.append(Problem("open_booking", "E1", message, where="booking"))
    return found


def request_problems(
    facts: BookingFacts,
    settings: VersionSettings,
    *,
    today: dt.date,
    desired_on: dt.date,
    declared_by: str,
    calendar: WorkingDays,
) -> list[Problem]:
    """E1, E2, E6: all that is wrong with a request for ``desired_on``; a day nobody works only asks."""
    return [
        *bookable_problems(facts),
        *notice_problems(settings, today=today, desired_on=desired_on),
        *day_problems(facts, settings, desired_on=desired_on, calendar=calendar),
        *declaration_problems(declared_by),
    ]


def earliest_desired(settings: VersionSettings, today: dt.date) -> dt.date:
    """E2: the first practical date that can be asked for today."""
    return today + dt.timedelta(days=settings.booking_notice_days)


def last_day_to_request(settings: VersionSettings, desired_on: dt.date) -> dt.date:
    """E2: the last day on which a practical date can be asked for."""
    return desired_on - dt.timedelta(days=settings.booking_notice_days)


def askable(facts: BookingFacts, settings: VersionSettings, *, today: dt.date) -> Askable:
    """C1, C9, E2: whether the notice leaves a date within the practical's window, and until when it does."""
    earliest = earliest_desired(settings, today)
    if facts.starts_on is None or facts.ends_on is None or settings.practical is None:
        return Askable(earliest, None, None)
    last = windows.held_by(settings.practical, facts.starts_on, facts.ends_on)
    ask_by = last_day_to_request(settings, last)
    if earliest <= last:
        return Askable(max(earliest, facts.starts_on), last, ask_by)
    notice = (
        f"A request is made at least {settings.booking_notice_days} days before the desired date, so the earliest date "
        f"that can be asked for today is {date_long(earliest)} — {BOOKING}."
    )
    window = (
        f"The EPA period runs from {date_long(facts.starts_on)}, and the last day on which the practical can be held "
        f"is {date_long(last)}; a request for it had to be made by {date_long(ask_by)} "
        "— guidance, End-point assessment."
    )
    found = (
        Problem("no_date_notice", "E2", notice, where="period"),
        Problem("no_date_window", windows.window_clause(settings.practical), window, where="period"),
    )
    return Askable(earliest, last, ask_by, found)


def notice_problems(settings: VersionSettings, *, today: dt.date, desired_on: dt.date) -> list[Problem]:
    """E2: at least so many calendar days between the request and the desired practical date."""
    days = (desired_on - today).days
    if days >= settings.booking_notice_days:
        return []
    away = f"{days} days away" if days > 0 else "not in the future"
    message = (
        f"{date_long(desired_on)} is {away}; a request is made at least {settings.booking_notice_days} days before the "
        f"desired date, so the earliest is {date_long(earliest_desired(settings, today))} — {BOOKING}."
    )
    return [Problem("notice", "E2", message, field="desired_on")]


def day_problems(
    facts: BookingFacts, settings: VersionSettings, *, desired_on: dt.date, calendar: WorkingDays
) -> list[Problem]:
    """C1, C9: the day lies in the practical's window once the period is known; a day nobody works only asks."""
    found = []
    if facts.starts_on is not None and facts.ends_on is not None and settings.practical is not None:
        last = windows.held_by(settings.practical, facts.starts_on, facts.ends_on)
        if not facts.starts_on <= desired_on <= last:
            message = (
                f"The EPA period runs: the practical is held from {date_long(facts.starts_on)} to {date_long(last)} "
                "— guidance, End-point assessment."
            )
            found.append(Problem("window", "C1", message, field="desired_on"))
    try:
        working = calendar.is_working(desired_on)
    except OutsideHorizon:
        message = f"{date_long(desired_on)} is further away than the calendar of working days reaches."
        return [*found, Problem("horizon", "", message, field="desired_on")]
    if not working:
        message = f"{date_long(desired_on)} is no working day; the EPA team may propose the nearest one."
        found.append(Problem("no_working_day", "E2", message, field="desired_on", warning=True))
    return found


def declaration_problems(declared_by: str) -> list[Problem]:
    """E6: somebody declares, by name, that centre and employer are responsible for all prerequisites."""
    if declared_by.strip():
        return []
    message = f"Name who declares that centre and employer answer for all prerequisites — {BOOKING}."
    return [Problem("declaration", "E6", message, field="declared_by")]


def is_provisional(booking_state: str, gateway_state: str) -> bool:
    """E2: an open booking is provisional until the gateway is accepted."""
    return booking_state in {BookingState.REQUESTED, BookingState.CONFIRMED} and gateway_state != GatewayState.ACCEPTED


def cancellation(
    first_confirmed_on: dt.date | None,
    cancelled_on: dt.date,
    settings: VersionSettings,
    *,
    by_imi: bool,
    fee: Decimal,
) -> Cancellation:
    """E4: the full EPA fee when cancelled within so many days of the first confirmed date, that number included.

    Nothing before a date was confirmed, and never for IMI's own change. ``fee`` is the EPA package's price as fixed
    when the apprentice was registered.
    """
    limit = settings.late_cancellation_days
    days = (first_confirmed_on - cancelled_on).days if first_confirmed_on is not None else None
    charged = days is not None and days <= limit and not by_imi
    if by_imi:
        reason = "IMI makes the change, so nothing is charged"
    elif days is None or first_confirmed_on is None:
        reason = "no date was confirmed yet, so nothing is charged"
    elif charged:
        when = f"{days} days before" if days > 0 else "not before"
        reason = (
            f"it is {when} the first confirmed assessment date, {date_long(first_confirmed_on)}; cancelling within "
            f"{limit} days of it is charged the full EPA fee"
        )
    else:
        reason = (
            f"it is {days} days before the first confirmed assessment date, {date_long(first_confirmed_on)}; "
            f"nothing is charged when it is more than {limit} days before"
        )
    facts = {
        "first_confirmed_on": first_confirmed_on.isoformat() if first_confirmed_on else None,
        "cancelled_on": cancelled_on.isoformat(),
        "days": days,
        "limit": limit,
        "by_imi": by_imi,
        "full_fee": str(fee),
    }
    return Cancellation(charged, fee if charged else NOTHING, reason, facts)


def shown_fee_problems(computed: Decimal, shown: Decimal) -> list[Problem]:
    """E4: nobody is charged another amount than the page showed when they decided."""
    if computed == shown:
        return []
    message = (
        f"Since the page was shown the fee has changed from £{shown:,.2f} to £{computed:,.2f}; look again and confirm "
        f"once more — {CANCELLING}."
    )
    return [Problem("fee_changed", "E4", message)]


def claim_problems(*, booking_state: str, cancelled_by_imi: bool, claimed_already: bool, text: str) -> list[Problem]:
    """E5: a claim is about a cancelled booking, is made once, and says what happened."""
    found = []
    if booking_state != BookingState.CANCELLED or cancelled_by_imi:
        message = f"Exceptional circumstances are claimed for a booking that the centre has cancelled — {CANCELLING}."
        found.append(Problem("not_cancelled", "E5", message))
    if claimed_already:
        found.append(Problem("claimed", "E5", "A claim has been made for this booking already."))
    if not text.strip():
        found.append(Problem("no_text", "E5", f"Say what happened — {CANCELLING}.", field="text"))
    return found


def claim_decision_problems(*, granted: bool, reason: str, has_evidence: bool) -> list[Problem]:
    """E5: granted only on evidence; refused only with a reason."""
    found = []
    if granted and not has_evidence:
        message = f"There is no evidence yet; the centre has to add it before the claim is granted — {CANCELLING}."
        found.append(Problem("no_evidence", "E5", message, where="evidence"))
    if not granted and not reason.strip():
        found.append(Problem("reason", "E5", f"Say why the claim is refused — {CANCELLING}.", field="reason"))
    return found


def rebook_problems(
    facts: BookingFacts,
    settings: VersionSettings,
    *,
    booking_state: str,
    cancelled_by_imi: bool,
    claim_granted: bool,
    requested_on: dt.date,
    today: dt.date,
    desired_on: dt.date,
    calendar: WorkingDays,
) -> list[Problem]:
    """E4, E5: IMI reschedules what it cancelled itself or what exceptional circumstances undid.

    The notice (E2) is not given anew: it counts from the day of the first request.
    """
    found = []
    if booking_state != BookingState.CANCELLED or not (cancelled_by_imi or claim_granted):
        message = (
            "Only a booking that IMI cancelled, or whose exceptional circumstances were accepted, is rescheduled "
            f"without notice — {CANCELLING}."
        )
        found.append(Problem("not_excepted", "E5", message))
    if desired_on <= today:
        found.append(Problem("past", "E5", "The new date lies in the future.", field="desired_on"))
    elif (desired_on - requested_on).days < settings.booking_notice_days:
        message = (
            f"The first request was made on {date_long(requested_on)}, so the new date is "
            f"{date_long(earliest_desired(settings, requested_on))} or later — {BOOKING}."
        )
        found.append(Problem("notice", "E2", message, field="desired_on"))
    return [
        *found,
        *bookable_problems(facts),
        *day_problems(facts, settings, desired_on=desired_on, calendar=calendar),
    ]
