"""How an EPA contract ends: withdrawn, expired, by notice, early, or by its last day (A8)."""

import datetime as dt

from django.db import transaction

from accounts.actors import System
from accounts.states import Role
from centres import notices, queries, rules
from centres.actions.contracts import locked
from centres.actions.signing import come_into_force
from centres.models import Contract, ContractChase
from centres.states import UNSETTLED, ContractState
from foundation import clock, jobs
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor, guard, move

JOB = System("contracts")


@transaction.atomic
def withdraw_offer(*, contract: Contract, reason: str, by: Actor) -> Contract:
    """IMI takes a contract back that not both have signed, saying why (A8): the offer, or its word not yet given."""
    row = locked(contract)
    guard(row, "withdraw", by)
    if not reason.strip():
        message = "Say why the contract is withdrawn; the centre reads it."
        raise Refused([Problem("no_reason", "A8", message, "withdraw", "reason")])
    facts = {"reason": reason.strip(), "signed_name": row.signed_name, "signed_at": row.signed_at}
    move(row, "withdraw", by=by, changes={"withdrawn_reason": reason.strip()}, facts=facts)
    notices.contract_withdrawn(row)
    return row


@transaction.atomic
def give_notice(*, contract: Contract, reason: str, by: Actor) -> Contract:
    """The centre or IMI gives notice (A8): the last day is counted from today and stored. IMI says why."""
    row = locked(contract)
    guard(row, "give_notice", by)
    refuse_if(queries.successor_problems(row))
    from_centre = by.holds(Role.CENTRE_OWNER, row)
    if not from_centre and not reason.strip():
        raise Refused([Problem("no_reason", "A8", "Say why the contract ends; the centre reads it.", "end", "reason")])
    ends_on = rules.notice_ends_on(clock.today(), row.notice_days)
    changes = {
        "ended_on": ends_on,
        "ended_reason": reason.strip(),
        "notice_at": clock.now(),
        "notice_by_label": by.label[:200],
    }
    facts = {"ended_on": ends_on, "notice_days": row.notice_days, "reason": reason.strip()}
    move(row, "give_notice", by=by, changes=changes, facts=facts)
    _give_up_amendments(row)
    notices.contract_ends(row)
    return row


@transaction.atomic
def end_early(*, contract: Contract, ends_on: dt.date, cause: str, reason: str, by: Actor) -> Contract:
    """End the contract before its notice would be up, for a named cause (A8); what was registered under it stays."""
    row = locked(contract)
    guard(row, "end_early", by)
    refuse_if(queries.successor_problems(row))
    assert row.in_force_from is not None  # noqa: S101 - for the type checker: the step starts from in force
    refuse_if(
        rules.end_early_problems(
            in_force_from=row.in_force_from,
            ends_on=ends_on,
            planned=row.ended_on,
            cause=cause,
            reason=reason,
            today=clock.today(),
        )
    )
    changes = {"ended_on": ends_on, "ended_cause": cause, "ended_reason": reason.strip()}
    move(row, "end_early", by=by, changes=changes, facts=changes)
    _give_up_amendments(row)
    notices.contract_ends(row)
    return row


def _give_up_amendments(contract: Contract) -> None:
    """A further version of a contract that ends is not signed any more."""
    for later in Contract.objects.select_for_update(of=("self",)).filter(amends=contract, state__in=UNSETTLED):
        reason = f"Contract {contract.number}, which it amends, ends on {contract.ended_on:%d/%m/%Y}."
        move(later, "replace", by=JOB, changes={"withdrawn_reason": reason})
        notices.contract_withdrawn(later)


def look_at_contracts(today: dt.date) -> int:
    """For the job: what the stored days say has come (A8); run twice or late, the same. How much was done."""
    done = 0
    for what, rows, deal in (
        ("contracts that come into force", queries.contracts_coming_into_force(today), _come_into_force),
        ("contracts whose last day is over", queries.contracts_over(today), _close),
        ("offers that have expired", queries.offers_over(today), _expire),
        ("chases of unsigned contracts", queries.contracts_to_chase(today), _chase),
    ):
        done += jobs.each(what, list(rows.values_list("pk", flat=True)), deal)[0]
    return done


def _still(pk: int, *states: ContractState) -> Contract | None:
    """The contract, locked, unless another worker holds it or it is no longer where the job found it."""
    rows = Contract.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, state__in=states)
    return rows.select_related("centre__organisation", "version__standard").first()


def _come_into_force(pk: int) -> bool:
    row = _still(pk, ContractState.AGREED)
    if row is None:
        return False
    come_into_force(row)
    return True


def _close(pk: int) -> bool:
    row = _still(pk, ContractState.ENDING)
    if row is None:
        return False
    move(row, "close", by=JOB)
    notices.contract_ended(row)
    return True


def _expire(pk: int) -> bool:
    row = _still(pk, ContractState.OFFERED)
    if row is None:
        return False
    move(row, "expire", by=JOB, facts={"sign_by": row.sign_by})
    notices.contract_expired(row)
    return True


def _chase(pk: int) -> bool:
    """One letter for all that are due by now, so that a worker that was down does not send three at once."""
    row = _still(pk, ContractState.OFFERED)
    if row is None:
        return False
    due = list(ContractChase.objects.filter(contract=row, done_at=None, due_on__lte=clock.today()))
    if not due:
        return False
    ContractChase.objects.filter(pk__in=[one.pk for one in due]).update(done_at=clock.now())
    notices.contract_chased(row, due[-1])
    return True
