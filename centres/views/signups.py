"""Sign-ups of training providers as the EPA team sees and settles them (A1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import require_sight
from accounts.requests import SignedIn, posted
from centres import actions
from centres.forms import ReasonForm, SignupFilter
from centres.models import Signup
from centres.states import SignupState
from foundation import audit
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row
from foundation.workflow import can

COLUMNS = [
    Column("provider_name", "Provider", link="get_absolute_url", sort="provider_name"),
    Column("ukprn", "UKPRN", sort="ukprn"),
    Column("contact_name", "Person", sort="contact_name"),
    Column("asked_at", "Asked", kind="date", sort="asked_at"),
    Column("self_", "State", kind="state"),
]


def _find(request: SignedIn, pk: int) -> Signup:
    rows = Signup.objects.visible_to(request.user).select_related("centre__organisation")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET"])
def signups(request: SignedIn) -> HttpResponse:
    """Every provider that has signed itself up."""
    require_sight(request.user, Signup)
    filterset = SignupFilter(request.GET, queryset=Signup.objects.visible_to(request.user))
    context = {"breadcrumbs": [("Centres", reverse("centres:list")), ("Sign-ups", "")]}
    return render_list(
        request, "centres/signups.html", filterset=filterset, columns=COLUMNS, name="sign-ups", context=context
    )


@require_http_methods(["GET"])
def signup_row(request: SignedIn, pk: int) -> HttpResponse:
    """One sign-up: who, for which provider, what to check."""
    row = _find(request, pk)
    context = {
        "signup": row,
        "facts": _facts(row),
        "may_settle": can(row, "accept", request.user),
        "to_invite": row.state == SignupState.TURNED_DOWN and row.centre is not None,
        "events": audit.history(row),
        "breadcrumbs": [("Sign-ups", reverse("centres:signups")), (str(row), "")],
    }
    return render(request, "centres/signup_row.html", context)


def _facts(row: Signup) -> list[Row]:
    return [
        Row("Provider", f"{row.provider_name}, UKPRN {row.ukprn}"),
        Row("Type", row.provider_type),
        Row("Person", f"{row.contact_name}, {row.role}"),
        Row("E-mail address", row.email),
        Row("Asked", row.asked_at),
        Row("Opened", row.opened_at),
        Row("How it was settled", row.reason),
    ]


@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, pk: int) -> HttpResponse:
    """Write down how it was checked that the person acts for the provider; then IMI's approval is recorded."""
    row = _find(request, pk)
    form = ReasonForm(posted(request), submit_label="Accept the sign-up", cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            row = actions.accept_signup(signup=row, by=request.user, **form.cleaned_data)
            messages.success(request, "Accepted. Now record IMI’s approval of the centre.")
            return redirect("centres:standing", pk=row.centre_id)
    lead = "Write down how you have checked that the person acts for the provider, such as a call to its switchboard."
    return _ask(request, row, form, f"Accept the sign-up of {row.provider_name}?", lead)


@require_http_methods(["GET", "POST"])
def turn_down(request: SignedIn, pk: int) -> HttpResponse:
    """The person does not act for the provider."""
    row = _find(request, pk)
    form = ReasonForm(posted(request), submit_label="Turn it down", cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.turn_down_signup(signup=row, by=request.user, **form.cleaned_data)
            messages.success(request, "Turned down; the person has been told why and no longer acts for the centre.")
            return redirect(row)
    lead = "Nobody acts for the centre then, until you invite its right owner. The person is told the reason."
    return _ask(request, row, form, f"Turn down the sign-up of {row.provider_name}?", lead)


def _ask(request: SignedIn, row: Signup, form: ReasonForm, title: str, lead: str) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "lead": lead,
        "facts": _facts(row)[:4],
        "breadcrumbs": [("Sign-ups", reverse("centres:signups")), (str(row), row.get_absolute_url()), ("Settle", "")],
    }
    return render(request, "centres/form.html", context)
