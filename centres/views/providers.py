"""A provider on the government's register: its history, the centre it is, what it was on a day."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import is_office, require_office, require_sight
from accounts.requests import SignedIn, posted
from centres import actions, queries
from centres.forms import ConfirmForm, OnTheDayForm
from centres.models import Centre, RegisterChange, RegisterProvider
from centres.views.register import TITLE
from foundation import clock
from foundation.forms import refusals
from foundation.pieces import Column, Row

CHANGES = [
    Column("register_import.imported_at", "Import", kind="date", link="register_import.get_absolute_url"),
    Column("get_kind_display", "What changed"),
    Column("before", "Before"),
    Column("after", "After"),
]


def _find(request: SignedIn, ukprn: int) -> RegisterProvider:
    require_sight(request.user, RegisterProvider)
    return get_object_or_404(RegisterProvider.objects.visible_to(request.user), ukprn=ukprn)


def _centre(request: SignedIn, ukprn: int) -> Centre | None:
    seen = Centre.objects.visible_to(request.user).select_related("organisation")
    return seen.filter(organisation__ukprn=ukprn).first()


@require_http_methods(["GET"])
def register_provider(request: SignedIn, ukprn: int) -> HttpResponse:
    """A provider's time on the register, and whether it was on it on a day that is asked about."""
    entry = _find(request, ukprn)
    centre = _centre(request, ukprn)
    asked = "on" in request.GET
    form = OnTheDayForm(request.GET if asked else None, initial={"on": clock.today()})
    day: dt.date | None = form.cleaned_data["on"] if asked and form.is_valid() else None
    changes = RegisterChange.objects.visible_to(request.user).filter(ukprn=ukprn).select_related("register_import")
    differs = centre is not None and entry.left_on is None and entry.name[:200] != centre.organisation.name
    context = {
        "entry": entry,
        "centre": centre,
        "form": form,
        "answer": queries.register_answer(ukprn, day) if day else None,
        "facts": _facts(entry),
        "timeline": queries.register_timeline(ukprn),
        "columns": CHANGES,
        "changes": changes.order_by("-register_import__imported_at", "pk"),
        "may_open": is_office(request.user) and centre is None and entry.left_on is None,
        "may_take_name": is_office(request.user) and differs,
        "breadcrumbs": [(TITLE, reverse("centres:register")), (entry.name, "")],
    }
    return render(request, "centres/register_provider.html", context)


def _facts(entry: RegisterProvider) -> list[Row]:
    return [
        Row("UKPRN", entry.ukprn),
        Row("Type", entry.provider_type),
        Row("Status", entry.status),
        Row("Start date in the register", entry.start_on),
        Row("Application determined", entry.determined_on),
    ]


@require_http_methods(["GET", "POST"])
def take_name(request: SignedIn, ukprn: int) -> HttpResponse:
    """Ask, then call the centre what the register calls it."""
    entry = _find(request, ukprn)
    require_office(request.user, "take over the name of this centre")
    centre = get_object_or_404(Centre.objects.visible_to(request.user), organisation__ukprn=ukprn)
    form = ConfirmForm(posted(request), cancel_url=entry.get_absolute_url(), submit_label="Take over the name")
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            renamed = actions.take_over_name(centre=centre, by=request.user)
            messages.success(request, f"The centre is called {renamed} from now on.")
            return redirect(entry)
    context: dict[str, Any] = {
        "form": form,
        "title": f"Call the centre {entry.name}?",
        "caption": str(centre),
        "lead": "Pages and messages use the new name from now on. Contracts and certificates already issued stay as "
        "they are.",
        "facts": [Row("Name now", str(centre)), Row("Name on the register", entry.name)],
        "breadcrumbs": [(TITLE, reverse("centres:register")), (entry.name, entry.get_absolute_url()), ("Name", "")],
    }
    return render(request, "centres/form.html", context)
