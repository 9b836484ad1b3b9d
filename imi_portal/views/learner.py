"""The learner's record page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn
from apprentices.models import Apprentice
from imi_portal import stories


@require_GET
def learner(request: SignedIn, pk: int) -> HttpResponse:
    """One apprentice from registration to certificate."""
    apprentice = get_object_or_404(
        Apprentice.objects.visible_to(request.user).select_related("centre__organisation", "employer"), pk=pk
    )
    return render(request, "imi_portal/learner.html", stories.learner(apprentice, request.user))
