"""Home is "what do I have to do"."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn
from imi_portal import queues, task_count


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """The person's queue, most urgent first, what they wait for, and figures."""
    board = queues.board(request.user)
    task_count.keep(request.user, board.tasks)
    return render(request, "imi_portal/home.html", {"board": board})
