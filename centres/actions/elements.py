"""Elements approved or declined one by one, each approval with its contract in the same step (A3, A6, A7)."""

from collections.abc import Sequence

from django.db import transaction

from centres import notices, queries, rules
from centres.actions import approvals, contracts, report
from centres.actions.register import hold_register
from centres.actions.review import lapse_sign_offs, reviewed_by
from centres.models import Application, ApplicationElement, Contract
from centres.states import ElementState
from foundation import audit, clock, workingdays
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor, move
from standards.models import Package


@transaction.atomic
def approve(*, application: Application, by: Actor, packages: Sequence[Package] | None = None) -> Contract:
    """Full approval of elements and their EPA contract, in one step (A1, A6, A7, A9): both, or neither.

    All that are undecided unless some are named; the application goes on for the rest.
    """
    row = reviewed_by(application, "approve", by)
    hold_register()
    rows = _chosen(row, packages)
    elements = [each.package for each in rows]
    today = clock.today()
    refuse_if(queries.approval_problems(row, today, elements))
    instant = clock.now()
    for each in rows:
        move(each, "approve_element", by=by, changes={"decided_at": instant})
    codes = [package.code for package in elements]
    if queries.pending_elements(row).exists():
        audit.record(row, "approve_part", by=by, facts={"elements": codes})
    else:
        move(row, "approve", by=by, changes={"decided_at": instant}, facts={"elements": codes})
    approvals.grant(row, elements, today)
    contract = contracts.issue(application=row, packages=elements, by=by)
    report.order_report(row, by)
    notices.application_approved(row, codes)
    return contract


@transaction.atomic
def decline(
    *, application: Application, reason: str, by: Actor, packages: Sequence[Package] | None = None
) -> Application:
    """Decline elements, saying why; the centre may appeal until a stored day (A6).

    All that are undecided unless some are named. With the last of them the application is decided.
    """
    row = reviewed_by(application, "decline", by)
    if not reason.strip():
        message = "Say why the application is declined; the centre reads it."
        raise Refused([Problem("no_reason", "A6", message, "review", "reason")])
    rows = _chosen(row, packages)
    lapse_sign_offs(row, by)
    instant = clock.now()
    for each in rows:
        move(each, "decline_element", by=by, changes={"decided_at": instant, "reason": reason.strip()})
    until = workingdays.current().add(clock.today(), row.version.appeal_working_days)
    fields = {"decision_reason": reason.strip(), "appeal_until": until}
    facts = {"elements": [each.package.code for each in rows], "reason": reason.strip(), "appeal_until": until}
    if queries.pending_elements(row).exists():
        _note_part(row, fields)
        audit.record(row, "decline_part", by=by, facts=facts)
    else:
        approved = row.element_rows.filter(state=ElementState.APPROVED).exists()
        changes = {**fields, "decided_at": instant}
        move(row, "conclude" if approved else "decline", by=by, changes=changes, facts=facts)
    report.order_report(row, by)
    notices.application_declined(row)
    return row


def _note_part(row: Application, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _chosen(row: Application, packages: Sequence[Package] | None) -> list[ApplicationElement]:
    """The undecided elements that are meant, locked."""
    pending = list(queries.pending_elements(row).select_for_update(of=("self",)).select_related("package"))
    wanted = [each.package.code for each in pending] if packages is None else [package.code for package in packages]
    refuse_if(rules.chosen_problems(wanted, [each.package.code for each in pending]))
    return [each for each in pending if each.package.code in wanted]
