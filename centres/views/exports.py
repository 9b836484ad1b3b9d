"""Exports of the accounts for finance's books (D4)."""

from django.contrib import messages
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import require, require_sight
from accounts.models import Organisation
from accounts.requests import SignedIn, posted
from accounts.states import OrganisationKind
from centres import actions, queries
from centres.actions.exports import MAY_EXPORT
from centres.forms import ExportForm
from centres.models import ChargeExport
from foundation import documents
from foundation.forms import refusals
from foundation.lists import page_of
from foundation.pieces import Column, Row

COLUMNS = [
    Column("number", "Export", link="get_absolute_url"),
    Column("made_at", "Made", kind="datetime"),
    Column("by_label", "By"),
    Column("line_count", "Lines", kind="number"),
    Column("total", "Total", kind="money"),
]
LINES = [
    Column("charge.number", "Number"),
    Column("charge.made_at", "Date", kind="date"),
    Column("charge.centre.organisation.name", "Centre"),
    Column("charge.description", "For"),
    Column("charge.amount", "Amount", kind="money"),
]
TRAIL = ("Charges", "/centres/charges/")


@require_http_methods(["GET"])
def exports(request: SignedIn) -> HttpResponse:
    """The exports made so far, and what waits for the next."""
    require_sight(request.user, ChargeExport)
    waiting = queries.waiting_for_export(request.user)
    context = {
        "page_obj": page_of(request, ChargeExport.objects.visible_to(request.user)),
        "columns": COLUMNS,
        "waiting": waiting.count(),
        "waiting_total": waiting.aggregate(total=Sum("amount"))["total"],
        "may_export": bool(request.user.roles & set(MAY_EXPORT)),
        "breadcrumbs": [TRAIL, ("Exports", "")],
    }
    return render(request, "centres/exports.html", context)


@require_http_methods(["GET", "POST"])
def export_new(request: SignedIn) -> HttpResponse:
    """Finance exports what waits."""
    require_sight(request.user, ChargeExport)
    require(request.user, MAY_EXPORT, Organisation.objects.get(kind=OrganisationKind.IMI), "export charges")
    back = reverse("centres:exports")
    form = ExportForm(posted(request), request=request, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = actions.export_charges(by=request.user, **form.cleaned_data)
            messages.success(request, f"{made.number}: {made.line_count} lines are marked as exported.")
            return redirect(made)
    context = {
        "form": form,
        "title": "Export charges",
        "lead": "Lines that no export holds yet are written to one file and marked, each once. Leave the days and the "
        "centre empty to export everything that waits.",
        "breadcrumbs": [TRAIL, ("Exports", back), ("Export", "")],
    }
    return render(request, "centres/form.html", context)


def _found(request: SignedIn, pk: int) -> ChargeExport:
    rows = ChargeExport.objects.visible_to(request.user).select_related("csv", "xlsx")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET"])
def export_page(request: SignedIn, pk: int) -> HttpResponse:
    """One export: its files as they were made, and its lines."""
    row = _found(request, pk)
    lines = row.lines.select_related("charge__centre__organisation").order_by("charge_id")
    facts = [
        Row("Made", row.made_at),
        Row("By", row.by_label),
        Row("Lines", row.line_count),
        Row("Total", f"£{row.total:,.2f}"),
        Row("SHA-256 of the csv file", row.csv.sha256),
    ]
    context = {
        "export": row,
        "facts": facts,
        "columns": LINES,
        "page_obj": page_of(request, lines),
        "breadcrumbs": [TRAIL, ("Exports", reverse("centres:exports")), (row.number, "")],
    }
    return render(request, "centres/export.html", context)


@require_http_methods(["GET"])
def export_file(request: SignedIn, pk: int, kind: str) -> FileResponse:
    """The file of an export, the same each time."""
    row = _found(request, pk)
    if kind not in {"csv", "xlsx"}:
        raise Http404
    return documents.respond(row.csv if kind == "csv" else row.xlsx)
