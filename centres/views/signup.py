"""Public pages: a training provider signs itself up as a centre (A1). A stranger is told little, and counted."""

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import AcceptForm
from accounts.models import User
from accounts.outside import outside
from accounts.requests import posted
from centres import actions, queries
from centres.forms import AskContactForm, FindForm, SignupForm
from foundation.forms import refusals
from foundation.pieces import Row

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Per network address; then per provider and per mailbox, so that many addresses cannot flood one of them.
LIMITS = {"find": "60/10m/ip", "ask": "10/h/ip", "provider": "10/d/key", "mailbox": "3/h/key"}


def _too_often(request: HttpRequest, *limits: tuple[str, str]) -> HttpResponse | None:
    """The page that says so, once one of the limits (its name, and whose it is) is used up."""
    for action, key in limits:
        left = ratelimit.consume(request, app="centres", action=action, key=key, config=LIMITS, limit_get=True)
        if left is None:
            return render(request, "centres/signup_too_often.html", status=429)
    return None


@outside
@require_http_methods(["GET"])
def find(request: HttpRequest) -> HttpResponse:
    """Find the provider by its UKPRN; as a fragment for the page that asks while it is typed."""
    fragment = request.headers.get("X-Fragment") == "1"
    form = FindForm(request.GET if "ukprn" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        if refused := _too_often(request, ("find", "")):
            return refused
        context["found"] = queries.find_provider(form.cleaned_data["ukprn"])
    return render(request, "centres/_signup_found.html" if fragment else "centres/signup.html", context)


@outside
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, ukprn: int) -> HttpResponse:
    """Who signs the provider up; a link goes to their address, and the answer is the same for every address."""
    if refused := _too_often(request, ("find", "")):
        return refused
    found = queries.find_provider(ukprn)
    form = SignupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        limits = (("ask", ""), ("provider", str(ukprn)), ("mailbox", form.cleaned_data["email"].lower()))
        if refused := _too_often(request, *limits):
            return refused
        with refusals(form):
            actions.sign_up(ukprn=ukprn, **form.cleaned_data)
            return redirect("centres:signup_sent")
    context = {"form": form, "found": found, "facts": [Row("Provider", found.name), Row("Type", found.provider_type)]}
    return render(request, "centres/signup_details.html", context)


@outside
@require_http_methods(["GET"])
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mailbox."""
    return render(request, "centres/signup_sent.html")


@outside
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: open the centre, choose a password, come in."""
    found = actions.find_signup(token)
    if found is None:
        return render(request, "accounts/link_gone.html", status=410)
    signup, link = found
    has_account = User.objects.filter(email__iexact=signup.email).exists()
    form = AcceptForm(
        posted(request),
        email=signup.email,
        has_account=has_account,
        initial={"name": signup.contact_name},
        submit_label="Open the centre",
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            user = actions.open_signup(
                signup=signup,
                link=link,
                name=form.cleaned_data.get("name", ""),
                password=form.cleaned_data.get("password"),
            )
            if has_account:
                messages.success(request, "The centre is open. Sign in to go on.")
                return redirect("account_login")
            login(request, user, backend=BACKEND)
            messages.success(request, "The centre is open. You can begin its application for approval now.")
            return redirect("centres:own")
    context = {"form": form, "signup": signup, "has_account": has_account}
    return render(request, "centres/signup_confirm.html", context)


@outside
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, ukprn: int) -> HttpResponse:
    """Ask the portal contact of a provider that is a centre to be invited; the contact's address is not shown."""
    if refused := _too_often(request, ("find", "")):
        return refused
    found = queries.find_provider(ukprn)
    if not found.contact_name:
        return redirect("centres:signup")
    form = AskContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if refused := _too_often(request, ("ask", ""), ("provider", str(ukprn))):
            return refused
        centre = queries.centre_with(ukprn)
        with refusals(form):
            if centre is not None:
                actions.ask_contact(centre=centre, **form.cleaned_data)
            return redirect("centres:signup_sent")
    return render(request, "centres/signup_ask.html", {"form": form, "found": found})
