"""The verbs of the gateway: what they change, refuse, record and tell."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection

from accounts import links
from accounts.states import Role
from epa.actions import gateway as actions
from epa.models import EPA, Attempt, Gateway, Signature
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from epa.states import EPAState, GatewayState, Party
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, PortalError, Refused, WrongState
from foundation.models import Message
from standards.models import StandardVersion
from tests import builders as people
from tests.centres.builders import approved_centre, epa_team, owner_of
from tests.epa import builders_preparing as builders
from tests.epa.values import calendar

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)
assert calendar().is_working(MONDAY)


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    at(MONDAY)
    return builders.epa_for(builders.registration(st0071))


def verbs(row) -> list[str]:
    return list(audit.history(row).order_by("pk").values_list("verb", flat=True))


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


@pytest.mark.clause("E1")
class TestPrepare:
    def test_makes_epa_and_gateway_once(self, epa: EPA) -> None:
        again = actions.prepare(registration=epa.registration, by=builders.centre_user(epa))
        assert (again.pk, EPA.objects.count(), Gateway.objects.count(), verbs(epa)) == (epa.pk, 1, 1, ["prepare"])
        assert (epa.state, epa.gateway.state) == (EPAState.PREPARING, GatewayState.COLLECTING)

    def test_not_for_the_support_package(self, st0071: StandardVersion) -> None:
        from tests.apprentices.builders import registered

        centre = approved_centre(st0071)
        other = registered(centre, st0071.packages.get(kind="support"))
        with pytest.raises(Refused) as refused:
            actions.prepare(registration=other, by=owner_of(centre))
        assert codes(refused.value) == ["not_registered"]
        assert EPA.objects.count() == 0

    def test_not_by_another_centre_nor_a_reader(self, epa: EPA) -> None:
        reader = people.person(Role.CENTRE_READER, epa.registration.apprentice.centre.organisation)
        stranger = people.person(Role.CENTRE_OWNER, people.provider())
        for somebody in (reader, stranger):
            with pytest.raises(NotAllowed):
                actions.prepare(registration=epa.registration, by=somebody)


@pytest.mark.clause("B3")
class TestTraining:
    def test_is_recorded(self, epa: EPA) -> None:
        row = actions.state_training(gateway=epa.gateway, percent=Decimal("22.5"), by=builders.centre_user(epa))
        row.refresh_from_db()
        assert row.off_the_job_percent == Decimal("22.5")
        assert audit.history(row).first().facts == {"before": None, "after": "22.5"}

    @pytest.mark.parametrize("percent", ["-0.1", "100.1"])
    def test_is_a_share(self, epa: EPA, percent: str) -> None:
        with pytest.raises(Refused):
            actions.state_training(gateway=epa.gateway, percent=Decimal(percent), by=builders.centre_user(epa))

    def test_is_the_centres_to_state(self, epa: EPA) -> None:
        with pytest.raises(NotAllowed):
            actions.state_training(gateway=epa.gateway, percent=Decimal(20), by=epa_team())

    def test_rests_while_the_epa_team_has_the_gateway(self, epa: EPA) -> None:
        row = builders.submitted(epa)
        with pytest.raises(WrongState):
            actions.state_training(gateway=row, percent=Decimal(30), by=builders.centre_user(epa))


@pytest.mark.clause("B1", "B2", "B5")
class TestSigning:
    def test_three_people_sign_what_they_were_shown(self, epa: EPA) -> None:
        row = builders.ready_gateway(epa)
        rows = {signature.party: signature for signature in queries.signatures(row)}
        assert set(rows) == {"employer", "provider", "apprentice"}
        employer = rows["employer"]
        assert (employer.name, employer.email, employer.address) == ("Sam Manager", "sam@example.org", "192.0.2.8")
        assert employer.by_label == "Sam Manager (by link)"
        assert employer.shown == queries.shown_to(row, "employer")
        assert employer.shown_sha256 == rules.digest(employer.shown)
        assert employer.shown["statements"] == list(rules.STATEMENTS["employer"])
        assert rows["provider"].by_label == builders.centre_user(epa).name
        assert queries.gateway_problems(row) == [
            problem for problem in queries.gateway_problems(row) if problem.warning
        ]

    def test_the_message_names_what_to_do_and_carries_one_link(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER, "boss@firm.example", "Bo Boss")
        message = Message.objects.get(to_email="boss@firm.example")
        assert message.kind == "epa.asked_to_sign"
        assert message.text.count("http") == 1
        assert f"/epa/sign/{token}/" in message.text
        assert epa.registration.uln not in message.text + message.subject

    def test_what_is_shown_tells_nothing_of_a_plan_or_of_sign_language(self, epa: EPA) -> None:
        builders.attainments(epa, level="E3")
        facts = queries.agreement_facts(epa.gateway)
        assert facts["english_and_maths"] == ["English", "Maths"]
        assert "E3" not in str(facts)

    def test_a_link_is_spent_once(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER)
        link = links.find(token, queries.SIGN)
        builders.sign_with(token)
        assert links.find(token, queries.SIGN) is None
        shown = rules.digest(queries.shown_to(epa.gateway, "employer"))
        with pytest.raises(Conflict):
            actions.sign_by_link(link=link, name="Again", shown_sha256=shown, address=None)
        assert Signature.objects.count() == 1

    def test_a_newer_link_replaces_the_older(self, epa: EPA) -> None:
        _, old = builders.asked(epa.gateway, Party.EMPLOYER, "old@firm.example")
        _, new = builders.asked(epa.gateway, Party.EMPLOYER, "new@firm.example")
        assert links.find(old, queries.SIGN) is None
        assert links.find(new, queries.SIGN).email == "new@firm.example"

    @pytest.mark.parametrize(("days", "good"), [(13, True), (14, False)])
    def test_a_link_runs_out_after_fourteen_days(self, epa: EPA, at, days: int, good: bool) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER)
        at(MONDAY + dt.timedelta(days=days))
        assert (links.find(token, queries.SIGN) is not None) is good

    def test_what_changed_while_the_page_was_open_is_not_signed(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER)
        link = links.find(token, queries.SIGN)
        shown = rules.digest(queries.shown_to(epa.gateway, "employer"))
        actions.state_training(gateway=epa.gateway, percent=Decimal(21), by=builders.centre_user(epa))
        with pytest.raises(Refused) as refused:
            actions.sign_by_link(link=link, name="Bo Boss", shown_sha256=shown, address=None)
        assert codes(refused.value) == ["changed"]
        assert links.find(token, queries.SIGN) is not None, "a refused signature does not spend the link"

    def test_a_later_change_undoes_signatures_and_each_can_sign_anew(self, epa: EPA) -> None:
        row = builders.ready_gateway(epa)
        builders.pieces(epa, 1)
        assert [problem.code for problem in queries.gateway_problems(row) if not problem.warning] == [
            "stale_employer",
            "stale_provider",
            "stale_apprentice",
        ]
        builders.sign_all(row)
        assert [problem.code for problem in queries.gateway_problems(row) if not problem.warning] == []
        assert Signature.objects.filter(withdrawn_at=None).count() == 3
        assert Signature.objects.exclude(withdrawn_at=None).count() == 3

    def test_who_signed_is_not_asked_again(self, epa: EPA) -> None:
        builders.ready_gateway(epa)
        assert actions.invite_signatures(gateway=epa.gateway, by=builders.centre_user(epa)) == []
        with pytest.raises(Refused) as refused:
            builders.asked(epa.gateway, Party.EMPLOYER)
        assert codes(refused.value) == ["signed"]
        with pytest.raises(Conflict):
            builders.sign_for_provider(epa.gateway)

    def test_the_provider_cannot_have_itself_the_employers_link(self, epa: EPA) -> None:
        user = builders.centre_user(epa)
        with pytest.raises(Refused) as refused:
            builders.asked(epa.gateway, Party.EMPLOYER, user.email.upper())
        assert codes(refused.value) == ["providers_address"]
        assert not Message.objects.filter(kind="epa.asked_to_sign").exists()

    def test_one_person_does_not_sign_twice(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER, "bo@firm.example", "Bo Boss")
        builders.sign_with(token)
        _, other = builders.asked(epa.gateway, Party.APPRENTICE, "ann@home.example", "Ann Other")
        with pytest.raises(Refused) as refused:
            builders.sign_with(other, name="BÖ  boss")
        assert codes(refused.value) == ["other_hand", "same_person"]
        assert links.find(other, queries.SIGN) is not None, "a refused signature does not spend the link"

    @pytest.mark.clause("B5")
    def test_a_link_is_signed_by_whom_it_was_sent_to_and_the_history_says_who_and_how(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER, "greta@firm.example", "Greta Boss")
        with pytest.raises(Refused) as refused:
            builders.sign_with(token, name="Somebody Else")
        assert codes(refused.value) == ["other_hand"]
        assert "This link was sent to Greta Boss. If you are not Greta Boss" in refused.value.problems[0].message
        builders.sign_with(token, name=" Gréta M.  BOSS ")
        builders.sign_for_provider(epa.gateway)
        told = [event.facts["signed_by"] for event in audit.history(epa.gateway).filter(verb="sign").order_by("pk")]
        user = builders.centre_user(epa)
        assert told == ["Gréta M.  BOSS (link sent to Greta Boss)", f"{user.name} (signed in as {user.label})"]

    def test_one_person_is_not_asked_twice(self, epa: EPA) -> None:
        builders.asked(epa.gateway, Party.EMPLOYER, "bo@firm.example", "Bo Boss")
        with pytest.raises(Refused) as refused:
            builders.asked(epa.gateway, Party.APPRENTICE, "bo@firm.example", "Ann Other")
        assert codes(refused.value) == ["same_person"]

    def test_unknown_addresses_are_said_for_both_at_once(self, st0071: StandardVersion, at) -> None:
        at(MONDAY)
        epa = builders.epa_for(builders.registration(st0071, email="", employer_email="", employer_contact=""))
        with pytest.raises(Refused) as refused:
            actions.invite_signatures(gateway=epa.gateway, by=builders.centre_user(epa))
        assert codes(refused.value) == ["no_name", "no_email", "no_email"]

    def test_only_the_centre_asks_and_signs_for_itself(self, epa: EPA) -> None:
        with pytest.raises(NotAllowed):
            actions.send_link(gateway=epa.gateway, party="employer", name="B", email="b@x.example", by=epa_team())
        with pytest.raises(NotAllowed):
            actions.sign_in_person(
                gateway=epa.gateway, name="T", email="t@x.example", shown_sha256="", address=None, by=epa_team()
            )

    def test_the_centre_is_told_how_many_are_left(self, epa: EPA) -> None:
        builders.ready_gateway(epa)
        texts = list(Message.objects.filter(kind="epa.signed").order_by("pk").values_list("text", flat=True))
        assert ["2 signatures still" in texts[0], "1 signature still" in texts[1], "All three" in texts[2]] == [
            True
        ] * 3


@pytest.mark.clause("B1", "B2", "B3", "B4", "B5", "B6")
class TestSubmitting:
    def test_an_incomplete_gateway_is_refused_with_everything_missing(self, epa: EPA) -> None:
        with pytest.raises(Refused) as refused:
            actions.submit(gateway=epa.gateway, by=builders.centre_user(epa))
        assert codes(refused.value) == [
            "training_unknown",
            "no_english",
            "no_maths",
            "no_portfolio",
            "unsigned_employer",
            "unsigned_provider",
            "unsigned_apprentice",
        ]

    def test_a_complete_one_goes_to_the_epa_team(self, epa: EPA, settings) -> None:
        row = builders.submitted(epa)
        assert (row.state, row.submitted_at) == (GatewayState.SUBMITTED, clock.now())
        assert Message.objects.filter(kind="epa.gateway_submitted", to_email=settings.EPA_TEAM_MAILBOX).count() == 1

    def test_short_time_needs_the_centres_reason_and_then_the_teams(self, st0071: StandardVersion, at) -> None:
        at(MONDAY)
        row = builders.registration(st0071, programme_start_on=dt.date(2025, 6, 15))
        epa = builders.epa_for(row)
        gateway = builders.ready_gateway(epa)
        with pytest.raises(Refused) as refused:
            actions.submit(gateway=gateway, by=builders.centre_user(epa))
        assert codes(refused.value) == ["short_programme", "reason_needed"]
        gateway = actions.submit(gateway=gateway, by=builders.centre_user(epa), reason="Redundant next week.")
        assert gateway.short_time_reason == "Redundant next week."
        with pytest.raises(Refused) as refused:
            actions.accept(gateway=gateway, by=epa_team())
        assert codes(refused.value) == ["short_programme", "reason_needed"]
        gateway = actions.accept(gateway=gateway, by=epa_team(), despite="Agreed with the funding agency.")
        assert gateway.accepted_despite == "Agreed with the funding agency."
        assert audit.history(gateway).first().facts["settled"] == ["short_programme", "subject"]

    def test_a_reason_that_is_not_needed_is_not_kept(self, epa: EPA) -> None:
        gateway = builders.ready_gateway(epa)
        gateway = actions.submit(gateway=gateway, by=builders.centre_user(epa), reason="Please.")
        gateway = actions.accept(gateway=gateway, by=epa_team(), despite="Fine.")
        assert (gateway.short_time_reason, gateway.accepted_despite) == ("", "")

    def test_no_reason_helps_a_missing_signature(self, epa: EPA) -> None:
        gateway = builders.ready_gateway(epa, sign=False)
        builders.sign_for_provider(gateway)
        with pytest.raises(Refused) as refused:
            actions.submit(gateway=gateway, by=builders.centre_user(epa), reason="In a hurry.")
        assert codes(refused.value) == ["unsigned_employer", "unsigned_apprentice"]

    @pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.EPA_TEAM, Role.CENTRE_EQA])
    def test_only_those_who_write_for_the_centre_submit(self, epa: EPA, role: Role) -> None:
        gateway = builders.ready_gateway(epa)
        organisation = epa.registration.apprentice.centre.organisation if role == Role.CENTRE_READER else None
        with pytest.raises(NotAllowed):
            actions.submit(gateway=gateway, by=people.person(role, organisation))


@pytest.mark.clause("C9", "B5")
class TestDeciding:
    def test_accepting_opens_the_period_today(self, epa: EPA) -> None:
        team = epa_team()
        gateway = actions.accept(gateway=builders.submitted(epa), by=team)
        epa.refresh_from_db()
        assert (gateway.state, gateway.accepted_by_id) == (GatewayState.ACCEPTED, team.pk)
        assert (epa.state, epa.starts_on, epa.ends_on) == (EPAState.IN_PERIOD, MONDAY, dt.date(2026, 12, 14))
        assert Attempt.objects.filter(epa=epa).count() == 3
        message = Message.objects.filter(kind="epa.gateway_accepted").get()
        assert "Mon 14 Sep 2026 to Mon 14 Dec 2026" in message.text

    def test_what_was_true_when_submitted_is_asked_again_when_accepting(self, epa: EPA) -> None:
        gateway = builders.submitted(epa)
        epa.registration.apprentice.attainments.filter(subject="maths").delete()
        with pytest.raises(Refused) as refused:
            actions.accept(gateway=gateway, by=epa_team(), despite="Never mind.")
        assert codes(refused.value) == ["no_maths", "stale_employer", "stale_provider", "stale_apprentice"]
        epa.refresh_from_db()
        assert epa.state == EPAState.PREPARING

    def test_returning_says_why_and_signatures_stay(self, epa: EPA) -> None:
        gateway = builders.submitted(epa)
        with pytest.raises(Refused):
            actions.return_(gateway=gateway, reason=" ", by=epa_team())
        gateway = actions.return_(gateway=gateway, reason="The certificate is unreadable.", by=epa_team())
        assert (gateway.state, gateway.returned_reason) == (GatewayState.RETURNED, "The certificate is unreadable.")
        gateway = actions.submit(gateway=gateway, by=builders.centre_user(epa))
        assert (gateway.state, gateway.returned_reason) == (GatewayState.SUBMITTED, "")
        message = Message.objects.filter(kind="epa.gateway_returned").get()
        assert "certificate" not in message.text

    def test_the_centre_does_not_decide(self, epa: EPA) -> None:
        gateway = builders.submitted(epa)
        for verb in (
            lambda: actions.accept(gateway=gateway, by=builders.centre_user(epa)),
            lambda: actions.return_(gateway=gateway, reason="No", by=builders.centre_user(epa)),
        ):
            with pytest.raises(NotAllowed):
                verb()

    def test_an_accepted_gateway_stays_so(self, epa: EPA) -> None:
        gateway = actions.accept(gateway=builders.submitted(epa), by=epa_team())
        for verb in (
            lambda: actions.accept(gateway=gateway, by=epa_team()),
            lambda: actions.return_(gateway=gateway, reason="No", by=epa_team()),
            lambda: actions.submit(gateway=gateway, by=builders.centre_user(epa)),
        ):
            with pytest.raises(WrongState):
                verb()


def at_once(*calls) -> list[str]:
    """What became of calls made at the same moment: "done", or the kind of refusal."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call) -> None:
        try:
            with clock.travel(MONDAY):
                barrier.wait()
                call()
            outcomes.append("done")
        except PortalError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.clause("C9")
    def test_two_who_accept_open_one_period(self, epa: EPA) -> None:
        gateway = builders.submitted(epa)
        one, other = epa_team(), people.person(Role.EPA_TEAM)
        outcomes = at_once(
            lambda: actions.accept(gateway=gateway, by=one), lambda: actions.accept(gateway=gateway, by=other)
        )
        assert outcomes == ["WrongState", "done"]
        assert Attempt.objects.filter(epa=epa).count() == 3
        assert Message.objects.filter(kind="epa.gateway_accepted").count() == 1

    @pytest.mark.clause("B5")
    def test_a_link_clicked_twice_signs_once(self, epa: EPA) -> None:
        _, token = builders.asked(epa.gateway, Party.EMPLOYER)
        link = links.find(token, queries.SIGN)
        shown = rules.digest(queries.shown_to(epa.gateway, "employer"))

        def sign() -> None:
            actions.sign_by_link(link=link, name="Employer Person", shown_sha256=shown, address=None)

        assert at_once(sign, sign) == ["Conflict", "done"]
        assert Signature.objects.count() == 1

    @pytest.mark.clause("E1")
    def test_two_who_prepare_make_one(self, st0071: StandardVersion, at) -> None:
        at(MONDAY)
        registration = builders.registration(st0071)
        user = owner_of(registration.apprentice.centre)

        def prepare() -> None:
            actions.prepare(registration=registration, by=user)

        assert at_once(prepare, prepare) == ["done", "done"]
        assert (EPA.objects.count(), Gateway.objects.count()) == (1, 1)
