"""The verbs of booking: request, decline, cancel, exceptional circumstances, reschedule without loss."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.states import Role
from apprentices.models import Registration
from centres.models import Charge
from centres.states import ChargeKind
from epa.actions import booking as actions
from epa.models import EPA, Booking, ExceptionalClaim
from epa.queries import preparing as queries
from epa.states import AttemptState, BookingState, EPAState, ExceptionKind, ExceptionState
from foundation import audit
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from standards.models import Price, StandardVersion
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders
from tests.epa.test_actions_gateway import at_once

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)
FEE = Decimal("640.00")
NOTHING = Decimal("0.00")


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    at(MONDAY)
    return builders.epa_for(builders.registration(st0071))


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def confirmed(epa: EPA, first_confirmed_on: dt.date) -> Booking:
    """A booking confirmed for a first date: through the table of steps, without arranging each component."""
    from django.db import transaction

    from foundation import workflow

    booking = builders.requested_booking(epa)
    with transaction.atomic():
        workflow.move(booking, "confirm", by=epa_team(), changes={"first_confirmed_on": first_confirmed_on})
    return booking


def cancelled(epa: EPA, before: int = 10, *, fee: Decimal = FEE) -> Booking:
    """A booking cancelled by the centre so many days before its first confirmed date."""
    booking = confirmed(epa, MONDAY + days(before))
    return actions.cancel(booking=booking, reason="Ill", shown_fee=fee, by=builders.centre_user(epa))


@pytest.mark.clause("E1", "E2", "E3", "E6")
class TestRequest:
    def test_is_recorded_and_goes_to_the_epa_team(self, epa: EPA, settings) -> None:
        user = builders.centre_user(epa)
        booking = actions.request(
            epa=epa, desired_on=MONDAY + days(90), declared_by=" Robin Owner ", note="Mornings.", by=user
        )
        booking.refresh_from_db()
        assert (booking.state, booking.desired_on, booking.requested_on, booking.requested_by_id) == (
            BookingState.REQUESTED,
            MONDAY + days(90),
            MONDAY,
            user.pk,
        )
        assert (booking.prerequisites_declared_by, booking.note) == ("Robin Owner", "Mornings.")
        assert booking.number.startswith("BK-26-")
        to_team = Message.objects.get(kind="epa.booking_to_confirm")
        assert to_team.to_email == settings.EPA_TEAM_MAILBOX
        assert Message.objects.get(kind="epa.booking_requested").to_user_id == user.pk

    def test_all_that_is_wrong_is_said_at_once(self, epa: EPA) -> None:
        builders.requested_booking(epa)
        # As before an assessment went with its registration: no verb leads here any more.
        Registration.objects.filter(epa=epa).update(state="withdrawn")
        with pytest.raises(Refused) as refused:
            actions.request(epa=epa, desired_on=MONDAY + days(89), declared_by="", by=builders.centre_user(epa))
        assert codes(refused.value) == ["not_registered", "open_booking", "notice", "declaration"]

    @pytest.mark.parametrize(("away", "good"), [(89, False), (90, True)])
    def test_ninety_days(self, epa: EPA, away: int, good: bool) -> None:
        if good:
            builders.requested_booking(epa, MONDAY + days(away))
        else:
            with pytest.raises(Refused) as refused:
                builders.requested_booking(epa, MONDAY + days(away))
            assert codes(refused.value) == ["notice"]
        assert Booking.objects.exists() is good

    def test_a_request_is_possible_before_the_gateway(self, epa: EPA) -> None:
        booking = builders.requested_booking(epa)
        assert epa.gateway.state == "collecting"
        assert [problem.clause for problem in queries.missing(booking.epa)] == [
            "B3",
            "B4",
            "B4",
            "B6",
            "C5",
            "B1",
            "B2",
            "B5",
        ]

    @pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.EPA_TEAM, Role.FINANCE])
    def test_is_for_those_who_write_for_the_centre(self, epa: EPA, role: Role) -> None:
        organisation = epa.registration.apprentice.centre.organisation if role == Role.CENTRE_READER else None
        with pytest.raises(NotAllowed):
            actions.request(
                epa=epa, desired_on=MONDAY + days(90), declared_by="X", by=people.person(role, organisation)
            )

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_make_one(self, epa: EPA) -> None:
        def ask() -> None:
            builders.requested_booking(epa, MONDAY + days(90))

        assert at_once(ask, ask) == ["Refused", "done"]
        assert Booking.objects.count() == 1


class TestDecline:
    def test_says_why(self, epa: EPA) -> None:
        booking = builders.requested_booking(epa)
        with pytest.raises(Refused):
            actions.decline(booking=booking, reason=" ", by=epa_team())
        booking = actions.decline(booking=booking, reason="No assessor that week.", by=epa_team())
        assert (booking.state, booking.cancelled_reason) == (BookingState.DECLINED, "No assessor that week.")
        assert "assessor" not in Message.objects.get(kind="epa.booking_declined").text
        builders.requested_booking(epa)

    def test_only_by_the_epa_team_and_only_a_request(self, epa: EPA) -> None:
        booking = builders.requested_booking(epa)
        with pytest.raises(NotAllowed):
            actions.decline(booking=booking, reason="No", by=builders.centre_user(epa))
        actions.decline(booking=booking, reason="No", by=epa_team())
        with pytest.raises(WrongState):
            actions.decline(booking=booking, reason="No", by=epa_team())


@pytest.mark.clause("E4")
class TestCancel:
    @pytest.mark.parametrize(("before", "fee"), [(31, NOTHING), (30, FEE), (29, FEE), (0, FEE), (-3, FEE)])
    def test_the_full_fee_within_thirty_days(self, epa: EPA, before: int, fee: Decimal) -> None:
        booking = cancelled(epa, before, fee=fee)
        booking.refresh_from_db()
        charges = list(Charge.objects.filter(kind=ChargeKind.CANCELLATION).values_list("amount", "about_id"))
        assert charges == ([(fee, booking.pk)] if fee else [])
        assert (booking.state, booking.cancelled_on, booking.charge_id is not None) == (
            BookingState.CANCELLED,
            MONDAY,
            bool(fee),
        )
        assert booking.cancellation_facts == {
            "first_confirmed_on": (MONDAY + days(before)).isoformat(),
            "cancelled_on": "2026-09-14",
            "days": before,
            "limit": 30,
            "by_imi": False,
            "full_fee": "640.00",
        }
        text = Message.objects.get(kind="epa.booking_cancelled").text
        assert ("£640.00" in text) is bool(fee)

    def test_before_a_date_is_confirmed_nothing_is_charged(self, epa: EPA) -> None:
        booking = builders.requested_booking(epa)
        booking = actions.cancel(booking=booking, reason="Left", shown_fee=NOTHING, by=builders.centre_user(epa))
        assert (booking.state, booking.charge) == (BookingState.CANCELLED, None)

    def test_a_change_by_imi_never_charges(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(2))
        booking = actions.cancel(booking=booking, reason="Snow", shown_fee=NOTHING, by=epa_team(), by_imi=True)
        assert (booking.charge, booking.cancelled_by_imi) == (None, True)

    def test_the_epa_team_may_cancel_for_the_centre_at_the_centres_cost(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(2))
        booking = actions.cancel(booking=booking, reason="Telephoned", shown_fee=FEE, by=epa_team())
        assert (booking.charge.amount, booking.cancelled_by_imi) == (FEE, False)

    def test_the_centre_cannot_say_that_it_was_imi(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(2))
        with pytest.raises(NotAllowed):
            actions.cancel(booking=booking, reason="Snow", shown_fee=NOTHING, by=builders.centre_user(epa), by_imi=True)

    def test_nobody_pays_what_they_were_not_shown(self, epa: EPA, at) -> None:
        booking = confirmed(epa, MONDAY + days(31))
        assert queries.cancellation_of(booking, by_imi=False).fee == NOTHING
        at(MONDAY + days(1))
        with pytest.raises(Refused) as refused:
            actions.cancel(booking=booking, reason="Ill", shown_fee=NOTHING, by=builders.centre_user(epa))
        assert codes(refused.value) == ["fee_changed"]
        booking.refresh_from_db()
        assert (booking.state, Charge.objects.filter(kind=ChargeKind.CANCELLATION).count()) == ("confirmed", 0)

    @pytest.mark.clause("D4")
    def test_the_fee_is_the_price_fixed_at_registration(self, epa: EPA) -> None:
        Price.objects.filter(package=epa.registration.package).update(amount=Decimal("999.00"))
        assert cancelled(epa).charge.amount == FEE

    def test_needs_a_reason(self, epa: EPA) -> None:
        booking = builders.requested_booking(epa)
        with pytest.raises(Refused) as refused:
            actions.cancel(booking=booking, reason=" ", shown_fee=NOTHING, by=builders.centre_user(epa))
        assert codes(refused.value) == ["reason"]

    def test_dates_already_arranged_are_given_up(self, epa: EPA) -> None:
        from epa.actions import arranging
        from tests.epa.builders_assessing import arrangements

        booking = builders.requested_booking(epa, MONDAY + days(91))
        epa = builders.accepted(epa)
        with pytest.raises(Refused):
            arranging.confirm(booking=booking, arrangements=arrangements(epa), by=epa_team())
        chosen = arrangements(epa, days=dict.fromkeys(["OBS", "PRJ", "DIS"], MONDAY + days(91)))
        shifted = [
            arranging.Arrangement(one.attempt, one.assessor, one.at + dt.timedelta(hours=2 * place), one.place)
            for place, one in enumerate(chosen)
        ]
        booking = arranging.confirm(booking=booking, arrangements=shifted, by=epa_team())
        assert booking.first_confirmed_on == MONDAY + days(91)
        actions.cancel(booking=booking, reason="Ill", shown_fee=NOTHING, by=builders.centre_user(epa))
        assert set(epa.attempts.values_list("state", "scheduled_at")) == {(AttemptState.PLANNED, None)}
        epa.refresh_from_db()
        assert epa.state == EPAState.IN_PERIOD

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_charge_once(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(2))
        user = builders.centre_user(epa)

        def cancel() -> None:
            actions.cancel(booking=booking, reason="Ill", shown_fee=FEE, by=user)

        assert at_once(cancel, cancel) == ["WrongState", "done"]
        assert Charge.objects.filter(kind=ChargeKind.CANCELLATION).count() == 1


def claimed(booking: Booking, *, evidence: bool = True) -> ExceptionalClaim:
    return actions.claim_exception(
        booking=booking,
        kind=ExceptionKind.ILLNESS,
        text="Taken to hospital by ambulance.",
        evidence=builders.pdf("letter.pdf") if evidence else None,
        by=builders.centre_user(booking.epa),
    )


@pytest.mark.clause("E5")
class TestExceptionalCircumstances:
    def test_a_claim_goes_to_the_epa_team_and_says_nothing_of_what_happened(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa))
        assert (claim.state, claim.kind) == (ExceptionState.CLAIMED, ExceptionKind.ILLNESS)
        message = Message.objects.get(kind="epa.exception_claimed")
        told = message.subject + message.text + str(list(audit.history(claim).values_list("facts", flat=True)))
        assert not any(word in told.lower() for word in ("hospital", "illness", "ambulance", "medical"))

    def test_only_once_and_only_for_a_cancelled_booking(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(10))
        with pytest.raises(Refused) as refused:
            claimed(booking)
        assert codes(refused.value) == ["not_cancelled"]
        booking = actions.cancel(booking=booking, reason="Ill", shown_fee=FEE, by=builders.centre_user(epa))
        claimed(booking)
        with pytest.raises(Refused) as refused:
            claimed(booking)
        assert codes(refused.value) == ["claimed"]

    def test_granted_the_charge_is_taken_back(self, epa: EPA) -> None:
        booking = cancelled(epa)
        claim = actions.grant(claim=claimed(booking), by=epa_team())
        assert claim.state == ExceptionState.GRANTED
        amounts = Charge.objects.filter(about_id=booking.pk, about_type="epa.booking").values_list("amount", flat=True)
        assert sum(amounts) == 0
        reversal = Charge.objects.get(kind=ChargeKind.REVERSAL)
        assert (reversal.reverses_id, reversal.amount) == (booking.charge_id, -FEE)
        assert "accepted" in Message.objects.get(kind="epa.exception_decided").text

    def test_nothing_is_granted_without_evidence_which_may_follow(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa), evidence=False)
        with pytest.raises(Refused) as refused:
            actions.grant(claim=claim, by=epa_team())
        assert codes(refused.value) == ["no_evidence"]
        actions.add_evidence(claim=claim, evidence=builders.pdf(), by=builders.centre_user(epa))
        claim = actions.grant(claim=claim, by=epa_team())
        with pytest.raises(Refused):
            actions.add_evidence(claim=claim, evidence=builders.pdf(), by=builders.centre_user(epa))

    def test_refused_with_a_reason_the_charge_stays(self, epa: EPA) -> None:
        booking = cancelled(epa)
        claim = claimed(booking)
        with pytest.raises(Refused):
            actions.refuse_claim(claim=claim, reason="", by=epa_team())
        claim = actions.refuse_claim(claim=claim, reason="Planned months before.", by=epa_team())
        assert (claim.state, claim.decision_reason) == (ExceptionState.REFUSED, "Planned months before.")
        assert not Charge.objects.filter(kind=ChargeKind.REVERSAL).exists()
        assert "months" not in Message.objects.get(kind="epa.exception_decided").text

    def test_decided_is_decided_and_only_by_the_epa_team(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa))
        for user in (builders.centre_user(epa), people.person(Role.FINANCE)):
            with pytest.raises(NotAllowed):
                actions.grant(claim=claim, by=user)
        actions.grant(claim=claim, by=epa_team())
        with pytest.raises(WrongState):
            actions.refuse_claim(claim=claim, reason="After all", by=epa_team())

    def test_a_claim_where_nothing_was_charged_can_still_be_granted(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa, 31, fee=NOTHING))
        actions.grant(claim=claim, by=epa_team())
        assert not Charge.objects.filter(kind=ChargeKind.REVERSAL).exists()

    def test_finance_and_assessors_do_not_see_claims(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa))
        seen = {
            role: ExceptionalClaim.objects.visible_to(people.person(role)).filter(pk=claim.pk).exists()
            for role in (Role.EPA_TEAM, Role.FINANCE, Role.INDEPENDENT_ASSESSOR, Role.CENTRE_EQA, Role.IQA)
        }
        assert seen == {
            Role.EPA_TEAM: True,
            Role.FINANCE: False,
            Role.INDEPENDENT_ASSESSOR: False,
            Role.CENTRE_EQA: False,
            Role.IQA: False,
        }

    @pytest.mark.django_db(transaction=True)
    def test_granted_and_refused_at_once_one_wins(self, epa: EPA) -> None:
        claim = claimed(cancelled(epa))
        team = epa_team()
        outcomes = at_once(
            lambda: actions.grant(claim=claim, by=team),
            lambda: actions.refuse_claim(claim=claim, reason="No", by=team),
        )
        assert outcomes == ["WrongState", "done"]
        claim.refresh_from_db()
        reversed_once = Charge.objects.filter(kind=ChargeKind.REVERSAL).count()
        assert reversed_once == (1 if claim.state == ExceptionState.GRANTED else 0)


@pytest.mark.clause("E4", "E5")
class TestRebook:
    def test_without_notice_and_with_its_own_first_date(self, epa: EPA, at) -> None:
        booking = cancelled(epa)
        actions.grant(claim=claimed(booking), by=epa_team())
        at(MONDAY + days(95))
        new = actions.rebook(booking=booking, desired_on=MONDAY + days(97), by=epa_team())
        assert (new.state, new.desired_on, new.requested_on) == (
            BookingState.REQUESTED,
            MONDAY + days(97),
            booking.requested_on,
        )
        assert (new.replaces_id, new.first_confirmed_on, new.charge) == (booking.pk, None, None)
        assert Message.objects.filter(kind="epa.booking_rebooked").count() == 1

    def test_what_imi_cancelled_itself(self, epa: EPA) -> None:
        booking = confirmed(epa, MONDAY + days(2))
        booking = actions.cancel(booking=booking, reason="Snow", shown_fee=NOTHING, by=epa_team(), by_imi=True)
        actions.rebook(booking=booking, desired_on=MONDAY + days(90), by=epa_team())
        with pytest.raises(Conflict):
            actions.rebook(booking=booking, desired_on=MONDAY + days(91), by=epa_team())

    def test_not_what_the_centre_cancelled_for_its_own_reasons(self, epa: EPA) -> None:
        booking = cancelled(epa)
        with pytest.raises(Refused) as refused:
            actions.rebook(booking=booking, desired_on=MONDAY + days(90), by=epa_team())
        assert codes(refused.value) == ["not_excepted"]

    def test_not_by_the_centre(self, epa: EPA) -> None:
        booking = cancelled(epa)
        actions.grant(claim=claimed(booking), by=epa_team())
        with pytest.raises(NotAllowed):
            actions.rebook(booking=booking, desired_on=MONDAY + days(90), by=builders.centre_user(epa))
