"""Both signatures under an EPA contract (A8)."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.actors import System
from accounts.models import User
from centres import notices, queries, rules
from centres.actions.contracts import locked, put_on_offer, stored_document
from centres.actions.register import hold_register
from centres.models import Contract
from centres.states import STANDING_CONTRACT, UNSETTLED, ContractState, GatedStep
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, guard, move

UNSIGNED: dict[str, Any] = {
    "signed_at": None,
    "signed_by": None,
    "signed_name": "",
    "signed_role": "",
    "signed_from": None,
    "signed_sha256": "",
    "signed_copy": None,
}


@transaction.atomic
def sign(
    *, contract: Contract, name: str, role: str, consent: bool, shown_sha256: str, address: str | None, by: User
) -> Contract:
    """The owner signs in the portal (A8): who, in which role, when, from which address, which document."""
    row = locked(contract)
    guard(row, "sign", by)
    refuse_if(
        rules.signature_problems(
            name=name,
            role=role,
            consent=consent,
            shown_sha256=shown_sha256,
            document_sha256=stored_document(row).sha256,
        )
    )
    changes = {
        "signed_at": clock.now(),
        "signed_by": by,
        "signed_name": name.strip(),
        "signed_role": role.strip(),
        "signed_from": address,
        "signed_sha256": shown_sha256,
        "sent_back_reason": "",
    }
    move(row, "sign", by=by, changes=changes, facts={"sha256": shown_sha256, "role": role.strip()})
    notices.contract_signed(row)
    return row


@transaction.atomic
def upload_signed_copy(*, contract: Contract, stored: StoredFile, by: User) -> Contract:
    """The owner returns the contract signed on paper (A8): a PDF that is not the unsigned document itself."""
    row = locked(contract)
    guard(row, "upload_signed_copy", by)
    if stored.sha256 == stored_document(row).sha256:
        message = "This is the contract as we sent it, without a signature. Sign it, scan it, upload the scan."
        raise Refused([Problem("unsigned_copy", "A8", message, "sign", "signed_copy")])
    changes = {
        "signed_at": clock.now(),
        "signed_by": by,
        "signed_copy": stored,
        "signed_sha256": stored_document(row).sha256,
        "sent_back_reason": "",
    }
    move(row, "upload_signed_copy", by=by, changes=changes, facts={"sha256": stored.sha256})
    notices.contract_signed(row)
    return row


@transaction.atomic
def countersign(*, contract: Contract, by: User) -> Contract:
    """IMI has checked the signed contract (A8): in force from today, or from its later first day. A1 still has to hold.

    From the day before, the contract that it amends is no longer in force: there is no gap and no overlap.
    """
    row = locked(contract)
    guard(row, "countersign", by)
    hold_register()
    today = clock.today()
    refuse_if(queries.a1_problems(row, today, GatedStep.COUNTERSIGN))
    earlier = _earlier(row)
    first = rules.first_day(
        countersigned_on=today,
        starts_on=row.starts_on,
        earlier_from=max((one.in_force_from for one in earlier if one.in_force_from), default=None),
    )
    changes = {"countersigned_at": clock.now(), "countersigned_by": by, "in_force_from": first}
    move(row, "countersign", by=by, changes=changes, facts={"in_force_from": first, "sha256": row.signed_sha256})
    for one in earlier:
        _ends_by(one, row, first)
    notices.contract_countersigned(row)
    if first <= today:
        come_into_force(row)
    return row


def _earlier(contract: Contract) -> list[Contract]:
    """What this contract amends, as far back as it is not over, each locked."""
    found = []
    pk = contract.amends_id
    while pk is not None:
        one = Contract.objects.select_for_update(of=("self",)).get(pk=pk)
        if one.state not in (ContractState.SIGNED, *STANDING_CONTRACT):
            break
        found.append(one)
        pk = one.amends_id
    return found


def _ends_by(earlier: Contract, later: Contract, first: dt.date) -> None:
    """The earlier edition's last day is known now; one that IMI never countersigned is given up for the later one."""
    by = System("contract editions")
    if earlier.state == ContractState.SIGNED:
        reason = f"Contract {later.number} takes its place."
        move(earlier, "replace", by=by, changes={"withdrawn_reason": reason}, facts={"by": later.number})
        return
    earlier.ended_on = rules.last_day_before(first)
    earlier.save(update_fields=["ended_on"])
    audit.record(earlier, "amended", by=by, facts={"by": later.number, "ended_on": earlier.ended_on})


def come_into_force(contract: Contract) -> None:
    """The first day has come: the contract is in force, the one it amends is superseded and stays readable (A8)."""
    by = System("contracts")
    for one in _earlier(contract):
        move(one, "supersede", by=by, facts={"by": contract.number})
    move(contract, "come_into_force", by=by)
    notices.contract_in_force(contract)


@transaction.atomic
def send_back(*, contract: Contract, reason: str, by: Actor) -> Contract:
    """The signed contract is not in order: back to the owner with the reason (A8). The history keeps the signature."""
    row = locked(contract)
    guard(row, "send_back", by)
    if not reason.strip():
        message = "Say what is wrong with the signed contract."
        raise Refused([Problem("no_reason", "A8", message, "countersign", "reason")])
    facts = {
        "reason": reason.strip(),
        "signed_at": row.signed_at,
        "signed_name": row.signed_name,
        "signed_copy": row.signed_copy_id,
    }
    later = row.amendments.filter(state__in=UNSETTLED).first()
    if later is not None:  # that one is to be signed, not this one once more
        move(
            row, "withdraw", by=by, changes={"withdrawn_reason": reason.strip()}, facts={**facts, "later": later.number}
        )
        return row
    put_on_offer(row, "send_back", by, changes={**UNSIGNED, "sent_back_reason": reason.strip()}, facts=facts)
    notices.contract_sent_back(row)
    return row
