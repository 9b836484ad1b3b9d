"""Consent: asked for by the centre, given and taken back by the apprentice alone, until the claim is sent (F4)."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

import pytest

from accounts import links
from accounts.states import CENTRE_WRITERS, Role
from apprentices.models import Apprentice
from certificates.actions import claims, consent
from certificates.models import Claim, Consent
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.models import Message
from tests.builders import person, provider
from tests.centres.builders import owner_of
from tests.certificates import builders

pytestmark = [pytest.mark.django_db, pytest.mark.clause("F4")]
Passes = Callable[..., list[builders.EPA]]


@pytest.fixture
def apprentice(passes: Passes) -> Apprentice:
    """A passed apprentice whose consent has not been asked for."""
    [epa] = passes(1, consented=False)
    row: Apprentice = epa.registration.apprentice
    return row


def codes(refused: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_asked_for_by_the_centre_and_given_by_the_link(apprentice: Apprentice) -> None:
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    [asked] = Message.objects.filter(kind="certificates.consent_asked")
    assert (asked.to_email, asked.subject) == (
        apprentice.email,
        "Your consent to claim your apprenticeship certificate",
    )
    row = consent.give(link=builders.link_sent(apprentice), **builders.EMPLOYER)
    assert (row.apprentice, row.given_at, row.withdrawn_at) == (apprentice, clock.now(), None)
    assert row.wording == consent.WORDING
    assert row.given_by_label == f"{apprentice.full_name} (by link)"
    verbs = audit.history(apprentice).order_by("pk").values_list("verb", "actor_label")
    assert list(verbs) == [
        ("ask_consent", owner_of(apprentice.centre).label),
        ("give_consent", f"{apprentice.full_name} (by link)"),
    ]
    [given] = Message.objects.filter(kind="certificates.consent_given")
    assert given.to_email == apprentice.email
    assert "/certificates/consent/withdraw/" in given.text


@pytest.mark.parametrize("role", [*sorted(CENTRE_WRITERS), Role.EPA_TEAM])
def test_who_may_ask(apprentice: Apprentice, role: Role) -> None:
    organisation = apprentice.centre.organisation if role in CENTRE_WRITERS else None
    consent.ask(apprentice=apprentice, by=person(role, organisation))
    assert builders.token_sent(apprentice)


@pytest.mark.parametrize(
    "role", [Role.CENTRE_READER, Role.CENTRE_EQA, Role.INDEPENDENT_ASSESSOR, Role.IQA, Role.FINANCE]
)
def test_who_may_not_ask(apprentice: Apprentice, role: Role) -> None:
    organisation = apprentice.centre.organisation if role == Role.CENTRE_READER else None
    with pytest.raises(NotAllowed):
        consent.ask(apprentice=apprentice, by=person(role, organisation))
    with pytest.raises(NotAllowed):
        consent.ask(apprentice=apprentice, by=person(Role.CENTRE_OWNER, provider()))
    assert not Message.objects.filter(kind="certificates.consent_asked").exists()


def test_without_an_address_nobody_can_be_asked(apprentice: Apprentice) -> None:
    Apprentice.objects.update(email="")
    apprentice.refresh_from_db()
    with pytest.raises(Refused) as refused:
        consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    assert codes(refused) == ["no_email"]


def test_asked_again_the_first_link_is_dead(apprentice: Apprentice) -> None:
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    first = builders.token_sent(apprentice)
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    assert links.find(first, consent.ASK) is None
    assert links.find(builders.token_sent(apprentice), consent.ASK) is not None


def test_the_link_lives_for_fourteen_days(apprentice: Apprentice, at: Callable[..., None]) -> None:
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    token = builders.token_sent(apprentice)
    at(clock.now() + dt.timedelta(days=14, seconds=-1))
    assert links.find(token, consent.ASK) is not None
    at(clock.now() + dt.timedelta(seconds=1))
    assert links.find(token, consent.ASK) is None


def test_the_link_is_spent_once(apprentice: Apprentice) -> None:
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    link = builders.link_sent(apprentice)
    consent.give(link=link, **builders.EMPLOYER)
    with pytest.raises(Conflict):
        consent.give(link=link, **builders.EMPLOYER)
    assert Consent.objects.count() == 1


def test_consent_on_record_is_not_asked_for_again(apprentice: Apprentice) -> None:
    builders.consented_by(apprentice)
    with pytest.raises(Refused) as refused:
        consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    assert codes(refused) == ["consented"]


def test_an_address_of_ones_own(apprentice: Apprentice) -> None:
    row = builders.consented_by(apprentice, {"address_line": " 12 Mill Lane ", "town": "Ware", "postcode": " sg12 0aa"})
    assert (row.address_line, row.town, row.postcode) == ("12 Mill Lane", "Ware", "SG12 0AA")
    [claim] = builders.claimed(apprentice.registrations.get().epa)
    assert claim.payload["postalContact"] == {
        "contactName": apprentice.full_name,
        "organisation": apprentice.full_name,
        "addressLine1": "12 Mill Lane",
        "city": "Ware",
        "postCode": "SG12 0AA",
    }


def test_taken_back_before_a_claim_is_made(apprentice: Apprentice) -> None:
    builders.consented_by(apprentice)
    row = consent.withdraw(link=builders.link_sent(apprentice, consent.WITHDRAW))
    row.refresh_from_db()
    assert (row.withdrawn_at, row.withdrawn_by_label) == (clock.now(), f"{apprentice.full_name} (by link)")
    batch = claims.run_week()
    assert batch is not None
    assert batch.claims.count() == 0
    [left_out] = batch.left_out
    assert [problem["code"] for problem in left_out["problems"]] == ["no_consent"]


def test_taken_back_before_the_claim_is_sent(apprentice: Apprentice) -> None:
    builders.consented_by(apprentice)
    [claim] = builders.claimed(apprentice.registrations.get().epa)
    consent.withdraw(link=builders.link_sent(apprentice, consent.WITHDRAW))
    claim.refresh_from_db()
    assert claim.state == "cancelled"
    assert audit.history(claim)[0].actor_label == "consent withdrawn"


@pytest.mark.parametrize(
    ("state", "sent", "may"),
    [
        ("ready", False, True),
        ("ready", True, False),  # put before the service once, and now again
        ("sending", True, False),
        ("created", True, False),
        ("submitted", True, False),
        ("printed", True, False),
        ("delivered", True, False),
        ("needs_person", False, True),  # the service did not know the learner: nothing has been sent
        ("needs_person", True, False),
        ("cancelled", True, True),
    ],
)
def test_until_when_it_can_be_taken_back(apprentice: Apprentice, state: str, sent: bool, may: bool) -> None:
    builders.consented_by(apprentice)
    [claim] = builders.claimed(apprentice.registrations.get().epa)
    Claim.objects.update(state=state, sent_at=clock.now() if sent else None)
    link = builders.link_sent(apprentice, consent.WITHDRAW)
    if may:
        consent.withdraw(link=link)
        claim.refresh_from_db()
        assert claim.state == "cancelled"
        return
    with pytest.raises(Refused) as refused:
        consent.withdraw(link=link)
    assert codes(refused) == ["sent"]
    assert links.find(builders.token_sent(apprentice, consent.WITHDRAW), consent.WITHDRAW), "the link is not spent"
    assert Consent.objects.get().withdrawn_at is None


def test_given_again_after_it_was_taken_back(apprentice: Apprentice) -> None:
    builders.consented_by(apprentice)
    consent.withdraw(link=builders.link_sent(apprentice, consent.WITHDRAW))
    builders.consented_by(apprentice, builders.HOME)
    assert Consent.objects.count() == 2
    [claim] = builders.claimed(apprentice.registrations.get().epa)
    assert claim.payload["postalContact"]["city"] == "Ware"


def test_taken_back_twice(apprentice: Apprentice) -> None:
    builders.consented_by(apprentice)
    link = builders.link_sent(apprentice, consent.WITHDRAW)
    consent.withdraw(link=link)
    with pytest.raises(Conflict):
        consent.withdraw(link=link)


@pytest.mark.django_db(transaction=True)
def test_given_twice_at_once(passes: Passes) -> None:
    [epa] = passes(1, consented=False)
    apprentice = epa.registration.apprentice
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    give = functools.partial(consent.give, link=builders.link_sent(apprentice), **builders.EMPLOYER)
    outcomes = builders.at_once(give, give)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Consent"]
    assert Consent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_the_week_is_claimed(passes: Passes) -> None:
    """Whoever comes first: no claim stands on a consent that was taken back."""
    epas = passes(3)
    works: list[Callable[[], Any]] = [
        functools.partial(consent.withdraw, link=builders.link_sent(epa.registration.apprentice, consent.WITHDRAW))
        for epa in epas
    ]
    outcomes = builders.at_once(claims.run_week, *works)
    assert [type(outcome).__name__ for outcome in outcomes] == ["ClaimBatch", "Consent", "Consent", "Consent"]
    assert not Claim.objects.exclude(state="cancelled").exists()
