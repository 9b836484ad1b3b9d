"""The EPA contract's pages: the list, one contract, its documents, IMI's check of it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import OFFICE, may
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, queries
from centres.forms import ContractFilter, CountersignForm, ReasonForm
from centres.models import Contract, Seal
from centres.states import STANDING_CONTRACT, ContractState, GatedStep
from centres.views.centres import crumbs
from foundation import audit, clock, documents
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Moment, Row
from foundation.workflow import can, guard

COLUMNS = [
    Column("number", "Contract", link="get_absolute_url", sort="number"),
    Column("centre.organisation.name", "Centre", sort="centre__organisation__name"),
    Column("version.short", "Standard"),
    Column("self_", "State", kind="state", sort="state"),
    Column("issued_at", "Issued", kind="date", sort="issued_at"),
    Column("edition", "Version", kind="number"),
    Column("sign_by", "Sign by", kind="date", sort="sign_by"),
    Column("in_force_from", "In force from", kind="date", sort="in_force_from"),
    Column("ended_on", "Last day", kind="date", sort="ended_on"),
]


def find_contract(request: SignedIn, pk: int) -> Contract:
    """The contract, if it is within this person's sight; else 404."""
    rows = Contract.objects.visible_to(request.user).select_related(
        "centre__organisation", "version__standard", "application", "document__stored", "signed_copy", "signed_by",
        "countersigned_by", "amends",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def trail(contract: Contract, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(contract.centre, (contract.number, contract.get_absolute_url()), *more)


@require_http_methods(["GET"])
def contract_list(request: SignedIn) -> HttpResponse:
    """The contracts within sight; signed ones wait for the EPA team."""
    rows = Contract.objects.visible_to(request.user).select_related("centre__organisation", "version__standard")
    return render_list(
        request,
        "centres/contracts.html",
        filterset=ContractFilter(request.GET, queryset=rows),
        columns=COLUMNS,
        name="contracts",
        context={"breadcrumbs": [("Contracts", "")]},
    )


@require_http_methods(["GET"])
def contract_page(request: SignedIn, pk: int) -> HttpResponse:
    """A contract: its document, its state, its life, what this person can do with it."""
    contract = find_contract(request, pk)
    actor = queries.signing_as(request.user, contract)
    steps = ("sign", "upload_signed_copy", "countersign", "send_back", "withdraw", "give_notice", "end_early")
    seal = Seal.objects.filter(contract=contract).select_related("stored").first()
    stuck = contract.state == ContractState.PREPARING and contract.document.set_aside_at is not None
    editions = Contract.objects.filter(centre=contract.centre, version=contract.version).order_by("-edition")
    office = may(request.user, [Role.EPA_TEAM], contract)
    context = {
        "contract": contract,
        "facts": facts_of(contract),
        "prices": contract.terms.get("prices", []),
        "can": {step: can(contract, step, actor) for step in steps},
        "may_issue_again": office
        and contract.state in AGAIN
        and not editions.filter(edition__gt=contract.edition).exists(),
        "seal": seal,
        "stuck": stuck,
        "may_retry": stuck and may(request.user, OFFICE, contract),
        "may_retry_seal": seal is not None and seal.set_aside_at is not None and may(request.user, OFFICE, contract),
        "problems": queries.a1_problems(contract, clock.today(), GatedStep.COUNTERSIGN)
        if contract.state == ContractState.SIGNED
        else [],
        "places": {"standing": contract.centre.get_absolute_url(), "register": contract.centre.get_absolute_url()},
        "editions": list(editions),
        "moments": moments(contract),
        "next_step": next_step(contract),
        "events": audit.history(contract)[:50],
        "breadcrumbs": trail(contract),
    }
    return render(request, "centres/contract.html", context)


AGAIN = (ContractState.AGREED, ContractState.IN_FORCE, ContractState.EXPIRED, ContractState.WITHDRAWN)


def next_step(contract: Contract) -> str:
    """Whose turn it is, in a sentence."""
    signers = ", ".join(one.label for one in queries.signers(contract.centre, clock.today())) or "the centre’s owner"
    match contract.state:
        case ContractState.PREPARING:
            return "The document is being made; then it is offered to the centre."
        case ContractState.OFFERED:
            return f"For the centre, one of these signs it: {signers}."
        case ContractState.SIGNED:
            return "IMI’s EPA team checks it and countersigns it, or sends it back with a reason."
        case ContractState.AGREED:
            return "It comes into force by itself on its first day."
        case ContractState.ENDING:
            return "It ends by itself after its last day; until then apprentices can be registered."
        case ContractState.EXPIRED:
            return "IMI’s EPA team can issue it again, with the prices of that day."
        case _:
            return ""


def moments(contract: Contract) -> list[Moment]:
    """Its life in days, past and planned."""
    found = [Moment(clock.london_date(contract.issued_at), "Issued", f"Version {contract.edition}")]
    if contract.sign_by and contract.state in (ContractState.OFFERED, ContractState.EXPIRED):
        late = contract.state == ContractState.EXPIRED
        found.append(Moment(contract.sign_by, "Offer ends", kind="deadline", late=late, clause="A8"))
    if contract.signed_at:
        found.append(Moment(clock.london_date(contract.signed_at), "Signed for the centre", contract.signed_name))
    if contract.countersigned_at and contract.countersigned_by:
        day = clock.london_date(contract.countersigned_at)
        found.append(Moment(day, "Countersigned by IMI", contract.countersigned_by.name))
    if contract.in_force_from:
        found.append(_moment(contract.in_force_from, "In force from"))
    if contract.notice_at:
        found.append(Moment(clock.london_date(contract.notice_at), "Notice given", contract.notice_by_label))
    if contract.ended_on:
        found.append(_moment(contract.ended_on, "Last day"))
    elif contract.state in STANDING_CONTRACT:
        found.append(Moment(contract.review_on, "Review", kind="planned", clause="A7"))
    return sorted(found, key=lambda one: one.date or contract.starts_on)


def _moment(day: dt.date, title: str) -> Moment:
    return Moment(day, title, kind="planned" if day > clock.today() else "past", clause="A8")


def facts_of(contract: Contract) -> list[Row]:
    """What a contract says of itself, for its page and the pages that ask first."""
    signed = f"{contract.signed_name}, {contract.signed_role}" if contract.signed_name else ""
    if contract.signed_copy is not None:
        signed = f"{signed} (on paper, returned by {contract.signed_by})"
    rows = [
        Row("Centre", str(contract.centre)),
        Row("Standard", str(contract.version)),
        Row("Version", f"{contract.edition}" + (f", amends {contract.amends.number}" if contract.amends else "")),
        Row("Elements", [element["code"] for element in contract.terms["elements"]]),
        Row("Issued", contract.issued_at),
        Row("Not in force before", contract.starts_on),
        Row("Review", contract.review_on),
        Row("Notice", f"{contract.notice_days} days"),
        Row("Signed by", signed),
        Row("Signed at", contract.signed_at),
        Row("Countersigned by", contract.countersigned_by.name if contract.countersigned_by else ""),
        Row("In force from", contract.in_force_from),
    ]
    if contract.state == ContractState.OFFERED:
        rows.append(Row("Can be signed until", contract.sign_by))
    if contract.ended_on:
        why = contract.get_ended_cause_display() if contract.ended_cause else ""
        rows += [Row("Last day", contract.ended_on), Row("Why it ends", f"{why} {contract.ended_reason}".strip())]
    if contract.withdrawn_reason:
        rows.append(Row("Why it was withdrawn", contract.withdrawn_reason))
    return rows


@require_http_methods(["GET"])
def document(request: SignedIn, pk: int) -> FileResponse:
    """The contract as a PDF; 404 while it is being made. ``?show`` shows it beside another."""
    return documents.respond(
        find_contract(request, pk).document.stored, inline="show" in request.GET, framed="show" in request.GET
    )


@require_http_methods(["GET"])
def signed_copy(request: SignedIn, pk: int) -> FileResponse:
    """The copy that was signed on paper."""
    return documents.respond(
        find_contract(request, pk).signed_copy, inline="show" in request.GET, framed="show" in request.GET
    )


@require_http_methods(["GET"])
def sealed(request: SignedIn, pk: int) -> FileResponse:
    """The contract with the signing certificate, sealed; 404 until both have signed and a worker has sealed it."""
    seal = Seal.objects.filter(contract=find_contract(request, pk)).select_related("stored").first()
    return documents.respond(seal.stored if seal is not None else None)


@require_http_methods(["GET", "POST"])
def countersign(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team has checked the signed contract (A8): a copy signed on paper beside the one that was issued."""
    contract = find_contract(request, pk)
    guard(contract, "countersign", request.user)
    on_paper = contract.signed_copy is not None
    form = CountersignForm(posted(request), on_paper=on_paper, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        checked = form.cleaned_data.get("checked", [])
        with refusals(form):
            row = actions.countersign(contract=contract, by=request.user, checked=checked)
            ahead = f" from {row.in_force_from:%d %b %Y}" if row.state != ContractState.IN_FORCE else ""
            messages.success(request, f"{contract.number} is in force{ahead}; the centre has been told.")
            return redirect(contract)
    context = asking(contract, form, f"Countersign {contract.number}?", "Countersign") | {
        "contract": contract,
        "on_paper": on_paper,
        "lead": "You sign for IMI. The contract is in force from today, or from its later first day: then the centre "
        "can register apprentices [A8].",
        "facts": facts_of(contract),
        "problems": queries.a1_problems(contract, clock.today(), GatedStep.COUNTERSIGN),
    }
    return render(request, "centres/countersign.html", context)


@require_http_methods(["GET", "POST"])
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team sends a signed contract back with a reason (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "send_back", request.user)
    form = ReasonForm(posted(request), submit_label="Send back", cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            row = actions.send_back(contract=contract, by=request.user, **form.cleaned_data)
            again = row.state == ContractState.OFFERED
            messages.success(
                request,
                "The centre has been asked to sign again."
                if again
                else "A later version of this contract is on its way, so that one is to be signed instead.",
            )
            return redirect(contract)
    context = asking(contract, form, f"Send {contract.number} back?", "Send back") | {
        "warning": "The signature no longer counts; the centre has to sign again."
    }
    return render(request, "centres/form.html", context)


@require_POST
def retry(request: SignedIn, pk: int) -> HttpResponse:
    """Have a document made again that could not be made."""
    contract = find_contract(request, pk)
    actions.retry_document(contract=contract, by=request.user)
    messages.success(request, "The document is being made again.")
    return redirect(contract)


@require_POST
def retry_seal(request: SignedIn, pk: int) -> HttpResponse:
    """Have a contract sealed that could not be sealed."""
    contract = find_contract(request, pk)
    actions.retry_seal(contract=contract, by=request.user)
    messages.success(request, "The contract is being sealed again.")
    return redirect(contract)


def asking(contract: Contract, form: Any, title: str, last: str) -> dict[str, Any]:
    """What a page that asks first shows."""
    return {"form": form, "title": title, "caption": str(contract.centre), "breadcrumbs": trail(contract, (last, ""))}
