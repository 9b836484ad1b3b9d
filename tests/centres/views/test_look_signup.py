"""The public pages of signing up, and the register's, in a real browser, wide and narrow."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.centres import builders
from tests.centres.views.test_look import look, sign_in
from tests.look.conftest import _collected_files_directory, chromium, faults, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("A1")
def test_a_provider_is_found_while_its_number_is_typed(
    live_server: Any,
    page: Page,  # noqa: F811
    faults: list[str],  # noqa: F811
    private_files: Any,
) -> None:
    centre = builders.centre("Riverside College", 10_000_001)
    builders.registered_provider(10_000_002, "Hill Academy")
    address = f"{live_server.url}/centres/sign-up/"
    page.goto(address)
    page.locator("#id_ukprn").press_sequentially("10000002")
    page.wait_for_selector("text=Go on with this provider")
    assert page.url == address
    look(page, f"{address}?ukprn=10000002", "signup-found")
    look(page, f"{address}?ukprn=10000001", "signup-centre")
    look(page, f"{address}10000002/", "signup-details")
    look(page, f"{address}10000001/ask/", "signup-ask")
    sign_in(page, live_server.url, builders.epa_team())
    builders.leave_register(centre.ukprn)
    look(page, f"{live_server.url}/centres/register/", "register")
    look(page, f"{live_server.url}/centres/register/providers/10000001/?on=1/5/2024", "register-provider")
    row = builders.opened_signup(10_000_003)
    look(page, live_server.url + row.get_absolute_url(), "signup-row")
    assert faults == []
