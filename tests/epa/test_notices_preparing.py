"""Every message of the preparing half: to whom, one link, no personal data beyond the name, nothing about health."""

import datetime as dt
import re

import pytest

from centres import queries as centres
from epa.actions import booking, gateway, portfolio
from epa.models import EPA
from foundation.models import Message
from standards.models import StandardVersion
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders
from tests.epa.test_actions_booking import FEE, NOTHING, claimed, confirmed, days

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)
TO_TEAM = {
    "epa.gateway_submitted",
    "epa.subject_proposed",
    "epa.booking_to_confirm",
    "epa.booking_cancelled_team",
    "epa.exception_claimed",
}
TO_SIGNATORIES = {"epa.asked_to_sign", "epa.asked_to_comment"}
TO_CENTRE = {
    "epa.signed",
    "epa.gateway_returned",
    "epa.gateway_accepted",
    "epa.subject_decided",
    "epa.booking_requested",
    "epa.booking_declined",
    "epa.booking_cancelled",
    "epa.booking_rebooked",
    "epa.exception_decided",
}


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    """An EPA after everything that sends a message has happened."""
    at(MONDAY)
    epa = builders.epa_for(builders.registration(st0071))
    owner, team = builders.centre_user(epa), epa_team()
    booking.decline(booking=builders.requested_booking(epa), reason="Full.", by=team)
    late = confirmed(epa, MONDAY + days(3))
    booking.cancel(booking=late, reason="Rushed to hospital.", shown_fee=FEE, by=owner)
    booking.grant(claim=claimed(late), by=team)
    booking.rebook(booking=late, desired_on=MONDAY + days(91), by=team)
    booking.cancel(booking=late.replaced_by, reason="Snow.", shown_fee=NOTHING, by=team, by_imi=True)
    subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=owner)
    portfolio.decide_subject(subject=subject, agreed=False, reason="Too wide.", by=team)
    row = builders.submitted(epa)
    gateway.return_(gateway=row, reason="Unreadable.", by=team)
    row = gateway.submit(gateway=builders.gateway_of(epa), by=owner)
    gateway.accept(gateway=row, by=team)
    return epa


def test_each_goes_to_those_whom_it_concerns(epa: EPA, settings) -> None:
    people = {user.email for user in centres.people(epa.registration.apprentice.centre)}
    reached: dict[str, set[str]] = {}
    for kind, to in Message.objects.values_list("kind", "to_email"):
        reached.setdefault(kind, set()).add(to)
    apprentice = epa.registration.apprentice
    expected = {kind: {settings.EPA_TEAM_MAILBOX} for kind in TO_TEAM}
    expected |= dict.fromkeys(TO_CENTRE, people)
    expected |= {
        "epa.asked_to_sign": {"sam@example.org", apprentice.email},
        "epa.asked_to_comment": {"sam@example.org"},
    }
    assert {kind: reached.get(kind, set()) for kind in expected} == expected


def test_each_has_a_subject_one_link_and_nothing_it_should_not(epa: EPA) -> None:
    apprentice = epa.registration.apprentice
    for message in Message.objects.filter(kind__in=TO_TEAM | TO_CENTRE | TO_SIGNATORIES):
        text = f"{message.subject}\n{message.text}"
        assert message.subject, message.kind
        assert len(re.findall(r"https?://", message.text)) == 1, message.kind
        assert message.text.splitlines()[0].endswith((".", ":")) is True, message.kind
        for secret in (
            apprentice.uln,
            str(apprentice.date_of_birth),
            "hospital",
            "Too wide",
            "Unreadable",
            "None",
            "{",
        ):
            assert secret not in text, (message.kind, secret)


def test_a_token_is_only_in_the_message_of_its_receiver(epa: EPA) -> None:
    for message in Message.objects.exclude(kind__in=TO_SIGNATORIES):
        assert not re.search(r"/epa/(sign|comment)/", message.text), message.kind


@pytest.mark.clause("E4")
def test_the_cancelling_centre_reads_the_fee_or_that_there_is_none(epa: EPA) -> None:
    texts = list(Message.objects.filter(kind="epa.booking_cancelled").order_by("pk").values_list("text", flat=True))
    people = len({user.pk for user in centres.people(epa.registration.apprentice.centre)})
    assert ["£640.00" in text for text in texts] == [True] * people + [False] * people
    assert "nothing is charged" in texts[-1]
