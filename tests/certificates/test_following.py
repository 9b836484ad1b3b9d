"""Following a certificate to its delivery, whatever order the printer's notices come in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.states import Role
from certificates import rules
from certificates.actions import claims, following, sending
from certificates.models import Claim
from certificates.service import AssessmentService
from foundation import audit, clock
from foundation.models import Message
from simulators.assessment_service.process import StandIn
from tests.builders import person
from tests.centres.builders import owner_of
from tests.certificates import builders

pytestmark = pytest.mark.django_db
At = Callable[[dt.datetime], None]
Passes = Callable[..., list[builders.EPA]]


@pytest.fixture
def claim(stand_in: StandIn, service: AssessmentService, passes: Passes) -> Claim:
    """A submitted claim."""
    return submitted(stand_in, service, passes, 1)[0]


def submitted(stand_in: StandIn, service: AssessmentService, passes: Passes, count: int) -> list[Claim]:
    epas = passes(count)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    sending.send_due(service)
    rows = list(Claim.objects.order_by("pk"))
    assert [row.state for row in rows] == ["submitted"] * count
    return rows


def look(service: AssessmentService, claim: Claim) -> Claim:
    """A worker's look at what is due; the claim afterwards."""
    following.follow_due(service)
    return Claim.objects.get(pk=claim.pk)


def half_a_day_on(at: At) -> None:
    at(clock.now() + following.AGAIN)


@pytest.mark.clause("F5")
def test_to_the_delivery(stand_in: StandIn, service: Any, claim: Claim, at: At) -> None:
    seen = []
    for _ in range(4):
        claim = look(service, claim)
        seen.append((claim.state, claim.service_status))
        stand_in.print_on()
        half_a_day_on(at)
    assert seen == [
        ("submitted", "Submitted"),
        ("printed", "SentToPrinter"),
        ("printed", "Printed"),
        ("delivered", "Delivered"),
    ]
    assert claim.printed_at is not None
    assert claim.delivered_at is not None
    owner = owner_of(claim.result.epa.registration.apprentice.centre)
    [message] = Message.objects.filter(kind="certificates.delivered")
    assert message.to_email == owner.email
    verbs = audit.history(claim).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["make", "send", "accept", "confirm", "print", "deliver"]
    assert following.follow_due(service) == 0, "nobody asks after it any more"


def test_delivered_is_told_without_the_print_before(stand_in: StandIn, service: Any, claim: Claim) -> None:
    stand_in.print_on("Delivered")
    claim = look(service, claim)
    assert (claim.state, claim.delivered_at) == ("delivered", clock.now())


def test_a_notice_that_comes_late_takes_nothing_back(stand_in: StandIn, service: Any, claim: Claim, at: At) -> None:
    stand_in.print_on("Printed")
    assert look(service, claim).state == "printed"
    stand_in.set_status(claim.reference, "SentToPrinter")
    half_a_day_on(at)
    claim = look(service, claim)
    assert (claim.state, claim.service_status) == ("printed", "SentToPrinter")


def test_not_delivered_is_for_a_person_once_then_followed(
    stand_in: StandIn, service: Any, claim: Claim, at: At
) -> None:
    stand_in.print_on("NotDelivered")
    claim = look(service, claim)
    assert (claim.state, claim.next_look_at) == ("needs_person", None)
    assert claim.service_errors == ["Delivery was attempted and failed; the service's own staff arrange another print."]
    assert Message.objects.filter(kind="certificates.claim_needs_person").count() == 1
    claims.confirm_by_hand(claim=claim, reference=claim.reference, by=person(Role.EPA_TEAM))
    claim = look(service, claim)
    assert (claim.state, claim.service_errors) == ("submitted", []), "known already: nobody is asked twice"
    stand_in.print_on("Reprint")
    stand_in.print_on("Delivered")
    half_a_day_on(at)
    assert look(service, claim).state == "delivered"
    assert Message.objects.filter(kind="certificates.claim_needs_person").count() == 1


def test_not_delivered_and_tried_again_makes_no_second(stand_in: StandIn, service: Any, claim: Claim) -> None:
    """Whoever presses the other button sends nothing: the certificate is found where it is."""
    stand_in.print_on("NotDelivered")
    claim = look(service, claim)
    first = claim.submitted_at
    claims.try_again(claim=claim, by=person(Role.EPA_TEAM))
    sending.send_due(service)
    claim.refresh_from_db()
    assert (claim.state, claim.submitted_at) == ("submitted", first)
    assert (stand_in.summary()["certificates"], stand_in.summary()["submissions"]) == (1, 1)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Deleted", "The service shows no certificate any more."),
        ("Cancelled", "The service shows no certificate any more."),
        ("Draft", "The service shows the certificate as “Ready”: it is not submitted."),
    ],
)
def test_what_should_not_be_is_for_a_person(
    stand_in: StandIn, service: Any, claim: Claim, status: str, words: str
) -> None:
    stand_in.set_status(claim.reference, status)
    claim = look(service, claim)
    assert (claim.state, claim.service_errors) == ("needs_person", [words])


def test_a_draft_that_lost_its_submission_is_submitted_again(stand_in: StandIn, service: Any, claim: Claim) -> None:
    stand_in.set_status(claim.reference, "Draft")
    claim = look(service, claim)
    claims.try_again(claim=claim, by=person(Role.EPA_TEAM))
    sending.send_due(service)
    claim.refresh_from_db()
    assert claim.state == "submitted"
    assert stand_in.summary()["certificates"] == 1


def test_a_reference_typed_wrong_by_hand(service: Any, claim: Claim) -> None:
    Claim.objects.update(state="needs_person")
    claim.refresh_from_db()
    claims.confirm_by_hand(claim=claim, reference="00099999", by=person(Role.EPA_TEAM))
    told = claim.reference
    claim = look(service, claim)
    assert (claim.state, claim.reference, claim.reference_by_hand) == ("needs_person", told, "")
    assert claim.service_errors == [
        f"The service holds certificate {told} instead. The reference 00099999, typed by hand, is taken back."
    ]


@pytest.fixture
def unsent(stand_in: StandIn, passes: Passes) -> Claim:
    """A claim that came back before anything was sent; the service knows the learner and has no certificate."""
    epas = passes(1)
    builders.known_to(stand_in, epas)
    [claim] = builders.claimed(*epas)
    Claim.objects.update(state="needs_person")
    claim.refresh_from_db()
    return claim


@pytest.mark.clause("F5")
def test_typed_by_hand_and_not_there_nothing_of_it_stays(service: Any, unsent: Claim) -> None:
    """The claim is where it was: it can be corrected, sent again or cancelled, and nothing was made up."""
    team = person(Role.EPA_TEAM)
    claims.confirm_by_hand(claim=unsent, reference="99999999", by=team)
    claim = look(service, unsent)
    assert (claim.state, claim.reference, claim.reference_by_hand) == ("needs_person", "", "")
    assert (claim.sent_at, claim.submitted_at, claim.next_look_at) == (None, None, None)
    assert claim.service_errors == [
        (
            "The service shows no certificate of this learner and standard. "
            "The reference 99999999, typed by hand, is taken back."
        )
    ]
    assert audit.history(claim)[0].facts == {"service": claim.service_errors}
    claims.try_again(claim=claim, by=team)
    sending.send_due(service)
    claim.refresh_from_db()
    assert claim.state == "submitted"
    assert claim.reference not in {"", "99999999"}


@pytest.mark.clause("F5")
def test_typed_by_hand_and_not_there_it_can_be_cancelled(service: Any, unsent: Claim) -> None:
    team = person(Role.EPA_TEAM)
    claims.confirm_by_hand(claim=unsent, reference="99999999", by=team)
    claims.cancel(claim=look(service, unsent), by=team)
    assert Claim.objects.get().state == "cancelled"


@pytest.mark.clause("F5")
@pytest.mark.parametrize("status", ["Submitted", "Draft"])
def test_typed_by_hand_and_found_it_is_the_services_word(
    service: Any, stand_in: StandIn, unsent: Claim, status: str
) -> None:
    """The days of sending and submitting are the service's; a draft there is none that was submitted."""
    held = service.create([unsent.payload])[str(unsent.request_id)].certificate
    assert held is not None
    stand_in.set_status(held.reference, status)
    claims.confirm_by_hand(claim=unsent, reference=held.reference, by=person(Role.EPA_TEAM))
    claim = look(service, unsent)
    assert (claim.reference, claim.reference_by_hand) == (held.reference, "")
    assert claim.sent_at is not None
    found = audit.history(claim).get(verb="find")
    assert found.facts == {"reference": held.reference}
    if status == "Draft":
        assert (claim.state, claim.submitted_at) == ("needs_person", None)
    else:
        assert claim.state == "submitted"
        assert claim.submitted_at is not None


@pytest.mark.clause("F5")
def test_typed_by_hand_and_told_of_another_claim_since(
    service: Any, unsent: Claim, stand_in: StandIn, passes: Passes
) -> None:
    """Two claims never have one certificate, whatever is typed and told meanwhile."""
    held = service.create([unsent.payload])[str(unsent.request_id)].certificate
    assert held is not None
    claims.confirm_by_hand(claim=unsent, reference=held.reference, by=person(Role.EPA_TEAM))
    [other] = builders.claimed(*passes(1))
    Claim.objects.filter(pk=other.pk).update(state="created", reference=held.reference)
    claim = look(service, unsent)
    assert (claim.state, claim.reference, claim.reference_by_hand) == ("needs_person", "", "")
    assert other.number in claim.service_errors[0]


def test_the_next_look_is_set_before_the_question(stand_in: StandIn, service: Any, claim: Claim) -> None:
    """A worker that dies while it asks leaves the claim to be asked about again in half a day."""
    stand_in.order_faults("GET certificate:500-before-commit")

    class Dies(BaseException):
        pass

    class Dying(AssessmentService):
        def certificate(self, *args: Any) -> Any:
            raise Dies

    dying = Dying(stand_in.url, stand_in.key, 1.0)
    with pytest.raises(Dies):
        following.follow_due(dying)
    dying.close()
    claim.refresh_from_db()
    assert claim.next_look_at == clock.now() + following.AGAIN
    assert following.follow_due(service) == 0


@pytest.mark.parametrize(
    "fault", ["500-before-commit", "hang-before-commit@3", "truncated-json", "rate-limited@9", "cut-body"]
)
def test_no_answer_is_asked_for_again_in_an_hour(
    stand_in: StandIn, service: Any, claim: Claim, at: At, fault: str
) -> None:
    stand_in.print_on("Delivered")
    stand_in.order_faults(f"GET certificate:{fault}")
    claim = look(service, claim)
    assert (claim.state, claim.next_look_at) == ("submitted", clock.now() + following.SOON)
    at(clock.now() + following.SOON)
    assert look(service, claim).state == "delivered"


def test_an_outage_stops_the_asking(stand_in: StandIn, service: Any, passes: Passes) -> None:
    submitted(stand_in, service, passes, 5)
    stand_in.order_faults("99*GET certificate:500-before-commit")
    assert following.follow_due(service) == 0
    assert stand_in.summary()["requests"]["GET certificate 500"] == following.SILENCES
    assert set(Claim.objects.values_list("next_look_at", flat=True)) == {clock.now() + following.SOON}


def test_a_refused_key_is_no_fault_of_the_claim(stand_in: StandIn, claim: Claim) -> None:
    wrong = AssessmentService(stand_in.url, "wrong", 1.0)
    assert following.follow_due(wrong) == 0
    wrong.close()
    claim.refresh_from_db()
    assert (claim.state, claim.next_look_at) == ("submitted", clock.now() + following.SOON)


@pytest.mark.django_db(transaction=True)
def test_two_that_follow_at_once_tell_the_centre_once(stand_in: StandIn, service: Any, passes: Passes) -> None:
    submitted(stand_in, service, passes, 4)
    stand_in.print_on("Delivered")

    def follow() -> int:
        own = AssessmentService(stand_in.url, stand_in.key, 5.0)
        try:
            return following.follow_due(own)
        finally:
            own.close()

    assert sum(builders.at_once(follow, follow, follow)) == 4
    assert Message.objects.filter(kind="certificates.delivered").count() == 4
    assert set(Claim.objects.values_list("state", flat=True)) == {"delivered"}


def test_the_words_of_the_service_are_all_known() -> None:
    assert following.PRINTED < rules.GONE_OUT_STATUSES
    assert not rules.GONE_OUT_STATUSES & rules.DRAFT_STATUSES
