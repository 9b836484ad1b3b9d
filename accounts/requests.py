"""The request as the pages know it: the middleware lets nobody in who is not signed in."""

from django.http import HttpRequest, QueryDict

from accounts.models import User


class SignedIn(HttpRequest):
    """A request whose user has an account; for annotations only."""

    user: User


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, for a form: an empty POST is bound too, so that a page that only asks can be answered."""
    return request.POST if request.method == "POST" else None
