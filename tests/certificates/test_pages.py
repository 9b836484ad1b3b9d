"""Each page by role: who sees what, who may do what, and what nobody outside may learn."""

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from certificates.actions import claims, consent, records, sending
from certificates.hours import CLAIM_AT
from certificates.models import Claim, ClaimBatch, Consent, RecordOfAchievement
from epa.models import EPA, Result
from foundation import clock
from foundation.models import Message
from tests.builders import person, provider
from tests.centres.builders import owner_of, stored_pdf
from tests.certificates import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
Passes = Callable[..., list[builders.EPA]]
URL = reverse
OFFICE = [Role.EPA_TEAM, Role.ADMINISTRATOR]
OTHERS_OF_IMI = [Role.FINANCE, Role.IQA, Role.INDEPENDENT_ASSESSOR, Role.CENTRE_EQA]


@pytest.fixture
def epa(passes: Passes) -> EPA:
    [row] = passes(1, name="Featherstone")
    return row


@pytest.fixture
def claim(epa: EPA) -> Claim:
    return builders.claimed(epa)[0]


def stuck(claim: Claim, **changes: Any) -> Claim:
    Claim.objects.filter(pk=claim.pk).update(
        **{"state": "needs_person", "service_errors": ["Grade unknown to us."], "set_aside_at": clock.now()} | changes
    )
    claim.refresh_from_db()
    return claim


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def as_role(role: Role, epa: EPA) -> Client:
    """Somebody with the role: at the EPA's own centre, or at IMI."""
    at_centre = role in {Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_READER}
    return signed_in(person(role, epa.registration.apprentice.centre.organisation if at_centre else None))


def elsewhere() -> Client:
    """The owner of another centre."""
    return signed_in(person(Role.CENTRE_OWNER, provider()))


@pytest.mark.parametrize("role", [Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_READER, *OFFICE])
def test_the_list(epa: EPA, claim: Claim, role: Role) -> None:
    page = as_role(role, epa).get(URL("certificates:list"))
    assert page.status_code == 200
    assert "Featherstone" in page.text
    assert "On record" in page.text
    assert "Ready to be sent" in page.text
    may_claim = role in {Role.CENTRE_OWNER, Role.CENTRE_STAFF}
    assert (URL("certificates:claim_record", args=[epa.pk]) in page.text) is may_claim
    assert "Featherstone" not in elsewhere().get(URL("certificates:list")).text


@pytest.mark.parametrize("role", OTHERS_OF_IMI)
def test_the_list_is_empty_for_the_others_of_imi(epa: EPA, role: Role) -> None:
    assert "Featherstone" not in as_role(role, epa).get(URL("certificates:list")).text


def test_the_list_is_filtered_and_exported_as_shown(passes: Passes) -> None:
    [first] = passes(1, name="Ampère")
    [second] = passes(1, name="Bolt", consented=False)
    records.claim_record(epa=second, by=owner_of(second.registration.apprentice.centre))
    number = RecordOfAchievement.objects.get().number
    client = as_role(Role.EPA_TEAM, first)
    for query, names in [
        ("q=ampere", ["Ampère"]),
        (f"q={second.registration.uln}", ["Bolt"]),
        (f"q={number}", ["Bolt"]),
        ("consent=yes", ["Ampère"]),
        ("consent=no", ["Bolt"]),
        ("record=yes", ["Bolt"]),
        ("record=no", ["Ampère"]),
        ("", ["Bolt", "Ampère"]),
    ]:
        answer = client.get(f"{URL('certificates:list')}?{query}&export=csv")
        lines = answer.text.strip().splitlines()[1:]
        assert [next(name for name in ("Ampère", "Bolt") if name in line) for line in lines] == names, query


def test_the_list_asks_as_much_for_many_as_for_one(
    passes: Passes, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    epas = passes(12)
    builders.claimed(*epas)
    client = as_role(Role.EPA_TEAM, epas[0])
    for name in ("list", "claims", "waiting"):
        with django_assert_max_num_queries(30):
            assert client.get(URL(f"certificates:{name}")).status_code == 200


@pytest.mark.clause("F3")
def test_claiming_a_record(epa: EPA) -> None:
    address = URL("certificates:claim_record", args=[epa.pk])
    client = as_role(Role.CENTRE_OWNER, epa)
    assert "Claim the record of achievement" in client.get(address).text
    assert not RecordOfAchievement.objects.exists(), "looking claims nothing"
    answer = client.post(address, follow=True)
    row = RecordOfAchievement.objects.get()
    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "The document is being made" in answer.text
    assert client.get(URL("certificates:record_pdf", args=[row.pk])).status_code == 404
    again = client.post(address)
    assert again.status_code == 200
    assert "already been claimed" in again.text
    assert RecordOfAchievement.objects.count() == 1


@pytest.mark.clause("F3")
def test_what_keeps_a_record_back_is_said(epa: EPA) -> None:
    Result.objects.update(released_at=None)
    page = as_role(Role.CENTRE_OWNER, epa).get(URL("certificates:claim_record", args=[epa.pk]))
    assert "The result has not been released yet" in page.text
    assert '<button class="govuk-button' not in page.text


@pytest.mark.parametrize("role", [Role.CENTRE_READER, *OFFICE])
def test_who_may_not_claim_a_record(epa: EPA, role: Role) -> None:
    """The page is its form, so it is shown to those who may send it; the others' learner's page leads nowhere there."""
    address, other = URL("certificates:claim_record", args=[epa.pk]), as_role(role, epa)
    assert [other.get(address).status_code, other.post(address).status_code] == [403, 403]
    assert address not in other.get(URL("learner", args=[epa.registration.apprentice_id])).text
    Result.objects.update(entered_in_ilr_at=clock.now())
    writer = as_role(Role.CENTRE_STAFF, epa)
    assert address in writer.get(URL("learner", args=[epa.registration.apprentice_id])).text
    assert [elsewhere().get(address).status_code, elsewhere().post(address).status_code] == [404, 404]
    assert not RecordOfAchievement.objects.exists()


def test_a_record_and_its_pdf(epa: EPA, private_files: Any) -> None:
    row = records.claim_record(epa=epa, by=owner_of(epa.registration.apprentice.centre))
    type(row.document).objects.filter(pk=row.document_id).update(stored=stored_pdf("documents"))
    page, pdf = URL("certificates:record", args=[row.pk]), URL("certificates:record_pdf", args=[row.pk])
    for role in [Role.CENTRE_OWNER, Role.CENTRE_READER, *OFFICE]:
        client = as_role(role, epa)
        assert row.number in client.get(page).text
        assert b"".join(client.get(pdf)).startswith(b"%PDF")
    for address in (page, pdf):
        assert elsewhere().get(address).status_code == 404
        assert as_role(Role.FINANCE, epa).get(address).status_code == 404
        assert Client().get(address).status_code == 302, "nobody is let in without an account"


@pytest.mark.clause("F4")
def test_asking_for_consent(passes: Passes) -> None:
    [epa] = passes(1, consented=False)
    address = URL("certificates:ask_consent", args=[epa.registration.apprentice_id])
    client = as_role(Role.CENTRE_STAFF, epa)
    assert client.get(address).status_code == 405
    assert as_role(Role.CENTRE_READER, epa).post(address).status_code == 403
    assert elsewhere().post(address).status_code == 404
    assert not Message.objects.filter(kind="certificates.consent_asked").exists()
    assert client.post(address).status_code == 302
    assert Message.objects.filter(kind="certificates.consent_asked").count() == 1
    builders.consented_by(epa.registration.apprentice)
    assert client.post(address).status_code == 422


@pytest.fixture
def asked(passes: Passes) -> EPA:
    """Somebody who has been sent the link."""
    [epa] = passes(1, consented=False)
    consent.ask(apprentice=epa.registration.apprentice, by=owner_of(epa.registration.apprentice.centre))
    return epa


def consent_page(epa: EPA) -> str:
    return URL("certificates:consent", kwargs={"token": builders.token_sent(epa.registration.apprentice)})


@pytest.mark.clause("F4")
def test_giving_consent(asked: EPA) -> None:
    address = consent_page(asked)
    anyone = Client()
    page = anyone.get(address)
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("strict-origin", "noindex")
    assert "no-store" in page["Cache-Control"]
    assert consent.WORDING in html.unescape(page.text)
    assert not Consent.objects.exists(), "opening the page agrees to nothing"
    done = anyone.post(address, {"agree": "on", "send_to": "employer", "town": "left over"})
    assert "Thank you" in done.text
    row = Consent.objects.get()
    assert (row.address_line, row.town, row.postcode) == ("", "", "")
    assert anyone.get(address).status_code == 410
    assert anyone.post(address, {"agree": "on", "send_to": "employer"}).status_code == 410


@pytest.mark.clause("F4")
@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"send_to": "employer"}, "Tick “I agree that the IMI claims my certificate”."),
        ({"agree": "on"}, "Choose an answer for “Where should the certificate go”."),
        ({"agree": "on", "send_to": "own"}, "Fill in “House and street”."),
        ({"agree": "on", "send_to": "own", **builders.HOME, "town": ""}, "Fill in “Town or city”."),
        ({"agree": "on", "send_to": "own", **builders.HOME, "postcode": "12345"}, "Enter a UK postcode"),
    ],
)
def test_consent_that_is_not_complete(asked: EPA, posted: dict[str, str], words: str) -> None:
    page = Client().post(consent_page(asked), posted)
    assert page.status_code == 200
    assert words in page.text
    assert not Consent.objects.exists()
    assert Client().get(consent_page(asked)).status_code == 200, "the link is not spent"


@pytest.mark.clause("F4")
def test_consent_with_an_address_of_ones_own(asked: EPA) -> None:
    Client().post(consent_page(asked), {"agree": "on", "send_to": "own", **builders.HOME, "postcode": "sg12 0aa"})
    assert Consent.objects.get().postcode == "SG12 0AA"


def test_a_link_that_is_none() -> None:
    for name in ("consent", "withdraw_consent"):
        assert Client().get(URL(f"certificates:{name}", kwargs={"token": "made-up"})).status_code == 410


@pytest.mark.clause("F4")
def test_taking_consent_back(epa: EPA) -> None:
    apprentice = epa.registration.apprentice
    token = builders.token_sent(apprentice, consent.WITHDRAW)
    address = URL("certificates:withdraw_consent", kwargs={"token": token})
    assert URL("certificates:consent", kwargs={"token": token}) != address
    assert Client().get(URL("certificates:consent", kwargs={"token": token})).status_code == 410, "another purpose"
    page = Client().get(address)
    assert "Take your consent back?" in page.text
    assert Consent.objects.get().withdrawn_at is None
    assert "Consent taken back" in Client().post(address).text
    assert Consent.objects.get().withdrawn_at == clock.now()
    assert Client().get(address).status_code == 410


@pytest.mark.clause("F4")
def test_taking_it_back_too_late(epa: EPA, claim: Claim) -> None:
    Claim.objects.update(state="sending", sent_at=clock.now())
    token = builders.token_sent(epa.registration.apprentice, consent.WITHDRAW)
    page = Client().post(URL("certificates:withdraw_consent", kwargs={"token": token}))
    assert "can no longer be taken back" in page.text
    assert Consent.objects.get().withdrawn_at is None


@pytest.mark.parametrize("role", OFFICE)
def test_the_claims(epa: EPA, claim: Claim, role: Role) -> None:
    stuck(claim)
    page = as_role(role, epa).get(URL("certificates:claims"))
    assert page.status_code == 200
    assert "To be looked at" in page.text
    assert claim.number in page.text
    assert "2026-W38" in page.text


@pytest.mark.parametrize("role", [Role.CENTRE_OWNER, Role.CENTRE_READER, *OTHERS_OF_IMI])
@pytest.mark.parametrize("name", ["claims", "waiting"])
def test_the_claims_are_for_the_office(epa: EPA, role: Role, name: str) -> None:
    assert as_role(role, epa).get(URL(f"certificates:{name}")).status_code == 404


def test_the_claims_are_filtered(passes: Passes) -> None:
    first, second = builders.claimed(*passes(1, name="Ohm"), *passes(1, name="Volt"))
    stuck(second, reference="00013001")
    client = signed_in(person(Role.EPA_TEAM))
    for query, found in [
        ("q=ohm", [first]),
        (f"q={second.number}", [second]),
        ("q=00013001", [second]),
        ("state=ready", [first]),
        ("state=needs_person", [second]),
        ("week=2026-w38", [first, second]),
        ("week=2026-W37", []),
    ]:
        answer = client.get(f"{URL('certificates:claims')}?{query}&export=csv&sort=number")
        lines = answer.text.strip().splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == [row.number for row in found], query


def test_who_is_not_claimed_yet_and_why(passes: Passes) -> None:
    passes(1, name="Ohm")
    passes(1, name="Volt", consented=False)
    page = signed_in(person(Role.EPA_TEAM)).get(URL("certificates:waiting"))
    assert "Nothing: claimed on the next Friday." in page.text
    assert f"claimed on the next Friday at {CLAIM_AT:%H:%M};" in page.text
    assert "consent to the claim is not on record" in page.text


def test_a_claim_seen_by_its_centre_and_by_the_office(epa: EPA, claim: Claim) -> None:
    """The centre sees where it stands; what the service said is between it and IMI."""
    address = URL("certificates:claim", args=[stuck(claim).pk])
    centre = as_role(Role.CENTRE_OWNER, epa).get(address)
    assert centre.status_code == 200
    assert "Needs a person" in centre.text
    for words in ("Grade unknown to us.", "The service says", "Send it again", "Cancel the claim"):
        assert words not in centre.text
    team = as_role(Role.EPA_TEAM, epa).get(address)
    for words in ("Grade unknown to us.", "The service says", "Send it again", "Cancel the claim"):
        assert words in team.text
    administrator = as_role(Role.ADMINISTRATOR, epa).get(address)
    assert "Grade unknown to us." in administrator.text
    assert "Send it again" not in administrator.text
    assert elsewhere().get(address).status_code == 404
    assert as_role(Role.FINANCE, epa).get(address).status_code == 404


def test_a_centre_is_not_told_an_apprentices_own_address(passes: Passes) -> None:
    [epa] = passes(1, consented=False)
    builders.consented_by(epa.registration.apprentice, builders.HOME)
    [claim] = builders.claimed(epa)
    address = URL("certificates:claim", args=[claim.pk])
    centre = as_role(Role.CENTRE_OWNER, epa).get(address).text
    assert "12 Mill Lane" not in centre
    assert "the apprentice’s own address" in centre
    assert "12 Mill Lane" in as_role(Role.EPA_TEAM, epa).get(address).text


def test_settling_a_claim(epa: EPA, claim: Claim) -> None:
    team = as_role(Role.EPA_TEAM, epa)
    stuck(claim)
    answer = team.post(URL("certificates:try_again", args=[claim.pk]))
    assert answer.status_code == 302
    claim.refresh_from_db()
    assert claim.state == "ready"
    assert team.post(URL("certificates:try_again", args=[claim.pk])).status_code == 409
    stuck(claim)
    address = URL("certificates:by_hand", args=[claim.pk])
    assert address in team.get(claim.get_absolute_url()).text
    assert "the reference is kept and the claim can no longer be cancelled" in team.get(address).text
    claim.refresh_from_db()
    assert claim.state == "needs_person", "looking confirms nothing"
    for typed, words in [
        ("", "Fill in “Certificate reference at the assessment service”."),
        ("abc", "A reference of the assessment service is a number of eight digits or more"),
    ]:
        page = team.post(address, {"reference": typed})
        assert page.status_code == 200
        assert words in page.text
    assert team.post(address, {"reference": "00013001"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.reference_by_hand) == ("submitted", "00013001")
    assert "00013001, typed by hand; the service is asked about it" in team.get(claim.get_absolute_url()).text


@pytest.mark.clause("F5")
def test_the_newest_weeks_are_shown(claim: Claim) -> None:
    for week in range(1, 13):
        started = clock.now() - dt.timedelta(weeks=week)
        ClaimBatch.objects.create(week=f"2026-W{38 - week}", started_at=started, done_at=started)
    page = signed_in(person(Role.EPA_TEAM)).get(URL("certificates:claims"))
    assert [batch.week for batch in page.context["batches"]] == [f"2026-W{week}" for week in range(38, 30, -1)]
    assert [batch.made for batch in page.context["batches"]] == [1, *[0] * 7]


@pytest.mark.clause("F5")
def test_what_the_service_answered_is_in_the_history_and_says_what_to_check(epa: EPA, claim: Claim) -> None:
    """Its words for those of IMI, without the ULN it may quote; the centre sees that it came back."""
    Claim.objects.filter(pk=claim.pk).update(lease=claim.request_id)
    claim.refresh_from_db()
    sending._ask(claim, ["ULN, FamilyName and Standard not found.", f"Learner details for ULN: {claim.uln} not found"])
    page = as_role(Role.EPA_TEAM, epa).get(claim.get_absolute_url()).text
    history = page[page.index('class="portal-history"') :]
    assert "ULN, FamilyName and Standard not found." in history
    assert claim.uln not in history
    assert "What to check" in page
    assert "The service takes its learners from the training provider’s ILR." in page
    assert "does not know ST0071" not in page
    centre = as_role(Role.CENTRE_OWNER, epa).get(claim.get_absolute_url()).text
    assert "Ask" in centre[centre.index('class="portal-history"') :]
    assert "FamilyName" not in centre
    assert "What to check" not in centre


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "this claim has not been sent"),
        ({"sent_at": clock.now()}, "The service may hold something of this claim."),
        ({"reference": "00013001"}, "The service has told of certificate 00013001."),
    ],
)
def test_that_nothing_was_sent_is_said_where_it_is_true(
    epa: EPA, claim: Claim, changes: dict[str, Any], words: str
) -> None:
    page = as_role(Role.EPA_TEAM, epa).get(stuck(claim, **changes).get_absolute_url()).text
    assert words in page
    assert ("this claim has not been sent" in page) == (not changes)


@pytest.mark.clause("F5")
def test_a_cancelled_claim_says_what_comes_next(epa: EPA, claim: Claim, at: Callable[..., None]) -> None:
    team = as_role(Role.EPA_TEAM, epa)
    claims.cancel(claim=stuck(claim), by=person(Role.EPA_TEAM))
    page = team.get(claim.get_absolute_url()).text
    assert "Grade unknown to us." not in page
    assert "govuk-warning-text" not in page
    assert "a new claim is made on the next Friday (clause F5)" in page
    type(epa.registration.apprentice.employer).objects.update(postcode="")
    page = team.get(claim.get_absolute_url()).text
    assert "once nothing keeps it back" in page
    assert "The postcode the certificate is sent to is not a UK postcode." in page
    type(epa.registration.apprentice.employer).objects.update(postcode="SG13 8PQ")
    at(clock.now() + dt.timedelta(days=7))
    claims.run_week()
    after = Claim.objects.latest("pk")
    page = team.get(claim.get_absolute_url()).text
    assert f'href="{after.get_absolute_url()}"' in page
    assert "on the next Friday" not in page


@pytest.mark.clause("F5")
def test_cancelling_a_claim_asks_first_and_says_what_it_does(epa: EPA, claim: Claim) -> None:
    team, address = as_role(Role.EPA_TEAM, epa), URL("certificates:cancel", args=[stuck(claim).pk])
    assert address in team.get(claim.get_absolute_url()).text
    page = team.get(address).text
    for words in ("Nothing of it has been sent", "a new claim is made on the next Friday (clause F5)", "Featherstone"):
        assert words in page
    claim.refresh_from_db()
    assert claim.state == "needs_person", "looking cancels nothing"
    assert team.post(address).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "cancelled"
    assert team.get(address).status_code == 409


def test_cancelling_warns_of_what_may_be_at_the_service_and_of_what_keeps_a_new_claim_back(
    epa: EPA, claim: Claim
) -> None:
    stuck(claim, sent_at=clock.now())
    type(epa.registration.apprentice.employer).objects.update(postcode="")
    page = as_role(Role.EPA_TEAM, epa).get(URL("certificates:cancel", args=[claim.pk])).text
    assert "this undoes nothing at the service" in page
    assert "What keeps a new claim back" in page
    assert "The postcode the certificate is sent to is not a UK postcode." in page
    assert "on the next Friday (clause F5)" not in page


def test_what_the_service_holds_offers_no_cancelling(epa: EPA, claim: Claim) -> None:
    team, address = as_role(Role.EPA_TEAM, epa), URL("certificates:cancel", args=[claim.pk])
    stuck(claim, reference="00013001")
    assert address not in team.get(claim.get_absolute_url()).text
    page = team.get(address)
    assert "holds certificate 00013001" in page.text
    assert 'value="Cancel the claim"' not in page.text
    assert team.post(address).status_code == 200
    claim.refresh_from_db()
    assert claim.state == "needs_person"


@pytest.mark.parametrize("name", ["by_hand", "try_again", "cancel"])
def test_who_may_not_settle_a_claim(epa: EPA, claim: Claim, name: str) -> None:
    address = URL(f"certificates:{name}", args=[stuck(claim).pk])
    for role in (Role.CENTRE_OWNER, Role.ADMINISTRATOR):
        for posted in ({"reference": "1"}, {}):
            assert as_role(role, epa).post(address, posted).status_code == 403
    assert elsewhere().post(address, {"reference": "1"}).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "needs_person"


def test_what_keeps_a_claim_from_going_again_is_said_before_and_when_it_is_tried(epa: EPA, claim: Claim) -> None:
    stuck(claim)
    type(epa.registration.apprentice.employer).objects.update(postcode="")
    team = as_role(Role.EPA_TEAM, epa)
    words = "The postcode the certificate is sent to is not a UK postcode."
    assert words in team.get(URL("certificates:claim", args=[claim.pk])).text
    refused = team.post(URL("certificates:try_again", args=[claim.pk]))
    assert refused.status_code == 422
    assert words in refused.text


def test_posting_more_than_is_asked_changes_nothing(epa: EPA, claim: Claim) -> None:
    stuck(claim)
    posted = {"reference": "00013001", "state": "delivered", "uln": "1", "delivered_at": "2026-01-01", "consent": "9"}
    as_role(Role.EPA_TEAM, epa).post(URL("certificates:by_hand", args=[claim.pk]), posted)
    after = Claim.objects.get()
    assert (after.state, after.uln, after.delivered_at, after.consent_id) == (
        "submitted",
        claim.uln,
        None,
        claim.consent_id,
    )


def test_before_the_release_the_list_knows_nothing(passes: Passes, at: Callable[..., None]) -> None:
    """An EPA whose result is due looks as if there were none, whatever the grade is."""
    [epa] = passes(1, name="Featherstone")
    Result.objects.update(released_at=None, overall="", grades={})
    EPA.objects.update(state="result_due")
    at(clock.now() + dt.timedelta(minutes=1))
    client = as_role(Role.CENTRE_OWNER, epa)
    assert "Featherstone" not in client.get(URL("certificates:list")).text
    assert claims.unclaimed() == []
