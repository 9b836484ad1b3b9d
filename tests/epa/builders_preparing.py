"""EPAs up to the accepted gateway and the requested booking, built through the verbs.

Needs a database and private files. Each builder does what is missing before it: ``epa_for`` → ``ready_gateway`` →
``submitted`` → ``accepted``; ``requested_booking`` needs only ``epa_for``. The links that were mailed are read from the
outbox, as their receivers would.
"""

import datetime as dt
import itertools
import re
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import links
from accounts.models import Link, User
from apprentices.actions.learners import record_attainment
from apprentices.models import Registration
from centres.models import Centre
from epa.actions import booking, gateway, portfolio
from epa.models import EPA, Booking, Gateway, PortfolioPiece, Signature
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from epa.states import Party
from foundation import clock
from foundation.models import Message
from standards.models import StandardVersion
from tests.apprentices.builders import registered
from tests.centres.builders import TINY_PDF, approved_centre, epa_team, owner_of, stored_pdf

_marks = itertools.count(1)
EMPLOYER = ("Sam Manager", "sam@example.org")  # as tests.apprentices.builders registers them


def pdf(name: str = "piece.pdf") -> SimpleUploadedFile:
    """A PDF like no other, as a browser sends it."""
    return SimpleUploadedFile(name, TINY_PDF + f"% {next(_marks)}\n".encode())


def registration(version: StandardVersion, centre: Centre | None = None, **learner: object) -> Registration:
    """A learner on the version's EPA package, at an approved centre; each with an address of their own."""
    centre = centre or approved_centre(version)
    values = {"email": f"apprentice{next(_marks)}@example.org", **learner}
    return registered(centre, version.packages.get(kind="epa"), **values)


def centre_user(epa: EPA) -> User:
    """The owner of the apprentice's centre."""
    return owner_of(epa.registration.apprentice.centre)


def epa_for(row: Registration) -> EPA:
    """The EPA of a registration, being prepared."""
    return gateway.prepare(registration=row, by=owner_of(row.apprentice.centre))


def gateway_of(epa: EPA) -> Gateway:
    """The gateway, fresh."""
    return Gateway.objects.select_related("epa").get(epa=epa)


def token_sent(email: str, path: str = "sign") -> str:
    """The token in the newest message to an address with a link to ``path`` ("sign", "comment")."""
    for message in Message.objects.filter(to_email=email).order_by("-pk"):
        found = re.search(rf"/epa/{path}/([^/\s]+)/", message.text)
        if found:
            return found[1]
    raise AssertionError(f"no link to {path} was sent to {email}")


def sign_with(token: str, name: str = "") -> Signature:
    """The holder of a link reads and signs the agreement, under the name the link was sent to by default."""
    link = links.find(token, queries.SIGN)
    assert link is not None, "the link is no longer good"
    row = Gateway.objects.select_related("epa").get(pk=link.subject_id)
    shown = rules.digest(queries.shown_to(row, link.party))
    return gateway.sign_by_link(link=link, name=name or link.name, shown_sha256=shown, address="192.0.2.8")


def sign_for_provider(row: Gateway) -> Signature:
    """The centre's owner signs, logged in."""
    user = centre_user(row.epa)
    shown = rules.digest(queries.shown_to(row, Party.PROVIDER))
    return gateway.sign_in_person(
        gateway=row, name=user.name, email=user.email, shown_sha256=shown, address="192.0.2.7", by=user
    )


def sign_all(row: Gateway) -> None:
    """Employer and apprentice by the links they are sent, the training provider by login."""
    for link in gateway.invite_signatures(gateway=row, by=centre_user(row.epa)):
        sign_with(token_sent(link.email))
    sign_for_provider(row)


def asked(row: Gateway, party: str, email: str = "", name: str = "") -> tuple[Link, str]:
    """A party is sent a link; the link and its token."""
    address = email or f"{party}{next(_marks)}@example.org"
    link = gateway.send_link(
        gateway=row, party=party, name=name or f"{party.title()} Person", email=address, by=centre_user(row.epa)
    )
    return link, token_sent(address)


def attainments(epa: EPA, level: str = "2") -> None:
    """English and maths with their certificates."""
    for subject in ("english", "maths"):
        record_attainment(
            apprentice=epa.registration.apprentice,
            subject=subject,
            level=level,
            qualification=f"Functional Skills {subject}",
            achieved_on=clock.today() - dt.timedelta(days=200),
            evidence=stored_pdf(),
            by=centre_user(epa),
        )


def pieces(epa: EPA, count: int = 10) -> list[PortfolioPiece]:
    """``count`` pieces of portfolio, links, each evidence for the first criterion."""
    row = gateway_of(epa)
    codes = [criterion.code for criterion in queries.criteria_of(epa)][:1]
    return [
        portfolio.add_piece(
            gateway=row,
            title=f"Piece {number}",
            evidences=codes,
            link=f"https://portfolio.example/{number}",
            by=centre_user(epa),
        )
        for number in range(1, count + 1)
    ]


def ready_gateway(epa: EPA, *, percent: str = "20.0", sign: bool = True) -> Gateway:
    """A gateway with everything, signed by all three, not yet submitted."""
    row = gateway_of(epa)
    gateway.state_training(gateway=row, percent=Decimal(percent), by=centre_user(epa))
    attainments(epa)
    if queries.criteria_of(epa):
        pieces(epa)
    if sign:
        sign_all(gateway_of(epa))
    return gateway_of(epa)


def submitted(epa: EPA) -> Gateway:
    """A gateway that waits for the EPA team."""
    return gateway.submit(gateway=ready_gateway(epa), by=centre_user(epa))


def accepted(epa: EPA) -> EPA:
    """An EPA whose gateway was accepted today: its period begins today."""
    return gateway.accept(gateway=submitted(epa), by=epa_team()).epa


def requested_booking(epa: EPA, desired_on: dt.date | None = None) -> Booking:
    """A booking requested by the centre, for the earliest day that can be asked for unless told otherwise."""
    user = centre_user(epa)
    day = desired_on or clock.today() + dt.timedelta(days=epa.registration.package.version.booking_notice_days)
    return booking.request(epa=epa, desired_on=day, declared_by=user.name, by=user)
