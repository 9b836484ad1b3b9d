"""What the rules of the gateway and of booking need to know of an EPA, gathered in one place."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from accounts.models import Link, Membership, User
from apprentices.models import Attainment, Registration, Support
from apprentices.states import RegistrationState
from centres import queries as centres
from epa.models import EPA, Booking, Gateway, PortfolioPiece, ProjectSubject, Signature
from epa.rules import booking as booking_rules
from epa.rules import gateway as rules
from epa.rules.booking import Askable, BookingFacts, Cancellation
from epa.rules.gateway import GatewayFacts, Held, Piece, Signed
from epa.states import AttemptState, BookingState, GatewayState, Party
from foundation import clock
from foundation.errors import Problem
from standards.models import ComponentCriterion
from standards.queries import settings_of
from standards.rules import VersionSettings
from standards.states import Subject

SIGN = "sign_gateway"  # the purposes of single-use links
COMMENT = "comment_subject"

EPA_PATHS = (
    "registration__apprentice__centre__organisation",
    "registration__apprentice__employer",
    "registration__package__version__standard",
)


def with_people(rows: "QuerySet[Any]", to_epa: str = "") -> "QuerySet[Any]":
    """The rows with apprentice, centre, employer and version joined; ``to_epa`` is the path to the EPA ("epa__")."""
    return rows.select_related(*(f"{to_epa}{path}" for path in EPA_PATHS))


def settings_for(epa: EPA) -> VersionSettings:
    """The settings of the version that the EPA is assessed by."""
    return settings_of(epa.registration.package.version)


def gateway_facts(gateway: Gateway) -> GatewayFacts:
    """Everything that the gateway is judged by, as it stands now."""
    epa = gateway.epa
    registration, apprentice = epa.registration, epa.registration.apprentice
    support = Support.objects.filter(apprentice=apprentice).first()
    subject = ProjectSubject.objects.filter(epa=epa).first()
    return GatewayFacts(
        registration_active=registration.state == RegistrationState.ACTIVE,
        programme_start_on=apprentice.programme_start_on,
        full_time=apprentice.full_time,
        weekly_hours=apprentice.weekly_hours,
        off_the_job_percent=gateway.off_the_job_percent,
        held=held(epa),
        ehc_plan=support is not None and support.ehc_plan,
        bsl_primary=support is not None and support.bsl_primary,
        support_evidence=support is not None and support.evidence_id is not None,
        signatures=tuple(
            Signed(row.party, row.name, row.email, rules.digest(row.shown["facts"])) for row in signatures(gateway)
        ),
        facts_sha256=rules.digest(agreement_facts(gateway)),
        pieces=pieces(epa),
        subject_state=subject.state if subject is not None else "",
    )


def held(epa: EPA) -> tuple[Held, ...]:
    """English and maths on record."""
    rows = Attainment.objects.filter(apprentice=epa.registration.apprentice_id)
    return tuple(Held(row.subject, row.route, row.level, row.achieved_on, row.evidence_id is not None) for row in rows)


def pieces(epa: EPA) -> tuple[Piece, ...]:
    """The portfolio as the rules see it."""
    rows = PortfolioPiece.objects.filter(epa=epa)
    return tuple(Piece(row.title, row.evidences, row.assessed_before) for row in rows)


def signatures(gateway: Gateway) -> list[Signature]:
    """The signatures that stand, in the order of the parties."""
    order = [str(party) for party in Party]
    return sorted(Signature.objects.filter(gateway=gateway, withdrawn_at=None), key=lambda row: order.index(row.party))


def standing(gateway: Gateway, signed: list[Signature] | None = None) -> set[str]:
    """The parties whose signature is over what is true now (B5); ``signed`` where the caller has ``signatures``."""
    now = agreement_facts(gateway)
    return {row.party for row in (signatures(gateway) if signed is None else signed) if row.shown["facts"] == now}


def agreement_facts(gateway: Gateway) -> dict[str, Any]:
    """What the agreement rests on, as JSON, the same for all three parties.

    Of English and maths it says only that they are on record: level and route could tell of a plan or a statement.
    """
    epa = gateway.epa
    registration, apprentice = epa.registration, epa.registration.apprentice
    on_record = {row.subject for row in held(epa)}
    return {
        "registration": registration.number,
        "apprentice": apprentice.full_name,
        "standard": str(registration.package.version),
        "assessment_plan": registration.package.version.assessment_plan,
        "employer": apprentice.employer.name,
        "provider": apprentice.centre.organisation.name,
        "programme_start_on": apprentice.programme_start_on.isoformat(),
        "off_the_job_percent": None if gateway.off_the_job_percent is None else f"{gateway.off_the_job_percent:.1f}",
        "english_and_maths": [Subject(subject).label for subject in Subject.values if subject in on_record],
        "portfolio": [
            {
                "title": row.title,
                "evidences": row.evidences,
                "sha256": row.file.sha256 if row.file is not None else "",
                "link": row.link,
            }
            for row in PortfolioPiece.objects.filter(epa=epa).select_related("file")
        ],
    }


def shown_to(gateway: Gateway, party: str) -> dict[str, Any]:
    """All that the page on which ``party`` signs says: its statements and the facts. Stored with the signature."""
    return {"statements": list(rules.STATEMENTS[party]), "facts": agreement_facts(gateway)}


def gateway_problems(gateway: Gateway, today: dt.date | None = None) -> list[Problem]:
    """What is missing before the gateway can be accepted; nothing once it has been."""
    if gateway.state == GatewayState.ACCEPTED:
        return []
    return rules.problems(gateway_facts(gateway), settings_for(gateway.epa), today=today or clock.today())


def missing(epa: EPA, today: dt.date | None = None) -> list[Problem]:
    """What is still missing for a booking, always (E6): the gateway's list, then the subject and the portfolio."""
    gateway = Gateway.objects.filter(epa=epa).select_related("epa").first()
    if gateway is None:
        message = "Nothing has been collected for the gateway yet — guidance, Gateway."
        return [Problem("no_gateway", "B5", message, where="gateway")]
    gateway.epa = epa
    if gateway.state != GatewayState.ACCEPTED:
        return gateway_problems(gateway, today)
    settings = settings_for(epa)
    subject = ProjectSubject.objects.filter(epa=epa).first()
    found = rules.subject_problems(subject.state if subject is not None else "", settings)
    return found if handed_in(epa) else [*found, *rules.portfolio_exists_problems(pieces(epa), settings)]


def handed_in(epa: EPA) -> bool:
    """Whether the portfolio has been handed in for the attempt that it is wanted for now (C7)."""
    attempts = epa.attempts.filter(component__evidence_min__isnull=False).exclude(state=AttemptState.CANCELLED)
    latest = attempts.order_by("-number").first()
    return latest is not None and latest.submissions.exists()


def criteria_of(epa: EPA) -> list[ComponentCriterion]:
    """The criteria that pieces of the portfolio can be mapped to."""
    rows = ComponentCriterion.objects.filter(
        component__version=epa.registration.package.version_id, component__evidence_min__isnull=False
    )
    return list(rows.order_by("component__order", "order"))


def centre_people(epa: EPA) -> QuerySet[User]:
    """Those of the training provider who are written to."""
    return centres.people(epa.registration.apprentice.centre)


def centre_addresses(epa: EPA) -> frozenset[str]:
    """The addresses of the training provider's people, in lower case."""
    rows = Membership.objects.filter(organisation=epa.registration.apprentice.centre.organisation_id, ended_on=None)
    return frozenset(email.lower() for email in rows.values_list("user__email", flat=True))


def open_links(gateway: Gateway) -> list[Link]:
    """Links that were sent to signatories and are still good."""
    return list(_good_links(SIGN, gateway))


def comment_link(subject: ProjectSubject) -> Link | None:
    """The link by which the employer can still comment on the subject (C5); there is at most one."""
    return _good_links(COMMENT, subject).last()


def _good_links(purpose: str, subject: Gateway | ProjectSubject) -> "QuerySet[Link]":
    rows = Link.objects.filter(
        purpose=purpose, subject_type=subject._meta.label_lower, subject_id=subject.pk, used_at=None, revoked_at=None
    )
    return rows.filter(expires_at__gt=clock.now()).order_by("created_at")


def booking_facts(epa: EPA) -> BookingFacts:
    """What a request for a booking is judged by."""
    open_booking = Booking.objects.filter(epa=epa, state__in=[BookingState.REQUESTED, BookingState.CONFIRMED]).first()
    return BookingFacts(
        package_kind=epa.registration.package.kind,
        registration_active=epa.registration.state == RegistrationState.ACTIVE,
        epa_state=epa.state,
        open_booking=open_booking.number if open_booking is not None else "",
        starts_on=epa.starts_on,
        ends_on=epa.ends_on,
    )


def askable(epa: EPA, today: dt.date | None = None) -> Askable:
    """The practical dates that can be asked for today, or why there is none (E2, C1, C9)."""
    return booking_rules.askable(booking_facts(epa), settings_for(epa), today=today or clock.today())


def cancellation_of(booking: Booking, *, by_imi: bool, today: dt.date | None = None) -> Cancellation:
    """What cancelling the booking today would cost (E4): the full fee is the price fixed at registration (D4)."""
    return booking_rules.cancellation(
        booking.first_confirmed_on,
        today or clock.today(),
        settings_for(booking.epa),
        by_imi=by_imi,
        fee=booking.epa.registration.charge.amount,
    )


def bookings(user: User) -> "QuerySet[Booking]":
    """The bookings this person may see, with what lists and pages show of them."""
    rows = with_people(Booking.objects.visible_to(user), "epa__")
    return rows.select_related("epa__gateway", "epa__registration__charge", "charge", "requested_by")


def registration_for(user: User, pk: int) -> "QuerySet[Registration]":
    """The registration this person may see, by primary key, with its version and centre."""
    rows = Registration.objects.visible_to(user).filter(pk=pk)
    return rows.select_related("apprentice__centre__organisation", "apprentice__employer", "package__version__standard")
