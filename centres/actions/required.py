"""Actions required of a centre: asked, answered, closed one by one, reminded of, given more time (A9)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.access import require
from centres import notices, queries, rules
from centres.actions.review import in_review, require_deciding, reviewed_by
from centres.actions.sections import locked
from centres.models import ActionRequired, Application
from centres.states import CENTRE, ActionState, ApplicationState
from foundation import audit, clock, jobs
from foundation.errors import Problem, WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, move
from standards.models import StandardVersion


@transaction.atomic
def require_actions(*, application: Application, actions: Sequence[rules.NewAction], by: Actor) -> Application:
    """Send the application back with what is additionally required (A9): new actions, and those reopened before."""
    row = reviewed_by(application, "require_actions", by)
    still_open = ActionRequired.objects.filter(application=row, state=ActionState.OPEN).count()
    elements = list(queries.pending_elements(row).values_list("package", flat=True))
    refuse_if(rules.action_problems(actions, still_open, elements, clock.today()))
    for new in actions:
        action = ActionRequired.objects.create(
            application=row,
            package_id=new.package_id,
            text=new.text.strip(),
            evidence_asked=new.evidence_asked.strip(),
            due_on=new.due_on,
            **_days(new.due_on, row.version),
        )
        facts = {"due_on": new.due_on, "text": action.text, "evidence": action.evidence_asked}
        audit.record(action, "require", by=by, facts=facts)
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
    in_review(action.application, by)
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    move(row, "close", by=by, changes={"comment": comment.strip(), "closed_at": clock.now()})
    return row


@transaction.atomic
def reopen_action(*, action: ActionRequired, comment: str, by: Actor, due_on: dt.date | None = None) -> ActionRequired:
    """The answer is not enough (A9): says why, and by when where the day has passed.

    It goes back to the centre with the next ``require_actions``.
    """
    application = in_review(action.application, by)
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    refuse_if(rules.reopening_problems(row.due_on, due_on, comment, clock.today()))
    day = due_on or row.due_on
    changes = {"comment": comment.strip(), "due_on": day, **_days(day, application.version)}
    move(row, "reopen", by=by, changes=changes, facts={"comment": comment.strip(), "due_on": day})
    return row


@transaction.atomic
def extend_action(*, action: ActionRequired, due_on: dt.date, reason: str, by: Actor) -> ActionRequired:
    """The reviewer gives the centre more time for an action, saying why (A9); reminders count from the new day."""
    application = locked(action.application)
    require_deciding(application, by)
    row = ActionRequired.objects.select_for_update().get(pk=action.pk)
    if application.state != ApplicationState.ACTIONS_REQUIRED or row.state != ActionState.OPEN:
        raise WrongState("An action gets more time while the centre has not answered it.")
    refuse_if(rules.extension_problems(row.due_on, due_on, reason, clock.today()))
    before = row.due_on
    fields = {"due_on": due_on, "extended_reason": reason.strip(), **_days(due_on, application.version)}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    audit.record(row, "extend", by=by, facts={"from": before, "due_on": due_on, "reason": reason.strip()})
    notices.action_extended(row)
    return row


def _days(due_on: dt.date, version: StandardVersion) -> dict[str, object]:
    """What goes with a due date: the days for reminding, chasing and telling the EPA team, none of them done yet."""
    days = rules.action_days(due_on, clock.today(), version.action_reminder_days, version.action_chase_days)
    return {
        "remind_on": days.remind_on,
        "chase_on": days.chase_on,
        "escalate_on": days.escalate_on,
        "reminded_at": None,
        "chased_at": None,
        "escalated_at": None,
    }


def look_at_actions(today: dt.date) -> dict[str, int]:
    """The daily look: remind before the day, chase after it, then tell the EPA team; each once (A9)."""
    tell = {
        "reminded": notices.action_reminded,
        "chased": notices.action_overdue,
        "escalated": notices.action_escalated,
    }
    done = {}
    for what, letter in tell.items():

        def deal(pk: int, what: str = what, letter: notices.OfAction = letter) -> bool:
            row = queries.actions_to_tell(what, today).select_for_update(of=("self",), skip_locked=True)
            action = row.select_related("application__centre__organisation", "package").filter(pk=pk).first()
            if action is None:
                return False  # told meanwhile, or answered
            setattr(action, f"{what}_at", clock.now())
            action.save(update_fields=[f"{what}_at"])
            letter(action)
            return True

        keys = list(queries.actions_to_tell(what, today).values_list("pk", flat=True))
        done[what], _failed = jobs.each(f"actions {what}", keys, deal)
    return done
