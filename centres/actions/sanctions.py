"""Sanctions in levels, and their action plans (A1)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.access import OFFICE, require
from centres import notices, rules
from centres.models import Centre, PlanAction, Sanction
from centres.states import CENTRE, PlanState, SanctionState
from foundation import audit, clock, references
from foundation.errors import WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, held, move
from standards.models import Package, Standard


def impose_sanction(
    *,
    centre: Centre,
    level: str,
    starts_on: dt.date,
    reason: str,
    plan: Sequence[rules.PlanItem],
    by: Actor,
    packages: Sequence[Package] = (),
    standards: Sequence[Standard] = (),
    evidence: StoredFile | None = None,
) -> Sanction:
    """Impose a sanction of a level from a day, with its action plan; everyone concerned is told (A1).

    Raises NotAllowed, Refused.
    """
    require(by, OFFICE, centre, "impose a sanction on this centre")
    in_part = bool(packages or standards)
    refuse_if(rules.sanction_problems(level, reason=reason, has_scope=in_part, plan=plan, today=clock.today()))
    with transaction.atomic():
        sanction = Sanction.objects.create(
            number=references.next_number(f"SAN-{clock.today():%y}"),
            centre=centre,
            level=level,
            starts_on=starts_on,
            reason=reason.strip(),
            evidence=evidence,
            in_part=in_part,
            by_label=by.label[:200],
        )
        sanction.packages.set(packages)
        sanction.standards.set(standards)
        for item in plan:
            _add(sanction, item, by)
        facts = {"level": sanction.get_level_display(), "about": sanction.about, "starts_on": starts_on}
        audit.record(sanction, "impose_sanction", by=by, facts=facts)
        audit.record(centre, "impose_sanction", by=by, facts={"number": sanction.number, **facts})
        notices.sanction_imposed(sanction)
    return sanction


def _add(sanction: Sanction, item: rules.PlanItem, by: Actor) -> PlanAction:
    action = PlanAction.objects.create(sanction=sanction, text=item.text.strip(), due_on=item.due_on)
    audit.record(action, "add_to_plan", by=by, facts={"due_on": item.due_on})
    return action


@transaction.atomic
def add_to_plan(*, sanction: Sanction, item: rules.PlanItem, by: Actor) -> PlanAction:
    """Another action of the plan; the centre is told (A1). Raises NotAllowed, Refused, WrongState once it is lifted."""
    require(by, OFFICE, sanction, "change this action plan")
    row = _in_force(sanction)
    refuse_if(rules.plan_item_problems(item, clock.today()))
    action = _add(row, item, by)
    notices.plan_changed(row)
    return action


@transaction.atomic
def answer_plan_action(*, action: PlanAction, answer: str, by: Actor, evidence: StoredFile | None = None) -> PlanAction:
    """The centre's answer to an action of the plan: text and evidence (A1). Can be changed until it is closed."""
    require(by, CENTRE, action, "answer this action")
    sanction = _in_force(action.sanction)
    row = PlanAction.objects.select_for_update().get(pk=action.pk)
    has_evidence = evidence is not None or row.evidence_id is not None
    refuse_if(rules.answer_problems(answer=answer, has_evidence=has_evidence))
    changes = {
        "answer": answer.strip(),
        "evidence_id": evidence.pk if evidence else row.evidence_id,
        "answered_at": clock.now(),
    }
    facts = {"sha256": evidence.sha256} if evidence else {}
    verb = "answer_again" if row.state == PlanState.ANSWERED else "answer"
    move(row, verb, by=by, changes=changes, facts=facts)
    notices.plan_answered(sanction)
    return row


@transaction.atomic
def close_plan_action(*, action: PlanAction, by: Actor, comment: str = "") -> PlanAction:
    """IMI is satisfied, or no longer asks for it and says why (A1)."""
    return _settle(action, "close", comment, by)


@transaction.atomic
def reopen_plan_action(*, action: PlanAction, comment: str, by: Actor) -> PlanAction:
    """The answer is not enough: back to the centre, which is told what is missing (A1)."""
    return _settle(action, "reopen", comment, by)


def _settle(action: PlanAction, verb: str, comment: str, by: Actor) -> PlanAction:
    sanction = _in_force(action.sanction)
    row = PlanAction.objects.select_for_update().get(pk=action.pk)
    guard(row, verb, by)
    refuse_if(rules.settling_problems(row.state, closes=verb == "close", comment=comment))
    changes = {"comment": comment.strip()} | ({"closed_at": clock.now()} if verb == "close" else {})
    move(row, verb, by=by, changes=changes, facts={"comment": comment.strip()})
    notices.plan_changed(sanction)
    return row


@transaction.atomic
def lift_sanction(*, sanction: Sanction, reason: str, by: Actor) -> Sanction:
    """The sanction no longer holds from today: its plan is done (A1). Raises NotAllowed, Refused, WrongState."""
    row = _locked(sanction)
    guard(row, "lift", by)
    refuse_if(rules.lifting_problems(states=list(row.plan.values_list("state", flat=True)), reason=reason))
    changes = {"lifted_on": clock.today(), "lifted_reason": reason.strip()}
    move(row, "lift", by=by, changes=changes, facts={"reason": reason.strip()})
    audit.record(row.centre, "lift_sanction", by=by, facts={"number": row.number, "reason": reason.strip()})
    notices.sanction_lifted(row)
    return row


def _locked(sanction: Sanction) -> Sanction:
    """First the lock, then the read."""
    return held(sanction, "centre__organisation")


def _in_force(sanction: Sanction) -> Sanction:
    """Held, so that it is not lifted while its plan changes."""
    row = _locked(sanction)
    if row.state != SanctionState.IN_FORCE:
        raise WrongState("This sanction has been lifted; its action plan is closed.", about=row)
    return row
