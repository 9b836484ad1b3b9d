"""A centre's people, and who owns it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import may, require
from accounts.requests import SignedIn, posted
from accounts.states import Role
from accounts.views import people_of
from centres import actions
from centres.forms import AnswerTransferForm, AppointForm, ProposeForm
from centres.models import Centre, Transfer
from centres.states import TransferState
from centres.views.centres import crumbs, find_centre
from foundation.errors import WrongState
from foundation.forms import refusals
from foundation.pieces import Row


@require_http_methods(["GET"])
def people(request: SignedIn, pk: int) -> HttpResponse:
    """Who acts for the centre, who is invited, and whether it is being handed over."""
    centre = find_centre(request, pk)
    proposed = Transfer.objects.visible_to(request.user).filter(centre=centre, state=TransferState.PROPOSED)
    context = {
        **people_of(request, centre.organisation),
        "centre": centre,
        "transfers": proposed.select_related("owner", "successor"),
        "may_propose": may(request.user, [Role.CENTRE_OWNER], centre),
        "may_appoint": may(request.user, [Role.EPA_TEAM], centre),
        "breadcrumbs": crumbs(centre, ("People", "")),
    }
    return render(request, "centres/people.html", context)


def _back(centre: Centre) -> str:
    return reverse("centres:people", kwargs={"pk": centre.pk})


@require_http_methods(["GET", "POST"])
def propose(request: SignedIn, pk: int) -> HttpResponse:
    """The owner names a successor."""
    centre = find_centre(request, pk)
    require(request.user, [Role.CENTRE_OWNER], centre, "hand this centre over")
    form = ProposeForm(
        posted(request), centre=centre, initial={"afterwards": Role.CENTRE_STAFF.value}, cancel_url=_back(centre)
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            row = actions.propose_transfer(centre=centre, by=request.user, **form.cleaned_data)
            messages.success(request, f"{row.successor.name} has been asked to accept. Until then you stay the owner.")
            return redirect(_back(centre))
    context = {
        "form": form,
        "title": "Hand the centre over",
        "caption": str(centre),
        "lead": "The next owner signs contracts and manages people. Nothing changes until they have accepted.",
        "breadcrumbs": crumbs(centre, ("People", _back(centre)), ("Hand over", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def appoint(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team appoints an owner where the one before is gone."""
    centre = find_centre(request, pk)
    require(request.user, [Role.EPA_TEAM], centre, "appoint the owner of this centre")
    form = AppointForm(posted(request), centre=centre, cancel_url=_back(centre))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            data = form.cleaned_data
            actions.appoint_owner(
                centre=centre,
                successor=data["successor"],
                gone=list(data["gone"]),
                reason=data["reason"],
                by=request.user,
            )
            messages.success(request, f"{data['successor'].name} owns the centre; everyone concerned has been told.")
            return redirect(_back(centre))
    context = {
        "form": form,
        "title": "Appoint an owner",
        "caption": str(centre),
        "lead": "For a centre whose owner is gone. The new owner acts for the centre already; invite them first.",
        "breadcrumbs": crumbs(centre, ("People", _back(centre)), ("Appoint an owner", "")),
    }
    return render(request, "centres/form.html", context)


def _transfer(request: SignedIn, pk: int) -> Transfer:
    rows = Transfer.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("centre__organisation", "owner", "successor"), pk=pk)


@require_http_methods(["GET", "POST"])
def transfer(request: SignedIn, pk: int) -> HttpResponse:
    """The successor accepts or declines."""
    row = _transfer(request, pk)
    require(request.user, Transfer.STEPS.rows[0].who, row, "answer this")
    if row.state != TransferState.PROPOSED:
        raise WrongState(f"This is settled: {row.get_state_display().lower()}.", about=row.centre)
    form = AnswerTransferForm(posted(request), cancel_url=_back(row.centre))
    if request.method == "POST" and form.is_valid():
        accepts = form.cleaned_data["answer"] == "accept"
        verb = actions.accept_transfer if accepts else actions.decline_transfer
        with refusals(form):
            verb(transfer=row, by=request.user)
            said = f"You own {row.centre} from now on." if accepts else "The owner has been told."
            messages.success(request, said)
            return redirect(row.centre)
    context = {
        "form": form,
        "title": f"Become the owner of {row.centre}?",
        "caption": str(row.centre),
        "lead": "The owner signs the centre’s contract and manages its people.",
        "facts": [
            Row("Proposed by", row.owner.name),
            Row("Next owner", row.successor.name),
            Row("The owner’s role afterwards", row.get_afterwards_display()),
        ],
        "breadcrumbs": crumbs(row.centre, ("People", _back(row.centre)), ("Ownership", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["POST"])
def transfer_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """The owner, or the EPA team, takes the proposal back."""
    row = _transfer(request, pk)
    actions.withdraw_transfer(transfer=row, by=request.user)
    messages.success(request, "The proposal is taken back; the owner stays.")
    return redirect(_back(row.centre))
