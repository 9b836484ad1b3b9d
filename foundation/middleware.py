"""Turns refusals into pages, and keeps personal pages out of caches."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

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
        context = {
            "exception": exception,
            "problems": getattr(exception, "problems", []),
            "status": status,
            "look": self._where_to_look(request, exception),
        }
        return render(request, "refused.html", context, status=status)

    @staticmethod
    def _where_to_look(request: HttpRequest, exception: PortalError) -> str:
        """The page of the thing itself, where it has one; else the page that was left, where it is ours."""
        address = getattr(getattr(exception, "about", None), "get_absolute_url", None)
        if address is not None and request.user.is_authenticated:
            return str(address())
        came_from = request.headers.get("referer", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        return urlsplit(came_from)._replace(scheme="", netloc="").geturl() if came_from and is_ours else ""


class NoStoreMiddleware:
    """Pages of a signed-in person are not kept by browsers or proxies; private pages have no referrer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
