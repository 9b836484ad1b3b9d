"""The government's register: providers, imports and their differences, taking a file over."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import is_office, require_office, require_sight
from accounts.requests import SignedIn, posted
from centres import actions, queries
from centres.forms import ChangeFilter, ProviderFilter, RegisterForm
from centres.models import Centre, RegisterChange, RegisterFetch, RegisterImport, RegisterProvider
from centres.rules.register import MOST_BYTES
from centres.states import RegisterChangeKind
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row

TITLE = "Register of training providers"
COLUMNS = [
    Column("ukprn", "UKPRN", sort="ukprn"),
    Column("name", "Provider", link="get_absolute_url", sort="name"),
    Column("provider_type", "Type", sort="provider_type"),
    Column("status", "Status"),
    Column("joined_on", "On it since", kind="date", sort="joined_on"),
    Column("left_on", "Left it", kind="date", sort="left_on"),
]
CHANGES = [
    Column("ukprn", "UKPRN", sort="ukprn"),
    Column("name", "Provider", link="get_provider_url", sort="name"),
    Column("get_kind_display", "What changed", sort="kind"),
    Column("before", "Before"),
    Column("after", "After"),
]


@require_http_methods(["GET"])
def register(request: SignedIn) -> HttpResponse:
    """The register as last imported, with the imports; search by name or UKPRN."""
    require_sight(request.user, RegisterProvider)
    context = {
        "imports": _counted(RegisterImport.objects.visible_to(request.user))[:20],
        "fetches": RegisterFetch.objects.visible_to(request.user).select_related("register_import")[:10],
        "source": queries.register_settings(),
        "confirmed": queries.last_confirmed(),
        "may_import": is_office(request.user),
        "breadcrumbs": [(TITLE, "")],
    }
    rows = RegisterProvider.objects.visible_to(request.user)
    filterset = ProviderFilter(request.GET, queryset=rows)
    return render_list(
        request, "centres/register.html", filterset=filterset, columns=COLUMNS, name="register", context=context
    )


@require_POST
def fetch(request: SignedIn) -> HttpResponse:
    """Have the register fetched now."""
    require_sight(request.user, RegisterProvider)
    actions.ask_for_fetch(by=request.user)
    messages.success(request, "The register is being fetched. What comes of it appears below in a moment.")
    return redirect(f"{reverse('centres:register')}#fetches")


def _counted(rows: "QuerySet[RegisterImport]") -> "QuerySet[RegisterImport]":
    return rows.annotate(change_count=Count("changes"))


@require_http_methods(["GET", "POST"])
def take_over(request: SignedIn) -> HttpResponse:
    """Upload the register's CSV file; taken over as a whole or refused as a whole."""
    require_sight(request.user, RegisterProvider)
    require_office(request.user, "import the register")
    back = reverse("centres:register")
    form = RegisterForm(posted(request), request.FILES or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        with refusals(form):
            taken = actions.import_register(
                data=uploaded.read(MOST_BYTES + 1), source_name=uploaded.name, by=request.user
            )
            messages.success(request, f"{taken.provider_count} providers are on the register.")
            return redirect(taken)
    context: dict[str, Any] = {
        "form": form,
        "title": "Import the register",
        "lead": "Download the register of apprenticeship training providers as CSV from the government’s download "
        "service and upload it here. Centres that are no longer on it cannot register apprentices from today [A1].",
        "breadcrumbs": [(TITLE, back), ("Import", "")],
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET"])
def register_import(request: SignedIn, pk: int) -> HttpResponse:
    """One import: its figures, and what changed with it, our own centres first."""
    taken = get_object_or_404(RegisterImport.objects.visible_to(request.user), pk=pk)
    ours = Centre.objects.visible_to(request.user).filter(organisation__ukprn=OuterRef("ukprn"))
    changes = RegisterChange.objects.visible_to(request.user).filter(register_import=taken)
    changes = changes.annotate(ours=Exists(ours)).order_by("-ours", "kind", "name", "pk")
    counted = dict(changes.order_by().values_list("kind").annotate(number=Count("pk")).values_list("kind", "number"))
    context = {
        "taken": taken,
        "facts": _import_facts(taken),
        "counts": [(kind, kind.label, counted.get(kind.value, 0)) for kind in RegisterChangeKind],
        "our_changes": changes.filter(ours=True),
        "our_columns": CHANGES,
        "breadcrumbs": [(TITLE, reverse("centres:register")), (str(taken), "")],
    }
    name = f"register-changes-{taken.imported_at:%Y-%m-%d}"
    return render_list(
        request,
        "centres/register_import.html",
        filterset=ChangeFilter(request.GET, queryset=changes),
        columns=CHANGES,
        name=name,
        context=context,
    )


def _import_facts(taken: RegisterImport) -> list[Row]:
    return [
        Row("Imported", taken.imported_at),
        Row("By", taken.by_label),
        Row("Layout of the file", taken.layout),
        Row("Rows", taken.row_count),
        Row("Left aside (not training providers, repeats)", taken.ignored_count),
        Row("Training providers", taken.provider_count),
        Row("SHA-256 of the file", taken.sha256),
    ]
