"""Sets the organisation a person acts for in this request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SESSION_KEY = "acting_organisation"


class ActingOrganisationMiddleware:
    """A person in several organisations acts for one at a time: the one chosen, else the first by name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            mine = [row.organisation_id for row in user.all_memberships]
            chosen = request.session.get(SESSION_KEY)
            user.acting_organisation_id = chosen if chosen in mine else (mine[0] if mine else None)
        return self.get_response(request)
