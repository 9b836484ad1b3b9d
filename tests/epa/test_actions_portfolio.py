"""The verbs of the portfolio and of the project's subject."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import links
from accounts.states import Role
from epa.actions import gateway as gateway_actions
from epa.actions import portfolio as actions
from epa.models import EPA, PortfolioPiece, ProjectSubject
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from epa.states import SubjectState
from foundation import audit, files
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message, StoredFile
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


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


def add(epa: EPA, **changes) -> PortfolioPiece:
    values = {
        "gateway": builders.gateway_of(epa),
        "title": "Complaint log",
        "evidences": ["DIS-P2", "DIS-P1"],
        "link": "https://portfolio.example/1",
        "by": builders.centre_user(epa),
    }
    return actions.add_piece(**{**values, **changes})


@pytest.mark.clause("B6")
class TestPieces:
    def test_a_link_is_mapped_to_its_criteria_in_their_order(self, epa: EPA) -> None:
        piece = add(epa)
        assert (piece.title, piece.evidences, piece.link, piece.file, piece.assessed_before) == (
            "Complaint log",
            "DIS-P1, DIS-P2",
            "https://portfolio.example/1",
            None,
            False,
        )
        assert audit.history(builders.gateway_of(epa)).first().facts == {
            "piece": piece.pk,
            "evidences": "DIS-P1, DIS-P2",
            "sha256": "",
        }

    def test_a_file_is_kept_as_it_came(self, epa: EPA) -> None:
        upload = builders.pdf("log.pdf")
        content = upload.read()
        upload.seek(0)
        piece = add(epa, link="", uploaded=upload)
        assert files.path_of(piece.file).read_bytes() == content
        assert piece.file.original_name == "log.pdf"

    def test_a_file_that_is_something_else_is_refused(self, epa: EPA) -> None:
        before = StoredFile.objects.count()
        with pytest.raises(Refused):
            add(epa, link="", uploaded=SimpleUploadedFile("log.pdf", b"MZ\x90\x00 not a document"))
        assert (PortfolioPiece.objects.count(), StoredFile.objects.count()) == (0, before)

    def test_everything_wrong_at_once(self, epa: EPA) -> None:
        with pytest.raises(Refused) as refused:
            add(epa, title="", evidences=["OBS-P1"], link="")
        assert codes(refused.value) == ["no_title", "no_file_or_link", "unknown_criterion"]

    def test_it_can_be_removed_and_the_file_stays_for_the_record(self, epa: EPA) -> None:
        piece = add(epa, link="", uploaded=builders.pdf())
        stored = piece.file_id
        actions.remove_piece(piece=piece, by=builders.centre_user(epa))
        assert not PortfolioPiece.objects.exists()
        assert StoredFile.objects.filter(pk=stored).exists()

    def test_two_who_remove_it_remove_it_once(self, epa: EPA) -> None:
        piece = add(epa)
        actions.remove_piece(piece=PortfolioPiece.objects.get(pk=piece.pk), by=builders.centre_user(epa))
        actions.remove_piece(piece=piece, by=builders.centre_user(epa))
        events = audit.history(builders.gateway_of(epa)).filter(verb="remove_piece")
        assert events.count() == 1

    def test_the_portfolio_rests_while_the_gateway_is_checked(self, epa: EPA) -> None:
        gateway = builders.submitted(epa)
        piece = PortfolioPiece.objects.first()
        with pytest.raises(Refused) as refused:
            actions.remove_piece(piece=piece, by=builders.centre_user(epa))
        assert codes(refused.value) == ["submitted"]
        gateway_actions.accept(gateway=gateway, by=epa_team())
        actions.remove_piece(piece=piece, by=builders.centre_user(epa))
        assert PortfolioPiece.objects.count() == 9

    @pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.EPA_TEAM])
    def test_only_those_who_write_for_the_centre_change_it(self, epa: EPA, role: Role) -> None:
        organisation = epa.registration.apprentice.centre.organisation if role == Role.CENTRE_READER else None
        user = people.person(role, organisation)
        with pytest.raises(NotAllowed):
            add(epa, by=user)
        piece = add(epa)
        with pytest.raises(NotAllowed):
            actions.remove_piece(piece=piece, by=user)


@pytest.mark.clause("C8")
class TestAssessedBefore:
    def test_the_epa_team_and_the_centre_mark_it(self, epa: EPA) -> None:
        piece = add(epa)
        actions.mark_assessed_before(piece=piece, assessed_before=True, by=epa_team())
        piece.refresh_from_db()
        assert piece.assessed_before is True
        assert [problem.code for problem in rules.portfolio_problems(queries.pieces(epa), 1, 15)] == ["assessed_before"]
        actions.mark_assessed_before(piece=piece, assessed_before=False, by=builders.centre_user(epa))
        assert rules.portfolio_problems(queries.pieces(epa), 1, 15) == []

    def test_marking_does_not_undo_signatures(self, epa: EPA) -> None:
        gateway = builders.ready_gateway(epa)
        piece = PortfolioPiece.objects.first()
        actions.mark_assessed_before(piece=piece, assessed_before=True, by=epa_team())
        stopping = [problem.code for problem in queries.gateway_problems(gateway) if not problem.warning]
        assert stopping == []

    def test_an_assessor_of_others_does_not_mark_it(self, epa: EPA) -> None:
        piece = add(epa)
        with pytest.raises(NotAllowed):
            actions.mark_assessed_before(piece=piece, assessed_before=True, by=people.person(Role.INDEPENDENT_ASSESSOR))


def propose(epa: EPA, text: str = "Fewer calls about opening hours.") -> ProjectSubject:
    return actions.propose_subject(epa=epa, subject=text, by=builders.centre_user(epa))


def comment(token: str, text: str = "It suits us.") -> ProjectSubject:
    link = links.find(token, queries.COMMENT)
    shown = rules.digest(ProjectSubject.objects.get(pk=link.subject_id).subject)
    return actions.comment_subject(link=link, comment=text, shown_sha256=shown)


@pytest.mark.clause("C5")
class TestSubject:
    def test_proposing_asks_the_employer_and_tells_the_epa_team(self, epa: EPA, settings) -> None:
        subject = propose(epa)
        assert subject.state == SubjectState.PROPOSED
        assert Message.objects.get(kind="epa.asked_to_comment").to_email == "sam@example.org"
        assert Message.objects.get(kind="epa.subject_proposed").to_email == settings.EPA_TEAM_MAILBOX

    def test_the_employer_comments_once_by_its_own_link(self, epa: EPA) -> None:
        subject = propose(epa)
        token = builders.token_sent("sam@example.org", "comment")
        link = links.find(token, queries.COMMENT)
        comment(token)
        subject.refresh_from_db()
        assert (subject.employer_comment, subject.employer_comment_by) == ("It suits us.", "Sam Manager")
        event = audit.history(subject).first()
        assert (event.verb, event.actor_label, event.actor_id) == ("comment", "Sam Manager (by link)", None)
        with pytest.raises(Conflict):
            actions.comment_subject(link=link, comment="More", shown_sha256=rules.digest(subject.subject))

    def test_an_empty_comment_does_not_spend_the_link(self, epa: EPA) -> None:
        propose(epa)
        token = builders.token_sent("sam@example.org", "comment")
        with pytest.raises(Refused):
            comment(token, " ")
        assert links.find(token, queries.COMMENT) is not None

    def test_imi_agrees(self, epa: EPA) -> None:
        subject = propose(epa)
        comment(builders.token_sent("sam@example.org", "comment"))
        subject = actions.decide_subject(subject=subject, agreed=True, reason="", by=epa_team())
        assert subject.state == SubjectState.AGREED
        assert "agreed" in Message.objects.get(kind="epa.subject_decided").text

    def test_agreeing_before_the_employer_has_commented_needs_a_reason(self, epa: EPA) -> None:
        subject = propose(epa)
        with pytest.raises(Refused) as refused:
            actions.decide_subject(subject=subject, agreed=True, reason="", by=epa_team())
        assert codes(refused.value) == ["reason"]
        actions.decide_subject(subject=subject, agreed=True, reason="Asked by telephone.", by=epa_team())

    def test_refused_with_a_reason_and_proposed_again_from_the_beginning(self, epa: EPA) -> None:
        subject = propose(epa)
        token = builders.token_sent("sam@example.org", "comment")
        comment(token)
        with pytest.raises(Refused):
            actions.decide_subject(subject=subject, agreed=False, reason=" ", by=epa_team())
        subject = actions.decide_subject(subject=subject, agreed=False, reason="Too wide.", by=epa_team())
        assert (subject.state, subject.decision_reason) == (SubjectState.REFUSED, "Too wide.")
        again = propose(epa, "Fewer calls on Mondays.")
        assert (again.pk, again.state, again.subject) == (subject.pk, SubjectState.PROPOSED, "Fewer calls on Mondays.")
        assert (again.employer_comment, again.employer_comment_by, again.decision_reason) == ("", "", "")
        assert builders.token_sent("sam@example.org", "comment") != token
        assert list(audit.history(again).order_by("pk").values_list("verb", flat=True)) == [
            "propose",
            "ask_employer",
            "comment",
            "refuse",
            "propose_again",
            "ask_employer",
        ]

    def test_a_comment_is_about_the_text_that_was_shown(self, epa: EPA) -> None:
        subject = propose(epa)
        link = links.find(builders.token_sent("sam@example.org", "comment"), queries.COMMENT)
        with pytest.raises(Refused) as refused:
            actions.comment_subject(link=link, comment="Fine", shown_sha256=rules.digest("something else"))
        assert codes(refused.value) == ["changed"]
        actions.decide_subject(subject=subject, agreed=True, reason="By telephone.", by=epa_team())
        with pytest.raises(Refused) as refused:
            comment(builders.token_sent("sam@example.org", "comment"))
        assert codes(refused.value) == ["decided"]

    def test_an_open_or_agreed_subject_is_not_proposed_again(self, epa: EPA) -> None:
        subject = propose(epa)
        with pytest.raises(WrongState):
            propose(epa, "Another.")
        actions.decide_subject(subject=subject, agreed=True, reason="Good.", by=epa_team())
        with pytest.raises(WrongState):
            propose(epa, "Another.")

    def test_without_an_address_the_employer_is_asked_later(self, st0071: StandardVersion, at) -> None:
        at(MONDAY)
        epa = builders.epa_for(builders.registration(st0071, employer_email="", employer_contact=""))
        subject = propose(epa)
        assert not Message.objects.filter(kind="epa.asked_to_comment").exists()
        user = builders.centre_user(epa)
        with pytest.raises(Refused):
            actions.ask_employer(subject=subject, name="", email="", by=user)
        with pytest.raises(Refused) as refused:
            actions.ask_employer(subject=subject, name="Me", email=user.email, by=user)
        assert codes(refused.value) == ["providers_address"]
        actions.ask_employer(subject=subject, name="Bo Boss", email="bo@firm.example", by=user)
        assert Message.objects.get(kind="epa.asked_to_comment").to_email == "bo@firm.example"

    def test_the_centre_does_not_decide_and_imi_does_not_propose(self, epa: EPA) -> None:
        subject = propose(epa)
        with pytest.raises(NotAllowed):
            actions.decide_subject(subject=subject, agreed=True, reason="Ours", by=builders.centre_user(epa))
        with pytest.raises(NotAllowed):
            actions.propose_subject(epa=epa, subject="Theirs", by=epa_team())
        with pytest.raises(Refused):
            actions.propose_subject(epa=epa, subject=" ", by=builders.centre_user(epa))
