"""Home is "what do I have to do"."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn
from imi_portal import queues
from imi_portal.context import TASKS


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """The person's queue, most urgent first, what they wait for, and figures."""
    board = queues.board(request.user)
    request.session[TASKS] = len(board.todo) + board.more
    return render(request, "imi_portal/home.html", {"board": board})
