"""Pages of a signed-in person that no app owns: signing in, the password, Django admin, all under the same CSP."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.states import Role
from tests import builders
from tests.look.browser import WIDTHS, keep_picture, violations, width_beyond_the_window

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, address: str) -> None:
    """Give the browser the session of a new administrator."""
    client = Client()
    client.force_login(builders.person(Role.ADMINISTRATOR, name="Ada Example"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def test_signing_in_says_what_is_wrong_then_lets_in(live_server: Any, page: Page, faults: list[str]) -> None:
    user = builders.person(Role.EPA_TEAM)
    page.goto(f"{live_server.url}/account/login/")
    page.fill("#id_login", user.email)
    page.fill("#id_password", "not the password")
    page.click("main button:has-text('Sign in')")
    page.wait_for_selector(".govuk-error-summary")
    assert violations(page) == []
    assert page.title().startswith("Error: ")
    assert page.input_value("#id_login") == user.email

    page.fill("#id_password", "correct horse battery")
    page.click("main button:has-text('Sign in')")
    page.wait_for_url(f"{live_server.url}/")
    assert page.title() == "Home – IMI portal"
    assert faults == []


@pytest.mark.parametrize("address", ["account/password/change/", "account/reauthenticate/", "account/logout/"])
def test_account_pages(live_server: Any, page: Page, faults: list[str], address: str) -> None:
    sign_in(page, live_server.url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/{address}")
        assert page.url == f"{live_server.url}/{address}"
        keep_picture(page, address)
        assert violations(page) == []
        assert width_beyond_the_window(page) == 0
    assert faults == []


def test_admin_wears_our_colours_under_the_same_policy(live_server: Any, page: Page, faults: list[str]) -> None:
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/admin/")
    keep_picture(page, "admin")
    assert page.locator("#site-name").inner_text().strip() == "IMI portal administration"
    assert page.evaluate("getComputedStyle(document.querySelector('#header')).backgroundColor") == "rgb(20, 26, 51)"
    assert [one for one in violations(page) if "color-contrast" in one] == []
    assert faults == []
