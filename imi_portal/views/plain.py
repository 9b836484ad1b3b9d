"""Pages without a domain: the accessibility statement, and the health of the house for a load balancer."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation import clock, work
from foundation.errors import NotAllowed
from foundation.models import Message

STUCK = dt.timedelta(minutes=15)


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested, and how to say that something does not work."""
    return render(request, "accessibility.html")


@login_not_required
@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """200 while the database answers and no message has waited long for a worker, else 503. Nothing of anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    oldest = work.due(Message.objects.all()).order_by("created_at").values_list("created_at", flat=True).first()
    stuck = oldest is not None and clock.now() - oldest > STUCK
    return JsonResponse({"database": "ok", "messages": "stuck" if stuck else "ok"}, status=503 if stuck else 200)


@login_not_required
@require_GET
def admin_login(request: HttpRequest) -> HttpResponse:
    """Where Django admin sends whoever it does not let in: to the one sign-in, or told that it is not for them."""
    if request.user.is_authenticated:
        raise NotAllowed("Only an administrator of IMI opens the administration.")
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))
