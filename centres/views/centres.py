"""Centres: the list, a centre's page, opening one, its standing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import is_office, require_office, require_sight
from accounts.requests import SignedIn, posted
from centres import actions
from centres.forms import CentreFilter, OpenCentreForm
from centres.models import Centre, RegisterProvider
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column

LIST = ("Centres", "/centres/")
COLUMNS = [
    Column("organisation.name", "Centre", link="get_absolute_url", sort="organisation__name"),
    Column("number", "Number", sort="number"),
    Column("ukprn", "UKPRN"),
    Column("town", "Town", sort="town"),
    Column("since", "Centre since", kind="date", sort="since"),
]


def crumbs(centre: Centre, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumbs from the list of centres down; the last has no address."""
    trail = [("Centres", reverse("centres:list")), (str(centre), centre.get_absolute_url()), *more]
    return [*trail[:-1], (trail[-1][0], "")]


def find_centre(request: SignedIn, pk: int) -> Centre:
    """The centre, if it is within this person's sight; else 404."""
    return get_object_or_404(Centre.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@require_http_methods(["GET"])
def centre_list(request: SignedIn) -> HttpResponse:
    """The centres within sight; the assessment organisation's roles see all."""
    rows = Centre.objects.visible_to(request.user).select_related("organisation")
    context = {"may_open": is_office(request.user), "breadcrumbs": [("Centres", "")]}
    filterset = CentreFilter(request.GET, queryset=rows)
    return render_list(
        request, "centres/list.html", filterset=filterset, columns=COLUMNS, name="centres", context=context
    )


@require_http_methods(["GET"])
def own(request: SignedIn) -> HttpResponse:
    """The centre of the organisation acted for."""
    centre = Centre.objects.filter(organisation__in=request.user.organisation_ids()).first()
    if centre is None:
        raise Http404
    return redirect(centre)


@require_http_methods(["GET", "POST"])
def open_centre(request: SignedIn) -> HttpResponse:
    """The EPA team opens a centre for a provider on the register."""
    require_sight(request.user, RegisterProvider)
    require_office(request.user, "open a centre")
    back = reverse("centres:list")
    form = OpenCentreForm(posted(request), initial={"ukprn": request.GET.get("ukprn")}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            centre = actions.create_centre(by=request.user, **form.cleaned_data)
            messages.success(request, f"Centre {centre.number} is open; its owner has been invited.")
            return redirect(centre)
    context: dict[str, Any] = {
        "form": form,
        "title": "Open a centre",
        "lead": "A training provider becomes a centre when it is on the government’s register [A1].",
        "breadcrumbs": [("Centres", back), ("Open a centre", "")],
    }
    return render(request, "centres/form.html", context)
