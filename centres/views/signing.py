"""Signing a contract, in the portal or on paper; who may sign for a centre; the public check of a file (A8)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import may, require
from accounts.outside import outside
from accounts.requests import SignedIn, posted
from accounts.states import CENTRE_ROLES, Role
from centres import actions, queries, rules
from centres.forms import CheckForm, ConfirmForm, SignatoryForm, SignedCopyForm, SignForm
from centres.models import Centre, SigningAuthority
from centres.views.centres import crumbs, find_centre
from centres.views.contracts import find_contract, trail
from foundation import clock, files, pace
from foundation.forms import refusals
from foundation.workflow import guard


@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, pk: int) -> HttpResponse:
    """Read the document, ask for a code, sign with it (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "sign", queries.signing_as(request.user, contract))
    stored = contract.document.stored
    code = queries.latest_code(contract, request.user)
    waits = code is not None and code.used_at is None and code.expires_at > clock.now()
    authority = queries.authorities_in_force(contract.centre, clock.today()).filter(user=request.user).first()
    initial = {
        "name": request.user.name,
        "role": authority.role_title if authority else "",
        "shown": stored.sha256 if stored else "",
    }
    form = SignForm(posted(request), initial=initial, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        signature = actions.Signature(
            name=given["name"],
            role=given["role"],
            consent=given["consent"],
            shown_sha256=given["shown"],
            code=given["code"],
            address=request.META.get("REMOTE_ADDR") or None,
        )
        with refusals(form):
            actions.sign(contract=contract, signature=signature, by=request.user)
            messages.success(request, "Signed. IMI checks it now; you will be told when you can register apprentices.")
            return redirect(contract)
    context = {
        "form": form,
        "contract": contract,
        "code": code,
        "show_form": waits or request.method == "POST",
        "breadcrumbs": trail(contract, ("Sign", "")),
    }
    return render(request, "centres/sign.html", context)


@require_POST
def send_code(request: SignedIn, pk: int) -> HttpResponse:
    """E-mail a one-time code to who is about to sign (A8)."""
    contract = find_contract(request, pk)
    actions.send_signing_code(contract=contract, by=request.user)
    messages.success(request, f"A code is on its way to {request.user.email}.")
    return redirect("centres:sign", pk=contract.pk)


@require_http_methods(["GET", "POST"])
def upload_signed(request: SignedIn, pk: int) -> HttpResponse:
    """The contract signed on paper comes back, with who signed it (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "upload_signed_copy", queries.signing_as(request.user, contract))
    form = SignedCopyForm(posted(request), request.FILES or None, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals(form), transaction.atomic():
            stored = files.store(given["signed_copy"], by=request.user, kinds=files.PDF)
            actions.upload_signed_copy(
                contract=contract, stored=stored, name=given["name"], role=given["role"], by=request.user
            )
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
def signatories(request: SignedIn, pk: int) -> HttpResponse:
    """Who may sign for a centre; its owner authorises further people (A8)."""
    centre = find_centre(request, pk)
    may_change = may(request.user, [Role.CENTRE_OWNER], centre)
    if request.method == "POST":
        require(request.user, [Role.CENTRE_OWNER], centre, "authorise anybody to sign for this centre")
    form = None
    if may_change:
        people = queries.people(centre, CENTRE_ROLES).exclude(pk__in=queries.people(centre, [Role.CENTRE_OWNER]))
        form = SignatoryForm(
            posted(request),
            people=people,
            initial={"starts_on": clock.today()},
            cancel_url=centre.get_absolute_url(),
        )
        if request.method == "POST" and form.is_valid():
            with refusals(form):
                row = actions.authorise_signatory(centre=centre, by=request.user, **form.cleaned_data)
                messages.success(request, f"{row.user} may sign contracts for the centre and has been told.")
                return redirect("centres:signatories", pk=centre.pk)
    context = {
        "centre": centre,
        "form": form,
        "owners": queries.people(centre, [Role.CENTRE_OWNER]),
        "authorities": _authorities(centre),
        "breadcrumbs": crumbs(centre, ("Who signs", "")),
    }
    return render(request, "centres/signatories.html", context)


def _authorities(centre: Centre) -> list[tuple[SigningAuthority, bool]]:
    rows = SigningAuthority.objects.filter(centre=centre).select_related("user", "authorised_by", "revoked_by")
    today = clock.today()
    return [
        (
            row,
            rules.authority_holds(
                starts_on=row.starts_on, ends_on=row.ends_on, revoked=row.revoked_at is not None, on=today
            ),
        )
        for row in rows
    ]


@require_http_methods(["GET", "POST"])
def revoke_signatory(request: SignedIn, pk: int) -> HttpResponse:
    """The owner takes an authorisation back."""
    rows = SigningAuthority.objects.visible_to(request.user).select_related("user", "centre__organisation")
    authority = get_object_or_404(rows, pk=pk)
    require(request.user, [Role.CENTRE_OWNER], authority, "revoke an authorisation of this centre")
    form = ConfirmForm(posted(request), submit_label="Revoke", cancel_url=authority.centre.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        actions.revoke_signatory(authority=authority, by=request.user)
        messages.success(request, f"{authority.user} no longer signs for the centre.")
        return redirect("centres:signatories", pk=authority.centre_id)
    context: dict[str, Any] = {
        "form": form,
        "title": f"Revoke the authorisation of {authority.user}?",
        "caption": str(authority.centre),
        "lead": "What was signed stays signed.",
        "breadcrumbs": crumbs(authority.centre, ("Revoke", "")),
    }
    return render(request, "centres/form.html", context)


@outside
@require_http_methods(["GET", "POST"])
def check_contract(request: HttpRequest) -> HttpResponse:
    """For anybody who holds a file: is it a contract of ours, unchanged? The file is compared and not kept (A8)."""
    form = CheckForm(posted(request), request.FILES or None)
    found = None
    if request.method == "POST":
        if not pace.within("check a contract", request.META.get("REMOTE_ADDR", ""), most=20, seconds=600):
            return render(request, "centres/check_contract.html", {"form": form, "too_often": True}, status=429)
        if form.is_valid():
            found = queries.check(form.cleaned_data["file"].read())
    context = {"form": form, "found": found, "verdict": found.verdict.value if found else ""}
    return render(request, "centres/check_contract.html", context)
