"""Pages of records of achievement, consent, claims, and the public check."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import links
from accounts.states import CENTRE_WRITERS, IMI_ROLES, Role
from apprentices.models import Apprentice
from certificates import queries
from certificates.actions import claims, consent, records
from certificates.forms import ByHandForm, CheckForm, ConsentForm, PlainForm
from certificates.models import Claim, ClaimBatch, RecordOfAchievement
from certificates.states import ClaimState
from epa.models import EPA
from foundation import audit, documents, workflow
from foundation.forms import refusals

PAGE = 50


@require_GET
def passed_list(request: HttpRequest) -> HttpResponse:
    """Passed apprentices: record of achievement, consent, claim."""
    page = Paginator(queries.passed(request.user), PAGE).get_page(request.GET.get("page"))
    writer = bool(request.user.roles & CENTRE_WRITERS)
    return render(request, "certificates/list.html", {"page": page, "writer": writer})


@require_http_methods(["GET", "POST"])
def claim_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the record of achievement of one EPA."""
    epa = get_object_or_404(EPA.objects.visible_to(request.user), pk=pk)
    problems = records.problems(epa)
    form = PlainForm(
        request.POST if request.method == "POST" else None,
        submit_label="Claim the record of achievement",
        cancel_url=reverse("certificates:list"),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            record = records.claim_record(epa=epa, by=request.user)
            messages.success(request, f"Record of achievement {record.number} is being made.")
            return redirect("certificates:record", pk=record.pk)
    context = {"epa": epa, "apprentice": epa.registration.apprentice, "problems": problems, "form": form}
    return render(request, "certificates/claim_record.html", context)


@require_GET
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """A record of achievement."""
    row = get_object_or_404(
        RecordOfAchievement.objects.visible_to(request.user).select_related("document__stored"), pk=pk
    )
    context = {
        "record": row,
        "address": records.check_address(row.number, row.check_code),
        "events": audit.history(row.epa).filter(verb="claim_record"),
    }
    return render(request, "certificates/record.html", context)


@require_GET
def record_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The document itself, once a worker has made it."""
    row = get_object_or_404(
        RecordOfAchievement.objects.visible_to(request.user).select_related("document__stored"), pk=pk
    )
    return documents.respond(row.document.stored)


@login_not_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Anyone who holds a record of achievement can check it here."""
    form = CheckForm(request.POST or None)
    row = None
    if form.is_valid():
        row = records.check(form.cleaned_data["number"], form.cleaned_data["code"])
    return render(
        request, "certificates/check.html", {"form": form, "record": row, "asked": form.is_bound and form.is_valid()}
    )


@login_not_required
@require_GET
def check_one(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The address behind the QR code."""
    row = records.check(number, code)
    status = 200 if row else 404
    return render(
        request, "certificates/check.html", {"form": CheckForm(), "record": row, "asked": True}, status=status
    )


@require_POST
def ask_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the apprentice the link for the consent."""
    apprentice = get_object_or_404(Apprentice.objects.visible_to(request.user), pk=pk)
    consent.ask(apprentice=apprentice, by=request.user)
    messages.success(request, f"{apprentice.full_name} has been sent the link.")
    return redirect("learner", pk=apprentice.pk)


@login_not_required
@require_http_methods(["GET", "POST"])
def give_consent(request: HttpRequest, token: str) -> HttpResponse:
    """The apprentice's own page: read, agree, say where the certificate goes."""
    link = links.find(token, consent.ASK)
    if link is None:
        return render(request, "accounts/link_gone.html", status=410)
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            consent.give(link=link, address_line=data["address_line"], town=data["town"], postcode=data["postcode"])
            return _private(render(request, "certificates/consent_done.html", {"given": True}))
    context = {"form": form, "wording": consent.WORDING, "name": link.name}
    return _private(render(request, "certificates/consent.html", context))


@login_not_required
@require_http_methods(["GET", "POST"])
def withdraw_consent(request: HttpRequest, token: str) -> HttpResponse:
    """The apprentice takes the consent back."""
    link = links.find(token, consent.WITHDRAW)
    if link is None:
        return render(request, "accounts/link_gone.html", status=410)
    form = PlainForm(request.POST if request.method == "POST" else None, submit_label="Take my consent back")
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            consent.withdraw(link=link)
            return _private(render(request, "certificates/consent_done.html", {"given": False}))
    return _private(render(request, "certificates/withdraw_consent.html", {"form": form, "name": link.name}))


def _private(response: HttpResponse) -> HttpResponse:
    # The link is a secret. Not "no-referrer": with it a browser sends "Origin: null" and the form is refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims by week and state, for the EPA team."""
    if not request.user.roles & IMI_ROLES:
        return render(request, "403.html", status=403)
    rows = Claim.objects.visible_to(request.user).select_related("batch", "result__epa__registration__apprentice")
    state = request.GET.get("state", "")
    if state in ClaimState.values:
        rows = rows.filter(state=state)
    batches = ClaimBatch.objects.visible_to(request.user)[:8]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "batches": batches, "states": ClaimState, "chosen": state}
    return render(request, "certificates/claims.html", context)


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: what was sent, what the service said, what a person can do. POST confirms it by hand."""
    row = get_object_or_404(
        Claim.objects.visible_to(request.user).select_related("batch", "result__epa__registration__apprentice"), pk=pk
    )
    form = ByHandForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            claims.confirm_by_hand(claim=row, reference=form.cleaned_data["reference"], by=request.user)
            messages.success(request, f"Claim {row.number} is followed from here on.")
            return redirect("certificates:claim", pk=row.pk)
    context = {
        "claim": row,
        "form": form if workflow.can(row, "confirm_by_hand", request.user) else None,
        "may_try_again": workflow.can(row, "try_again", request.user),
        "may_cancel": workflow.can(row, "cancel", request.user),
        "events": audit.history(row, include_confidential=Role.EPA_TEAM in request.user.roles),
        "team": Role.EPA_TEAM in request.user.roles,
    }
    return render(request, "certificates/claim.html", context)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a settled claim again."""
    row = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    claims.try_again(claim=row, by=request.user)
    messages.success(request, f"Claim {row.number} goes out again.")
    return redirect("certificates:claim", pk=row.pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a claim up."""
    row = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    claims.cancel(claim=row, by=request.user)
    messages.success(request, f"Claim {row.number} is cancelled.")
    return redirect("certificates:claim", pk=row.pk)
