"""The EPA contract's pages: read, sign, return, check, send back, end."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import OFFICE, may
from accounts.requests import SignedIn, posted
from centres import actions, queries
from centres.forms import ConfirmForm, ContractFilter, EndForm, ReasonForm, SignedCopyForm, SignForm
from centres.models import Contract
from centres.states import ContractState, GatedStep
from centres.views.centres import crumbs
from foundation import audit, clock, documents, files
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row
from foundation.workflow import can, guard

COLUMNS = [
    Column("number", "Contract", link="get_absolute_url", sort="number"),
    Column("centre.organisation.name", "Centre", sort="centre__organisation__name"),
    Column("version.short", "Standard"),
    Column("self_", "State", kind="state", sort="state"),
    Column("issued_at", "Issued", kind="date", sort="issued_at"),
    Column("in_force_from", "In force from", kind="date", sort="in_force_from"),
    Column("ended_on", "Last day", kind="date", sort="ended_on"),
]


def find_contract(request: SignedIn, pk: int) -> Contract:
    """The contract, if it is within this person's sight; else 404."""
    rows = Contract.objects.visible_to(request.user).select_related(
        "centre__organisation", "version__standard", "application", "document__stored", "signed_copy", "signed_by",
        "countersigned_by",
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
    """A contract: its document, its state, what this person can do with it."""
    contract = find_contract(request, pk)
    steps = ("sign", "upload_signed_copy", "countersign", "send_back", "end_early")
    stuck = contract.state == ContractState.PREPARING and contract.document.set_aside_at is not None
    context = {
        "contract": contract,
        "facts": _facts(contract),
        "can": {step: can(contract, step, request.user) for step in steps},
        "stuck": stuck,
        "may_retry": stuck and may(request.user, OFFICE, contract),
        "problems": queries.a1_problems(contract, clock.today(), GatedStep.COUNTERSIGN)
        if contract.state == ContractState.SIGNED
        else [],
        "places": {"standing": contract.centre.get_absolute_url(), "register": contract.centre.get_absolute_url()},
        "events": audit.history(contract)[:50],
        "breadcrumbs": trail(contract),
    }
    return render(request, "centres/contract.html", context)


def _facts(contract: Contract) -> list[Row]:
    signed = f"{contract.signed_name}, {contract.signed_role}" if contract.signed_name else ""
    if contract.signed_copy is not None:
        signed = f"On paper, returned by {contract.signed_by}"
    rows = [
        Row("Centre", str(contract.centre)),
        Row("Standard", str(contract.version)),
        Row("Elements", [element["code"] for element in contract.terms["elements"]]),
        Row("Issued", contract.issued_at),
        Row("Signed by", signed),
        Row("Signed at", contract.signed_at),
        Row("Countersigned by", contract.countersigned_by.name if contract.countersigned_by else ""),
        Row("In force from", contract.in_force_from),
    ]
    if contract.ended_on:
        rows += [Row("Last day", contract.ended_on), Row("Why it ends", contract.ended_reason)]
    return rows


@require_http_methods(["GET"])
def document(request: SignedIn, pk: int) -> FileResponse:
    """The contract as a PDF; 404 while it is being made."""
    return documents.respond(find_contract(request, pk).document.stored)


@require_http_methods(["GET"])
def signed_copy(request: SignedIn, pk: int) -> FileResponse:
    """The copy that was signed on paper."""
    return documents.respond(find_contract(request, pk).signed_copy)


@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, pk: int) -> HttpResponse:
    """The owner reads the document and signs it here (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "sign", request.user)
    stored = contract.document.stored
    initial = {"name": request.user.name, "shown": stored.sha256 if stored else ""}
    form = SignForm(posted(request), initial=initial, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals(form):
            actions.sign(
                contract=contract,
                name=given["name"],
                role=given["role"],
                consent=given["consent"],
                shown_sha256=given["shown"],
                address=request.META.get("REMOTE_ADDR") or None,
                by=request.user,
            )
            messages.success(request, "Signed. IMI checks it now; you will be told when you can register apprentices.")
            return redirect(contract)
    context = {"form": form, "contract": contract, "breadcrumbs": trail(contract, ("Sign", ""))}
    return render(request, "centres/sign.html", context)


@require_http_methods(["GET", "POST"])
def upload_signed(request: SignedIn, pk: int) -> HttpResponse:
    """The owner returns the contract signed on paper (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "upload_signed_copy", request.user)
    form = SignedCopyForm(posted(request), request.FILES or None, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form), transaction.atomic():
            stored = files.store(form.cleaned_data["signed_copy"], by=request.user, kinds=files.PDF)
            actions.upload_signed_copy(contract=contract, stored=stored, by=request.user)
            messages.success(request, "Returned. IMI checks it now and tells you when you can register apprentices.")
            return redirect(contract)
    context = {
        "form": form,
        "title": f"Return {contract.number} signed",
        "caption": str(contract.centre),
        "lead": "Print the contract, sign it, scan all of it and upload it here [A8].",
        "breadcrumbs": trail(contract, ("Return signed", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def countersign(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team has checked the signed contract: the centre may register from today (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "countersign", request.user)
    form = ConfirmForm(posted(request), submit_label="Countersign", cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        actions.countersign(contract=contract, by=request.user)
        messages.success(request, f"{contract.number} is in force; the centre has been told.")
        return redirect(contract)
    context = _asking(contract, form, f"Countersign {contract.number}?", "Countersign") | {
        "lead": "The contract is in force from today, and the centre can register apprentices at once [A8].",
        "problems": queries.a1_problems(contract, clock.today(), GatedStep.COUNTERSIGN),
        "problems_title": "What stands in the way",
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team sends a signed contract back with a reason (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "send_back", request.user)
    form = ReasonForm(posted(request), submit_label="Send back", cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.send_back(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, "The owner has been asked to sign again.")
            return redirect(contract)
    context = _asking(contract, form, f"Send {contract.number} back?", "Send back") | {
        "warning": "The signature no longer counts; the owner has to sign again."
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team ends a contract."""
    contract = find_contract(request, pk)
    guard(contract, "end_early", request.user)
    form = EndForm(posted(request), initial={"ends_on": clock.today()}, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.end_early(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, f"{contract.number} ends; the centre has been told.")
            return redirect(contract)
    context = _asking(contract, form, f"End {contract.number}?", "End") | {
        "warning": "After the last day the centre cannot register apprentices on these elements. Assessments go on."
    }
    return render(request, "centres/form.html", context)


@require_POST
def retry(request: SignedIn, pk: int) -> HttpResponse:
    """Have a document made again that could not be made."""
    contract = find_contract(request, pk)
    actions.retry_document(contract=contract, by=request.user)
    messages.success(request, "The document is being made again.")
    return redirect(contract)


def _asking(contract: Contract, form: Any, title: str, last: str) -> dict[str, Any]:
    return {"form": form, "title": title, "caption": str(contract.centre), "breadcrumbs": trail(contract, (last, ""))}
