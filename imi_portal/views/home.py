"""Home is "what do I have to do"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imi_portal import queues


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The person's queue, most urgent first, what they wait for, and figures."""
    board = queues.board(request.user)
    return render(request, "imi_portal/home.html", {"board": board})
