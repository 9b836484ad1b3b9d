"""Pages about people: who acts for an organisation, invitations, the organisation acted for, own messages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions
from accounts.forms import AcceptForm, InviteForm, RoleForm
from accounts.middleware import SESSION_KEY
from accounts.models import Invitation, Membership, Organisation, User
from accounts.outside import outside
from accounts.requests import SignedIn, posted
from foundation import clock
from foundation.forms import refusals
from foundation.lists import page_of
from foundation.models import Message


def _managed_organisation(request: SignedIn, pk: int) -> Organisation:
    """The organisation, when this person may see it at all; whether they may manage it the verbs say."""
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


def people_of(request: SignedIn, organisation: Organisation) -> dict[str, Any]:
    """For a page about an organisation's people: who acts for it, who did, who is invited, whether this person manages
    them."""
    memberships = list(
        Membership.objects.visible_to(request.user)
        .filter(organisation=organisation)
        .select_related("user")
        .order_by("user__name", "role", "pk")
    )
    manages = actions.may_manage(organisation, request.user)
    invitations = Invitation.objects.none()
    if manages:
        invitations = Invitation.objects.filter(
            organisation=organisation, accepted_at=None, withdrawn_at=None
        ).order_by("name")
    return {
        "organisation": organisation,
        "memberships": [row for row in memberships if row.ended_on is None],
        "ended": [row for row in memberships if row.ended_on is not None],
        "invitations": invitations,
        "manages": manages,
        "now": clock.now(),
    }


@require_GET
def people(request: SignedIn, pk: int) -> HttpResponse:
    """Everyone who acts for an organisation, and who has been invited."""
    organisation = _managed_organisation(request, pk)
    return render(request, "accounts/people.html", people_of(request, organisation))


@require_http_methods(["GET", "POST"])
def change_role(request: SignedIn, pk: int) -> HttpResponse:
    """Another role for somebody."""
    rows = Membership.objects.visible_to(request.user).select_related("organisation", "user")
    membership = get_object_or_404(rows, pk=pk, ended_on=None)
    if not actions.may_manage(membership.organisation, request.user):
        return render(request, "403.html", status=403)
    back = reverse("accounts:people", kwargs={"pk": membership.organisation_id})
    form = RoleForm(
        posted(request),
        organisation=membership.organisation,
        initial={"role": membership.role},
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            made = actions.change_role(membership=membership, role=form.cleaned_data["role"], by=request.user)
            messages.success(request, f"{made.user.name} is now {made.get_role_display().lower()}.")
            return redirect(back)
    return render(request, "accounts/role.html", {"membership": membership, "form": form})


@require_POST
def resend(request: SignedIn, pk: int) -> HttpResponse:
    """Send an invitation again, with a fresh link."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    actions.resend_invitation(invitation=invitation, by=request.user)
    messages.success(request, f"A fresh invitation is on its way to {invitation.name}.")
    return redirect("accounts:people", pk=invitation.organisation_id)


@require_http_methods(["GET", "POST"])
def invite(request: SignedIn, pk: int) -> HttpResponse:
    """Invite somebody to a role in the organisation."""
    organisation = _managed_organisation(request, pk)
    if not actions.may_manage(organisation, request.user):
        return render(request, "403.html", status=403)
    back = reverse("accounts:people", kwargs={"pk": organisation.pk})
    form = InviteForm(posted(request), organisation=organisation, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.invite(organisation=organisation, by=request.user, **form.cleaned_data)
            messages.success(request, f"An invitation is on its way to {form.cleaned_data['name']}.")
            return redirect(back)
    return render(request, "accounts/invite.html", {"organisation": organisation, "form": form})


@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm and end a person's role."""
    membership = get_object_or_404(
        Membership.objects.visible_to(request.user).select_related("organisation", "user"), pk=pk, ended_on=None
    )
    if not actions.may_manage(membership.organisation, request.user):
        return render(request, "403.html", status=403)
    if request.method == "POST":
        actions.end_membership(membership=membership, by=request.user)
        messages.success(request, f"{membership.user.name} is no longer {membership.get_role_display().lower()}.")
        return redirect("accounts:people", pk=membership.organisation_id)
    return render(request, "accounts/end.html", {"membership": membership})


@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    actions.withdraw_invitation(invitation=invitation, by=request.user)
    messages.success(request, f"The invitation of {invitation.name} no longer works.")
    return redirect("accounts:people", pk=invitation.organisation_id)


@outside
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link: choose a password, come in."""
    invitation = actions.find_invitation(token)
    if invitation is None:
        return render(request, "accounts/link_gone.html", status=410)
    has_account = User.objects.filter(email__iexact=invitation.email).exists()
    form = AcceptForm(
        posted(request),
        email=invitation.email,
        has_account=has_account,
        initial={"name": invitation.name},
    )
    if request.method == "POST" and form.is_valid():
        user = actions.accept(
            invitation=invitation,
            name=form.cleaned_data.get("name", ""),
            password=form.cleaned_data.get("password"),
        )
        if has_account:
            # The link proves the address but an account has a password: signing in asks for it.
            messages.success(request, "The role is yours. Sign in to use it.")
            return redirect("account_login")
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("home")
    context = {"invitation": invitation, "form": form, "has_account": has_account}
    return render(request, "accounts/accept.html", context)


@require_POST
def acting(request: SignedIn) -> HttpResponse:
    """Choose the organisation to act for."""
    mine = {row.organisation_id for row in request.user.all_memberships}
    chosen = request.POST.get("organisation", "")
    if chosen.isdigit() and int(chosen) in mine:
        request.session[SESSION_KEY] = int(chosen)
    return redirect("home")


@require_GET
def own_messages(request: SignedIn) -> HttpResponse:
    """The messages the portal has sent this person."""
    rows = Message.objects.filter(to_user=request.user).order_by("-created_at", "-pk")
    page = page_of(request, rows)
    return render(request, "accounts/messages.html", {"page": page})


@require_GET
def own_message(request: SignedIn, pk: int) -> HttpResponse:
    """One message."""
    row = get_object_or_404(Message, pk=pk, to_user=request.user)
    return render(request, "accounts/message.html", {"message": row})
