"""The employers that a centre knows."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import RECORD_KEEPERS, require
from accounts.requests import SignedIn
from apprentices import actions, queries
from apprentices.forms import EmployerForm
from apprentices.models import Employer
from apprentices.views.access import own_centre
from centres.models import Centre
from foundation.forms import refusals
from foundation.lists import page_of
from foundation.pieces import Column

COLUMNS = [
    Column("name", "Employer", link="url"),
    Column("contact_name", "Contact"),
    Column("town", "Town"),
    Column("learners", "Learners", kind="number"),
]


@require_GET
def employers(request: SignedIn) -> HttpResponse:
    """Employers in sight."""
    rows = (
        Employer.objects.visible_to(request.user)
        .annotate(learners=Count("apprentices"))
        .order_by("name", "pk")
        .values("pk", "name", "contact_name", "town", "learners")
    )
    page: Any = page_of(request, rows)
    page.object_list = [
        {**row, "url": reverse("apprentices:employer_edit", args=[row["pk"]])} for row in page.object_list
    ]
    context = {
        "columns": COLUMNS,
        "page_obj": page,
        "may_add": bool(queries.writing_centres(request.user)),
        "breadcrumbs": [("Learners", reverse("apprentices:list")), ("Employers", "")],
    }
    return render(request, "apprentices/employers.html", context)


@require_http_methods(["GET", "POST"])
def employer_add(request: SignedIn) -> HttpResponse:
    """Add an employer to one's own centre."""
    return _edit(request, own_centre(request), None)


@require_http_methods(["GET", "POST"])
def employer_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change an employer of the centre."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user).select_related("centre"), pk=pk)
    require(request.user, RECORD_KEEPERS, employer, "keep employers")
    return _edit(request, employer.centre, employer)


def _edit(request: SignedIn, centre: Centre, employer: Employer | None) -> HttpResponse:
    back = reverse("apprentices:employers")
    form = EmployerForm(request.POST or None, instance=employer, cancel_url=back)
    if form.is_valid():
        with refusals(form):
            fresh = Employer.objects.get(pk=employer.pk) if employer else None  # the form has written on the other
            actions.save_employer(centre=centre, employer=fresh, by=request.user, **form.cleaned_data)
            messages.success(request, "The employer is saved.")
            return redirect(back)
    title = f"Change {employer.name}" if employer and not form.is_bound else "Employer"
    crumbs = [("Learners", reverse("apprentices:list")), ("Employers", back), (title, "")]
    context = {"form": form, "title": title, "breadcrumbs": crumbs}
    return render(request, "apprentices/form.html", context, status=422 if form.errors else 200)
