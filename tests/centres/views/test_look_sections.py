"""The pages of an application's sections in a real browser, wide and narrow; text kept as it is typed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.states import Role
from centres import actions
from centres.models import SectionDraft
from standards.models import StandardVersion
from tests import builders as people
from tests.centres import builders
from tests.centres.views.test_look import look, sign_in, sound
from tests.centres.views.test_pages import url
from tests.look.conftest import _collected_files_directory, chromium, faults, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("A3", "A6")
def test_a_centre_at_its_application(
    live_server: Any,
    page: Page,  # noqa: F811
    faults: list[str],  # noqa: F811
    st0071: StandardVersion,
    private_files: Any,
) -> None:
    centre = builders.centre("Riverside College")
    owner, jane = builders.owner_of(centre), people.person(Role.CENTRE_STAFF, centre.organisation, name="Jane Doe")
    row = builders.draft_application(centre, st0071)
    actions.save_interest(application=row, person="Robin", nature="Owns shares.", managed="Takes no part.", by=owner)
    actions.comment_on_section(application=row, key="people", text="Who checks what Asa assesses?", by=jane)
    actions.remove_policy(policy=row.policies.order_by("pk")[1], by=owner)
    sign_in(page, live_server.url, owner)
    look(page, live_server.url + row.get_absolute_url(), "application-tasks")
    for key in ("people", "resources", "policies", "interest", "declaration"):
        look(page, live_server.url + url("section", row, section=key), f"section-{key}")
    look(page, live_server.url + url("person", row.people.all()[0]), "section-person")
    look(page, live_server.url + url("check", row), "application-check")

    where = live_server.url + url("section", row, section="assessment")
    page.goto(where)
    page.fill("#id_assessment", "Sampled monthly by the lead.\nAnd what I add.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Your text was kept at", timeout=10_000)
    assert SectionDraft.objects.get(user=owner).text["assessment"].endswith("And what I add.")
    look(page, where, "section-kept")
    actions.write_assessment(application=row, text="Sampled monthly by the lead.\nAnd what Jane adds.", by=jane)
    page.click("main button:has-text('Save and continue')")
    page.wait_for_selector("text=Jane Doe has saved this since you opened it")
    page.set_viewport_size({"width": 1280, "height": 900})
    sound(page, "section-clash")
    page.set_viewport_size({"width": 390, "height": 900})
    sound(page, "section-clash")
    page.click("button:has-text('Put both texts together')")
    expect(page.locator("#id_assessment")).to_have_value(
        "Sampled monthly by the lead.\nAnd what Jane adds.\nAnd what I add."
    )
    page.click("main button:has-text('Save and continue')")
    page.wait_for_selector("text=Sections done")
    # The browser counts the answer that said "somebody was faster" as a fault of the page; it is the only one.
    assert [fault for fault in faults if "409" not in fault] == []
