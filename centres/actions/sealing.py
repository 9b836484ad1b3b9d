"""The signing certificate of a contract and the seal on both: ordered when both have signed, made by a worker (A8)."""

import io
import logging
import secrets
from typing import Any

import segno
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from accounts.access import OFFICE, require
from accounts.actors import System
from centres import rules
from centres.models import Contract, Seal
from foundation import addresses, audit, clock, documents, files, outbox, sealing, work
from foundation.errors import WrongState
from foundation.models import Document, StoredFile
from foundation.workflow import Actor

log = logging.getLogger(__name__)
BY = System("seals")
TOLD = ("issue", "offer", "send_signing_code", "sign", "upload_signed_copy", "send_back", "countersign")


def order(contract: Contract) -> Seal:
    """In the transaction of the countersigning: the certificate's facts are frozen, the seal is due work."""
    row = Seal.objects.create(
        contract=contract, token=secrets.token_hex(16), facts=certificate_of(contract), ordered_at=clock.now()
    )
    outbox.wake("centres.seal_contracts")
    return row


def certificate_of(contract: Contract) -> dict[str, Any]:
    """What the signing certificate says: who, in which role, when, from where, with which words, and to which bytes."""
    on_paper = contract.signed_copy
    countersigned_by = contract.countersigned_by
    return {
        "number": contract.number,
        "centre": str(contract.centre),
        "standard": str(contract.version),
        "sha256": contract.signed_sha256,
        "on_paper": on_paper is not None,
        "copy_sha256": on_paper.sha256 if on_paper is not None else "",
        "signed_name": contract.signed_name,
        "signed_role": contract.signed_role,
        "signed_account": contract.signed_by.email if contract.signed_by else "",
        "signed_at": _at(contract.signed_at),
        "signed_from": contract.signed_from or "",
        "consent": contract.signed_consent,
        "countersigned_name": countersigned_by.name if countersigned_by else "",
        "countersigned_at": _at(contract.countersigned_at),
        "in_force_from": f"{contract.in_force_from:%-d %B %Y}",
        "checked": [rules.COPY_CHECKS[name] for name in contract.copy_checks],
        "events": [
            {"at": _at(event.at), "what": event.verb.replace("_", " "), "who": event.actor_label}
            for event in reversed(audit.history(contract).filter(verb__in=TOLD)[:40])
        ],
    }


def _at(instant: Any) -> str:
    return f"{instant.astimezone(clock.LONDON):%-d %B %Y, %H:%M:%S %Z}" if instant else ""


def seal_due(limit: int = 10) -> int:
    """For the job: seal the contracts that wait for it; how many were taken. One that fails comes back later."""
    taken = 0
    for row in work.one_by_one(Seal.objects.all(), limit):
        taken += 1
        try:
            _finish(row, sealed_bytes(row))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            log.exception("contract %s was not sealed", row.contract_id)
            work.put_back(row, f"{type(error).__name__}: {error}"[:300])
    return taken


def sealed_bytes(row: Seal) -> bytes:
    """The document as it was signed, the signing certificate behind it, the seal on both."""
    contract = Contract.objects.select_related("document__stored", "centre__organisation").get(pk=row.contract_id)
    stored = contract.document.stored
    if stored is None or stored.sha256 != contract.signed_sha256:
        raise sealing.BrokenSeal(f"{contract.number} is not the document that was signed")
    issued = files.path_of(stored).read_bytes()
    if sealing.fingerprint(issued) != stored.sha256:
        raise sealing.BrokenSeal(f"the file of {contract.number} is not the one that was stored")
    address = addresses.full("centres:check_contract")
    certificate = documents.render(
        Document(
            number=contract.number,
            title=f"Signing certificate of contract {contract.number}",
            template="documents/signing_certificate.html",
            context={
                **row.facts,
                "check_url": address,
                "check_qr": segno.make(address, error="m").svg_data_uri(scale=4, border=1),
            },
            ordered_at=row.ordered_at,
        )
    )
    return sealing.seal(_joined(issued, certificate), rules.seal_reason(contract.number, row.token))


def _joined(first: bytes, second: bytes) -> bytes:
    import pikepdf  # imported here: only workers join files

    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(first)) as whole, pikepdf.open(io.BytesIO(second)) as further:
        whole.pages.extend(further.pages)
        whole.save(into, deterministic_id=True)
    return into.getvalue()


def _finish(row: Seal, data: bytes) -> None:
    """File and verdict together, or neither."""
    stored: StoredFile | None = None
    with transaction.atomic():
        stored = files.store_bytes(data, f"{row.facts['number']}-signed.pdf", documents.PDF, BY)
        kept = work.finish(row, stored=stored, sha256=stored.sha256)
        if kept:
            audit.record(row.contract, "seal", by=BY, facts={"sha256": stored.sha256})
        else:
            transaction.set_rollback(True)
    if not kept:
        files.path_of(stored).unlink(missing_ok=True)


@transaction.atomic
def retry_seal(*, contract: Contract, by: Actor) -> Seal:
    """Give a seal that could not be made back to the workers."""
    require(by, OFFICE, contract, "have this contract sealed again")
    row = Seal.objects.select_for_update(of=("self",)).filter(contract=contract).first()
    if row is None or row.set_aside_at is None or not work.release(row):
        raise WrongState("This seal does not wait for anybody.", about=contract)
    audit.record(contract, "retry_seal", by=by)
    outbox.wake("centres.seal_contracts")
    return row
