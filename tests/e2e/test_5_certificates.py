"""Journey 5: the record of achievement, the consent, Friday's claim, and the certificate delivered."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from foundation import clock
from tests.e2e import story as told
from tests.e2e.person import Person
from tests.e2e.stage import Stage
from tests.foundation.test_documents import text_of

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
JOURNEY = "certificates"
FRIDAY = dt.datetime(2027, 7, 9, 17, 30, tzinfo=clock.LONDON)


@pytest.mark.clause("F3", "F4", "F5")
def test_certificates(stage: Stage, enter: Callable[..., Person], story: told.Story) -> None:
    stage.at(dt.date(2027, 7, 6))
    staff = enter(name=told.STAFF_NAME, email=told.STAFF_EMAIL)
    team = enter("epa_team")
    number, code, address = record_of_achievement(stage, staff, story)
    anyone_checks(enter, number, code, address)
    staff.goes_to(story.learner)
    staff.reads("Why can’t the certificate be claimed yet?", "F4")
    apprentice_consents(stage, enter, staff)

    stage.at(FRIDAY)
    claim = claimed_on_friday(stage, team)
    the_week_again_claims_nobody_twice(stage, team)

    stage.at(dt.date(2027, 7, 12))
    followed_until_delivered(stage, team, claim)
    staff.goes_to(story.learner)
    staff.reads("Certificate delivered", number)


def record_of_achievement(stage: Stage, staff: Person, story: told.Story) -> tuple[str, str, str]:
    """Claimed by the centre, made by the worker, downloaded and read: number, check code and address of the check."""
    staff.goes_to(story.learner)
    staff.follows("Claim it")
    staff.presses("Claim the record of achievement")
    number = staff.heading().strip()
    staff.waits_to_read("Download the PDF")
    text = text_of(staff.downloads("Download the PDF").read_bytes())
    assert told.HEROINE.name in text
    assert number in text
    address = staff.page.locator("main a.portal-break").get_attribute("href") or ""
    code = address.rstrip("/").rpartition("/")[2]
    assert code in text
    return number, code, address


def anyone_checks(enter: Callable[..., Person], number: str, code: str, address: str) -> None:
    """Whoever holds the record checks it, by the address in its QR code or by typing; a wrong code is not genuine."""
    anyone = enter(name="Anyone")
    anyone.goes_to(address)
    anyone.reads("Genuine", number, told.HEROINE.name)
    anyone.does_not_read(told.HEROINE.uln)
    anyone.goes_to("/certificates/check/")
    anyone.writes("Number", number)
    anyone.writes("Check code", "Q" * len(code))
    anyone.presses("Check")
    anyone.reads("No record of achievement has this number and check code")
    anyone.writes("Number", number)
    anyone.writes("Check code", code.lower())
    anyone.presses("Check")
    anyone.reads("Genuine")


def apprentice_consents(stage: Stage, enter: Callable[..., Person], staff: Person) -> None:
    """The centre sends the link; the apprentice agrees, by the link alone (F4)."""
    staff.presses(f"Send {told.HEROINE.given_names} the link")
    apprentice = enter(name=told.HEROINE.name, narrow=True)
    apprentice.goes_to(stage.mail.link(told.HEROINE.email, "Your consent"))
    apprentice.chooses("To my employer")
    apprentice.presses("Give my consent")
    apprentice.reads("There is a problem")
    apprentice.ticks("I agree")
    apprentice.chooses("To my employer")
    apprentice.presses("Give my consent")
    apprentice.does_not_read("There is a problem")
    assert stage.mail.letter(told.HEROINE.email, "on record")


def claimed_on_friday(stage: Stage, team: Person) -> str:
    """Friday's job, as the beat starts it, sends one claim; the service holds exactly one certificate (F5)."""
    assert stage.control("certificates") == []
    stage.run_job("certificates.weekly_claim")
    stage.run_job("certificates.send_claims")
    team.follows("Claims")
    team.waits_to_read("CLM-27-")
    team.follows("CLM-27-", within="main")
    team.waits_to_read("Submitted")
    held = stage.control("certificates")
    assert [(one["uln"], one["status"]) for one in held] == [(int(told.HEROINE.uln), "Submitted")]
    assert re.search(r"Dock Office|Quayside", str(held[0]["contact"]))
    return team.page.url


def the_week_again_claims_nobody_twice(stage: Stage, team: Person) -> None:
    """The same job once more, and the sender: the same one certificate."""
    before = stage.control("summary")
    stage.run_job("certificates.weekly_claim")
    stage.run_job("certificates.send_claims")
    stage.run_job("foundation.deliver_messages")
    stage.wait_until_idle()
    after = stage.control("summary")
    assert (after["certificates"], after["duplicates"], after["submissions"]) == (1, before["duplicates"], 1)


def followed_until_delivered(stage: Stage, team: Person, claim: str) -> None:
    """The printer works on; the job that follows claims sees it, and the page says so."""
    stage.control("print", {"to": "Delivered"})
    stage.run_job("certificates.follow_claims")
    team.goes_to(claim)
    team.waits_to_read("Delivered")
    assert stage.mail.letter(told.STAFF_EMAIL, "delivered")
