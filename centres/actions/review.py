"""The Centre EQA's desktop review (A6, A7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.access import require
from accounts.models import Interest, User
from accounts.states import Role
from centres import notices, queries, rules
from centres.actions.sections import locked
from centres.models import Application, ElementDecision
from centres.states import ApplicationState
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Problem, Refused, WrongState, refuse_if
from foundation.workflow import Actor, guard, move
from standards.models import ApprovalCriterion, Package

# Where an application has a reviewer who goes on with it.
REVIEWED = (ApplicationState.IN_REVIEW, ApplicationState.ACTIONS_REQUIRED, ApplicationState.RESUBMITTED)


@dataclass(frozen=True)
class Decision:
    """The reviewer's answer to one criterion for one element; all but "met" has its reason."""

    package: Package
    criterion: ApprovalCriterion
    verdict: str
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
    refuse_if(queries.interest_problems(row, by, clock.today(), declared=no_interest))
    instant = clock.now()
    move(row, "take", by=by, changes={"reviewer": by, "no_interest_declared_at": instant}, facts={"no_interest": True})
    return row


@transaction.atomic
def allocate(*, application: Application, to: User, by: Actor) -> Application:
    """The EPA team gives an application that waits to a Centre EQA, who declares to have no interest first (A6).

    Raises Refused, and Conflict that names who has it when somebody was faster.
    """
    row = locked(application)
    if row.reviewer is not None and row.state != ApplicationState.SUBMITTED:
        raise Conflict(f"{row.reviewer.label} is reviewing this application.")
    guard(row, "allocate", by)
    refuse_if(queries.allocation_problems(row, to, clock.today()))
    changes = {"reviewer": to, "no_interest_declared_at": None}
    move(row, "allocate", by=by, changes=changes, facts={"to": to.label})
    notices.application_allocated(row)
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
    refuse_if(queries.interest_problems(row, by, clock.today(), declared=no_interest))
    row.no_interest_declared_at = clock.now()
    row.save(update_fields=["no_interest_declared_at"])
    audit.record(row, "declare_no_interest", by=by, facts={"no_interest": True})
    return row


@transaction.atomic
def declare_interest(*, application: Application, nature: str, by: User) -> Interest:
    """A Centre EQA has an interest in the centre: it is on record from now, and the EPA team is told (A6)."""
    row = locked(application)
    require(by, (Role.CENTRE_EQA,), row, "declare an interest in this centre")
    if not nature.strip():
        message = "Say what ties you to the centre."
        raise Refused([Problem("no_nature", "A6", message, "declare", "nature")])
    made = Interest.objects.create(
        user=by, organisation=row.centre.organisation, nature=nature.strip()[:300], declared_on=clock.today()
    )
    audit.record(row, "declare_interest", by=by, facts={"nature": made.nature}, confidential=True)
    notices.interest_declared(row, by)
    return made


@transaction.atomic
def take_up(*, application: Application, by: Actor) -> Application:
    """Go on with an application that the centre has handed in again (A9)."""
    row = reviewed_by(application, "take_up", by)
    move(row, "take_up", by=by)
    return row


@transaction.atomic
def decide(*, application: Application, decisions: Sequence[Decision], by: Actor) -> Application:
    """Record decisions per element and criterion (A6); each replaces an earlier one for the same pair."""
    row = in_review(application, by)
    refuse_if(
        rules.decision_problems(
            [rules.Cell(each.package.code, each.criterion.code, each.verdict, each.reason) for each in decisions]
        )
    )
    elements = set(row.elements.values_list("pk", flat=True))
    pending = {each.package.code for each in queries.pending_elements(row).select_related("package")}
    for each in decisions:
        if each.package.pk in elements and each.package.code not in pending:
            message = f"{each.package.code} has been decided already."
            raise Refused([Problem("element_decided", "A3", message, "review")])
        if each.package.pk not in elements or each.criterion.version_id != row.version_id:
            message = f"{each.package.code} ({each.criterion.code}) is not part of this application."
            raise Refused([Problem("not_in_application", "A6", message, "review")])
    changed = False
    before = {(old.package_id, old.criterion_id): old for old in ElementDecision.objects.filter(application=row)}
    for each in decisions:
        old = before.get((each.package.pk, each.criterion.pk))
        reason = each.reason.strip()
        if old is not None and (old.verdict, old.reason) == (each.verdict, reason):
            continue
        ElementDecision.objects.update_or_create(
            application=row,
            package=each.package,
            criterion=each.criterion,
            defaults={"verdict": each.verdict, "reason": reason, "by_label": by.label[:200], "at": clock.now()},
        )
        facts = {
            "element": each.package.code,
            "criterion": each.criterion.code,
            "verdict": each.verdict,
            "reason": reason,
        }
        # The centre reads decisions when they are sent, not while they are being made.
        audit.record(row, "decide", by=by, facts=facts, confidential=True)
        changed = True
    if changed:
        lapse_sign_offs(row, by)
    return row


def lapse_sign_offs(application: Application, by: Actor) -> None:
    """What a second person was asked to confirm, or confirmed, is not what it was (A6). Within the verb that did it."""
    for sign_off in queries.standing_sign_offs(application).select_for_update():
        move(sign_off, "lapse", by=by, confidential=True)


def reviewed_by(application: Application, verb: str, by: Actor) -> Application:
    """The locked row, if the step exists and ``by`` is the one who took it."""
    row = locked(application)
    guard(row, verb, by)
    require_deciding(row, by)
    return row


def in_review(application: Application, by: Actor) -> Application:
    """The locked row, if it is in review and ``by`` is the one who took it."""
    row = locked(application)
    if row.state != ApplicationState.IN_REVIEW:
        raise WrongState(f"This application is “{row.get_state_display()}”; it is decided on while it is in review.")
    require_deciding(row, by)
    return row


def require_deciding(row: Application, by: Actor) -> None:
    """The reviewer, who has declared to have no interest (A6)."""
    _require_reviewer(row, by)
    refuse_if(rules.undeclared_problems(row.no_interest_declared_at is not None))


def _require_reviewer(row: Application, by: Actor) -> None:
    if row.reviewer is None or row.reviewer.pk != by.user_id:
        who = row.reviewer.label if row.reviewer else "nobody"
        raise NotAllowed(f"This application is being reviewed by {who}; only the reviewer decides on it.")
