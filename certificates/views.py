"""Pages of records of achievement, consent, claims, and the public check."""

import datetime as dt
from types import SimpleNamespace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import links
from accounts.access import require, require_sight
from accounts.outside import outside
from accounts.requests import SignedIn, posted
from accounts.states import CENTRE_WRITERS
from apprentices.models import Apprentice
from certificates import queries, rules
from certificates.actions import claims, consent, records
from certificates.forms import (
    ByHandForm,
    CancelForm,
    CheckForm,
    ClaimFilter,
    ConsentForm,
    PassedFilter,
    PlainForm,
    WithdrawForm,
)
from certificates.hours import CLAIM_AT
from certificates.models import TEAM, Claim, ClaimBatch, RecordOfAchievement
from certificates.states import ClaimState
from epa.models import EPA
from foundation import audit, documents, exports, workflow
from foundation.dates import date_long, datetime_long
from foundation.forms import refusals
from foundation.lists import PAGE, page_of, render_list
from foundation.models import AuditEvent
from foundation.pieces import Column, Row

WEEKS = 8
LEARNER = "result__epa__registration__apprentice"
LIST, CLAIMS = ("Certificates", "/certificates/"), ("Claims", "/certificates/claims/")
PASSED = [
    Column("apprentice", "Apprentice", link="learner_url"),
    Column("standard", "Standard"),
    Column("record", "Record of achievement", link="record_url"),
    Column("consent", "Consent"),
    Column("certificate", "Official certificate", link="certificate_url"),
]
CLAIM_COLUMNS = [
    Column("number", "Number", link="get_absolute_url", sort="number"),
    Column("result.epa.registration.apprentice.full_name", "Apprentice", sort=f"{LEARNER}__family_name"),
    Column("batch.week", "Week", sort="batch__week"),
    Column("self_", "State", kind="state", sort="state"),
    Column("reference", "Reference"),
    Column("submitted_at", "Submitted", kind="datetime", sort="submitted_at"),
]


@require_GET
def passed_list(request: SignedIn) -> HttpResponse:
    """Passed apprentices: record of achievement, consent, claim; as a page or exactly so as a file."""
    found = PassedFilter(request.GET, queryset=queries.passed(request.user))
    kind = exports.wanted(request)
    writer = bool(request.user.roles & CENTRE_WRITERS)
    if kind:
        said = (_passed_row(epa, writer=False) for epa in found.qs)
        return exports.respond(kind, "certificates", exports.shown(PASSED), said)
    page = page_of(request, found.qs)
    rows = [_passed_row(epa, writer=writer) for epa in page]
    context = {"filter": found, "columns": PASSED, "rows": rows, "page_obj": page, "breadcrumbs": [(LIST[0], "")]}
    return render(request, "certificates/list.html", context)


def _passed_row(epa: EPA, *, writer: bool) -> SimpleNamespace:
    """One row of the list: what is shown, and where it leads."""
    apprentice = epa.registration.apprentice
    record = getattr(epa, "record_of_achievement", None)
    claim = next((row for result in epa.latest for row in result.claims.all()), None)  # type: ignore[attr-defined]
    to_claim = reverse("certificates:claim_record", args=[epa.pk]) if writer else ""
    return SimpleNamespace(
        apprentice=apprentice.full_name,
        learner_url=reverse("learner", args=[apprentice.pk]),
        standard=epa.registration.package.version.short,
        record=record.number if record else "Claim it" if writer else "Not claimed",
        record_url=record.get_absolute_url() if record else to_claim,
        consent="On record" if epa.consented else "Missing",  # type: ignore[attr-defined]
        certificate=claim.get_state_display() if claim else "Not claimed yet",
        certificate_url=claim.get_absolute_url() if claim else "",
    )


@require_http_methods(["GET", "POST"])
def claim_record(request: SignedIn, pk: int) -> HttpResponse:
    """Claim the record of achievement of one EPA."""
    epa = get_object_or_404(EPA.objects.visible_to(request.user), pk=pk)
    require(request.user, CENTRE_WRITERS, epa, "claim this record of achievement")
    problems = records.problems(epa)
    form = PlainForm(
        posted(request),
        submit_label="Claim the record of achievement",
        cancel_url=reverse("certificates:list"),
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            record = records.claim_record(epa=epa, by=request.user)
            messages.success(request, f"Record of achievement {record.number} is being made.")
            return redirect("certificates:record", pk=record.pk)
    context = {
        "epa": epa,
        "apprentice": epa.registration.apprentice,
        "problems": problems,
        "form": form,
        "breadcrumbs": [LIST, ("Record of achievement", "")],
    }
    return render(request, "certificates/claim_record.html", context)


@require_GET
def record(request: SignedIn, pk: int) -> HttpResponse:
    """A record of achievement."""
    row = get_object_or_404(
        RecordOfAchievement.objects.visible_to(request.user).select_related("document__stored"), pk=pk
    )
    context = {
        "record": row,
        "address": records.check_address(row.number, row.check_code),
        "breadcrumbs": [LIST, (row.number, "")],
        "events": audit.history(row.epa).filter(verb="claim_record"),
    }
    return render(request, "certificates/record.html", context)


@require_GET
def record_pdf(request: SignedIn, pk: int) -> FileResponse:
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
def ask_consent(request: SignedIn, pk: int) -> HttpResponse:
    """Send the apprentice the link for the consent."""
    apprentice = get_object_or_404(Apprentice.objects.visible_to(request.user), pk=pk)
    consent.ask(apprentice=apprentice, by=request.user)
    messages.success(request, f"{apprentice.full_name} has been sent the link.")
    return redirect("learner", pk=apprentice.pk)


@outside
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
            return render(request, "certificates/consent_done.html", {"given": True})
    context = {"form": form, "wording": consent.WORDING, "name": link.name}
    return render(request, "certificates/consent.html", context)


@outside
@require_http_methods(["GET", "POST"])
def withdraw_consent(request: HttpRequest, token: str) -> HttpResponse:
    """The apprentice takes the consent back."""
    link = links.find(token, consent.WITHDRAW)
    if link is None:
        return render(request, "accounts/link_gone.html", status=410)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            consent.withdraw(link=link)
            return render(request, "certificates/consent_done.html", {"given": False})
    return render(request, "certificates/withdraw_consent.html", {"form": form, "name": link.name})


@require_GET
def claim_list(request: SignedIn) -> HttpResponse:
    """Claims by week and state, for the EPA team and administrators."""
    require_sight(request.user, ClaimBatch)
    batches = ClaimBatch.objects.visible_to(request.user).annotate(made=Count("claims"))
    context = {
        "batches": batches.order_by("-started_at", "-pk")[:WEEKS],  # counting has dropped the order of the model
        "unsettled": queries.unsettled(request.user).select_related("batch", LEARNER)[:PAGE],
        "breadcrumbs": [(CLAIMS[0], "")],
    }
    found = ClaimFilter(request.GET, queryset=_claims_seen(request))
    return render_list(
        request, "certificates/claims.html", filterset=found, columns=CLAIM_COLUMNS, name="claims", context=context
    )


@require_GET
def waiting(request: SignedIn) -> HttpResponse:
    """Passes without a claim, each with what keeps it back."""
    require_sight(request.user, ClaimBatch)
    page = page_of(request, claims.waiting(request.user))
    context = {"page_obj": page, "claim_at": CLAIM_AT, "breadcrumbs": [CLAIMS, ("Not claimed yet", "")]}
    return render(request, "certificates/waiting.html", context)


@require_GET
def claim(request: SignedIn, pk: int) -> HttpResponse:
    """One claim: what was sent, what the service said, what a person can do."""
    row = get_object_or_404(_claims_seen(request), pk=pk)
    inside = bool(request.user.roles & TEAM)
    may_settle = workflow.can(row, "try_again", request.user)
    context = {
        "claim": row,
        "may_confirm": workflow.can(row, "confirm_by_hand", request.user),
        "may_try_again": may_settle,
        "may_cancel": workflow.can(row, "cancel", request.user) and not row.reference,
        "problems": claims.problems_of(row.result) if may_settle or row.state == ClaimState.CANCELLED else [],
        "advice": rules.advice(row.service_errors, row.standard_reference),
        "followed_by": queries.followed_by(row) if row.state == ClaimState.CANCELLED else None,
        "rows": _claim_rows(row, inside=inside),
        "events": _claim_events(row, inside=inside),
        "inside": inside,
        "breadcrumbs": [CLAIMS if inside else LIST, (row.number, "")],
    }
    return render(request, "certificates/claim.html", context)


def _claims_seen(request: SignedIn) -> "QuerySet[Claim]":
    return Claim.objects.visible_to(request.user).select_related("batch", LEARNER)


def _claim_events(row: Claim, *, inside: bool) -> list[AuditEvent]:
    """What has happened to a claim. What the service answered and what was typed is between it and IMI."""
    events = list(audit.history(row, include_confidential=inside))
    for event in events:
        if not inside:
            event.facts = {}
    return events


@require_http_methods(["GET", "POST"])
def by_hand(request: SignedIn, pk: int) -> HttpResponse:
    """Say what confirming a claim by hand does, and do it with the reference that was found at the service (F5)."""
    row = get_object_or_404(_claims_seen(request), pk=pk)
    workflow.guard(row, "confirm_by_hand", request.user)
    form = ByHandForm(posted(request), initial={"reference": row.reference}, cancel_url=row.get_absolute_url())
    if form.is_valid():
        with refusals(form):
            claims.confirm_by_hand(claim=row, reference=form.cleaned_data["reference"], by=request.user)
            messages.success(request, f"Claim {row.number} is followed from here on.")
            return redirect("certificates:claim", pk=row.pk)
    context = {
        "claim": row,
        "form": form,
        "apprentice": row.result.epa.registration.apprentice,
        "rows": _claim_rows(row, inside=True),
        "breadcrumbs": [CLAIMS, (row.number, row.get_absolute_url()), ("At the service", "")],
    }
    return render(request, "certificates/by_hand.html", context)


def _claim_rows(row: Claim, *, inside: bool) -> list[Row]:
    """What is shown of a claim. A centre need not know an apprentice's own address, nor how the service is asked."""
    contact = row.payload["postalContact"]
    parts = [contact[name] for name in ("organisation", "addressLine1", "city", "postCode")]
    at_home = contact["organisation"] == contact["contactName"]
    sent_to = "the apprentice’s own address" if at_home and not inside else ", ".join(parts)
    found = [
        Row("Grade claimed", row.payload["learningDetails"]["overallGrade"]),
        Row("Achieved on", date_long(row.result.last_day)),
        Row("Sent to", sent_to),
        Row("Reference at the service", _reference(row)),
        Row("Submitted", _when(row.submitted_at)),
        Row("Printed", _when(row.printed_at)),
        Row("Delivered", _when(row.delivered_at)),
    ]
    if inside:
        found.append(Row("The service says", row.service_status or "nothing yet"))
        if row.last_error and row.state in queries.OPEN:
            found.append(Row("Waits because", row.last_error))
    return found


def _reference(row: Claim) -> str:
    if row.reference_by_hand:
        return f"{row.reference_by_hand}, typed by hand; the service is asked about it"
    return row.reference or "none yet"


def _when(instant: dt.datetime | None) -> str:
    return datetime_long(instant) if instant else "not yet"


@require_POST
def try_again(request: SignedIn, pk: int) -> HttpResponse:
    """Send a settled claim again."""
    row = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    claims.try_again(claim=row, by=request.user)
    messages.success(request, f"Claim {row.number} goes out again.")
    return redirect("certificates:claim", pk=row.pk)


@require_http_methods(["GET", "POST"])
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Say what giving a claim up does, then do it (F5)."""
    row = get_object_or_404(_claims_seen(request), pk=pk)
    workflow.guard(row, "cancel", request.user)
    form = CancelForm(posted(request))  # the page's own way back: "Cancel" beside it would be read as this
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            claims.cancel(claim=row, by=request.user)
            messages.success(request, f"Claim {row.number} is cancelled.")
            return redirect("certificates:claim", pk=row.pk)
    context = {
        "claim": row,
        "form": form,
        "apprentice": row.result.epa.registration.apprentice,
        "keeps_back": claims.problems_of(row.result),
        "rows": _claim_rows(row, inside=True),
        "breadcrumbs": [CLAIMS, (row.number, row.get_absolute_url()), ("Cancel", "")],
    }
    return render(request, "certificates/cancel.html", context)
