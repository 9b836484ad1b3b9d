"""Turns refusals into pages, and keeps personal pages out of caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.errors import Conflict, NotAllowed, PortalError, Refused, WrongState

STATUS = {Refused: 422, NotAllowed: 403, WrongState: 409, Conflict: 409}


class RefusalMiddleware:
    """A verb's refusal that the view did not show itself becomes a page that says what, why and where to mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PortalError):
            return None
        status = STATUS[type(exception)]
        context = {"exception": exception, "problems": getattr(exception, "problems", []), "status": status}
        return render(request, "refused.html", context, status=status)


class NoStoreMiddleware:
    """Pages of a signed-in person are not kept by browsers or proxies; private pages have no referrer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
