"""Withdrawing an EPA: a page that says what ends with it, and asks why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn, posted
from epa.actions import withdrawing as actions
from epa.forms.withdrawing import WithdrawForm
from epa.queries import assessing
from epa.queries import withdrawing as queries
from foundation.forms import refusals
from foundation.workflow import guard


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw an EPA and its registration, after saying what that means."""
    epa = get_object_or_404(assessing.epas(request.user), pk=pk)
    guard(epa, "withdraw", request.user)
    back = reverse("epa:detail", args=[pk])
    form = WithdrawForm(posted(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.withdraw(epa=epa, by=request.user, **form.cleaned_data)
            messages.success(request, "The assessment and its registration are withdrawn.")
            return redirect(back)
    booking = queries.open_booking(epa)
    context = {
        "epa": epa,
        "form": form,
        "booking": booking,
        "attempts": queries.open_attempts(epa),
        "stoppers": queries.stoppers(epa),
        "places": {"booking": reverse("epa:booking_cancel", args=[booking.pk])} if booking is not None else {},
        "breadcrumbs": [(f"EPA of {epa.registration.apprentice}", back), ("Withdraw", "")],
    }
    return render(request, "epa/epa_withdraw.html", context, status=422 if form.errors else 200)
