"""Messages of the preparing half: signatures, gateway, subject, bookings. One function per message."""

from typing import Any

from django.db import models

from accounts import letters
from accounts.models import Link
from epa.models import EPA, Booking, ExceptionalClaim, Gateway, ProjectSubject
from epa.queries.preparing import centre_people
from foundation.addresses import full


def _to_centre(kind: str, epa: EPA, context: dict[str, Any], about: models.Model) -> None:
    letters.to_people(kind, centre_people(epa), context, about)


def _of_gateway(gateway: Gateway) -> dict[str, Any]:
    return {"apprentice": gateway.epa.registration.apprentice, "link": full("epa:gateway", pk=gateway.pk)}


def _of_booking(booking: Booking) -> dict[str, Any]:
    return {
        "booking": booking,
        "apprentice": booking.epa.registration.apprentice,
        "link": full("epa:booking", pk=booking.pk),
    }


def _ask(kind: str, link: Link, address: str, about: Gateway | ProjectSubject) -> None:
    apprentice = about.epa.registration.apprentice
    context = {"person": link, "apprentice": apprentice, "centre": apprentice.centre, "link": address}
    letters.to_address(kind, link.email, context, about)


def asked_to_sign(link: Link, token: str, gateway: Gateway) -> None:
    """To the signatory: who asks, about whom, and the link that works once (B5)."""
    _ask("epa.asked_to_sign", link, full("epa:sign", token=token), gateway)


def signed(gateway: Gateway, party_label: str, left: int) -> None:
    """To the centre: a party has signed, and how many signatures are still missing."""
    context = {**_of_gateway(gateway), "party": party_label, "left": left}
    _to_centre("epa.signed", gateway.epa, context, gateway)


def gateway_submitted(gateway: Gateway) -> None:
    """To the EPA team: there is a gateway to check."""
    centre = gateway.epa.registration.apprentice.centre
    letters.to_epa_team(
        "epa.gateway_submitted", {**_of_gateway(gateway), "centre": centre, "gateway": gateway}, gateway
    )


def gateway_returned(gateway: Gateway) -> None:
    """To the centre: the gateway came back; why is on the page."""
    _to_centre("epa.gateway_returned", gateway.epa, _of_gateway(gateway), gateway)


def gateway_accepted(gateway: Gateway, epa: EPA) -> None:
    """To the centre: accepted, and from when to when the EPA period runs (C9)."""
    _to_centre("epa.gateway_accepted", epa, {**_of_gateway(gateway), "epa": epa}, gateway)


def asked_to_comment(link: Link, token: str, subject: ProjectSubject) -> None:
    """To the employer: what the apprentice wants to work on, with the link to comment on it once (C5)."""
    _ask("epa.asked_to_comment", link, full("epa:comment", token=token), subject)


def subject_proposed(subject: ProjectSubject) -> None:
    """To the EPA team: there is a subject to decide (C5)."""
    letters.to_epa_team("epa.subject_proposed", _of_subject(subject), subject)


def subject_decided(subject: ProjectSubject) -> None:
    """To the centre: the subject is agreed, or is not and why is on the page (C5)."""
    _to_centre("epa.subject_decided", subject.epa, _of_subject(subject), subject)


def _of_subject(subject: ProjectSubject) -> dict[str, Any]:
    return {
        "subject": subject,
        "apprentice": subject.epa.registration.apprentice,
        "link": full("epa:subject", pk=subject.pk),
    }


def epa_withdrawn(epa: EPA) -> None:
    """To both sides: withdrawn, and its registration with it. Why is on the page, for it may be personal."""
    registration = epa.registration
    context = {
        "apprentice": registration.apprentice,
        "registration": registration,
        "link": full("epa:detail", pk=epa.pk),
    }
    letters.to_epa_team("epa.withdrawn_team", context, epa)
    _to_centre("epa.withdrawn", epa, context, epa)


def booking_requested(booking: Booking) -> None:
    """To the EPA team's mailbox: a booking to confirm (E3); to the centre: it has arrived."""
    letters.to_epa_team("epa.booking_to_confirm", _of_booking(booking), booking)
    _to_centre("epa.booking_requested", booking.epa, _of_booking(booking), booking)


def booking_declined(booking: Booking) -> None:
    """To the centre: the request is declined; why is on the page."""
    _to_centre("epa.booking_declined", booking.epa, _of_booking(booking), booking)


def booking_cancelled(booking: Booking) -> None:
    """To both sides: cancelled, and what it costs (E4)."""
    letters.to_epa_team("epa.booking_cancelled_team", _of_booking(booking), booking)
    _to_centre("epa.booking_cancelled", booking.epa, _of_booking(booking), booking)


def booking_rebooked(booking: Booking) -> None:
    """To the centre: IMI has rescheduled the cancelled booking into a new one (E5)."""
    _to_centre("epa.booking_rebooked", booking.epa, _of_booking(booking), booking)


def exception_claimed(claim: ExceptionalClaim) -> None:
    """To the EPA team: exceptional circumstances to decide (E5). Says nothing of what they are."""
    letters.to_epa_team("epa.exception_claimed", _of_booking(claim.booking), claim)


def exception_decided(claim: ExceptionalClaim) -> None:
    """To the centre: the claim is decided (E5). Says nothing of what it is about."""
    _to_centre("epa.exception_decided", claim.booking.epa, {**_of_booking(claim.booking), "claim": claim}, claim)
