"""The pages of handing a review over, in a real browser, wide and narrow."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from accounts.states import Role
from standards.models import StandardVersion
from tests import builders as people
from tests.centres import builders
from tests.look.browser import WIDTHS, keep_picture, violations, width_beyond_the_window
from tests.look.conftest import _collected_files_directory, chromium, faults, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, address: str, user: User) -> None:  # noqa: F811
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def look(page: Page, address: str, name: str) -> None:  # noqa: F811
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        sound(page, name)


def sound(page: Page, name: str) -> None:  # noqa: F811
    keep_picture(page, name)
    assert violations(page) == []
    assert width_beyond_the_window(page) == 0


@pytest.mark.clause("A6")
def test_a_review_changes_hands(
    live_server: Any,
    page: Page,  # noqa: F811
    faults: list[str],  # noqa: F811
    st0071: StandardVersion,
    private_files: Any,
) -> None:
    successor = people.person(Role.CENTRE_EQA, name="Sue Successor")
    before = people.person(Role.CENTRE_EQA, name="Abel Absent")
    application = builders.application_in_review(builders.centre("Riverside College"), st0071, reviewer=before)
    address = live_server.url + application.get_absolute_url()
    sign_in(page, live_server.url, builders.epa_team())
    look(page, address, "application-in-review")
    page.click("text=Hand it to another Centre EQA")
    look(page, page.url, "hand-over")
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_selector(".govuk-error-summary")
    sound(page, "hand-over-wrong")
    page.select_option("#id_reviewer", label="Sue Successor")
    page.fill("#id_reason", "Ill until spring.")
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_url(address)
    look(page, address, "application-handed-over")
    sign_in(page, live_server.url, successor)
    look(page, address, "application-to-declare")
    page.click("text=Declare and go on")
    look(page, page.url, "declare")
    page.check("#id_no_interest")
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_selector("text=Go on with the review")
    assert faults == []
