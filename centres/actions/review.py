"""The Centre EQA's desktop review (A6, A7, A9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.access import require
from accounts.models import User
from centres import notices, queries, rules
from centres.actions import contracts
from centres.actions.register import hold_register
from centres.actions.sections import locked
from centres.models import ActionRequired, Application, Contract, ElementDecision
from centres.states import CENTRE, ActionState, ApplicationState
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Problem, Refused, WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, move
from standards.models import ApprovalCriterion, Package

# Where an application has a reviewer who goes on with it.
REVIEWED = (ApplicationState.IN_REVIEW, ApplicationState.ACTIONS_REQUIRED, ApplicationState.RESUBMITTED)


@dataclass(frozen=True)
class Decision:
    """The reviewer's answer to one criterion for one element; a "no" has its reason."""

    package: Package
    criterion: ApprovalCriterion
    met: bool
    reason: str = ""


@transaction.atomic
def take(*, application: Application, no_interest: bool, by: User) -> Application:
    """Take an application to review it, declaring to have no interest in the centre (A6).

    Raises Conflict that names who has it when somebody was faster.
    """
    row = locked(application)
    if row.reviewer is not None and row.state != ApplicationState.SUBMITTED and row.reviewer != by:
        raise Conflict(f"{row.reviewer.label} is reviewing this application.")
    guard(row, "take", by)
    refuse_if(queries.interest_problems(row.centre, by, clock.today(), declared=no_interest))
    instant = clock.now()
    move(row, "take", by=by, changes={"reviewer": by, "no_interest_declared_at": instant}, facts={"no_interest": True})
    return row


@transaction.atomic
def hand_over(*, application: Application, to: User, reason: str, by: Actor) -> Application:
    """Give an application to another Centre EQA because its reviewer cannot go on (A6). The decisions stay.

    The new reviewer declares to have no interest before anything is decided; both are told. The reason may be personal
    and stays within the assessment organisation. Raises Refused, Conflict when somebody else handed it over first.
    """
    row = locked(application)
    guard(row, "hand_over", by)
    before = row.reviewer
    if row.reviewer_id != application.reviewer_id:
        raise Conflict(f"{before.label if before else 'Somebody else'} has been given this application meanwhile.")
    refuse_if(queries.handing_over_problems(row, to, reason, clock.today()))
    facts = {"from": before.label if before else "", "to": to.label, "reason": reason.strip()}
    changes = {"reviewer": to, "no_interest_declared_at": None}
    move(row, "hand_over", by=by, changes=changes, facts=facts, confidential=True)
    notices.application_handed_over(row, before)
    return row


@transaction.atomic
def declare_no_interest(*, application: Application, no_interest: bool, by: User) -> Application:
    """The Centre EQA an application was handed to declares to have no interest in the centre (A6)."""
    row = locked(application)
    _require_reviewer(row, by)
    if row.no_interest_declared_at is not None:
        raise WrongState("You have declared already that you have no interest in this centre.")
    if row.state not in REVIEWED:
        raise WrongState(f"This application is “{row.get_state_display()}”; there is nothing to declare any more.")
    refuse_if(queries.interest_problems(row.centre, by, clock.today(), declared=no_interest))
    row.no_interest_declared_at = clock.now()
    row.save(update_fields=["no_interest_declared_at"])
    audit.record(row, "declare_no_interest", by=by, facts={"no_interest": True})
    return row


@transaction.atomic
def take_up(*, application: Application, by: Actor) -> Application:
    """Go on with an application that the centre has handed in again (A9)."""
    row = _reviewed_by(application, "take_up", by)
    move(row, "take_up", by=by)
    return row


@transaction.atomic
def decide(*, application: Application, decisions: Sequence[Decision], by: Actor) -> Application:
    """Record decisions per element and criterion (A6); each replaces an earlier one for the same pair."""
    row = _in_review(application, by)
    refuse_if(
        rules.decision_problems(
            [rules.Cell(each.package.code, each.criterion.code, each.met, each.reason) for each in decisions]
        )
    )
    elements = set(row.elements.values_list("pk", flat=True))
    for each in decisions:
        if each.package.pk not in elements or each.criterion.version_id != row.version_id:
            message = f"{each.package.code} ({each.criterion.code}) is not part of this application."
            raise Refused([Problem("not_in_application", "A6", message, "review")])
    before = {(old.package_id, old.criterion_id): old for old in ElementDecision.objects.filter(application=row)}
    for each in decisions:
        old = before.get((each.package.pk, each.criterion.pk))
        reason = each.reason.strip()
        if old is not None and (old.met, old.reason) == (each.met, reason):
            continue
        ElementDecision.objects.update_or_create(
            application=row,
            package=each.package,
            criterion=each.criterion,
            defaults={"met": each.met, "reason": reason, "by_label": by.label[:200], "at": clock.now()},
        )
        facts = {"element": each.package.code, "criterion": each.criterion.code, "met": each.met, "reason": reason}
        # The centre reads decisions when they are sent, not while they are being made.
        audit.record(row, "decide", by=by, facts=facts, confidential=True)
    return row


@transaction.atomic
def require_actions(*, application: Application, actions: Sequence[rules.NewAction], by: Actor) -> Application:
    """Send the application back with what is additionally required (A9): new actions, and those reopened before."""
    row = _reviewed_by(application, "require_actions", by)
    still_open = ActionRequired.objects.filter(application=row, state=ActionState.OPEN).count()
    elements = list(row.elements.values_list("pk", flat=True))
    refuse_if(rules.action_problems(actions, still_open, elements, clock.today()))
    for new in actions:
        action = ActionRequired.objects.create(
            application=row, package_id=new.package_id, text=new.text.strip(), due_on=new.due_on
        )
        audit.record(action, "require", by=by, facts={"due_on": new.due_on, "text": action.text})
    move(row, "require_actions", by=by, facts={"new": len(actions), "reopened": still_open})
    notices.actions_required(row)
    return row


@transaction.atomic
def answer_action(
    *, action: ActionRequired, answer: str, by: Actor, evidence: StoredFile | None = None
) -> ActionRequired:
    """The centre's answer to an action: text and evidence (A9). Can be changed until the resubmission."""
    require(by, CENTRE, action, "answer this action")
    application = locked(action.application)
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    if application.state != ApplicationState.ACTIONS_REQUIRED:
        raise WrongState("Actions are answered while the application waits for the centre.")
    problems = []
    if not answer.strip():
        problems.append(Problem("no_answer", "A9", "Write what has been done.", "actions", "answer"))
    if evidence is None and row.evidence_id is None:
        problems.append(Problem("no_evidence", "A9", "Upload the evidence for it.", "actions", "evidence"))
    refuse_if(problems)
    verb = "answer" if row.state == ActionState.OPEN else "answer_again"
    changes = {"answer": answer.strip(), "evidence_id": evidence.pk if evidence else row.evidence_id}
    facts = {"sha256": evidence.sha256} if evidence else {}
    move(row, verb, by=by, changes={**changes, "answered_at": clock.now()}, facts=facts)
    return row


@transaction.atomic
def close_action(*, action: ActionRequired, by: Actor, comment: str = "") -> ActionRequired:
    """The reviewer is satisfied with the answer (A9)."""
    _in_review(action.application, by)
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    move(row, "close", by=by, changes={"comment": comment.strip(), "closed_at": clock.now()})
    return row


@transaction.atomic
def reopen_action(*, action: ActionRequired, comment: str, by: Actor) -> ActionRequired:
    """The answer is not enough (A9): says why; goes back to the centre with the next ``require_actions``."""
    _in_review(action.application, by)
    if not comment.strip():
        raise Refused([Problem("no_comment", "A9", "Say what is still missing.", "actions", "comment")])
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    move(row, "reopen", by=by, changes={"comment": comment.strip()}, facts={"comment": comment.strip()})
    return row


@transaction.atomic
def approve(*, application: Application, by: Actor) -> Contract:
    """Full approval and the EPA contract, in one step (A1, A6, A7, A9): both, or neither."""
    row = _reviewed_by(application, "approve", by)
    hold_register()
    refuse_if(queries.approval_problems(row, clock.today()))
    move(row, "approve", by=by, changes={"decided_at": clock.now()})
    contract = contracts.issue(application=row, packages=list(row.elements.all()), by=by)
    notices.application_approved(row)
    return contract


@transaction.atomic
def decline(*, application: Application, reason: str, by: Actor) -> Application:
    """Decline the application, saying why (A6)."""
    row = _reviewed_by(application, "decline", by)
    if not reason.strip():
        message = "Say why the application is declined; the centre reads it."
        raise Refused([Problem("no_reason", "A6", message, "review", "reason")])
    move(row, "decline", by=by, changes={"decided_at": clock.now(), "decision_reason": reason.strip()})
    notices.application_declined(row)
    return row


def _reviewed_by(application: Application, verb: str, by: Actor) -> Application:
    """The locked row, if the step exists and ``by`` is the one who took it."""
    row = locked(application)
    guard(row, verb, by)
    _require_deciding(row, by)
    return row


def _in_review(application: Application, by: Actor) -> Application:
    """The locked row, if it is in review and ``by`` is the one who took it."""
    row = locked(application)
    if row.state != ApplicationState.IN_REVIEW:
        raise WrongState(f"This application is “{row.get_state_display()}”; it is decided on while it is in review.")
    _require_deciding(row, by)
    return row


def _require_deciding(row: Application, by: Actor) -> None:
    """The reviewer, who has declared to have no interest (A6)."""
    _require_reviewer(row, by)
    refuse_if(rules.undeclared_problems(row.no_interest_declared_at is not None))


def _require_reviewer(row: Application, by: Actor) -> None:
    if row.reviewer is None or row.reviewer.pk != by.user_id:
        who = row.reviewer.label if row.reviewer else "nobody"
        raise NotAllowed(f"This application is being reviewed by {who}; only the reviewer decides on it.")
