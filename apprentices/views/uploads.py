"""A sheet of learners, from the template to the result."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedIn, posted
from apprentices import actions, queries, sheets
from apprentices.forms import ConfirmForm, DiscardForm, UploadForm
from apprentices.models import Upload, UploadRow
from apprentices.rules import FIELDS
from apprentices.states import UploadState
from apprentices.views.access import is_shut, only, own_centre, shut_panels
from centres import queries as centre_queries
from foundation import audit, clock, exports, files, workflow
from foundation.forms import refusals
from foundation.lists import page_of
from foundation.pieces import Column
from foundation.sheets import read

KINDS = {
    "bad": ("With problems", {"is_bad": True}),
    "good": ("Can be registered", {"is_bad": False, "known": False}),
    "known": ("Registered already", {"is_bad": False, "known": True}),
}
LABELS = {field.key: field.label for field in FIELDS}
COLUMNS = [
    Column("number", "Upload", link="url"),
    Column("package", "Package"),
    Column("uploaded_at", "Uploaded", kind="datetime"),
    Column("by", "By"),
    Column("row_count", "Rows", kind="number"),
    Column("state", "State"),
]


@require_GET
def template(_request: SignedIn, kind: str) -> HttpResponse:
    """The empty sheet to fill in."""
    if kind == "csv":
        return exports.attachment(sheets.template_csv(), "learners-template.csv")
    return exports.attachment(sheets.template_xlsx(), "learners-template.xlsx")


@require_GET
def uploads(request: SignedIn) -> HttpResponse:
    """Sheets uploaded, newest first."""
    rows = Upload.objects.visible_to(request.user).select_related("package", "uploaded_by").order_by("-uploaded_at")
    page: Any = page_of(request, rows)
    page.object_list = [_listed(row) for row in page.object_list]
    context = {
        "columns": COLUMNS,
        "page_obj": page,
        "may_register": bool(queries.writing_centres(request.user)),
        "breadcrumbs": [("Learners", reverse("apprentices:list")), ("Uploads", "")],
    }
    return render(request, "apprentices/uploads.html", context)


def _listed(row: Upload) -> dict[str, Any]:
    return {
        "number": row.number,
        "package": row.package.code,
        "uploaded_at": row.uploaded_at,
        "by": row.uploaded_by.name,
        "row_count": row.row_count,
        "state": row.get_state_display(),
        "url": reverse("apprentices:upload", args=[row.pk]),
    }


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Upload a sheet to be checked."""
    centre = own_centre(request)
    packages = centre_queries.approved_packages(centre, clock.today())
    panels = shut_panels(request.user, centre, packages)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        packages=packages,
        initial={"package": only(packages)},
        cancel_url=reverse("apprentices:list"),
    )
    if form.is_valid():
        with refusals(form):
            made = actions.start_upload(
                centre=centre,
                package=form.cleaned_data["package"],
                uploaded_file=form.cleaned_data["file"],
                by=request.user,
            )
            return redirect("apprentices:upload", made.pk)
    context = {
        "form": form,
        "fields": FIELDS,
        "gates": panels,
        "shut": is_shut(panels),
        "breadcrumbs": [("Learners", reverse("apprentices:list")), ("Upload a sheet", "")],
    }
    return render(request, "apprentices/upload_new.html", context, status=422 if form.errors else 200)


@require_GET
def upload(request: SignedIn, pk: int) -> HttpResponse:
    """How the check is getting on; what it found; what was registered."""
    found = _in_sight(request, pk)
    context: dict[str, Any] = {
        "upload": found,
        "problems": queries.as_problems(found.problems),
        "events": audit.history(found),
        "breadcrumbs": _crumbs(found),
        "may_confirm": workflow.can(found, "confirm", request.user),
        "may_discard": workflow.can(found, "discard", request.user),
    }
    if found.state not in {UploadState.CHECKING, UploadState.UNREADABLE}:
        context |= _rows(request, found)
    return render(request, "apprentices/upload.html", context)


def _rows(request: SignedIn, found: Upload) -> dict[str, Any]:
    """The rows chosen by kind and column, fifty a page."""
    kind = request.GET.get("rows", "bad" if found.bad_count else "good")
    column = request.GET.get("column", "")
    rows = UploadRow.objects.filter(upload=found, **KINDS.get(kind, KINDS["bad"])[1]).order_by("row_number")
    if column in LABELS:
        rows = rows.filter(problems__contains=[{"field": column}])
    page: Any = page_of(request, rows)
    page.object_list = [_row(row) for row in page.object_list]
    counts = {"bad": found.bad_count, "good": found.good_count, "known": found.known_count}
    kinds = [(key, label, counts[key], key == kind) for key, (label, _) in KINDS.items()]
    return {"page_obj": page, "kinds": kinds, "kind": kind, "column": column, "labels": LABELS.items()}


def _row(row: UploadRow) -> dict[str, Any]:
    return {
        "number": row.row_number,
        "name": " ".join(filter(None, (row.cells.get("given_names"), row.cells.get("family_name")))) or "–",
        "uln": row.cells.get("uln", "–"),
        "problems": [(LABELS.get(one.field, ""), one) for one in queries.as_problems(row.problems)],
    }


@require_GET
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """The part of the page that says how far the check is, for the page to ask again."""
    return render(request, "apprentices/_progress.html", {"upload": _in_sight(request, pk)})


@require_GET
def problem_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """The centre's own file again, with what is wrong in each row and the cells marked."""
    found = _in_sight(request, pk)
    table = read(files.path_of(found.file), name_hint=found.file.original_name)
    rows = UploadRow.objects.filter(upload=found).exclude(problems=[])
    content = sheets.with_problems(table, queries.problems_of_rows(rows))
    return exports.attachment(content, f"{found.number}-problems.xlsx")


@require_http_methods(["GET", "POST"])
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    """What will be registered and charged; then it is (D3, D4)."""
    found = _in_sight(request, pk)
    workflow.guard(found, "confirm", request.user)
    back = reverse("apprentices:upload", args=[pk])
    form = ConfirmForm(
        request.POST or None,
        initial={"declared_by": request.user.name},
        cancel_url=back,
        submit_label=f"Register {found.good_count} learner{'' if found.good_count == 1 else 's'}",
    )
    if form.is_valid():
        with refusals(form):
            name = form.cleaned_data["declared_by"]
            actions.confirm_upload(upload=found, declared_by=name, by=request.user)
            return redirect(back)
    price = queries.package_price(found.package, clock.today())
    amount = price.amount if price else Decimal(0)
    context = {
        "form": form,
        "upload": found,
        "price": price,
        "total": amount * found.good_count,
        "breadcrumbs": [*_crumbs(found)[:-1], (found.number, back), ("Confirm", "")],
    }
    return render(request, "apprentices/upload_confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def discard(request: SignedIn, pk: int) -> HttpResponse:
    """Put the upload aside, after asking."""
    found = _in_sight(request, pk)
    workflow.guard(found, "discard", request.user)
    back = reverse("apprentices:upload", args=[pk])
    form = DiscardForm(posted(request), cancel_url=back)
    if form.is_valid():
        actions.discard_upload(upload=found, by=request.user)
        messages.success(request, f"{found.number} is discarded; nothing of it was registered.")
        return redirect("apprentices:uploads")
    context = {
        "form": form,
        "upload": found,
        "breadcrumbs": [*_crumbs(found)[:-1], (found.number, back), ("Discard", "")],
    }
    return render(request, "apprentices/upload_discard.html", context)


def _in_sight(request: SignedIn, pk: int) -> Upload:
    rows = Upload.objects.visible_to(request.user).select_related(
        "centre__organisation", "package__version__standard", "file", "uploaded_by"
    )
    return get_object_or_404(rows, pk=pk)


def _crumbs(found: Upload) -> list[tuple[str, str]]:
    return [
        ("Learners", reverse("apprentices:list")),
        ("Uploads", reverse("apprentices:uploads")),
        (found.number, ""),
    ]
