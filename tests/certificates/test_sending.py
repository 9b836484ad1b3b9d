"""Sending claims to the stand-in over HTTP: whatever goes wrong, each arrives once and none is forgotten (F5)."""

import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.states import Role
from certificates import rules
from certificates.actions import claims, consent, sending
from certificates.models import Claim
from certificates.service import AssessmentService
from certificates.states import ClaimState
from foundation import clock, work
from foundation.errors import Refused
from foundation.models import AuditEvent, Message
from simulators.assessment_service.process import StandIn
from tests.builders import person
from tests.certificates import builders
from tests.certificates.conftest import FRIDAY
from tests.simulators.desk import OTHER

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("stand_in", ["guarded", "unguarded"], indirect=True)
At = Callable[[dt.datetime], None]
Passes = Callable[..., list[builders.EPA]]


class Killed(BaseException):
    """The worker dies here."""


def states() -> list[str]:
    return list(Claim.objects.order_by("pk").values_list("state", flat=True))


def only() -> Claim:
    return Claim.objects.get()


def ready(stand_in: StandIn, passes: Passes, count: int = 1, **changes: Any) -> list[Claim]:
    """Claims of this Friday for learners whom the service knows."""
    epas = passes(count)
    builders.known_to(stand_in, epas, **changes)
    return builders.claimed(*epas)


def later(at: At, ahead: dt.timedelta) -> None:
    at(clock.now() + ahead)


def until_done(service: AssessmentService, at: At, rounds: int = 12) -> None:
    """Workers come by as time passes."""
    for _ in range(rounds):
        while sending.send_due(service):
            pass
        if not Claim.objects.filter(state__in=sending.OPEN).exists():
            return
        later(at, dt.timedelta(minutes=20))
    raise AssertionError(f"still open after {rounds} rounds: {states()}")


def assert_arrived_once(stand_in: StandIn, count: int) -> None:
    summary = stand_in.summary()
    assert states() == [ClaimState.SUBMITTED] * count
    assert (summary["certificates"], summary["duplicates"], summary["submissions"]) == (count, 0, count)
    stored = {str(record["uln"]): record["reference"] for record in stand_in.certificates()}
    assert {claim.uln: claim.reference for claim in Claim.objects.all()} == stored


@pytest.mark.clause("F5")
def test_thirty_go_out_in_batches_of_twenty_five(stand_in: StandIn, service: Any, passes: Passes) -> None:
    ready(stand_in, passes, 30)
    assert [sending.send_due(service) for _ in range(3)] == [25, 5, 0]
    assert_arrived_once(stand_in, 30)
    requests = stand_in.summary()["requests"]
    assert requests["POST certificate 200"] == requests["POST certificate/submit 200"] == 2
    one = Claim.objects.first()
    assert one is not None
    assert (one.service_status, one.sent_at, one.next_look_at, one.done_at) == (
        "Submitted",
        clock.now(),
        clock.now(),
        clock.now(),
    )
    verbs = AuditEvent.objects.filter(subject_type="certificates.claim", subject_id=one.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["make", "send", "accept", "confirm"]


def test_what_arrives_is_what_was_frozen(stand_in: StandIn, service: Any, passes: Passes) -> None:
    [claim] = ready(stand_in, passes)
    sending.send_due(service)
    [record] = stand_in.certificates()
    contact = {name: value for name, value in record["contact"].items() if value is not None}
    assert contact == claim.payload["postalContact"]
    assert (record["grade"], record["achieved"][:10]) == (
        "Pass",
        claim.payload["learningDetails"]["achievementDate"][:10],
    )


@pytest.mark.parametrize("name", ["O'Neill", "D/Angelo", "van der Berg", "100%", "Ŵyn", "Ŵ/y n'%2F", "Smith?x=1"])
@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_family_names_are_encoded_in_every_question(
    stand_in: StandIn, service: Any, passes: Passes, at: At, name: str
) -> None:
    """The answer to the create is lost, so all depends on the question that finds it again."""
    epas = passes(1, name=name)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    stand_in.order_faults("POST certificate:commit-then-500")
    until_done(service, at)
    assert_arrived_once(stand_in, 1)


FAULTS = [
    "commit-then-hang@3",
    "commit-then-reset",
    "commit-then-500",
    "500-before-commit",
    "hang-before-commit@3",
    "partial-then-500",
    "rate-limited@17",
    "truncated-json",
    "cut-body",
    "late-commit@0.3",
]


def settled(stand_in: StandIn) -> None:
    """The service has finished what it was still at."""
    while stand_in.summary()["pendingCommits"]:
        pass


@pytest.mark.clause("F5")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("stand_in", "route"),
    [
        ("unguarded", "GET learner"),
        ("unguarded", "POST certificate"),
        ("unguarded", "POST certificate/submit"),
        ("guarded", "POST certificate"),
    ],
    indirect=["stand_in"],
)
def test_every_fault_of_the_service(
    stand_in: StandIn, service: Any, passes: Passes, at: At, route: str, fault: str
) -> None:
    ready(stand_in, passes, 3)
    stand_in.order_faults(f"{route}:{fault}")
    sending.send_due(service)
    assert stand_in.summary()["faults"] == {fault.partition("@")[0]: 1}
    settled(stand_in)
    until_done(service, at)
    assert_arrived_once(stand_in, 3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_a_service_that_fails_at_random(stand_in: StandIn, service: Any, passes: Passes, at: At, seed: int) -> None:
    ready(stand_in, passes, 4)
    kinds = "commit-then-500,commit-then-reset,500-before-commit,partial-then-500,truncated-json,late-commit"
    stand_in.order_faults(f"40%:{kinds}@0.1", seed=seed)
    for _ in range(40):
        while sending.send_due(service):
            pass
        settled(stand_in)
        later(at, dt.timedelta(minutes=20))
    assert_arrived_once(stand_in, 4)


@BOTH
def test_half_a_batch_fails_and_answers_come_backwards(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    made = ready(stand_in, passes, 4)
    stand_in.order_faults("POST certificate:half-failed-reversed")
    sending.send_due(service)
    assert states() == ["submitted", "needs_person", "submitted", "needs_person"]
    team = person(Role.EPA_TEAM)
    for claim in Claim.objects.filter(pk__in=[made[1].pk, made[3].pk]):
        assert claim.service_errors == ["The stand-in was told to fail this item"]
        claims.try_again(claim=claim, by=team)
    until_done(service, at)
    assert_arrived_once(stand_in, 4)


def test_half_a_submission_fails(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    ready(stand_in, passes, 2)
    stand_in.order_faults("POST certificate/submit:half-failed-reversed")
    sending.send_due(service)
    assert states() == ["submitted", "needs_person"]
    claims.try_again(claim=Claim.objects.get(state="needs_person"), by=person(Role.EPA_TEAM))
    until_done(service, at)
    assert_arrived_once(stand_in, 2)


class Dying(AssessmentService):
    """A client whose worker dies before or after its n-th call."""

    def __init__(self, stand_in: StandIn, call: int, *, answered: bool) -> None:
        super().__init__(stand_in.url, stand_in.key, 1.0)
        self.left, self.answered = call, answered

    def _send(self, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.answered:
            raise Killed
        response = super()._send(*args, **kwargs)
        if self.left == 0:
            raise Killed
        return response


class Deadly(AssessmentService):
    """A client whose worker dies whenever it is about one claim."""

    def __init__(self, stand_in: StandIn, claim: Claim) -> None:
        super().__init__(stand_in.url, stand_in.key, 1.0)
        self.uln = claim.uln

    def learner(self, uln: Any, *args: Any) -> Any:
        if str(uln) == self.uln:
            raise Killed
        return super().learner(uln, *args)


def remade(stand_in: StandIn, epas: list[builders.EPA]) -> None:
    """The same passes, claimed as if for the first time, at a service that knows the learners and nothing else."""
    Claim.objects.all().delete()
    stand_in.reset()
    stand_in.set_clock(FRIDAY.astimezone(dt.UTC).isoformat())
    builders.claimed(*epas)


@pytest.mark.clause("F5")
@pytest.mark.parametrize("answered", [False, True])
@BOTH
def test_a_worker_dies_at_every_call(stand_in: StandIn, service: Any, passes: Passes, at: At, answered: bool) -> None:
    epas = passes(2)
    builders.known_to(stand_in, epas)
    for call in range(1, 20):
        remade(stand_in, epas)
        dying = Dying(stand_in, call, answered=answered)
        try:
            sending.send_due(dying)
        except Killed:
            assert sending.send_due(service) == 0, "the lease protects what a dead worker may have sent"
            later(at, sending.lease() + dt.timedelta(seconds=1))
            until_done(service, at)
            assert_arrived_once(stand_in, 2)
        else:
            assert call > 4, "two questions, one create, one submit"
            return
        finally:
            dying.close()
    raise AssertionError("the round never came to its end")


@pytest.mark.clause("F5")
def test_a_claim_that_kills_every_worker_is_for_a_person(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """After an outage however long; the others go out meanwhile, and nothing is sent twice."""
    _first, bad, _last = ready(stand_in, passes, 3)
    stand_in.order_faults("5000*GET learner:500-before-commit")
    for _ in range(work.MAX_LOSSES * 3):
        sending.send_due(service)
        later(at, dt.timedelta(hours=2))
    assert states() == ["ready"] * 3
    stand_in.order_faults()
    deadly = Deadly(stand_in, bad)
    for _ in range(work.MAX_LOSSES * 3):
        with contextlib.suppress(Killed):
            while sending.send_due(deadly):
                pass
        later(at, sending.lease() + dt.timedelta(seconds=1))
    deadly.close()
    assert states() == ["submitted", "needs_person", "submitted"]
    bad.refresh_from_db()
    assert "ended in the middle" in bad.service_errors[0]
    claims.try_again(claim=bad, by=person(Role.EPA_TEAM))
    until_done(service, at)
    assert_arrived_once(stand_in, 3)


def dies_at(statement: int) -> Callable[..., Any]:
    """A wrapper of statements that dies before the n-th; an open transaction is rolled back, as by the database."""
    left = statement

    def wrapper(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal left
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(sql, params, many, context)
        left -= 1
        if left == 0:
            raise Killed
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.slow
@pytest.mark.clause("F5")
@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_a_worker_dies_at_every_statement(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    epas = passes(2)
    builders.known_to(stand_in, epas)
    for statement in range(1, 200):
        remade(stand_in, epas)
        try:
            with connection.execute_wrapper(dies_at(statement)):
                sending.send_due(service)
        except Killed:
            later(at, sending.lease() + dt.timedelta(seconds=1))
            until_done(service, at)
            assert_arrived_once(stand_in, 2)
        else:
            assert statement > 20
            return
    raise AssertionError("the round never came to its end")


class Refuses:
    """What the service's rules say: a person is asked, with the service's own words, and nothing is stored there."""

    @staticmethod
    def asked(words: str) -> None:
        claim = only()
        assert (claim.state, claim.service_errors) == ("needs_person", [words])
        assert claim.set_aside_at == clock.now()
        [message] = Message.objects.filter(kind="certificates.claim_needs_person")
        assert message.to_email == "epa@theimi.org.uk"
        assert claim.number in message.subject


def test_a_learner_the_service_does_not_know(stand_in: StandIn, service: Any, passes: Passes) -> None:
    builders.claimed(*passes(1))
    sending.send_due(service)
    Refuses.asked("ULN, FamilyName and Standard not found")
    assert only().sent_at is None


def test_another_family_name_there(stand_in: StandIn, service: Any, passes: Passes) -> None:
    ready(stand_in, passes, familyName="Leigh")
    sending.send_due(service)
    Refuses.asked("ULN, FamilyName and Standard not found")


@pytest.mark.parametrize("status", [3, 6])
def test_withdrawn_or_on_a_break(stand_in: StandIn, service: Any, passes: Passes, status: int) -> None:
    ready(stand_in, passes, completionStatus=status)
    sending.send_due(service)
    Refuses.asked("The ILR has the apprentice as withdrawn or on a break; the training provider has to correct it.")
    assert "POST certificate 200" not in stand_in.summary()["requests"]


def test_another_version_confirmed_there(stand_in: StandIn, service: Any, passes: Passes) -> None:
    ready(stand_in, passes, version="1.1")
    sending.send_due(service)
    Refuses.asked("Incorrect version for learner")


@BOTH
def test_another_organisation_holds_it(stand_in: StandIn, service: Any, passes: Passes) -> None:
    [claim] = ready(stand_in, passes)
    other = AssessmentService(stand_in.url, OTHER, 1.0)
    other.create([claim.payload | {"requestId": "theirs"}])
    other.close()
    sending.send_due(service)
    Refuses.asked(sending.HELD_ELSEWHERE)
    assert only().sent_at is None, "nothing has left, so the consent can be taken back"
    assert stand_in.summary()["certificates"] == 1


@BOTH
def test_a_restored_database_finds_its_certificates_again(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """An older copy of the database knows nothing of what was sent after it was made."""
    epas = passes(3)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    until_done(service, at)
    stand_in.print_on("Printed")
    references = list(Claim.objects.order_by("uln").values_list("reference", flat=True))
    Claim.objects.all().delete()
    builders.claimed(*epas)
    until_done(service, at)
    assert_arrived_once(stand_in, 3)
    assert list(Claim.objects.order_by("uln").values_list("reference", flat=True)) == references


@BOTH
@pytest.mark.parametrize("status", ["Draft", "Submitted"])
def test_a_certificate_that_exists_and_says_the_same_is_ours(
    stand_in: StandIn, service: Any, passes: Passes, status: str
) -> None:
    [claim] = ready(stand_in, passes)
    answer = service.create([claim.payload | {"requestId": "by hand"}])["by hand"]
    if status == "Submitted":
        service.submit([rules.submit_item(claim.payload, answer.certificate.reference)])
    sending.send_due(service)
    assert_arrived_once(stand_in, 1)


@BOTH
@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"overallGrade": "Distinction"}, "the grade differs"),
        ({"achievementDate": "2026-01-05T00:00:00Z"}, "the achievement date differs"),
    ],
)
def test_one_that_says_something_else_is_for_a_person(
    stand_in: StandIn, service: Any, passes: Passes, details: dict[str, str], words: str
) -> None:
    [claim] = ready(stand_in, passes)
    other = claim.payload | {"requestId": "x", "learningDetails": claim.payload["learningDetails"] | details}
    reference = service.create([other])["x"].certificate.reference
    sending.send_due(service)
    Refuses.asked(f"The service holds certificate {reference}, but {words}.")
    assert stand_in.summary()["certificates"] == 1


@BOTH
def test_a_draft_for_an_older_address_is_changed_before_it_is_submitted(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    [claim] = ready(stand_in, passes)
    older = claim.payload["postalContact"] | {"addressLine1": "The old works"}
    service.create([claim.payload | {"requestId": "x", "postalContact": older}])
    until_done(service, at)
    assert_arrived_once(stand_in, 1)
    assert stand_in.certificates()[0]["contact"]["addressLine1"] == "1 Ware Road"


@BOTH
def test_corrected_after_an_answer_that_never_came(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    """The draft may be there with what was wrong; the corrected claim changes it and makes no second one."""
    [claim] = ready(stand_in, passes)
    stand_in.order_faults("POST certificate:commit-then-500")
    sending.send_due(service)
    stand_in.order_faults("500*GET certificate:500-before-commit")
    later(at, dt.timedelta(hours=1))
    sending.send_due(service)
    Claim.objects.update(state="needs_person", lease=None, lease_until=None)
    stand_in.order_faults()
    employer = claim.result.epa.registration.apprentice.employer
    type(employer).objects.filter(pk=employer.pk).update(address="2 Ware Road")
    claims.try_again(claim=only(), by=person(Role.EPA_TEAM))
    until_done(service, at)
    assert_arrived_once(stand_in, 1)
    assert stand_in.certificates()[0]["contact"]["addressLine1"] == "2 Ware Road"


def test_a_draft_of_this_claim_takes_a_corrected_grade_too(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """Only where the claim knows the draft's reference: what others made is not written over."""
    [claim] = ready(stand_in, passes)
    stand_in.order_faults("POST certificate/submit:half-failed-reversed;POST certificate/submit:500-before-commit")
    other = claim.payload | {
        "requestId": "x",
        "learningDetails": claim.payload["learningDetails"] | {"overallGrade": "Merit"},
    }
    reference = service.create([other])["x"].certificate.reference
    Claim.objects.update(reference=reference, sent_at=clock.now())
    stand_in.order_faults()
    until_done(service, at)
    assert_arrived_once(stand_in, 1)
    assert stand_in.certificates()[0]["grade"] == "Pass"


def test_a_status_nobody_knows_is_for_a_person(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    ready(stand_in, passes)
    stand_in.order_faults("POST certificate/submit:commit-then-500")
    sending.send_due(service)
    stand_in.set_status(only().reference, "Reprint")
    until_done(service, at)
    assert only().state == "submitted"
    Claim.objects.update(state="created", done_at=None)
    stand_in.set_status(only().reference, "Deleted")
    sending.send_due(service)
    Refuses.asked("The service does not show the certificate any more.")


def test_a_claim_changed_behind_our_back_is_not_sent(stand_in: StandIn, service: Any, passes: Passes) -> None:
    made = ready(stand_in, passes, 2)
    Claim.objects.filter(pk=made[0].pk).update(payload=made[0].payload | {"requestId": "another"})
    sending.send_due(service)
    assert states() == ["needs_person", "submitted"]
    first = Claim.objects.get(pk=made[0].pk)
    assert first.service_errors == ["What is stored of this claim is not what was frozen."]


def test_one_malformed_claim_does_not_hold_up_the_batch(stand_in: StandIn, service: Any, passes: Passes) -> None:
    made = ready(stand_in, passes, 3)
    details = made[1].payload["learningDetails"] | {"achievementDate": "soon"}
    payload = made[1].payload | {"learningDetails": details}
    Claim.objects.filter(pk=made[1].pk).update(payload=payload, payload_sha256=rules.payload_sha256(payload))
    sending.send_due(service)
    assert states() == ["submitted", "needs_person", "submitted"]
    [errors] = Claim.objects.filter(pk=made[1].pk).values_list("service_errors", flat=True)
    assert errors[0].startswith("Your request contains invalid input.")


def test_a_batch_too_large_goes_one_by_one(stand_in: StandIn, service: Any, passes: Passes) -> None:
    epas = passes(10)
    employer = epas[0].registration.apprentice.employer
    type(employer).objects.filter(pk=employer.pk).update(name="Ŵ" * 200, address="Ŷ" * 200, town="Ŵ" * 100)
    epas = [builders.fresh(epa) for epa in epas]
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    sending.send_due(service)
    assert stand_in.summary()["requests"]["POST certificate 413"] == 1
    assert_arrived_once(stand_in, 10)


def test_one_silence_is_that_claims_own_trouble(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    ready(stand_in, passes, 3)
    stand_in.order_faults("GET learner:500-before-commit")
    assert sending.send_due(service) == 3
    assert states() == ["ready", "submitted", "submitted"]
    until_done(service, at)
    assert_arrived_once(stand_in, 3)


def test_three_silences_are_an_outage(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    ready(stand_in, passes, 5)
    stand_in.order_faults("500*GET learner:500-before-commit")
    sending.send_due(service)
    assert stand_in.summary()["requests"] == {"GET learner 500": 3}
    assert states() == ["ready"] * 5
    assert not Claim.objects.exclude(sent_at=None).exists()
    stand_in.order_faults()
    until_done(service, at)
    assert_arrived_once(stand_in, 5)


@pytest.mark.parametrize("key", ["", "wrong", "stand-in-unlinked", "stand-in-no-email"])
def test_a_key_that_is_refused_asks_nobody_and_waits(
    stand_in: StandIn, service: Any, passes: Passes, at: At, key: str
) -> None:
    ready(stand_in, passes, 2)
    wrong = AssessmentService(stand_in.url, key, 1.0)
    assert sending.send_due(wrong) == 0
    wrong.close()
    assert states() == ["ready", "ready"]
    assert not Message.objects.filter(kind="certificates.claim_needs_person").exists()
    until_done(service, at)
    assert_arrived_once(stand_in, 2)


def test_nobody_listens(passes: Passes, stand_in: StandIn, service: Any, at: At) -> None:
    ready(stand_in, passes, 2)
    nowhere = AssessmentService("http://127.0.0.1:9", "k", 1.0)
    for _ in range(12):
        sending.send_due(nowhere)
        assert states() == ["ready", "ready"]
        later(at, dt.timedelta(hours=2))
    nowhere.close()
    assert not Claim.objects.exclude(set_aside_at=None).exists(), "an outage is waited out, however long"
    until_done(service, at)
    assert_arrived_once(stand_in, 2)


def test_too_many_calls_wait_as_long_as_told(stand_in: StandIn, service: Any, passes: Passes) -> None:
    ready(stand_in, passes, 2)
    stand_in.order_faults("POST certificate:rate-limited@17")
    assert sending.send_due(service) == 0
    waits = set(Claim.objects.values_list("not_before", flat=True))
    assert waits == {clock.now() + dt.timedelta(seconds=17)}
    assert states() == ["ready", "ready"]
    assert not Claim.objects.exclude(sent_at=None).exists(), "surely nothing arrived: consent can still be taken back"


def test_no_answer_is_asked_about_only_after_the_service_has_settled(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    ready(stand_in, passes)
    stand_in.order_faults("POST certificate:500-before-commit")
    sending.send_due(service)
    claim = only()
    assert (claim.state, claim.unanswered_since) == ("sending", clock.now())
    later(at, sending.settle_time() - dt.timedelta(seconds=1))
    assert sending.send_due(service) == 0
    later(at, dt.timedelta(seconds=1))
    assert sending.send_due(service) == 1
    assert_arrived_once(stand_in, 1)
    assert only().unanswered_since is None


def test_a_day_without_a_usable_answer_is_for_a_person(stand_in: StandIn, service: Any, passes: Passes, at: At) -> None:
    ready(stand_in, passes)
    stand_in.order_faults("5000*POST certificate:500-before-commit")
    for _ in range(30):
        sending.send_due(service)
        later(at, dt.timedelta(hours=1))
    assert only().state == "needs_person"
    assert only().service_errors == ["The service has given no usable answer for a day."]


def test_one_that_breaks_the_service_does_not_take_the_others_along(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """The batch fails as a whole; afterwards each goes by itself, and only the bad one keeps failing."""
    ready(stand_in, passes, 3)
    stand_in.order_faults("2*POST certificate:500-before-commit")
    sending.send_due(service)
    later(at, dt.timedelta(minutes=20))
    sending.send_due(service)
    assert states() == ["sending", "submitted", "submitted"]


@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_who_is_slow_does_not_send_what_another_has_taken_over(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """A worker stalls after its questions until its lease has run out; another has sent the claims meanwhile."""
    ready(stand_in, passes, 2)

    class Stalling(AssessmentService):
        def create(self, items: Any) -> Any:
            raise AssertionError("it would have been sent twice")

        def learner(self, *args: Any) -> Any:
            known = super().learner(*args)
            if not self.stalled and stand_in.summary()["requests"]["GET learner 200"] == 2:
                self.stalled = True
                later(at, sending.lease() + dt.timedelta(seconds=1))
                while sending.send_due(service):
                    pass
            return known

        stalled = False

    slow = Stalling(stand_in.url, stand_in.key, 1.0)
    sending.send_due(slow)
    slow.close()
    assert slow.stalled
    assert_arrived_once(stand_in, 2)


@pytest.mark.clause("F4")
def test_consent_taken_back_before_it_is_sent(stand_in: StandIn, service: Any, passes: Passes) -> None:
    """Between the question about the learner and the sending, too."""
    [claim] = ready(stand_in, passes)
    apprentice = claim.result.epa.registration.apprentice

    class Meanwhile(AssessmentService):
        def learner(self, *args: Any) -> Any:
            known = super().learner(*args)
            consent.withdraw(link=builders.link_sent(apprentice, consent.WITHDRAW))
            return known

    meanwhile = Meanwhile(stand_in.url, stand_in.key, 1.0)
    sending.send_due(meanwhile)
    meanwhile.close()
    assert states() == ["cancelled"]
    assert stand_in.summary()["certificates"] == 0


@pytest.mark.clause("F4")
def test_consent_cannot_be_taken_back_once_it_may_have_been_sent(
    stand_in: StandIn, service: Any, passes: Passes
) -> None:
    [claim] = ready(stand_in, passes)
    apprentice = claim.result.epa.registration.apprentice
    stand_in.order_faults("POST certificate:500-before-commit")
    sending.send_due(service)
    assert states() == ["sending"]
    with pytest.raises(Refused) as refused:
        consent.withdraw(link=builders.link_sent(apprentice, consent.WITHDRAW))
    assert [problem.code for problem in refused.value.problems] == ["sent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_two_workers_at_once(stand_in: StandIn, passes: Passes) -> None:
    ready(stand_in, passes, 6)

    def worker() -> int:
        service = AssessmentService(stand_in.url, stand_in.key, 5.0)
        try:
            return sending.send_due(service)
        finally:
            service.close()

    outcomes = builders.at_once(*[worker] * 3)
    assert sum(outcomes) == 6
    assert_arrived_once(stand_in, 6)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("F4")
def test_taking_consent_back_while_it_is_being_sent(stand_in: StandIn, passes: Passes) -> None:
    """Either it was cancelled and nothing is there, or it was sent and the withdrawal refused: never both."""
    epas = passes(4)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    links = [builders.link_sent(epa.registration.apprentice, consent.WITHDRAW) for epa in epas]
    withdrawals = [functools.partial(consent.withdraw, link=link) for link in links]

    def worker() -> int:
        service = AssessmentService(stand_in.url, stand_in.key, 5.0)
        try:
            return sending.send_due(service)
        finally:
            service.close()

    outcomes = builders.at_once(worker, *withdrawals)[1:]
    stored = {record["uln"] for record in stand_in.certificates()}
    for epa, outcome in zip(epas, outcomes, strict=True):
        claim = Claim.objects.select_related("consent").get(result__epa=epa)
        refused = isinstance(outcome, Refused)
        assert refused or isinstance(outcome, type(claim.consent)), outcome
        assert (claim.state, claim.consent.withdrawn_at is None, int(claim.uln) in stored) == (
            ("submitted", True, True) if refused else ("cancelled", False, False)
        )


def test_cancelled_by_the_team_while_a_worker_has_it(stand_in: StandIn, service: Any, passes: Passes) -> None:
    [claim] = ready(stand_in, passes)
    team = person(Role.EPA_TEAM)

    class Meanwhile(AssessmentService):
        def learner(self, *args: Any) -> Any:
            known = super().learner(*args)
            claims.cancel(claim=claim, by=team)
            return known

    meanwhile = Meanwhile(stand_in.url, stand_in.key, 1.0)
    sending.send_due(meanwhile)
    meanwhile.close()
    assert states() == ["cancelled"]
    assert stand_in.summary()["certificates"] == 0


@pytest.mark.clause("F5")
def test_cancelled_and_claimed_again_never_makes_a_second(
    stand_in: StandIn, service: Any, passes: Passes, at: At
) -> None:
    """It was sent without an answer, given up, and came up again on the next Friday."""
    [claim] = ready(stand_in, passes)
    stand_in.order_faults("POST certificate:commit-then-500")
    sending.send_due(service)
    Claim.objects.update(state="needs_person", lease=None, lease_until=None)
    claims.cancel(claim=only(), by=person(Role.EPA_TEAM))
    at(FRIDAY + dt.timedelta(days=7))
    batch = claims.run_week()
    assert batch is not None
    assert batch.claims.count() == 1
    until_done(service, at)
    assert list(Claim.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "submitted"]
    assert stand_in.summary()["certificates"] == 1
    assert claim.payload["requestId"] != Claim.objects.latest("pk").payload["requestId"]


class TestControls:
    """The same worlds without what protects us: they must show the damage, or the tests above prove nothing."""

    @pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
    def test_sending_again_without_asking_doubles(
        self, stand_in: StandIn, service: Any, passes: Passes, at: At, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "_look", lambda _service, _claim: "")
        ready(stand_in, passes, 3)
        stand_in.order_faults("POST certificate:commit-then-500")
        until_done(service, at)
        assert stand_in.summary()["duplicates"] == 3

    @pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
    def test_asking_too_soon_doubles(
        self, stand_in: StandIn, service: Any, passes: Passes, settings: Any, at: At
    ) -> None:
        """The service was still at work: that nothing is there yet proves nothing."""
        settings.ASSESSMENT_SERVICE_SETTLE = 0
        ready(stand_in, passes)
        stand_in.order_faults("POST certificate:late-commit@1.5")
        while sending.send_due(service):
            pass
        settled(stand_in)
        assert stand_in.summary()["duplicates"] == 1

    @pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
    def test_without_a_lease_two_workers_double(
        self, stand_in: StandIn, service: Any, passes: Passes, at: At, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both hold the claims, and neither looks whether they are still its own."""
        ready(stand_in, passes, 2)
        slow = work.take(Claim.objects.filter(state="ready"), 25)
        assert [sending._check(service, claim) for claim in slow] == [True, True]
        assert [sending._start(claim) for claim in slow] == [True, True]
        sent = sending._renewed(slow)
        Claim.objects.update(lease=None, lease_until=None)
        until_done(service, at)
        assert_arrived_once(stand_in, 2)
        assert sending._renewed(slow) == []
        monkeypatch.setattr(sending, "_renewed", lambda claims: claims)
        sending._create(service, sent)
        assert stand_in.summary()["duplicates"] == 2


@pytest.fixture(autouse=True)
def _no_claim_hangs() -> Iterator[None]:
    """Whatever a test did: no claim is left leased and without a verdict by a worker that came to its end."""
    yield
    hanging = Claim.objects.filter(state__in=sending.OPEN, set_aside_at__isnull=False)
    assert not hanging.exists(), "set aside where nobody sees it"
    assert work.MAX_ATTEMPTS < sending.NEVER
