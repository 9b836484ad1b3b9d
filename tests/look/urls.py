"""A URLconf of the style guide only: every piece, every state of a form, the pages that no app owns."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from foundation import clock, errors, pieces
from tests.look import data

PAGES = Path(__file__).parent / "pages"


def shell(*, many: bool = True) -> dict[str, Any]:
    """The shell of a person with two organisations, in a demonstration."""
    own = SimpleNamespace(pk=1, name="Riverside Motor College and Training Centre (North)")
    labels = ["Tasks", "Learners", "Bookings", "Uploads", "Charges", "Centre", "People"]
    return {
        "user": SimpleNamespace(is_authenticated=True, name="Ada Example", email="ada.example@riverside.example.org"),
        "shell": {
            "navigation": [{"label": label, "url": "/", "current": label == "Learners"} for label in labels],
            "organisation": own,
            "organisations": [own, SimpleNamespace(pk=2, name="Hillside Academy")] if many else [own],
            "task_count": 12,
            "account_links": [{"label": "Messages", "url": "/"}],
            "demonstration": many,
            "today": clock.today(),
        },
        "breadcrumbs": [("Learners", "/"), ("Zoë Ŵyn-O’Brien", "")],
    }


def show(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """A page of the guide, in the shell."""
    template = engines["django"].from_string((PAGES / f"{name}.html").read_text(encoding="utf-8"))
    return HttpResponse(template.render({**shell(many=name != "record"), **context}, request))


@login_not_required
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Home, list, record, tasks, confirmation and the like."""
    sites = formset_factory(data.Site, extra=2)
    context = {
        "filter_form_": data.Search(request.GET or None),
        "columns": data.columns(),
        "page_obj": data.page_of_rows(),
        "moments": data.moments(),
        "problems": data.problems(),
        "places": {"documents": "/", "signatures": "/"},
        "events": data.events(),
        "rows": [
            pieces.Row("Learner", "Zoë Ŵyn-O’Brien", url="/"),
            ("Started", clock.today()),
            ("Remote", False),
            ("Note", ""),
            ("Address", "1 Long Lane\nTown", "/"),
        ],
        "tasks": [
            pieces.TaskItem("Site details", "/", "Completed"),
            pieces.TaskItem("People", "/", "In progress", "blue", "At least two assessors."),
            pieces.TaskItem("Documents", "/", "Needs change", "red"),
            pieces.TaskItem("Check your answers", "", "Cannot start yet"),
        ],
        "form": data.LaidOut(cancel_url="/"),
        "plain": data.Site({}),
        "formset": sites({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-bays": "three"}),
        "today": clock.today(),
    }
    if name not in {"confirm", "form_layout"}:
        context.pop("form")
    return show(request, name, **context)


@login_not_required
def form(request: HttpRequest, state: str) -> HttpResponse:
    """The form with every kind of field."""
    return show(request, "form", form=data.every_field(state))


@login_not_required
def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """What a refusal shows."""
    by_status = {
        403: errors.NotAllowed("You may not confirm this booking."),
        409: errors.Conflict("Someone else changed this booking first: it is now Confirmed."),
        422: errors.Refused(data.problems()),
    }
    context = {"exception": by_status[status], "problems": data.problems(), "status": status, **shell()}
    return render(request, "refused.html", context, status=status)


@login_not_required
def whole(request: HttpRequest, name: str) -> HttpResponse:
    """A template by its name, signed out."""
    return render(request, f"{name}.html")


@login_not_required
def nowhere(_request: HttpRequest) -> HttpResponse:
    """What the shell's links lead to."""
    return HttpResponse("<!doctype html><title>nowhere</title>")


urlpatterns = [
    path("", nowhere, name="home"),
    path("search/", nowhere, name="search"),
    path("accessibility/", whole, {"name": "accessibility"}, name="accessibility"),
    path("account/", include("allauth.account.urls")),
    path("people/", include("accounts.urls")),
    path("centres/", include(([path("sign-up/", nowhere, name="signup")], "centres"))),
    path("admin/", admin.site.urls),
    path("guide/form/<str:state>/", form),
    path("guide/refused/<int:status>/", refusal),
    path("guide/whole/<path:name>/", whole),
    path("guide/<str:name>/", guide),
]
