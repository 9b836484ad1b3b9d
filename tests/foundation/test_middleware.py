"""A refusal that reaches no form becomes a page that leads on."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from foundation.errors import Conflict, NotAllowed, Problem, Refused, WrongState
from foundation.middleware import RefusalMiddleware

THING = SimpleNamespace(get_absolute_url=lambda: "/things/7/")
NAMELESS = SimpleNamespace()


def page(exception: Exception, *, referer: str = "", signed_in: bool = True):
    request = RequestFactory().post("/things/7/decide/", headers={"referer": referer} if referer else None)
    request.user = SimpleNamespace(is_authenticated=signed_in)
    return RefusalMiddleware(lambda _: None).process_exception(request, exception)


@pytest.fixture(autouse=True)
def rendered(monkeypatch):
    """What the page is made of; the page itself is looked at in tests/look."""
    monkeypatch.setattr(
        "foundation.middleware.render", lambda request, template, context, status: {**context, "template": template}
    )


@pytest.mark.parametrize(
    ("exception", "referer", "signed_in", "status", "look"),
    [
        (Conflict("Somebody was first.", about=THING), "", True, 409, "/things/7/"),
        (WrongState("Not now.", about=THING), "http://testserver/things/?q=1", True, 409, "/things/7/"),
        (WrongState("Not now.", about=NAMELESS), "http://testserver/things/?q=1", True, 409, "/things/?q=1"),
        (WrongState("Not now.", about=THING), "http://testserver/sign/x/", False, 409, "/sign/x/"),
        (WrongState("Not now."), "", True, 409, ""),
        (Refused([Problem("x", "A1", "No.")]), "http://testserver/things/8/", True, 422, "/things/8/"),
        (Refused([Problem("x", "A1", "No.")]), "https://elsewhere.example/things/8/", True, 422, ""),
        (Refused([Problem("x", "A1", "No.")]), "javascript:alert(1)", True, 422, ""),
        (NotAllowed("You may not."), "", True, 403, ""),
    ],
)
def test_where_a_refusal_leads(exception, referer, signed_in, status, look):
    found = page(exception, referer=referer, signed_in=signed_in)
    assert (found["status"], found["look"], found["template"]) == (status, look, "refused.html")


def test_a_fault_of_ours_is_not_a_refusal():
    assert page(ValueError("ours")) is None
