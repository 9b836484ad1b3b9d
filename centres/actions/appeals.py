"""A centre's appeal against a refusal, decided by somebody who was not the reviewer (A6)."""

from django.db import transaction

from accounts.access import require
from accounts.models import User
from centres import notices, queries, rules
from centres.actions.sections import locked
from centres.models import Appeal, Application
from centres.states import CENTRE, ElementState
from foundation import audit, clock, workingdays
from foundation.errors import Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, move


@transaction.atomic
def lodge_appeal(*, application: Application, grounds: str, by: Actor, evidence: StoredFile | None = None) -> Appeal:
    """The centre appeals, with grounds and evidence, through the stored day (A6)."""
    require(by, CENTRE, application, "appeal for this centre")
    row = locked(application)
    today = clock.today()
    problems = rules.may_appeal_problems(queries.appeal_facts(row), today)
    if not grounds.strip():
        problems.append(Problem("no_grounds", "A6", "Write on what grounds you appeal.", "appeal", "grounds"))
    refuse_if(problems)
    due = workingdays.current().add(today, row.version.appeal_working_days)
    appeal = Appeal.objects.create(
        application=row,
        grounds=grounds.strip(),
        evidence=evidence,
        against=row.reviewer,
        lodged_by_label=by.label[:200],
        decide_by=due,
    )
    audit.record(appeal, "lodge", by=by, facts={"grounds": grounds.strip(), "decide_by": due})
    notices.appeal_lodged(appeal)
    return appeal


@transaction.atomic
def uphold_appeal(*, appeal: Appeal, to: User, reason: str, by: User) -> Appeal:
    """The centre is right: what was declined is reviewed again, by another Centre EQA (A6)."""
    row = _decided_by(appeal, "uphold", reason, by)
    application = row.application
    today = clock.today()
    refuse_if(queries.allocation_problems(application, to, today))
    if queries.other_application_open(application):
        message = "The centre has a further application for this standard under way; it has to be withdrawn first."
        raise Refused([Problem("other_application", "A6", message, "appeal")])
    move(row, "uphold", by=by, changes=_verdict(reason, by), facts={"reason": reason.strip(), "to": to.label})
    for element in application.element_rows.filter(state=ElementState.DECLINED).select_for_update():
        move(element, "return_element", by=by, changes={"decided_at": None, "reason": ""})
    due = workingdays.current().add(today, application.version.review_working_days)
    changes = {
        "reviewer": to,
        "no_interest_declared_at": None,
        "decided_at": None,
        "decision_reason": "",
        "appeal_until": None,
        "review_due_on": due,
    }
    move(application, "reopen", by=by, changes=changes, facts={"appeal": row.pk, "to": to.label, "review_due_on": due})
    notices.appeal_decided(row)
    notices.application_allocated(application)
    return row


@transaction.atomic
def dismiss_appeal(*, appeal: Appeal, reason: str, by: User) -> Appeal:
    """The refusal stands, and why (A6)."""
    row = _decided_by(appeal, "dismiss", reason, by)
    move(row, "dismiss", by=by, changes=_verdict(reason, by), facts={"reason": reason.strip()})
    notices.appeal_decided(row)
    return row


def _verdict(reason: str, by: User) -> dict[str, object]:
    return {"reason": reason.strip(), "decided_at": clock.now(), "decided_by_label": by.label[:200]}


def _decided_by(appeal: Appeal, verb: str, reason: str, by: User) -> Appeal:
    """The locked appeal, for somebody who did not decline and has no interest; with a reason."""
    application = locked(appeal.application)
    row = Appeal.objects.select_for_update().get(pk=appeal.pk)
    row.application = application
    guard(row, verb, by)
    problems = queries.deciding_problems(row, by, clock.today())
    if not reason.strip():
        problems.append(Problem("no_reason", "A6", "Say why; the centre reads it.", "appeal", "reason"))
    refuse_if(problems)
    return row
