"""The verbs of the portfolio (B6, C7, C8) and of the project's subject (C5)."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import links
from accounts.access import require
from accounts.actors import LinkHolder
from accounts.models import Link
from accounts.states import Role
from epa.actions.gateway import locked, require_not_withdrawn
from epa.actions.locking import lock
from epa.models import EPA, Gateway, PortfolioPiece, ProjectSubject
from epa.notices import preparing as notices
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from epa.states import CENTRE, SubjectState
from foundation import audit, clock, files, workflow
from foundation.errors import Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor

KINDS = files.PDF | files.IMAGES | files.WORD


def add_piece(
    *,
    gateway: Gateway,
    title: str,
    evidences: Sequence[str],
    by: Actor,
    uploaded: UploadedFile | None = None,
    link: str = "",
    assessed_before: bool = False,
) -> PortfolioPiece:
    """Add a piece, a file or a link, mapped to the criteria it is evidence for (B6).

    Raises NotAllowed, or Refused: nothing given, an unknown criterion, a file we do not take, the portfolio resting.
    """
    require(by, CENTRE, gateway, "add to the portfolio")
    criteria = [row.code for row in queries.criteria_of(gateway.epa)]
    refuse_if(
        rules.new_piece_problems(title, evidences, known=frozenset(criteria), has_file=uploaded is not None, link=link)
    )
    with transaction.atomic():
        gateway = locked(gateway)
        _require_changeable(gateway)
        stored: StoredFile | None = files.store(uploaded, by=by, kinds=KINDS) if uploaded is not None else None
        piece = PortfolioPiece.objects.create(
            epa=gateway.epa,
            title=title.strip()[:200],
            evidences=", ".join(code for code in criteria if code in evidences),
            file=stored,
            link=link.strip(),
            assessed_before=assessed_before,
        )
        facts = {"piece": piece.pk, "evidences": piece.evidences, "sha256": stored.sha256 if stored else ""}
        audit.record(gateway, "add_piece", by=by, facts=facts)
    return piece


def remove_piece(*, piece: PortfolioPiece, by: Actor) -> None:
    """Take a piece out again, before the portfolio is handed in (B6). The stored file stays, for the record."""
    require(by, CENTRE, piece, "change the portfolio")
    with transaction.atomic():
        gateway = locked(Gateway.objects.get(epa=piece.epa_id))
        _require_changeable(gateway)
        deleted, _ = PortfolioPiece.objects.filter(pk=piece.pk).delete()
        if deleted:
            audit.record(gateway, "remove_piece", by=by, facts={"piece": piece.pk, "evidences": piece.evidences})


def mark_assessed_before(*, piece: PortfolioPiece, assessed_before: bool, by: Actor) -> PortfolioPiece:
    """Record that the independent assessor has, or has not, assessed a piece before (C8)."""
    require(by, (*CENTRE, Role.EPA_TEAM, Role.INDEPENDENT_ASSESSOR), piece, "mark this piece")
    with transaction.atomic():
        gateway = locked(Gateway.objects.get(epa=piece.epa_id))
        PortfolioPiece.objects.filter(pk=piece.pk).update(assessed_before=assessed_before)
        piece.assessed_before = assessed_before
        facts = {"piece": piece.pk, "assessed_before": assessed_before}
        audit.record(gateway, "mark_piece", by=by, facts=facts)
    return piece


def _require_changeable(gateway: Gateway) -> None:
    require_not_withdrawn(gateway.epa)
    refuse_if(rules.piece_change_problems(gateway.state, handed_in=queries.handed_in(gateway.epa)))


def propose_subject(*, epa: EPA, subject: str, by: Actor) -> ProjectSubject:
    """Propose the project's subject, the first time or again after a refusal (C5).

    The employer is asked for a comment where its address is on record. Raises NotAllowed, WrongState while a proposal
    waits or is agreed, or Refused.
    """
    require(by, CENTRE, epa, "propose a subject")
    if not subject.strip():
        raise Refused([Problem("no_subject", "C5", "Describe the subject.", field="subject")])
    with transaction.atomic():
        epa = lock(epa.pk)
        require_not_withdrawn(epa)
        row = ProjectSubject.objects.filter(epa=epa).first()
        facts = {"subject": subject.strip()}
        if row is None:
            row = ProjectSubject.objects.create(epa=epa, subject=subject.strip())
            audit.record(row, "propose", by=by, to_state=SubjectState.PROPOSED, facts=facts)
        else:
            changes = {
                "subject": subject.strip(),
                "proposed_at": clock.now(),
                "employer_comment": "",
                "employer_comment_by": "",
                "employer_commented_at": None,
                "decided_at": None,
                "decision_reason": "",
            }
            workflow.move(row, "propose_again", by=by, changes=changes, facts=facts)
        row.epa = epa
        employer = epa.registration.apprentice.employer
        if employer.contact_email and employer.contact_name:
            _ask(row, employer.contact_name, employer.contact_email, by)
        notices.subject_proposed(row)
    return row


def ask_employer(*, subject: ProjectSubject, name: str, email: str, by: Actor) -> Link:
    """Send the employer a single-use link to comment on the subject (C5); an earlier unused one stops working."""
    require(by, (*CENTRE, Role.EPA_TEAM), subject, "ask the employer")
    with transaction.atomic():
        subject = _locked_subject(subject.pk)
        _require_proposed(subject)
        if not name.strip() or not email.strip():
            raise Refused([Problem("no_contact", "C5", "Give the employer’s name and address.", field="email")])
        if email.strip().lower() in queries.centre_addresses(subject.epa):
            message = "This address belongs to the training provider; the guidance on the subject is the employer’s."
            raise Refused([Problem("providers_address", "C5", message, field="email")])
        return _ask(subject, name.strip(), email.strip(), by)


def _ask(subject: ProjectSubject, name: str, email: str, by: Actor) -> Link:
    link, token = links.issue(queries.COMMENT, subject, name=name, email=email, party="employer")
    audit.record(subject, "ask_employer", by=by)
    notices.asked_to_comment(link, token, subject)
    return link


def comment_subject(*, link: Link, comment: str, shown_sha256: str) -> ProjectSubject:
    """The employer's guidance on the subject, by its own link (C5), about the very text whose digest it was shown.

    Raises Conflict when the link is spent, or Refused.
    """
    by = LinkHolder(link)
    with transaction.atomic():
        subject = _locked_subject(link.subject_id)
        links.use(link)
        _require_proposed(subject)
        if not comment.strip():
            raise Refused([Problem("no_comment", "C5", "Write your comment.", field="comment")])
        if shown_sha256 != rules.digest(subject.subject):
            raise Refused([Problem("changed", "C5", "The subject has been changed. Read it again, then comment.")])
        subject.employer_comment = comment.strip()
        subject.employer_comment_by = link.name
        subject.employer_commented_at = clock.now()
        subject.save(update_fields=["employer_comment", "employer_comment_by", "employer_commented_at"])
        audit.record(subject, "comment", by=by, facts={"comment": comment.strip()})
    return subject


def decide_subject(*, subject: ProjectSubject, agreed: bool, reason: str, by: Actor) -> ProjectSubject:
    """IMI's decision on the subject (C5). Raises WrongState, NotAllowed, Conflict, or Refused without a reason."""
    verb = "agree" if agreed else "refuse"
    with transaction.atomic():
        subject = _locked_subject(subject.pk)
        workflow.guard(subject, verb, by)
        commented = subject.employer_commented_at is not None
        refuse_if(rules.subject_decision_problems(agreed, reason, employer_commented=commented))
        changes = {"decided_at": clock.now(), "decision_reason": reason.strip()}
        workflow.move(subject, verb, by=by, changes=changes, facts={"reason": reason.strip(), "commented": commented})
        notices.subject_decided(subject)
    return subject


def _locked_subject(pk: int) -> ProjectSubject:
    epa_id = ProjectSubject.objects.values_list("epa_id", flat=True).get(pk=pk)
    epa = lock(epa_id)
    subject = ProjectSubject.objects.get(pk=pk)
    subject.epa = epa
    return subject


def _require_proposed(subject: ProjectSubject) -> None:
    require_not_withdrawn(subject.epa)
    if subject.state != SubjectState.PROPOSED:
        message = f"The subject is “{subject.get_state_display()}”; no comment is wanted any more."
        raise Refused([Problem("decided", "C5", message)])
