"""The EPA contract from issue to end (A7, A8)."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.access import OFFICE, require
from accounts.actors import System
from accounts.models import User
from centres import notices, queries, rules
from centres.models import Application, Contract
from foundation import audit, clock, documents, jobs, outbox, work
from foundation.errors import PortalError, Problem, Refused, WrongState, refuse_if
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
CONTRACT = "contract"  # the kind of its document


def issue(*, application: Application, by: Actor) -> Contract:
    """Write the contract of an application that is being approved, and order its document (A7).

    Called by ``approve`` in its transaction, which has checked A1. What the contract says is frozen here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a contract is issued in the transaction of the approval")
    terms = terms_of(application, clock.today())
    document = documents.order(
        kind=CONTRACT,
        series=f"CON-{clock.today():%y}",
        title=f"EPA contract, {application.version.short}, {application.centre}"[:200],
        template="documents/contract.html",
        context=terms,
        about=application,
    )
    contract = Contract.objects.create(
        number=document.number,
        centre=application.centre,
        application=application,
        version=application.version,
        terms=terms,
        document=document,
        issued_at=clock.now(),
    )
    contract.packages.set(application.elements.all())
    elements = [element["code"] for element in terms["elements"]]
    audit.record(contract, "issue", by=by, facts={"application": application.number, "elements": elements})
    outbox.wake("centres.offer_contracts")
    return contract


def terms_of(application: Application, on: dt.date) -> dict[str, Any]:
    """What the contract says: parties, elements, the prices of the day, the version's terms. Plain JSON."""
    centre, version = application.centre, application.version
    packages = list(application.elements.all())
    return {
        "issued_on": _printed(on),
        "application": application.number,
        "centre": {
            "name": centre.organisation.name,
            "number": centre.number,
            "ukprn": centre.ukprn,
            "town": centre.town,
            "contact": centre.contact_name,
        },
        "standard": str(version),
        "version": version.short,
        "plan": version.assessment_plan,
        "guidance": version.guidance,
        "elements": [{"code": package.code, "name": package.name} for package in packages],
        "prices": [
            {
                "label": price.get_kind_display(),
                "for": str(price.package or price.component or ""),
                "amount": f"{price.amount:.2f}",
                "valid_from": _printed(price.valid_from),
                "example": price.example,
            }
            for price in queries.prices_in_force(version, packages, on)
        ],
        "terms": list(version.contract_terms),
    }


def _printed(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def offer_ready() -> int:
    """For the job: offer every contract whose document exists by now (A7), each by itself. How many were offered."""
    by = System("contract offers")

    def offer(pk: int) -> bool:
        contract = locked_or_none(pk)
        if contract is None:
            return False  # another worker has it
        move(contract, "offer", by=by)
        notices.contract_offered(contract)
        return True

    offered, _failed = jobs.each(
        "contract offers", list(queries.contracts_to_offer().values_list("pk", flat=True)), offer
    )
    return offered


def locked_or_none(pk: int) -> Contract | None:
    """A contract still to be offered, unless another worker holds it."""
    rows = queries.contracts_to_offer().select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("centre__organisation", "version").filter(pk=pk).first()


def _locked(contract: Contract) -> Contract:
    """First the lock, then the read, as for applications."""
    Contract.objects.select_for_update().only("pk").get(pk=contract.pk)
    rows = Contract.objects.select_related("centre__organisation", "version__standard", "document__stored")
    return rows.get(pk=contract.pk)


@transaction.atomic
def sign(
    *, contract: Contract, name: str, role: str, consent: bool, shown_sha256: str, address: str | None, by: User
) -> Contract:
    """The owner signs in the portal (A8): who, in which role, when, from which address, which document."""
    row = _locked(contract)
    guard(row, "sign", by)
    refuse_if(
        rules.signature_problems(
            name=name,
            role=role,
            consent=consent,
            shown_sha256=shown_sha256,
            document_sha256=_stored(row).sha256,
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
    row = _locked(contract)
    guard(row, "upload_signed_copy", by)
    if stored.sha256 == _stored(row).sha256:
        message = "This is the contract as we sent it, without a signature. Sign it, scan it, upload the scan."
        raise Refused([Problem("unsigned_copy", "A8", message, "sign", "signed_copy")])
    changes = {
        "signed_at": clock.now(),
        "signed_by": by,
        "signed_copy": stored,
        "signed_sha256": _stored(row).sha256,
        "sent_back_reason": "",
    }
    move(row, "upload_signed_copy", by=by, changes=changes, facts={"sha256": stored.sha256})
    notices.contract_signed(row)
    return row


@transaction.atomic
def countersign(*, contract: Contract, by: User) -> Contract:
    """IMI has checked the signed contract: in force from today, the gate opens (A8). A1 still has to hold."""
    row = _locked(contract)
    guard(row, "countersign", by)
    today = clock.today()
    refuse_if(queries.both_facts_problems(row.centre, today))
    changes = {"countersigned_at": clock.now(), "countersigned_by": by, "in_force_from": today}
    move(row, "countersign", by=by, changes=changes, facts={"in_force_from": today, "sha256": row.signed_sha256})
    notices.contract_in_force(row)
    return row


@transaction.atomic
def send_back(*, contract: Contract, reason: str, by: Actor) -> Contract:
    """The signed contract is not in order: back to the owner with the reason (A8). The history keeps the signature."""
    row = _locked(contract)
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
    move(row, "send_back", by=by, changes={**UNSIGNED, "sent_back_reason": reason.strip()}, facts=facts)
    notices.contract_sent_back(row)
    return row


@transaction.atomic
def end(*, contract: Contract, ends_on: dt.date, reason: str, by: Actor) -> Contract:
    """End the contract with its last day, today or later; what was registered under it stays (A8)."""
    row = _locked(contract)
    guard(row, "end", by)
    assert row.in_force_from is not None  # noqa: S101 - for the type checker: the step starts from in force
    refuse_if(rules.end_problems(in_force_from=row.in_force_from, ends_on=ends_on, reason=reason, today=clock.today()))
    move(
        row,
        "end",
        by=by,
        changes={"ended_on": ends_on, "ended_reason": reason.strip()},
        facts={"ended_on": ends_on, "reason": reason.strip()},
    )
    notices.contract_ended(row)
    return row


@transaction.atomic
def retry_document(*, contract: Contract, by: Actor) -> Contract:
    """Give a document that could not be made back to the workers."""
    require(by, OFFICE, contract, "have this document made again")
    row = _locked(contract)
    if row.document.set_aside_at is None or not work.release(row.document):
        raise WrongState("This document does not wait for anybody.")
    audit.record(row, "retry_document", by=by)
    outbox.wake("centres.offer_contracts")
    return row


def _stored(contract: Contract) -> StoredFile:
    """The document's file; an offered contract has one."""
    stored = contract.document.stored
    if stored is None:
        raise PortalError("The document of this contract is missing.")
    return stored
