"""Issuing an EPA contract and offering it (A7, A8)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.access import OFFICE, require
from accounts.actors import System
from accounts.states import Role
from centres import notices, queries, rules
from centres.actions.register import hold_register
from centres.models import Application, Contract, ContractChase
from centres.states import STANDING_CONTRACT, ContractState, GatedStep
from foundation import audit, clock, documents, jobs, outbox, work, workingdays
from foundation.errors import PortalError, Refused, WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, held, move
from standards.models import Package, StandardVersion

CONTRACT = "contract"  # the kind of its document


@dataclass(frozen=True)
class Before:
    """What a centre has for a version of a standard when a further contract for it is issued, all of it locked."""

    edition: int
    amended: Contract | None  # both have signed it, or IMI is about to
    unsigned: Contract | None  # its place is taken at once
    elements: frozenset[int]  # what the further one covers too


def issue(
    *, application: Application, packages: Sequence[Package], by: Actor, starts_on: dt.date | None = None
) -> Contract:
    """Write the contract of elements that are being approved, and order its document (A7).

    What the centre's contract for this version of the standard covers already is covered too: then it is a further
    edition that amends that one, or takes its place at once where nobody has signed it yet.
    Called by ``approve`` in its transaction, which has checked A1. What the contract says is frozen here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a contract is issued in the transaction of the approval")
    today = clock.today()
    before = _before(application)
    covered = before.elements | {package.pk for package in packages}
    elements = list(Package.objects.filter(pk__in=covered))
    days = Days.of(application.version, max(today, starts_on or today))
    terms = terms_of(application, elements, before, days)
    document = documents.order(
        kind=CONTRACT,
        series=f"CON-{today:%y}",
        title=f"EPA contract, {application.version.short}, {application.centre}"[:200],
        template="documents/contract.html",
        context=terms,
        about=application,
    )
    if before.unsigned is not None:
        _replace(before.unsigned, document.number)
    contract = Contract.objects.create(
        number=document.number,
        centre=application.centre,
        application=application,
        version=application.version,
        edition=before.edition + 1,
        amends=before.amended,
        terms=terms,
        document=document,
        starts_on=days.starts_on,
        review_on=days.review_on,
        notice_days=days.notice_days,
        sign_days=days.sign_days,
        issued_at=clock.now(),
    )
    contract.packages.set(elements)
    _record_issue(contract, by)
    outbox.wake("centres.offer_contracts")
    return contract


def _record_issue(contract: Contract, by: Actor) -> None:
    facts = {
        "application": contract.application.number,
        "elements": [element["code"] for element in contract.terms["elements"]],
        "edition": contract.edition,
        "amends": contract.terms["amends"],
    }
    audit.record(contract, "issue", by=by, facts=facts)


def _before(application: Application) -> Before:
    """The editions there are. An offer that expired unsigned is taken into the further one: its elements are approved
    and under no contract."""
    rows = Contract.objects.select_for_update(of=("self",)).filter(
        centre=application.centre_id, version=application.version_id
    )
    editions = list(rows.order_by("-edition"))
    amended = next((row for row in editions if row.state in (ContractState.SIGNED, *STANDING_CONTRACT)), None)
    unsigned = next((row for row in editions if row.state in (ContractState.PREPARING, ContractState.OFFERED)), None)
    taken = [row for row in (amended, unsigned) if row is not None]
    if editions and editions[0].state == ContractState.EXPIRED:
        taken.append(editions[0])
    elements = Package.objects.filter(
        pk__in=Contract.packages.through.objects.filter(contract__in=[row.pk for row in taken]).values("package")
    )
    return Before(
        edition=editions[0].edition if editions else 0,
        amended=amended,
        unsigned=unsigned,
        elements=frozenset(elements.values_list("pk", flat=True)),
    )


def _replace(contract: Contract, number: str) -> None:
    """An edition that not both have signed gives way to one that covers all it covers."""
    reason = f"Contract {number} takes its place."
    move(
        contract, "replace", by=System("contract editions"), changes={"withdrawn_reason": reason}, facts={"by": number}
    )


@dataclass(frozen=True)
class Days:
    """The days of a contract, from the settings of the version on the day of issue."""

    starts_on: dt.date
    review_on: dt.date
    notice_days: int
    sign_days: int

    @classmethod
    def of(cls, version: StandardVersion, starts_on: dt.date) -> "Days":
        return cls(
            starts_on=starts_on,
            review_on=workingdays.add_months(starts_on, version.contract_review_months),
            notice_days=version.contract_notice_days,
            sign_days=version.contract_sign_days,
        )


@transaction.atomic
def issue_again(*, contract: Contract, starts_on: dt.date, by: Actor) -> Contract:
    """IMI issues the contract again with the terms and prices of today (A7): an amendment of one in force, which both
    sign, or a new offer where the last one lapsed. A1 still has to hold."""
    require(by, [Role.EPA_TEAM], contract, "issue a contract")
    row = locked(contract)
    hold_register()
    today = clock.today()
    later = Contract.objects.filter(centre=row.centre, version=row.version, edition__gt=row.edition)
    problems = rules.issue_again_problems(
        standing=row.state in STANDING_CONTRACT,
        lapsed=row.state in (ContractState.EXPIRED, ContractState.WITHDRAWN),
        latest=not later.exists(),
        starts_on=starts_on,
        today=today,
    )
    refuse_if(problems + queries.a1_problems(row, today, GatedStep.ISSUE))
    return issue(application=row.application, packages=list(row.packages.all()), by=by, starts_on=starts_on)


def terms_of(application: Application, packages: Sequence[Package], before: Before, days: Days) -> dict[str, Any]:
    """What the contract says: parties, elements, the prices of the day, the clauses of the published template filled
    in (A7, A10). Plain JSON."""
    centre, version, on = application.centre, application.version, clock.today()
    template = queries.published_template(version)
    if template is None:
        raise Refused(queries.contract_template_problems(version))
    facts = {
        "issued_on": queries.printed(on),
        "edition": before.edition + 1,
        "amends": before.amended.number if before.amended else "",
        "starts_on": queries.printed(days.starts_on),
        "review_on": queries.printed(days.review_on),
        "notice_days": days.notice_days,
        "sign_days": days.sign_days,
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
        "prices": queries.price_lines(version, packages, on),
    }
    return queries.with_terms(facts, template)


def offer_ready() -> int:
    """For the job: offer every contract whose document exists by now (A7), each by itself. How many were offered."""
    by = System("contract offers")

    def offer(pk: int) -> bool:
        contract = locked_or_none(pk)
        if contract is None:
            return False  # another worker has it
        if not at_liberty(contract):
            return False  # the job looks again; it is offered once nothing bars it
        put_on_offer(contract, "offer", by)
        notices.contract_offered(contract)
        return True

    offered, _failed = jobs.each(
        "contract offers", list(queries.contracts_to_offer().values_list("pk", flat=True)), offer
    )
    return offered


def at_liberty(contract: Contract) -> bool:
    """Whether A1 lets the contract be issued today."""
    return all(problem.warning for problem in queries.a1_problems(contract, clock.today(), GatedStep.ISSUE))


def locked_or_none(pk: int) -> Contract | None:
    """A contract still to be offered, unless another worker holds it."""
    rows = queries.contracts_to_offer().select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("centre__organisation", "version").filter(pk=pk).first()


def put_on_offer(contract: Contract, verb: str, by: Actor, **more: Any) -> None:
    """The step to an offer that stands from today, with the days on which it is chased and the last one (A8)."""
    today = clock.today()
    sign_by = rules.offer_ends_on(today, contract.sign_days)
    move(contract, verb, by=by, changes={**more.pop("changes", {}), "sign_by": sign_by}, facts=more.pop("facts", None))
    ContractChase.objects.filter(contract=contract, done_at=None).delete()
    ContractChase.objects.bulk_create(
        [
            ContractChase(
                contract=contract, offered_on=today, after_days=one.after_days, due_on=one.due_on, last=one.last
            )
            for one in rules.chases(today, contract.version.contract_chase_days, sign_by)
        ],
        ignore_conflicts=True,
    )


def locked(contract: Contract) -> Contract:
    """First the lock, then the read, as for applications."""
    return held(contract, "centre__organisation", "version__standard", "document__stored")


@transaction.atomic
def retry_document(*, contract: Contract, by: Actor) -> Contract:
    """Give a document that could not be made back to the workers."""
    require(by, OFFICE, contract, "have this document made again")
    row = locked(contract)
    if row.document.set_aside_at is None or not work.release(row.document):
        raise WrongState("This document does not wait for anybody.")
    audit.record(row, "retry_document", by=by)
    outbox.wake("centres.offer_contracts")
    return row


def stored_document(contract: Contract) -> StoredFile:
    """The document's file; an offered contract has one."""
    stored = contract.document.stored
    if stored is None:
        raise PortalError("The document of this contract is missing.")
    return stored
