"""Withdrawing an assessment: what ends with it, what has to be done first, who may, two at once, its page."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.actors import System
from accounts.models import Link, User
from accounts.states import Role
from apprentices.actions import registrations
from apprentices.models import Registration
from centres.models import Charge
from epa.actions import arranging, booking, gateway, portfolio
from epa.actions import withdrawing as actions
from epa.actions.deadlines import look
from epa.models import EPA, Attempt, Booking, Deadline, Gateway
from epa.queries import preparing as queries
from epa.states import AttemptState, BookingState, EPAState, Party
from foundation import audit, clock
from foundation.errors import NotAllowed, PortalError, Refused, WrongState
from foundation.models import Message
from standards.actions import load_version
from standards.models import StandardVersion
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_assessing as assessing
from tests.epa import builders_preparing as builders
from tests.standards.fixtures import ST0071

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)
WHY = "Left the employer"


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    """An EPA being prepared."""
    at(MONDAY)
    return builders.epa_for(builders.registration(st0071))


@pytest.fixture
def running(st0071: StandardVersion, at) -> EPA:
    """An EPA in its period, with a gateway that is taken as accepted."""
    at(MONDAY)
    epa = assessing.opened(builders.registration(st0071))
    Gateway.objects.get_or_create(epa=epa)
    return epa


def withdraw(epa: EPA, by: User | None = None, reason: str = WHY) -> EPA:
    return actions.withdraw(epa=epa, reason=reason, by=by or builders.centre_user(epa))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def state_of(epa: EPA) -> tuple[str, str]:
    """Of the EPA and of its registration, fresh."""
    row = EPA.objects.select_related("registration").get(pk=epa.pk)
    return row.state, row.registration.state


class TestWhatEnds:
    @pytest.mark.clause("E1")
    def test_before_the_gateway(self, epa: EPA) -> None:
        withdraw(epa, reason=f" {WHY} ")
        assert state_of(epa) == ("withdrawn", "withdrawn")
        assert Registration.objects.get().withdrawn_reason == WHY
        event = audit.history(epa).first()
        assert (event.verb, event.from_state, event.to_state) == ("withdraw", "preparing", "withdrawn")
        assert (event.facts, event.actor_id) == ({"reason": WHY}, builders.centre_user(epa).pk)
        assert audit.history(epa.registration).first().verb == "withdraw"

    def test_in_the_period_attempts_and_deadlines(self, running: EPA) -> None:
        assert Deadline.objects.filter(epa=running, done_at=None).exists()
        withdraw(running)
        assert state_of(running) == ("withdrawn", "withdrawn")
        states = set(Attempt.objects.filter(epa=running).values_list("state", flat=True))
        assert states == {AttemptState.CANCELLED}
        assert not Deadline.objects.filter(epa=running, done_at=None).exists()
        attempt = running.attempts.first()
        assert [event.verb for event in audit.history(attempt)] == ["cancel"]
        Message.objects.all().delete()
        assert look(MONDAY + dt.timedelta(days=400)) == {"closed": 0, "missed": 0, "warned": 0, "failed": 0}
        assert not Message.objects.exists()

    @pytest.mark.clause("E4")
    def test_a_requested_booking_is_cancelled_free_of_charge(self, epa: EPA) -> None:
        row = builders.requested_booking(epa)
        before = Charge.objects.count()
        withdraw(epa)
        row.refresh_from_db()
        assert (row.state, row.charge_id, row.cancelled_reason) == (BookingState.CANCELLED, None, WHY)
        assert Charge.objects.count() == before
        assert audit.history(epa).first().facts == {"reason": WHY, "booking": row.number}
        told = Message.objects.get(kind="epa.booking_cancelled")
        assert "Ask for another date" not in told.text

    def test_links_stop_working_and_none_is_sent_any_more(self, epa: EPA) -> None:
        row = builders.gateway_of(epa)
        _, to_sign = builders.asked(row, Party.EMPLOYER)
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls", by=builders.centre_user(epa))
        to_comment = builders.token_sent(builders.EMPLOYER[1], "comment")
        other = builders.epa_for(
            builders.registration(epa.registration.package.version, epa.registration.apprentice.centre)
        )
        _, elsewhere = builders.asked(builders.gateway_of(other), Party.EMPLOYER)
        used = Link.objects.create(
            purpose=queries.SIGN,
            subject_type="epa.gateway",
            subject_id=row.pk,
            name="S",
            email="s@example.org",
            token_sha256="0" * 64,
            expires_at=clock.now(),
            used_at=clock.now(),
        )
        withdraw(epa)
        assert links.find(to_sign, queries.SIGN) is None
        assert links.find(to_comment, queries.COMMENT) is None
        assert links.find(elsewhere, queries.SIGN) is not None
        used.refresh_from_db()
        assert used.revoked_at is None
        user = builders.centre_user(epa)
        fresh = EPA.objects.get(pk=epa.pk)
        for call in (
            lambda: gateway.send_link(gateway=row, party=Party.EMPLOYER, name="A", email="a@example.org", by=user),
            lambda: gateway.invite_signatures(gateway=row, by=user),
            lambda: portfolio.ask_employer(subject=subject, name="A", email="a@example.org", by=user),
            lambda: portfolio.propose_subject(epa=fresh, subject="Another", by=user),
            lambda: builders.sign_for_provider(row),
            lambda: portfolio.add_piece(
                gateway=row, title="P", evidences=["DIS-P1"], link="https://portfolio.example/1", by=user
            ),
        ):
            with pytest.raises((WrongState, Refused)):
                call()
        assert Link.objects.filter(used_at=None, revoked_at=None).count() == 1

    def test_both_sides_are_told_and_not_why(self, epa: EPA, settings) -> None:
        withdraw(epa)
        to_team = Message.objects.get(kind="epa.withdrawn_team")
        assert to_team.to_email == settings.EPA_TEAM_MAILBOX
        to_centre = Message.objects.get(kind="epa.withdrawn")
        assert to_centre.to_user == builders.centre_user(epa)
        for message in (to_team, to_centre):
            assert WHY not in message.text
            assert reverse("epa:detail", args=[epa.pk]) in message.text
            assert epa.registration.number in message.text + message.subject

    @pytest.mark.clause("D2")
    def test_the_learner_can_be_registered_anew(self, epa: EPA) -> None:
        charge = epa.registration.charge
        withdraw(epa)
        charge.refresh_from_db()
        again = builders.registration(
            epa.registration.package.version, epa.registration.apprentice.centre, uln=epa.registration.uln
        )
        assert builders.epa_for(again).state == EPAState.PREPARING
        assert again.charge_id != charge.pk

    def test_nobody_has_to_do_anything_or_wait_for_it(self, epa: EPA, client: Client) -> None:
        row = builders.submitted(epa)
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls", by=builders.centre_user(epa))
        found = []
        for verb in (lambda: None, lambda: withdraw(epa)):
            verb()
            for user in (epa_team(), builders.centre_user(epa)):
                client.force_login(user)
                page = client.get(reverse("home")).content.decode()
                found.append((row.get_absolute_url() in page, subject.get_absolute_url() in page))
        assert found == [(True, True), (True, False), (False, False), (False, False)]


class TestRefusals:
    @pytest.mark.clause("E4")
    def test_a_confirmed_booking_is_cancelled_first(self, running: EPA) -> None:
        row = assessing.confirmed(running)
        with pytest.raises(Refused) as refused:
            withdraw(running)
        assert codes(refused) == ["booking_confirmed"]
        assert state_of(running) == ("in_period", "active")
        cost = queries.cancellation_of(Booking.objects.get(pk=row.pk), by_imi=False)
        booking.cancel(booking=row, reason=WHY, shown_fee=cost.fee, by=builders.centre_user(running))
        withdraw(running)
        assert state_of(running) == ("withdrawn", "withdrawn")
        assert set(running.attempts.values_list("state", flat=True)) == {AttemptState.CANCELLED}

    def test_a_reason_is_needed_and_nothing_happens_without(self, epa: EPA) -> None:
        row = builders.requested_booking(epa)
        with pytest.raises(Refused) as refused:
            withdraw(epa, reason="  ")
        assert codes(refused) == ["reason"]
        row.refresh_from_db()
        assert (state_of(epa), row.state) == (("preparing", "active"), "requested")

    def test_once(self, epa: EPA) -> None:
        withdraw(epa)
        with pytest.raises(WrongState):
            withdraw(epa)
        assert Message.objects.filter(kind="epa.withdrawn_team").count() == 1

    @pytest.mark.parametrize("state", ["result_due", "resit_open", "passed", "closed"])
    def test_not_once_it_has_been_held(self, epa: EPA, state: str) -> None:
        EPA.objects.filter(pk=epa.pk).update(state=state)
        with pytest.raises(WrongState):
            withdraw(epa, by=epa_team())
        assert state_of(epa) == (state, "active")

    def test_who_may(self, epa: EPA) -> None:
        organisation = epa.registration.apprentice.centre.organisation
        for user in (
            people.person(Role.CENTRE_READER, organisation),
            people.person(Role.CENTRE_OWNER, people.provider()),
            people.person(Role.ADMINISTRATOR),
            people.person(Role.FINANCE),
            assessing.assessor(epa.registration.package.version),
        ):
            with pytest.raises(NotAllowed):
                withdraw(epa, by=user)
        assert state_of(epa) == ("preparing", "active")
        withdraw(epa, by=people.person(Role.CENTRE_STAFF, organisation))
        assert state_of(epa) == ("withdrawn", "withdrawn")

    def test_the_epa_team_may(self, epa: EPA) -> None:
        builders.requested_booking(epa)
        withdraw(epa, by=epa_team())
        assert state_of(epa) == ("withdrawn", "withdrawn")

    def test_a_registration_that_was_withdrawn_before_does_not_hinder(self, epa: EPA) -> None:
        Registration.objects.update(state="withdrawn")
        withdraw(epa)
        assert state_of(epa) == ("withdrawn", "withdrawn")


@pytest.mark.clause("E1")
class TestRegistration:
    """The other side: the registration leaves no assessment behind."""

    def test_is_not_withdrawn_alone(self, epa: EPA) -> None:
        user = builders.centre_user(epa)
        with pytest.raises(Refused) as refused:
            registrations.withdraw(registration=epa.registration, reason=WHY, by=user)
        (problem,) = refused.value.problems
        assert (problem.code, problem.where) == ("assessment_begun", "assessment")
        expected = "Its end-point assessment has begun; withdraw that, and the registration goes with it."
        assert problem.message == expected
        assert state_of(epa) == ("preparing", "active")

    def test_can_go_once_the_assessment_is_closed(self, epa: EPA) -> None:
        EPA.objects.filter(pk=epa.pk).update(state="closed")
        registrations.withdraw(registration=Registration.objects.get(), reason=WHY, by=builders.centre_user(epa))
        assert Registration.objects.get().state == "withdrawn"

    @pytest.mark.parametrize("state", ["result_due", "resit_open"])
    def test_nor_after_it_was_held(self, epa: EPA, state: str) -> None:
        EPA.objects.filter(pk=epa.pk).update(state=state)
        with pytest.raises(Refused) as refused:
            registrations.withdraw(registration=Registration.objects.get(), reason=WHY, by=builders.centre_user(epa))
        assert codes(refused) == ["assessment_held"]

    def test_all_that_is_wrong_at_once(self, epa: EPA) -> None:
        with pytest.raises(Refused) as refused:
            registrations.withdraw(registration=epa.registration, reason="", by=builders.centre_user(epa))
        assert codes(refused) == ["no_reason", "assessment_begun"]

    def test_without_an_assessment_as_before(self, st0071: StandardVersion) -> None:
        row = builders.registration(st0071)
        registrations.withdraw(registration=row, reason=WHY, by=builders.owner_of(row.apprentice.centre))
        row.refresh_from_db()
        assert row.state == "withdrawn"

    def test_its_page_leads_to_the_assessment(self, epa: EPA, client: Client) -> None:
        client.force_login(builders.centre_user(epa))
        url = reverse("apprentices:withdraw", args=[epa.registration_id])
        page = client.get(url).content.decode()
        assert "Its end-point assessment has begun" in page
        assert reverse("epa:withdraw", args=[epa.pk]) in page
        assert client.post(url, {"reason": WHY}).status_code == 422
        assert state_of(epa) == ("preparing", "active")


def together(*calls: Callable[[], object]) -> list[str]:
    """What became of calls made at the same moment, in their order: "done", or the kind of refusal."""
    barrier, outcomes = threading.Barrier(len(calls)), [""] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            with clock.travel(MONDAY):
                barrier.wait(10)
                call()
            outcomes[place] = "done"
        except PortalError as error:
            outcomes[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def version(self) -> StandardVersion:
        return load_version(ST0071, System("test")).version

    def test_two_tabs(self, version: StandardVersion, at) -> None:
        at(MONDAY)
        epa = builders.epa_for(builders.registration(version))
        row = builders.requested_booking(epa)
        user = builders.centre_user(epa)
        outcomes = together(lambda: withdraw(epa, by=user), lambda: withdraw(epa, by=user))
        assert sorted(outcomes) == ["WrongState", "done"]
        assert state_of(epa) == ("withdrawn", "withdrawn")
        assert [event.verb for event in audit.history(epa)].count("withdraw") == 1
        assert [event.verb for event in audit.history(row)] == ["cancel", "request"]
        assert Message.objects.filter(kind="epa.withdrawn_team").count() == 1

    @pytest.mark.clause("E4")
    def test_withdrawn_while_its_booking_is_confirmed(self, version: StandardVersion, at) -> None:
        """Either the booking is confirmed and the withdrawal refused, or withdrawn and nothing is confirmed."""
        at(MONDAY)
        epa = assessing.opened(builders.registration(version))
        Gateway.objects.get_or_create(epa=epa)
        with clock.travel(MONDAY - dt.timedelta(days=60)):
            row = builders.requested_booking(epa)
        user, by, plan = builders.centre_user(epa), epa_team(), assessing.arrangements(epa)
        outcomes = together(
            lambda: withdraw(epa, by=user),
            lambda: arranging.confirm(booking=row, arrangements=plan, by=by),
        )
        row.refresh_from_db()
        found = (outcomes, state_of(epa)[0], row.state)
        assert found in [
            (["done", "WrongState"], "withdrawn", "cancelled"),
            (["Refused", "done"], "in_period", "confirmed"),
        ]

    @pytest.mark.clause("E1")
    def test_a_registration_withdrawn_while_its_assessment_begins(self, version: StandardVersion, at) -> None:
        at(MONDAY)
        row = builders.registration(version)
        user = builders.owner_of(row.apprentice.centre)
        outcomes = together(
            lambda: registrations.withdraw(registration=Registration.objects.get(pk=row.pk), reason=WHY, by=user),
            lambda: gateway.prepare(registration=row, by=user),
        )
        row.refresh_from_db()
        found = (outcomes, row.state, EPA.objects.count())
        assert found in [(["done", "Refused"], "withdrawn", 0), (["Refused", "done"], "active", 1)]


class TestPage:
    @pytest.fixture
    def as_(self, client: Client) -> Callable[[User], Client]:
        def sign_in(user: User) -> Client:
            client.force_login(user)
            return client

        return sign_in

    def url(self, epa: EPA) -> str:
        return reverse("epa:withdraw", args=[epa.pk])

    @pytest.mark.clause("E4")
    def test_says_what_ends_and_asks_why(self, running: EPA, as_) -> None:
        row = builders.requested_booking(running)
        client = as_(builders.centre_user(running))
        assert self.url(running) in client.get(reverse("epa:detail", args=[running.pk])).content.decode()
        page = client.get(self.url(running)).content.decode()
        assert f"Booking {row.number}, which is only requested, is cancelled free of charge" in page
        assert running.registration.number in page
        assert all(str(attempt.component) in page for attempt in running.attempts.select_related("component"))
        assert page.count("<h1") == 1
        assert state_of(running) == ("in_period", "active")
        empty = client.post(self.url(running), {"reason": " "})
        assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["reason"])
        done = client.post(self.url(running), {"reason": WHY})
        assert (done.status_code, done.url) == (302, reverse("epa:detail", args=[running.pk]))
        assert state_of(running) == ("withdrawn", "withdrawn")
        assert client.get(self.url(running)).status_code == 409
        record = client.get(reverse("epa:detail", args=[running.pk])).content.decode()
        assert (self.url(running) in record, "Next:" in record, WHY in record) == (False, False, True)

    @pytest.mark.clause("E4")
    def test_a_confirmed_booking_leads_to_its_cancelling(self, running: EPA, as_) -> None:
        row = assessing.confirmed(running)
        client = as_(builders.centre_user(running))
        page = client.get(self.url(running)).content.decode()
        assert "Why can’t I withdraw it yet?" in page
        assert reverse("epa:booking_cancel", args=[row.pk]) in page
        assert 'name="reason"' not in page
        assert client.post(self.url(running), {"reason": WHY}).status_code == 422
        assert state_of(running) == ("in_period", "active")

    def test_who_may(self, running: EPA, as_) -> None:
        organisation = running.registration.apprentice.centre.organisation
        assessor = assessing.assessor(running.registration.package.version)
        Attempt.objects.filter(epa=running).update(assessor=assessor)
        found = [
            (user, as_(user).get(self.url(running)).status_code)
            for user in (
                builders.centre_user(running),
                people.person(Role.CENTRE_STAFF, organisation),
                epa_team(),
                people.person(Role.CENTRE_READER, organisation),
                people.person(Role.ADMINISTRATOR),
                assessor,
                people.person(Role.CENTRE_OWNER, people.provider()),
                people.person(Role.FINANCE),
                people.person(Role.CENTRE_EQA),
            )
        ]
        assert [status for _, status in found] == [200, 200, 200, 403, 403, 403, 404, 404, 404]
