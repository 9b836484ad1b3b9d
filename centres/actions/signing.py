"""Both signatures under an EPA contract (A8)."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.actors import System
from accounts.models import User
from centres import notices, queries, rules
from centres.actions import sealing
from centres.actions.contracts import locked, put_on_offer, stored_document
from centres.actions.register import hold_register
from centres.models import Contract, SigningCode
from centres.states import STANDING_CONTRACT, UNSETTLED, ContractState, GatedStep
from foundation import audit, clock, files
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
    "signed_consent": "",
    "signed_copy": None,
    "signed_copy_pages": None,
}


@transaction.atomic
def send_signing_code(*, contract: Contract, by: User) -> SigningCode:
    """E-mail a one-time code to whoever is about to sign this document (A8). Only its keyed digest is kept."""
    row = locked(contract)
    guard(row, "sign", queries.signing_as(by, row))
    now = clock.now()
    sent = list(SigningCode.objects.filter(contract=row, user=by, sent_at__gt=now - dt.timedelta(hours=1)))
    latest_used = bool(sent) and sent[0].used_at is not None
    refuse_if(rules.code_request_problems([one.sent_at for one in sent], latest_used=latest_used, now=now))
    digits = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    salt = secrets.token_hex(16)
    code = SigningCode.objects.create(
        contract=row,
        user=by,
        document_sha256=stored_document(row).sha256,
        salt=salt,
        digest=_digest(salt, digits),
        sent_at=now,
        expires_at=now + rules.CODE_LASTS,
    )
    audit.record(row, "send_signing_code", by=by, facts={"to": by.email, "sha256": code.document_sha256})
    notices.signing_code(row, by, digits)
    return code


def _digest(salt: str, digits: str) -> str:
    """Keyed with the portal's secret: whoever reads the table alone cannot try the million codes."""
    return salted_hmac(f"centres.signing_code:{salt}", digits, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Signature:
    """What a person gives to sign in the portal: who, in which role, consent, the document that was shown, the code,
    and from which address."""

    name: str
    role: str
    consent: bool
    shown_sha256: str
    code: str
    address: str | None = None


def sign(*, contract: Contract, signature: Signature, by: User) -> Contract:
    """The owner, or a person the owner authorised, signs in the portal (A8): who, in which role, when, from which
    address, which document, with the code sent for it. A wrong code is counted, whatever comes of the rest."""
    with transaction.atomic():
        row = locked(contract)
        actor = queries.signing_as(by, row)
        guard(row, "sign", actor)
        sha256 = stored_document(row).sha256
        refuse_if(
            rules.signature_problems(
                name=signature.name,
                role=signature.role,
                consent=signature.consent,
                shown_sha256=signature.shown_sha256,
                document_sha256=sha256,
            )
        )
        problems = _spend_code(row, by, signature.code, sha256)
        if not problems:
            return _sign(row, signature, by, actor)
    raise Refused(problems)


def _spend_code(contract: Contract, by: User, digits: str, sha256: str) -> list[Problem]:
    """Try the code that was sent last: used up when right, a try less when wrong."""
    code = SigningCode.objects.select_for_update().filter(contract=contract, user=by).first()
    given = "".join(digits.split())
    matches = code is not None and constant_time_compare(code.digest, _digest(code.salt, given))
    problems = rules.code_problems(queries.code_facts(code), matches=matches, document_sha256=sha256, now=clock.now())
    if code is None:
        return problems
    if not problems:
        code.used_at = clock.now()
    elif problems[0].code == "wrong_code":
        code.tries += 1
        audit.record(contract, "wrong_signing_code", by=by, facts={"tries": code.tries})
    code.save(update_fields=["used_at", "tries"])
    return problems


def _sign(row: Contract, signature: Signature, by: User, actor: Actor) -> Contract:
    changes = {
        "signed_at": clock.now(),
        "signed_by": by,
        "signed_name": signature.name.strip(),
        "signed_role": signature.role.strip(),
        "signed_from": signature.address,
        "signed_sha256": signature.shown_sha256,
        "signed_consent": rules.CONSENT,
        "sent_back_reason": "",
    }
    facts = {"sha256": signature.shown_sha256, "role": signature.role.strip(), "name": signature.name.strip()}
    move(row, "sign", by=actor, changes=changes, facts=facts)
    notices.contract_signed(row)
    return row


@transaction.atomic
def upload_signed_copy(*, contract: Contract, stored: StoredFile, name: str, role: str, by: User) -> Contract:
    """The contract signed on paper comes back (A8), with who signed it in which role: a PDF that is not the unsigned
    document itself."""
    row = locked(contract)
    actor = queries.signing_as(by, row)
    guard(row, "upload_signed_copy", actor)
    issued = stored_document(row)
    refuse_if(rules.copy_problems(name=name, role=role, is_unsigned=stored.sha256 == issued.sha256))
    changes = {
        "signed_at": clock.now(),
        "signed_by": by,
        "signed_name": name.strip(),
        "signed_role": role.strip(),
        "signed_copy": stored,
        "signed_copy_pages": files.pages(stored),
        "document_pages": files.pages(issued),
        "signed_sha256": issued.sha256,
        "sent_back_reason": "",
    }
    facts = {"sha256": stored.sha256, "role": role.strip(), "name": name.strip()}
    move(row, "upload_signed_copy", by=actor, changes=changes, facts=facts)
    notices.contract_signed(row)
    return row


@transaction.atomic
def countersign(*, contract: Contract, by: User, checked: Sequence[str] = ()) -> Contract:
    """IMI has checked the signed contract (A8): in force from today, or from its later first day. A1 still has to hold.

    ``checked`` names what was compared of a copy signed on paper, each of ``rules.COPY_CHECKS``.
    From the day before, the contract that it amends is no longer in force: there is no gap and no overlap.
    """
    row = locked(contract)
    guard(row, "countersign", by)
    hold_register()
    today = clock.today()
    on_paper = row.signed_copy_id is not None
    problems = rules.copy_check_problems(checked) if on_paper else []
    refuse_if(problems + queries.a1_problems(row, today, GatedStep.COUNTERSIGN))
    earlier = _earlier(row)
    first = rules.first_day(
        countersigned_on=today,
        starts_on=row.starts_on,
        earlier_from=max((one.in_force_from for one in earlier if one.in_force_from), default=None),
    )
    changes = {
        "countersigned_at": clock.now(),
        "countersigned_by": by,
        "in_force_from": first,
        "copy_checks": list(rules.COPY_CHECKS) if on_paper else [],
    }
    facts = {"in_force_from": first, "sha256": row.signed_sha256, "checked": changes["copy_checks"]}
    move(row, "countersign", by=by, changes=changes, facts=facts)
    for one in earlier:
        _ends_by(one, row, first)
    sealing.order(row)
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
