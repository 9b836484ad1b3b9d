"""The pages of certificates in a real browser, at a desk and on a telephone: axe, width, CSP; consent from end to end.

The server is a thread of its own that knows nothing of a test's clock, so everything here happens today.
"""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.states import Role
from certificates.actions import consent, records
from certificates.models import Claim, Consent
from foundation import clock
from standards.models import StandardVersion
from tests.builders import person
from tests.centres.builders import owner_of
from tests.certificates import builders
from tests.look.browser import WIDTHS, keep_picture, violations, width_beyond_the_window
from tests.look.conftest import _collected_files_directory, chromium, faults, page

__all__ = ["_collected_files_directory", "chromium", "faults", "page"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, address: str, user: Any) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def looked_at(page: Page, address: str, name: str) -> None:
    """The page at both widths: nothing that axe finds, nothing beyond the window."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        page.wait_for_function("document.querySelector('.js-enabled') || !document.querySelector('script[src]')")
        sound(page, name)


def sound(page: Page, name: str) -> None:
    keep_picture(page, name)
    assert violations(page) == []
    assert width_beyond_the_window(page) == 0


def test_pages_of_the_office_and_the_centre(
    live_server: Any, page: Page, faults: list[str], st0071: StandardVersion
) -> None:
    epas = builders.passed_rows(st0071, 4, name="Featherstone-Haugh")
    builders.passed_rows(st0071, 1, name="Without", consented=False)
    owner = owner_of(epas[0].registration.apprentice.centre)
    record = records.claim_record(epa=epas[0], by=owner)
    made = builders.claimed(*epas)
    errors = ["The service holds certificate 00013001, but the grade differs."]
    Claim.objects.filter(pk=made[0].pk).update(state="needs_person", service_errors=errors, set_aside_at=clock.now())
    Claim.objects.filter(pk=made[2].pk).update(state="cancelled", service_errors=errors)
    claim, check = reverse("certificates:claim", args=[made[0].pk]), records.check_address(record.number, "WRONG")
    addresses = {
        "list": reverse("certificates:list"),
        "claims": reverse("certificates:claims"),
        "waiting": reverse("certificates:waiting"),
        "claim": claim,
        "cancel": reverse("certificates:cancel", args=[made[1].pk]),
        "by_hand": reverse("certificates:by_hand", args=[made[0].pk]),
        "cancelled": reverse("certificates:claim", args=[made[2].pk]),
        "record": record.get_absolute_url(),
    }
    sign_in(page, live_server.url, person(Role.EPA_TEAM))
    for name, address in addresses.items():
        looked_at(page, live_server.url + address, f"team-{name}")
    assert faults == []
    sign_in(page, live_server.url, owner)
    addresses |= {
        "claim_record": reverse("certificates:claim_record", args=[epas[1].pk]),
        "claimed_record": reverse("certificates:claim_record", args=[epas[0].pk]),
    }
    for name in ("list", "claim", "record", "claim_record", "claimed_record"):
        looked_at(page, live_server.url + addresses[name], f"centre-{name}")
    page.context.clear_cookies()
    genuine = reverse("certificates:check_one", kwargs={"number": record.number, "code": record.check_code})
    looked_at(page, live_server.url + genuine, "check-genuine")
    looked_at(page, live_server.url + reverse("certificates:check"), "check")
    assert faults == []
    looked_at(page, live_server.url + check.removeprefix(settings.BASE_URL), "check-wrong")


@pytest.mark.clause("F4")
def test_consent_on_a_telephone(live_server: Any, page: Page, faults: list[str], st0071: StandardVersion) -> None:
    [epa] = builders.passed_rows(st0071, consented=False)
    apprentice = epa.registration.apprentice
    consent.ask(apprentice=apprentice, by=owner_of(apprentice.centre))
    address = reverse("certificates:consent", kwargs={"token": builders.token_sent(apprentice)})
    looked_at(page, live_server.url + address, "consent")
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_selector(".govuk-error-summary")
    sound(page, "consent-wrong")
    page.check("#id_agree")
    page.check("input[name=send_to][value=own]")
    for name, value in builders.HOME.items():
        page.fill(f"#id_{name}", value)
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_selector(".govuk-panel--confirmation")
    sound(page, "consent-done")
    assert Consent.objects.get().town == "Ware"
    token = builders.token_sent(apprentice, consent.WITHDRAW)
    back = reverse("certificates:withdraw_consent", kwargs={"token": token})
    looked_at(page, live_server.url + back, "withdraw")
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_selector(".govuk-panel--confirmation")
    sound(page, "withdrawn")
    assert Consent.objects.get().withdrawn_at is not None
    assert faults == []
