"""What the rules are told of an EPA: each fact, and who sees what."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.states import Role
from apprentices.actions.learners import record_support
from apprentices.models import Apprentice, Employer
from epa.actions import booking, gateway, portfolio
from epa.models import EPA, Attempt, Submission
from epa.queries import preparing as queries
from epa.rules.booking import BookingFacts
from foundation import clock
from standards.models import Component, StandardVersion
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    at(MONDAY)
    return builders.epa_for(builders.registration(st0071))


def fresh(epa: EPA) -> EPA:
    return queries.with_people(EPA.objects.filter(pk=epa.pk)).get()


def codes(epa: EPA) -> list[str]:
    return [problem.code for problem in queries.missing(fresh(epa))]


@pytest.mark.clause("B1", "B2", "B3", "B4", "B5", "B6")
def test_the_gateways_facts_are_those_on_record(epa: EPA) -> None:
    row = builders.ready_gateway(epa)
    record_support(
        apprentice=epa.registration.apprentice, ehc_plan=True, bsl_primary=True, by=builders.centre_user(epa)
    )
    facts = queries.gateway_facts(row)
    assert facts.registration_active is True
    assert (facts.full_time, facts.weekly_hours, facts.off_the_job_percent) == (True, None, Decimal("20.0"))
    assert facts.programme_start_on == epa.registration.apprentice.programme_start_on
    assert (facts.ehc_plan, facts.bsl_primary, facts.support_evidence) == (True, True, False)
    assert sorted((held.subject, held.route, held.level, held.has_evidence) for held in facts.held) == [
        ("english", "standard", "2", True),
        ("maths", "standard", "2", True),
    ]
    assert [signature.party for signature in facts.signatures] == ["employer", "provider", "apprentice"]
    assert {signature.facts_sha256 for signature in facts.signatures} == {facts.facts_sha256}
    assert (len(facts.pieces), facts.subject_state) == (10, "")


@pytest.mark.clause("B5")
@pytest.mark.parametrize(
    "change",
    [
        lambda apprentice: Apprentice.objects.filter(pk=apprentice.pk).update(family_name="Lee-Smith"),
        lambda apprentice: Apprentice.objects.filter(pk=apprentice.pk).update(programme_start_on=dt.date(2024, 2, 1)),
        lambda apprentice: Employer.objects.filter(pk=apprentice.employer_id).update(name="Other Motors"),
        lambda apprentice: apprentice.attainments.filter(subject="maths").delete(),
    ],
    ids=["name", "programme", "employer", "attainment"],
)
def test_whatever_changes_on_the_agreement_undoes_signatures(epa: EPA, change) -> None:
    row = builders.ready_gateway(epa)
    before = queries.agreement_facts(row)
    change(epa.registration.apprentice)
    again = builders.gateway_of(epa)
    again.epa = fresh(epa)
    assert queries.agreement_facts(again) != before
    stale = [problem.code for problem in queries.gateway_problems(again) if problem.code.startswith("stale")]
    assert stale == ["stale_employer", "stale_provider", "stale_apprentice"]


@pytest.mark.clause("B5")
@pytest.mark.parametrize(
    "change",
    [
        lambda apprentice: Apprentice.objects.filter(pk=apprentice.pk).update(email="new@home.example"),
        lambda apprentice: Employer.objects.filter(pk=apprentice.employer_id).update(contact_name="Somebody Else"),
        lambda apprentice: apprentice.attainments.update(level="3"),
    ],
    ids=["address", "contact", "level"],
)
def test_what_is_not_on_the_agreement_undoes_nothing(epa: EPA, change) -> None:
    builders.ready_gateway(epa)
    change(epa.registration.apprentice)
    assert codes(epa) == ["subject"]


@pytest.mark.clause("E6")
def test_what_is_missing_is_said_until_the_end(epa: EPA) -> None:
    assert "unsigned_employer" in codes(epa)
    epa = builders.accepted(epa)
    assert codes(epa) == ["subject"]
    subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
    portfolio.decide_subject(subject=subject, agreed=True, reason="By telephone.", by=epa_team())
    assert codes(epa) == []
    portfolio.remove_piece(piece=epa.pieces.first(), by=builders.centre_user(epa))
    assert codes(epa) == ["piece_count"]


def test_without_a_gateway_that_is_what_is_missing(epa: EPA) -> None:
    epa.gateway.delete()
    assert codes(epa) == ["no_gateway"]


@pytest.mark.clause("C7")
def test_the_portfolio_counts_as_handed_in_for_the_latest_attempt_only(epa: EPA) -> None:
    epa = builders.accepted(epa)
    assert queries.handed_in(epa) is False
    first = Attempt.objects.get(epa=epa, component__code="DIS")
    Submission.objects.create(attempt=first, by_label="test")
    assert queries.handed_in(epa) is True
    Attempt.objects.filter(pk=first.pk).update(state="cancelled")
    component = Component.objects.get(version=epa.registration.package.version, code="DIS")
    Attempt.objects.create(epa=epa, component=component, number=2)
    assert queries.handed_in(epa) is False


@pytest.mark.clause("B6")
def test_pieces_are_mapped_to_the_criteria_of_what_they_are_wanted_for(epa: EPA) -> None:
    assert {row.component.code for row in queries.criteria_of(epa)} == {"DIS"}


@pytest.mark.clause("B1")
def test_the_centres_addresses_are_those_of_its_people_in_force(epa: EPA) -> None:
    organisation = epa.registration.apprentice.centre.organisation
    tutor = people.person(Role.CENTRE_READER, organisation, email="Tutor@Centre.example")
    assert tutor.email.lower() in queries.centre_addresses(epa)
    tutor.memberships.update(ended_on=clock.today())
    assert tutor.email.lower() not in queries.centre_addresses(epa)
    people.person(Role.CENTRE_OWNER, people.provider(), email="other@elsewhere.example")
    assert "other@elsewhere.example" not in queries.centre_addresses(epa)


def test_open_links_are_those_that_still_open_something(epa: EPA, at) -> None:
    builders.asked(epa.gateway, "employer", "old@firm.example")
    builders.asked(epa.gateway, "employer", "new@firm.example")
    _, token = builders.asked(epa.gateway, "apprentice", "me@home.example", "Me")
    assert [link.email for link in queries.open_links(epa.gateway)] == ["new@firm.example", "me@home.example"]
    builders.sign_with(token)
    assert [link.email for link in queries.open_links(epa.gateway)] == ["new@firm.example"]
    at(MONDAY + dt.timedelta(days=14))
    assert queries.open_links(epa.gateway) == []


@pytest.mark.clause("E1")
def test_a_bookings_facts(epa: EPA) -> None:
    assert queries.booking_facts(fresh(epa)) == BookingFacts("epa", True, "preparing", "")
    made = builders.requested_booking(epa)
    assert queries.booking_facts(fresh(epa)).open_booking == made.number
    booking.decline(booking=made, reason="Full", by=epa_team())
    gateway.accept(gateway=builders.submitted(epa), by=epa_team())
    assert queries.booking_facts(fresh(epa)) == BookingFacts(
        "epa", True, "in_period", "", MONDAY, dt.date(2026, 12, 14)
    )


@pytest.mark.clause("E4")
@pytest.mark.parametrize(
    ("first", "today", "by_imi", "fee"),
    [
        (None, MONDAY, False, "0.00"),
        (MONDAY + dt.timedelta(days=31), MONDAY, False, "0.00"),
        (MONDAY + dt.timedelta(days=31), MONDAY + dt.timedelta(days=1), False, "640.00"),
        (MONDAY + dt.timedelta(days=31), MONDAY + dt.timedelta(days=1), True, "0.00"),
    ],
)
def test_what_cancelling_would_cost(epa: EPA, first, today, by_imi: bool, fee: str) -> None:
    made = builders.requested_booking(epa)
    made.first_confirmed_on = first
    assert queries.cancellation_of(made, by_imi=by_imi, today=today).fee == Decimal(fee)
