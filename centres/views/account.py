"""The centre's account: its charges, their total, their export; and the charges of all centres for finance."""

from decimal import Decimal

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from centres import actions, queries
from centres.actions.charges import MAY_REVERSE
from centres.forms import AllChargesFilter, ChargeFilter, CreditForm
from centres.models import Charge, ChargeExport
from centres.states import ChargeKind
from centres.views.centres import crumbs, find_centre
from foundation.forms import refusals
from foundation.lists import render_list
from foundation.pieces import Column, Row

COLUMNS = [
    Column("number", "Number", sort="number"),
    Column("made_at", "Date", kind="date", sort="made_at"),
    Column("get_kind_display", "Kind", sort="kind"),
    Column("description", "For"),
    Column("amount", "Amount", kind="money", sort="amount"),
    Column("price.get_kind_display", "Price"),
    Column("price.valid_from", "In force from", kind="date"),
    Column("by_label", "By"),
]


@require_http_methods(["GET"])
def account(request: SignedIn, pk: int) -> HttpResponse:
    """A centre's account (D4)."""
    centre = find_centre(request, pk)
    rows = Charge.objects.visible_to(request.user).filter(centre=centre).select_related("price")
    filterset = ChargeFilter(request.GET, queryset=rows)
    context = {
        "centre": centre,
        "total": filterset.qs.aggregate(total=Sum("amount"))["total"] or Decimal("0.00"),
        "may_reverse": may(request.user, MAY_REVERSE, centre),
        "breadcrumbs": crumbs(centre, ("Account", "")),
    }
    return render_list(
        request,
        "centres/account.html",
        filterset=filterset,
        columns=COLUMNS,
        name=f"account-{centre.number}",
        context=context,
    )


@require_http_methods(["GET"])
def charges(request: SignedIn) -> HttpResponse:
    """The charges within sight: for finance and the EPA team those of every centre."""
    rows = Charge.objects.visible_to(request.user).select_related("centre__organisation", "price")
    sees_exports = bool(request.user.roles & ChargeExport.SEEN_BY)
    filterset = AllChargesFilter(request.GET, queryset=queries.with_export(rows), request=request)
    if not sees_exports:
        del filterset.form.fields["exported"]
    context = {
        "total": filterset.qs.aggregate(total=Sum("amount"))["total"] or Decimal("0.00"),
        "sees_exports": sees_exports,
        "breadcrumbs": [("Charges", "")],
    }
    columns = [COLUMNS[0], Column("centre.organisation.name", "Centre"), *COLUMNS[1:]]
    if sees_exports:
        columns.append(Column("exported_in", "Export"))
    return render_list(
        request, "centres/account.html", filterset=filterset, columns=columns, name="charges", context=context
    )


@require_http_methods(["GET", "POST"])
def reverse_charge(request: SignedIn, pk: int) -> HttpResponse:
    """Take a charge back, whole or in part, with a reason."""
    rows = Charge.objects.visible_to(request.user).select_related("centre__organisation")
    charge = get_object_or_404(rows, pk=pk)
    require(request.user, MAY_REVERSE, charge, "take this charge back")
    back = reverse("centres:account", kwargs={"pk": charge.centre_id})
    left = queries.left_of(charge)
    form = CreditForm(posted(request), initial={"amount": left}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            line = actions.reverse(charge=charge, by=request.user, **form.cleaned_data)
            messages.success(request, f"Credit note {line.number} is written.")
            return redirect(back)
    context = {
        "form": form,
        "title": f"Credit {charge.number}",
        "caption": str(charge.centre),
        "warning": "A credit note is added to the account. It cannot be undone.",
        "facts": [
            Row("For", charge.description),
            Row("Kind", ChargeKind(charge.kind).label),
            Row("Charged", f"£{charge.amount:,.2f}"),
            Row("Left to credit", f"£{left:,.2f}"),
        ],
        "breadcrumbs": crumbs(charge.centre, ("Account", back), ("Credit", "")),
    }
    return render(request, "centres/form.html", context)
