"""The gateway's pages: who sees them, what they say, what a POST does."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from epa.actions import portfolio
from epa.models import EPA, Gateway, PortfolioPiece, ProjectSubject, Signature
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from foundation import clock
from standards.models import StandardVersion
from tests import builders as people
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 9, 14)


@pytest.fixture
def epa(st0071: StandardVersion, at) -> EPA:
    at(MONDAY)
    return builders.epa_for(builders.registration(st0071))


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    """``as_(user)``: the client, signed in as that user."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in


def url(name: str, pk: int, **more: object) -> str:
    return reverse(f"epa:{name}", kwargs={"pk": pk, **more})


def reader(epa: EPA) -> User:
    return people.person(Role.CENTRE_READER, epa.registration.apprentice.centre.organisation)


class TestPrepare:
    @pytest.mark.clause("E1")
    def test_is_a_post_and_leads_to_the_gateway_or_the_request(self, st0071: StandardVersion, as_) -> None:
        row = builders.registration(st0071)
        client = as_(builders.owner_of(row.apprentice.centre))
        assert client.get(url("prepare", row.pk)).status_code == 405
        assert not EPA.objects.exists()
        first = client.post(url("prepare", row.pk))
        epa = EPA.objects.get()
        assert first.url == url("gateway", epa.gateway.pk)
        assert client.post(url("prepare", row.pk), {"then": "booking"}).url == url("booking_request", epa.pk)
        assert EPA.objects.count() == 1

    def test_a_foreign_registration_is_not_found(self, epa: EPA, as_) -> None:
        stranger = people.person(Role.CENTRE_OWNER, people.provider())
        assert as_(stranger).post(url("prepare", epa.registration_id)).status_code == 404


class TestPage:
    def test_what_is_missing_with_the_clause_and_where_it_is_mended(self, epa: EPA, as_) -> None:
        page = as_(builders.centre_user(epa)).get(url("gateway", epa.gateway.pk)).content.decode()
        assert "The share of off-the-job training has not been stated" in page
        assert url("gateway_training", epa.gateway.pk) in page
        for clause in ("B1", "B2", "B3", "B4", "B5", "B6"):
            assert clause in page
        assert page.count("<h1") == 1

    @pytest.mark.parametrize("state", ["collecting", "submitted", "accepted"])
    def test_in_every_state_for_everyone_who_may_see_it(self, epa: EPA, as_, state: str) -> None:
        if state == "submitted":
            builders.submitted(epa)
        if state == "accepted":
            builders.accepted(epa)
        for user in (builders.centre_user(epa), reader(epa), epa_team(), people.person(Role.ADMINISTRATOR)):
            response = as_(user).get(url("gateway", epa.gateway.pk))
            assert response.status_code == 200
            assert "Cache-Control" in response

    def test_nobody_else_finds_it(self, epa: EPA, as_) -> None:
        others = [people.person(Role.CENTRE_OWNER, people.provider())]
        others += [people.person(role) for role in (Role.INDEPENDENT_ASSESSOR, Role.FINANCE, Role.CENTRE_EQA, Role.IQA)]
        names = ("gateway", "gateway_training", "gateway_sign", "gateway_submit", "gateway_accept", "gateway_return")
        for user in others:
            client = as_(user)
            assert [client.get(url(name, epa.gateway.pk)).status_code for name in names] == [404] * 6
            assert client.post(url("gateway_invite", epa.gateway.pk)).status_code == 404

    def test_who_only_reads_is_told_so(self, epa: EPA, as_) -> None:
        client = as_(reader(epa))
        names = ("gateway_training", "gateway_sign", "gateway_submit", "gateway_accept", "gateway_return", "piece_add")
        codes = {name: client.get(url(name, epa.gateway.pk)).status_code for name in names}
        assert codes == {
            "gateway_training": 403,
            "gateway_sign": 403,
            "gateway_submit": 403,
            "gateway_accept": 409,
            "gateway_return": 409,
            "piece_add": 403,
        }
        assert client.post(url("gateway_invite", epa.gateway.pk)).status_code == 403

    def test_the_number_of_queries_does_not_grow_with_the_portfolio(
        self, epa: EPA, as_, django_assert_max_num_queries
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = as_(builders.centre_user(epa))
        client.get(url("gateway", epa.gateway.pk))  # once before: the count of tasks in the bar is kept
        counts = []
        for count in (1, 3):
            builders.pieces(epa, count)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(url("gateway", epa.gateway.pk))
            counts.append(len(captured))
        assert counts[0] == counts[1]

    @pytest.mark.clause("B5")
    @pytest.mark.parametrize(
        ("signed", "percent", "falls"), [(False, "25", False), (True, "20.0", False), (True, "25", True)]
    )
    def test_is_told_whose_signature_a_change_undoes(
        self, epa: EPA, as_, signed: bool, percent: str, falls: bool
    ) -> None:
        row = builders.ready_gateway(epa, sign=False)
        if signed:
            _, token = builders.asked(row, "employer")
            builders.sign_with(token)
        client = as_(builders.centre_user(epa))
        assert ("Employer signed already" in client.get(url("gateway_training", row.pk)).content.decode()) is signed
        page = client.post(url("gateway_training", row.pk), {"percent": percent}, follow=True).content.decode()
        assert "The share is saved." in page
        assert ("Employer signed before this change" in page) is falls


class TestCentreActs:
    @pytest.mark.clause("B3")
    def test_states_the_training(self, epa: EPA, as_) -> None:
        client = as_(builders.centre_user(epa))
        wrong = client.post(url("gateway_training", epa.gateway.pk), {"percent": "a fifth"})
        assert wrong.status_code == 422
        assert client.post(url("gateway_training", epa.gateway.pk), {"percent": "20.5"}).status_code == 302
        assert str(builders.gateway_of(epa).off_the_job_percent) == "20.5"

    def test_extra_fields_change_nothing(self, epa: EPA, as_) -> None:
        client = as_(builders.centre_user(epa))
        client.post(
            url("gateway_training", epa.gateway.pk),
            {"percent": "20.5", "state": "accepted", "accepted_despite": "x", "epa": 99},
        )
        row = builders.gateway_of(epa)
        assert (row.state, row.accepted_despite, row.epa_id) == ("collecting", "", epa.pk)

    @pytest.mark.clause("B5")
    def test_asks_for_signatures(self, epa: EPA, as_) -> None:
        client = as_(builders.centre_user(epa))
        client.post(url("gateway_invite", epa.gateway.pk))
        assert builders.token_sent("sam@example.org")
        assert client.get(url("gateway_ask", epa.gateway.pk, party="employer")).status_code == 200
        sent = {"name": "Bo Boss", "email": "bo@firm.example"}
        assert client.post(url("gateway_ask", epa.gateway.pk, party="employer"), sent).status_code == 302
        assert builders.token_sent("bo@firm.example")
        own = {"name": "Bo Boss", "email": builders.centre_user(epa).email}
        refused = client.post(url("gateway_ask", epa.gateway.pk, party="employer"), own)
        assert refused.status_code == 422
        assert "belongs to the training provider" in refused.content.decode()

    @pytest.mark.clause("B2", "B5")
    def test_signs_for_the_provider(self, epa: EPA, as_) -> None:
        user = builders.centre_user(epa)
        client = as_(user)
        page = client.get(url("gateway_sign", epa.gateway.pk))
        data = {
            "shown_sha256": page.context["form"]["shown_sha256"].value(),
            "name": user.name,
            "statement_1": "on",
            "statement_2": "on",
        }
        assert client.post(url("gateway_sign", epa.gateway.pk), data).status_code == 200
        assert not Signature.objects.exists(), "every statement has to be ticked"
        assert client.post(url("gateway_sign", epa.gateway.pk), {**data, "statement_3": "on"}).status_code == 302
        signature = Signature.objects.get()
        assert (signature.party, signature.email, signature.address) == ("provider", user.email, "127.0.0.1")

    @pytest.mark.clause("B6")
    def test_adds_and_removes_pieces(self, epa: EPA, as_) -> None:
        client = as_(builders.centre_user(epa))
        page = client.get(url("piece_add", epa.gateway.pk)).content.decode()
        assert 'enctype="multipart/form-data"' in page
        data = {"title": "Log", "evidences": ["DIS-P1"], "uploaded": builders.pdf("log.pdf")}
        assert client.post(url("piece_add", epa.gateway.pk), data).status_code == 302
        piece = PortfolioPiece.objects.get()
        response = client.get(url("piece_file", piece.pk))
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert "attachment" in response["Content-Disposition"]
        client.post(url("piece_mark", piece.pk), {"assessed": "yes"})
        piece.refresh_from_db()
        assert piece.assessed_before is True
        assert client.get(url("piece_remove", piece.pk)).status_code == 200
        assert PortfolioPiece.objects.exists()
        assert client.post(url("piece_remove", piece.pk)).status_code == 302
        assert not PortfolioPiece.objects.exists()

    def test_a_foreign_piece_is_not_found(self, epa: EPA, as_) -> None:
        (piece,) = builders.pieces(epa, 1)
        client = as_(people.person(Role.CENTRE_OWNER, people.provider()))
        assert [client.get(url(name, piece.pk)).status_code for name in ("piece_file", "piece_remove")] == [404, 404]
        assert client.post(url("piece_mark", piece.pk), {"assessed": "yes"}).status_code == 404

    @pytest.mark.clause("B3")
    def test_submits_with_a_reason_only_where_time_is_short(self, st0071: StandardVersion, at, as_) -> None:
        at(MONDAY)
        short = builders.epa_for(builders.registration(st0071, programme_start_on=dt.date(2025, 6, 15)))
        builders.ready_gateway(short)
        client = as_(builders.centre_user(short))
        assert "Why ask although" in client.get(url("gateway_submit", short.gateway.pk)).content.decode()
        refused = client.post(url("gateway_submit", short.gateway.pk), {})
        assert refused.status_code == 422
        assert "14 months on programme" in refused.content.decode()
        assert client.post(url("gateway_submit", short.gateway.pk), {"reason": "Redundant."}).status_code == 302
        assert builders.gateway_of(short).state == "submitted"


class TestTeamActs:
    @pytest.mark.clause("C9")
    def test_accepts(self, epa: EPA, as_) -> None:
        gateway = builders.submitted(epa)
        client = as_(epa_team())
        page = client.get(url("gateway_accept", gateway.pk)).content.decode()
        assert "Today becomes the first day of the EPA period" in page
        assert "Why accept although" not in page
        assert client.post(url("gateway_accept", gateway.pk)).status_code == 302
        assert Gateway.objects.get().state == "accepted"
        assert client.post(url("gateway_accept", gateway.pk)).status_code == 409

    def test_returns(self, epa: EPA, as_) -> None:
        gateway = builders.submitted(epa)
        client = as_(epa_team())
        assert client.post(url("gateway_return", gateway.pk), {"reason": ""}).status_code == 422
        assert client.post(url("gateway_return", gateway.pk), {"reason": "Certificate unreadable."}).status_code == 302
        page = as_(builders.centre_user(epa)).get(url("gateway", gateway.pk)).content.decode()
        assert "Certificate unreadable." in page

    def test_the_centre_does_not_accept(self, epa: EPA, as_) -> None:
        gateway = builders.submitted(epa)
        client = as_(builders.centre_user(epa))
        assert client.get(url("gateway_accept", gateway.pk)).status_code == 403
        assert client.post(url("gateway_accept", gateway.pk)).status_code == 403


@pytest.mark.clause("C5")
class TestSubject:
    def test_proposed_decided_and_proposed_again(self, epa: EPA, as_) -> None:
        client = as_(builders.centre_user(epa))
        assert client.get(url("subject_propose", epa.pk)).status_code == 200
        assert client.post(url("subject_propose", epa.pk), {"subject": "Fewer calls."}).status_code == 302
        subject = ProjectSubject.objects.get()
        assert client.get(url("subject", subject.pk)).status_code == 200
        assert client.get(url("subject_decide", subject.pk)).status_code == 403
        assert client.get(url("subject_ask", subject.pk)).status_code == 200
        client = as_(epa_team())
        assert client.get(url("subject_decide", subject.pk)).status_code == 200
        assert client.post(url("subject_decide", subject.pk), {"agreed": "no", "reason": ""}).status_code == 422
        assert (
            client.post(url("subject_decide", subject.pk), {"agreed": "no", "reason": "Too wide."}).status_code == 302
        )
        client = as_(builders.centre_user(epa))
        assert "Too wide." in client.get(url("subject", subject.pk)).content.decode()
        assert client.post(url("subject_propose", epa.pk), {"subject": "Fewer calls on Mondays."}).status_code == 302
        assert ProjectSubject.objects.get().state == "proposed"

    def test_a_link_that_is_out_is_shown_and_sent_again(self, epa: EPA, as_, at) -> None:
        sent = dt.datetime(2026, 9, 14, 10, 0, tzinfo=clock.LONDON)
        at(sent)
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
        address, ask = url("subject", subject.pk), url("subject_ask", subject.pk)
        for user in (builders.centre_user(epa), epa_team()):
            page = " ".join(as_(user).get(address).content.decode().split())
            assert "Sam Manager (sam@example.org) has been sent a link to comment on Mon 14 Sep 2026" in page
            assert "it can be used until Mon 28 Sep 2026" in page
            assert f'href="{ask}">Send it again' in page
            assert "Ask the employer<" not in page
        centre = as_(builders.centre_user(epa))
        asked = {"name": "Bo Boss", "email": "bo@firm.example"}
        assert centre.post(ask, asked).status_code == 302
        page = centre.get(ask)
        assert [page.context["form"][name].value() for name in asked] == list(asked.values())
        assert "The link sent to Bo Boss stops working" in page.content.decode()
        assert "sam@example.org" not in centre.get(address).content.decode()
        at(sent + dt.timedelta(days=15))
        page = centre.get(address).content.decode()
        assert "has been sent a link" not in page
        assert "Ask the employer<" in page

    def test_no_link_is_offered_again_once_it_was_used_or_the_subject_is_decided(self, epa: EPA, as_) -> None:
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
        portfolio.decide_subject(subject=subject, agreed=False, reason="Too wide.", by=epa_team())
        assert "Send it again" not in as_(epa_team()).get(url("subject", subject.pk)).content.decode()
        subject = portfolio.propose_subject(epa=epa, subject="Fewer.", by=builders.centre_user(epa))
        link = queries.comment_link(subject)
        assert link is not None
        portfolio.comment_subject(link=link, comment="Fine.", shown_sha256=rules.digest("Fewer."))
        assert "Send it again" not in as_(epa_team()).get(url("subject", subject.pk)).content.decode()
        assert queries.comment_link(subject) is None

    def test_a_foreign_subject_is_not_found(self, epa: EPA, as_) -> None:
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
        client = as_(people.person(Role.CENTRE_OWNER, people.provider()))
        assert [client.get(url(name, subject.pk)).status_code for name in ("subject", "subject_ask")] == [404, 404]
        assert client.get(url("subject_propose", epa.pk)).status_code == 404


def signing_data(gateway: Gateway, party: str, name: str = "Sam Manager") -> dict[str, str]:
    shown = queries.shown_to(gateway, party)
    ticks = {f"statement_{number}": "on" for number in range(1, len(shown["statements"]) + 1)}
    return {"shown_sha256": rules.digest(shown), "name": name, **ticks}


@pytest.mark.clause("B1", "B5")
class TestSigningByLink:
    def test_without_login_once(self, epa: EPA, client: Client) -> None:
        _, token = builders.asked(epa.gateway, "employer", "sam@firm.example", "Sam Manager")
        address = reverse("epa:sign", kwargs={"token": token})
        page = client.get(address)
        assert (page.status_code, page["Referrer-Policy"], page["X-Robots-Tag"]) == (200, "strict-origin", "noindex")
        assert rules.STATEMENTS["employer"][0] in page.content.decode()
        assert not Signature.objects.exists()
        done = client.post(address, signing_data(epa.gateway, "employer"))
        assert (done.status_code, done["Referrer-Policy"]) == (200, "strict-origin")
        assert Signature.objects.get().address == "127.0.0.1"
        for again in (client.get(address), client.post(address, signing_data(epa.gateway, "employer"))):
            assert again.status_code == 410
            assert "does not open anything any more" in again.content.decode()
        assert Signature.objects.count() == 1

    def test_a_token_that_never_was(self, client: Client, db: None) -> None:
        response = client.get(reverse("epa:sign", kwargs={"token": "nothing"}))
        assert (response.status_code, response["Referrer-Policy"]) == (410, "strict-origin")

    def test_a_link_for_one_thing_does_not_do_another(self, epa: EPA, client: Client) -> None:
        portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
        token = builders.token_sent("sam@example.org", "comment")
        assert client.get(reverse("epa:sign", kwargs={"token": token})).status_code == 410

    def test_every_statement_is_ticked_and_the_name_typed(self, epa: EPA, client: Client) -> None:
        _, token = builders.asked(epa.gateway, "apprentice", "me@home.example", "Jordan Lee")
        data = signing_data(epa.gateway, "apprentice", "Jordan Lee")
        for missing in ("statement_1", "statement_2", "name"):
            less = {name: value for name, value in data.items() if name != missing}
            page = client.post(reverse("epa:sign", kwargs={"token": token}), less)
            assert page.context["form"].errors.keys() == {missing}
        assert not Signature.objects.exists()

    def test_when_something_changed_the_page_is_shown_anew_unticked(self, epa: EPA, client: Client) -> None:
        _, token = builders.asked(epa.gateway, "employer")
        data = signing_data(epa.gateway, "employer", "Employer Person")
        builders.pieces(epa, 1)
        address = reverse("epa:sign", kwargs={"token": token})
        page = client.post(address, data)
        assert "was changed while you had it open" in page.content.decode()
        assert not page.context["form"].is_bound
        assert not Signature.objects.exists()
        again = {**data, "shown_sha256": page.context["form"]["shown_sha256"].value()}
        assert "Signed" in client.post(address, again).content.decode()
        assert Signature.objects.count() == 1

    def test_the_portfolio_can_be_looked_at_while_the_link_is_good(self, epa: EPA, client: Client) -> None:
        piece = portfolio.add_piece(
            gateway=epa.gateway,
            title="Log",
            evidences=["DIS-P1"],
            uploaded=builders.pdf(),
            by=builders.centre_user(epa),
        )
        _, token = builders.asked(epa.gateway, "employer")
        address = reverse("epa:sign_piece", kwargs={"token": token, "pk": piece.pk})
        assert address in client.get(reverse("epa:sign", kwargs={"token": token})).content.decode()
        response = client.get(address)
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        builders.sign_with(token)
        assert client.get(address).status_code == 404

    def test_no_piece_of_another_portfolio(self, st0071: StandardVersion, epa: EPA, client: Client) -> None:
        other = builders.epa_for(builders.registration(st0071, employer_name="Other Motors"))
        (piece,) = builders.pieces(other, 1)
        _, token = builders.asked(epa.gateway, "employer")
        assert client.get(reverse("epa:sign_piece", kwargs={"token": token, "pk": piece.pk})).status_code == 404

    def test_once_the_gateway_is_submitted_there_is_nothing_to_sign(self, epa: EPA, client: Client) -> None:
        _, token = builders.asked(epa.gateway, "employer")
        builders.ready_gateway(epa, sign=False)
        for link_token in (token,):
            builders.sign_with(link_token)
        assert client.get(reverse("epa:sign", kwargs={"token": token})).status_code == 410


@pytest.mark.clause("C5")
class TestCommenting:
    def test_without_login_once(self, epa: EPA, client: Client) -> None:
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.\nOn Mondays.", by=builders.centre_user(epa))
        address = reverse("epa:comment", kwargs={"token": builders.token_sent("sam@example.org", "comment")})
        page = client.get(address)
        assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")
        shown = page.context["form"]["shown_sha256"].value()
        assert client.post(address, {"shown_sha256": shown, "comment": ""}).context["form"].errors.keys() == {"comment"}
        changed = client.post(address, {"shown_sha256": "0" * 64, "comment": "Fine."})
        assert "has been changed" in changed.content.decode()
        assert changed.context["form"]["shown_sha256"].value() == shown
        assert "Comment received" in client.post(address, {"shown_sha256": shown, "comment": "Fine."}).content.decode()
        subject.refresh_from_db()
        assert subject.employer_comment == "Fine."
        assert client.get(address).status_code == 410

    def test_not_after_the_decision(self, epa: EPA, client: Client) -> None:
        subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
        portfolio.decide_subject(subject=subject, agreed=True, reason="By telephone.", by=epa_team())
        address = reverse("epa:comment", kwargs={"token": builders.token_sent("sam@example.org", "comment")})
        response = client.get(address)
        assert response.status_code == 410
        assert "has been decided" in response.content.decode()


@pytest.mark.clause("B4")
def test_english_and_maths_are_mended_at_the_record_that_lacks_its_certificate(epa: EPA, as_) -> None:
    row = builders.gateway_of(epa)
    apprentice = epa.registration.apprentice
    client = as_(builders.centre_user(epa))
    builders.attainments(epa)
    apprentice.attainments.filter(subject="english").delete()
    apprentice.attainments.update(evidence=None)
    add = reverse("apprentices:attainment_add", kwargs={"pk": apprentice.pk})
    assert client.get(url("gateway", row.pk)).context["places"]["attainments"] == add  # English is missing altogether
    apprentice.attainments.all().delete()
    builders.attainments(epa)
    apprentice.attainments.filter(subject="maths").update(evidence=None)
    edit = reverse("apprentices:attainment_edit", kwargs={"pk": apprentice.attainments.get(subject="maths").pk})
    page = client.get(url("gateway", row.pk))
    assert page.context["places"]["attainments"] == edit
    assert f'href="{edit}"' in page.content.decode()
