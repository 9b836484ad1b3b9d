"""Pages outside the login: whoever holds a link's secret sees them, and nobody else is to learn the secret."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def outside(view: View) -> View:
    """No login, no search engine, and no page called from here is told the address, which holds the secret.

    Not "no-referrer": with it a browser sends its forms with the origin "null", which the check against forged requests
    refuses.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return login_not_required(wrapped)
