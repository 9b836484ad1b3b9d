"""The search box of the top bar: a learner by name or ULN, anything numbered by its number."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn
from imi_portal import finding


@require_GET
def search(request: SignedIn) -> HttpResponse:
    """What the person may see of what they typed."""
    query = request.GET.get("q", "").strip()[:100]
    found = finding.find(request.user, query) if query else []
    return render(request, "imi_portal/search.html", {"search_query": query, "found": found})
