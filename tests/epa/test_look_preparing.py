"""The preparing half's pages in a real browser: no violations, no sideways scrolling, nothing the policy refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from epa.actions import portfolio
from epa.models import EPA
from standards.models import StandardVersion
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders
from tests.look.browser import WIDTHS, keep_picture, violations, width_beyond_the_window
from tests.look.conftest import _collected_files_directory, chromium, faults, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def epa(st0071: StandardVersion) -> Iterator[EPA]:
    return builders.epa_for(builders.registration(st0071))


def sign_in(page: Page, address: str, user: User) -> None:  # noqa: F811
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def look(page: Page, address: str, name: str) -> None:  # noqa: F811
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        response = page.goto(address)
        assert response is not None
        assert response.status == 200
        keep_picture(page, name)
        assert violations(page) == []
        assert width_beyond_the_window(page) == 0


def test_pages_of_the_centre(live_server: Any, page: Page, faults: list[str], epa: EPA) -> None:  # noqa: F811
    builders.pieces(epa, 2)
    builders.sign_for_provider(builders.gateway_of(epa))
    builders.asked(epa.gateway, "employer", "bo@firm.example", "Bo Boss")
    subject = portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
    booking = builders.requested_booking(epa)
    sign_in(page, live_server.url, builders.centre_user(epa))
    gateway = epa.gateway.pk
    for name, kwargs in [
        ("gateway", {"pk": gateway}),
        ("gateway_submit", {"pk": gateway}),
        ("gateway_ask", {"pk": gateway, "party": "apprentice"}),
        ("piece_add", {"pk": gateway}),
        ("subject", {"pk": subject.pk}),
        ("bookings", {}),
        ("booking", {"pk": booking.pk}),
        ("booking_request", {"pk": epa.pk}),
        ("booking_cancel", {"pk": booking.pk}),
    ]:
        look(page, live_server.url + reverse(f"epa:{name}", kwargs=kwargs), f"epa-{name}")
    look(
        page, f"{live_server.url}{reverse('epa:planner')}?version={epa.registration.package.version_id}", "epa-planner"
    )
    assert faults == []


def test_pages_of_the_epa_team(live_server: Any, page: Page, faults: list[str], epa: EPA) -> None:  # noqa: F811
    gateway = builders.submitted(epa)
    booking = builders.requested_booking(epa)
    sign_in(page, live_server.url, epa_team())
    for name, pk in [("gateway", gateway.pk), ("gateway_accept", gateway.pk), ("booking", booking.pk)]:
        look(page, live_server.url + reverse(f"epa:{name}", kwargs={"pk": pk}), f"epa-team-{name}")
    assert faults == []


@pytest.mark.clause("B5")
def test_an_employer_signs_and_comments_without_an_account(
    live_server: Any,
    page: Page,  # noqa: F811
    faults: list[str],  # noqa: F811
    epa: EPA,
) -> None:
    builders.pieces(epa, 2)
    _, token = builders.asked(epa.gateway, "employer", "bo@firm.example", "Bo Boss")
    address = live_server.url + reverse("epa:sign", kwargs={"token": token})
    look(page, address, "epa-sign")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_label("Your full name").fill("Bo Boss")
    page.get_by_role("button", name="Sign").click()
    page.wait_for_selector(".govuk-panel--confirmation")
    assert violations(page) == []
    assert builders.gateway_of(epa).signatures.get().name == "Bo Boss"
    portfolio.propose_subject(epa=epa, subject="Fewer calls.", by=builders.centre_user(epa))
    token = builders.token_sent("sam@example.org", "comment")
    look(page, live_server.url + reverse("epa:comment", kwargs={"token": token}), "epa-comment")
    assert faults == []
