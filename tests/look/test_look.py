"""Every piece of the look in a real browser, at a desk and on a telephone: axe, width, CSP, missing files."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.look.browser import WIDTHS, keep_picture, violations, width_beyond_the_window

pytestmark = [pytest.mark.e2e, pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]
PAGES = {
    **{f"guide/form/{state}/": 200 for state in ("empty", "filled", "wrong", "refused")},
    **{
        f"guide/{name}/": 200
        for name in ("form_layout", "form_plain", "list", "empty", "record", "tasks", "confirm", "home")
    },
    "guide/list/?q=ada&sort=-name": 200,
    **{f"guide/refused/{status}/": status for status in (403, 409, 422)},
    **{f"guide/whole/{name}/": 200 for name in ("404", "403", "500", "403_csrf", "accessibility")},
    **{
        f"guide/whole/account/{name}/": 200
        for name in ("password_reset_from_key_done", "signup_closed", "account_inactive")
    },
    "guide/whole/account/logout/": 200,
    "account/login/": 200,
    "account/password/reset/": 200,
    "account/password/reset/done/": 200,
    "account/password/reset/key/1-wrong/": 200,
}


@pytest.mark.parametrize(("address", "status"), PAGES.items())
def test_page(live_server: Any, page: Page, faults: list[str], address: str, status: int) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(f"{live_server.url}/{address}")
        page.wait_for_function("document.querySelector('.js-enabled') || !document.querySelector('script[src]')")
        keep_picture(page, address)

        assert answer is not None
        assert answer.status == status
        assert violations(page) == []
        assert width_beyond_the_window(page) == 0
    page.set_viewport_size({"width": 320, "height": 900})
    assert width_beyond_the_window(page) == 0
    assert [fault for fault in faults if not (status >= 400 and "Failed to load resource" in fault)] == []


def test_menus_and_picker_open(live_server: Any, page: Page, faults: list[str]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/guide/form/empty/")
        for menu in page.locator("details.portal-menu > summary").all():
            menu.click()
            assert violations(page) == []
            assert width_beyond_the_window(page) == 0
            keep_picture(page, f"menu-{menu.evaluate('menu => menu.parentElement.className')}")
            page.keyboard.press("Escape")
            assert page.locator("details.portal-menu[open]").count() == 0

        page.locator(".moj-js-datepicker-toggle").first.click()
        assert violations(page) == []
        assert width_beyond_the_window(page) == 0
        keep_picture(page, "picker-open")
        page.locator("button.moj-js-datepicker-ok").first.click()
        assert page.input_value("#id_starts_on").count("/") == 2
    assert faults == []


def test_errors_take_the_focus_and_lead_to_the_field(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/guide/form/wrong/")
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    assert page.title() == "Error: Every field – IMI portal"

    page.click(".govuk-error-summary a[href='#id_level_0']")
    assert page.evaluate("document.activeElement.id") == "id_level_0"
    described = page.get_attribute("#id_starts_on", "aria-describedby") or ""
    assert described.split() == ["id_starts_on-hint", "id_starts_on-error"]
    assert page.input_value("#id_starts_on") == "32/12/2026"


def test_every_error_links_to_an_element_of_the_page(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/guide/form/wrong/")
    targets = page.eval_on_selector_all(".govuk-error-summary a", "links => links.map(link => link.hash.slice(1))")
    assert [target for target in targets if page.locator(f"[id='{target}']").count() != 1] == []
    described = page.eval_on_selector_all(
        "[aria-describedby]", "all => all.flatMap(e => e.getAttribute('aria-describedby').split(' '))"
    )
    assert [one for one in described if page.locator(f"[id='{one}']").count() != 1] == []


def test_refusal_of_a_rule_stands_at_its_field_and_in_the_summary(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/guide/form/refused/")
    assert (
        page.locator("#id_starts_on-error").inner_text()
        == "Error:\nThe date is fewer than 10 working days away. (clause B3)"
    )
    summary = page.locator(".govuk-error-summary__list").inner_text()
    assert "The gateway of this learner is not confirmed. (clause G1)" in summary
    assert page.input_value("#id_name") == "Zoë Ŵyn-O’Brien"


def test_without_javascript_menus_open_and_the_form_is_whole(live_server: Any, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/guide/form/wrong/")
    page.locator("details.portal-menu > summary").last.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert page.get_by_role("link", name="Learners").first.is_visible()
    for name in ("starts_on", "evidence", "password", "notes"):
        assert page.locator(f"#id_{name}").is_visible()
    assert page.locator("button[hidden]:visible, .govuk-button:visible:has-text('Show')").count() == 0
    assert page.get_by_role("button", name="Save and continue").is_visible()
    context.close()


def test_keyboard_reaches_the_content_first(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/guide/list/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
