"""Journey 1: from a line of the government's register to a centre that may register."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Locator

from tests.e2e import story as told
from tests.e2e.applying import EPA, SUPPORT, owner_applies
from tests.e2e.before import PASSWORD
from tests.e2e.person import Person
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
JOURNEY = "approval"
REGISTER = f"""Ukprn,Name,ApplicationType,StartDate,Status,ApplicationDeterminedDate\r
10012345,ANOTHER PROVIDER LIMITED,Main provider,01/05/2017,,12/04/2024\r
{told.PROVIDER_UKPRN},{told.PROVIDER.upper()},Main provider,01/05/2017,,12/04/2024\r
10054321,AN EMPLOYER THAT TRAINS ITS OWN,Employer provider,01/06/2019,,\r
"""
ASSESSOR = "Name a second assessor with occupational competence."
COVER = "Say who stands in for the IQA."


@pytest.mark.clause("A1", "A2", "A3", "A5", "A6", "A7", "A8", "A9", "A10")
def test_approval(stage: Stage, enter: Callable[..., Person], story: told.Story, tmp_path: Path) -> None:
    register_is_imported(enter("administrator"), tmp_path)
    team = enter("epa_team")
    centre_is_opened(team, story)
    owner = owner_accepts(stage, enter)
    application = owner_applies(owner, tmp_path)

    stage.at(stage.on(1))
    eqa = enter("centre_eqa", narrow=True)
    eqa_requires_an_action(stage, eqa)

    stage.at(stage.on(1))
    owner_answers(
        stage, owner, application, tmp_path, {ASSESSOR: "Priya Shah joins us; her certificates are attached."}
    )

    stage.at(stage.on(1))
    eqa_approves_one_element(stage, eqa)
    first = owner_signs(stage, owner)
    team_countersigns(team, story)
    only_one_element_is_open(stage, owner, story, first)

    stage.at(stage.on(1))
    answers = {ASSESSOR: "Her record of assessing is attached.", COVER: "Ines Ferry stands in; her CV is attached."}
    owner_answers(stage, owner, application, tmp_path, answers)

    stage.at(stage.on(3))
    eqa_approves_the_other(stage, eqa)
    second = owner_signs_on_paper(stage, owner, tmp_path)
    team_compares_and_countersigns(team, story)
    both_elements_are_open(stage, owner, story, first, second)
    anybody_checks_the_contract(owner, enter(name="Somebody", narrow=True), second, tmp_path)


def register_is_imported(administrator: Person, folder: Path) -> None:
    """The administrator takes the government's file over; a file that is none is refused."""
    administrator.follows("Register")
    administrator.follows("Import the register")
    (folder / "wrong.csv").write_text("Name;Town\r\nAnn;Leeds\r\n")
    administrator.attaches(folder / "wrong.csv")
    with administrator.is_refused(422):
        administrator.presses("Import the register")
        administrator.reads("There is a problem")
    (folder / "apar.csv").write_text(REGISTER)
    administrator.attaches(folder / "apar.csv")
    administrator.presses("Import the register")
    administrator.reads("providers are on the register", "HARBOUR LANE TRAINING")


def centre_is_opened(team: Person, story: told.Story) -> None:
    """The EPA team opens the provider as a centre, invites the owner, and records that IMI approves it."""
    team.follows("Centres")
    team.follows("Open a centre")
    team.writes("UKPRN", "10099999")
    team.writes("Owner’s name", told.OWNER_NAME)
    team.writes("Owner’s e-mail address", told.OWNER_EMAIL)
    with team.is_refused(422):
        team.presses("Open the centre and invite the owner")
        team.reads("register", "A1")
    team.writes("UKPRN", str(told.PROVIDER_UKPRN))
    team.writes("Town", "Hull")
    team.presses("Open the centre and invite the owner")
    team.reads("is open; its owner has been invited", "Not IMI Approved")
    story.centre = team.page.url
    team.follows("Record IMI’s standing")
    team.chooses("IMI Approved")
    team.presses("Record and tell the centre")
    team.reads("Recorded")


def owner_accepts(stage: Stage, enter: Callable[..., Person]) -> Person:
    """The owner opens the link of the letter, on a telephone, and has an account and the centre in front of them."""
    owner = enter(name=told.OWNER_NAME, narrow=True)
    link = stage.mail.link(told.OWNER_EMAIL, "invited")
    owner.goes_to(link)
    owner.fills(password="short")
    owner.presses("Accept and sign in")
    owner.reads("There is a problem")
    owner.fills(password=PASSWORD)
    owner.presses("Accept and sign in")
    owner.reads("What you have to do")
    with owner.is_refused(410):
        owner.goes_to(link)  # it works once
        owner.reads("link")
    owner.goes_to("/")
    return owner


def eqa_requires_an_action(stage: Stage, eqa: Person) -> None:
    """The Centre EQA takes the application, decides, and asks for what is missing."""
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.follows("Take the application")
    eqa.presses("Take the application")
    eqa.reads("There is a problem")  # the declaration of no interest is not made for anybody
    eqa.ticks("I declare that I have no interest")
    eqa.presses("Take the application")
    eqa.reads("is yours to review", "Why can’t I approve yet?")
    decide(eqa, missing=f"{EPA}: (i)")
    eqa.follows("Rate the risk")
    eqa.presses("Save the rating")
    eqa.reads("The risk is rated")
    eqa.follows("Approve")
    with eqa.is_refused(422):
        eqa.presses("Approve and issue the contract")
        eqa.reads("This is not possible yet", "A6")
    eqa.goes_to("/")
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.follows("Go on with the review")
    eqa.follows("Require actions")
    eqa.writes("What is required", ASSESSOR, nth=0)
    eqa.presses("Send to the centre")
    eqa.reads("The centre has been told")
    assert stage.mail.letter(told.OWNER_EMAIL, "needs more")


def decide(eqa: Person, *, missing: str = "") -> None:
    """Answer every element × criterion: met, but for the one whose legend begins with ``missing``."""
    groups = eqa.page.locator("main fieldset").filter(has=eqa.page.get_by_label("Not met"))
    for place in range(groups.count()):
        group = groups.nth(place)
        is_missing = bool(missing) and group.locator("legend").inner_text().strip().startswith(missing.strip())
        group.get_by_label("Not met" if is_missing else "Met", exact=True).check()
        reason = eqa.page.locator("[data-criterion] textarea").nth(place)
        reason.fill("One assessor is too few." if is_missing else "")
    eqa.presses("Save decisions")
    eqa.reads("Your decisions are saved")


def owner_answers(stage: Stage, owner: Person, application: str, folder: Path, answers: dict[str, str]) -> None:
    """The centre opens the latest letter's link, answers what is asked with evidence, and hands in again."""
    owner.goes_to(stage.mail.link(told.OWNER_EMAIL, "needs more", nth=len(answers)))
    owner.reads(*answers)
    for answer in answers.values():
        owner.follows("Answer")
        owner.writes("What has been done", answer)
        owner.attaches(told.pdf(folder, "Evidence of it"))
        owner.presses("Save the answer")
    owner.goes_to(application)
    owner.follows("Check and hand in again")
    owner.presses("Hand in again")
    owner.reads("is handed in")


def eqa_approves_one_element(stage: Stage, eqa: Person) -> None:
    """The answer is not enough: one element is approved with its contract, of the other more is asked once more."""
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.presses("Take it up")
    eqa.follows("Close or reopen")
    eqa.chooses("No, something is still missing")
    eqa.presses("Save")
    eqa.reads("There is a problem", "Say what is still missing.")
    eqa.writes("Comment", "Her record of assessing is missing.")
    eqa.presses("Save")
    eqa.follows("Approve")
    eqa.reads("Why can’t I approve all of it yet?")
    eqa.unticks(EPA)
    eqa.presses("Approve and issue the contract")
    eqa.reads("Approved. Contract")
    assert stage.mail.letter(told.OWNER_EMAIL, "approved in part")
    eqa.follows("Go on with the review")
    eqa.follows("Require actions")
    eqa.reads("Reopened and sent again", ASSESSOR)
    elements = [
        option for option in eqa.field("Element").first.locator("option").all_inner_texts() if "AS-CSS" in option
    ]
    assert len(elements) == 1, elements  # nothing is asked any more of what is approved
    eqa.selects("Element", elements[0])
    eqa.writes("What is required", COVER)
    eqa.writes("Due by", f"{stage.on(20):%d/%m/%Y}")
    eqa.presses("Send to the centre")
    eqa.reads("The centre has been told")


def eqa_approves_the_other(stage: Stage, eqa: Person) -> None:
    """The Centre EQA closes both actions, decides again and approves: the contract is amended in the same step."""
    eqa.goes_to("/")
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.presses("Take it up")
    for _ in range(2):
        eqa.follows("Close or reopen")
        eqa.chooses("Yes, close the action")
        eqa.presses("Save")
    decide(eqa)
    eqa.reads("Everything is met")
    eqa.follows("Approve")
    eqa.presses("Approve and issue the contract")
    eqa.reads("Approved. Contract")
    assert stage.mail.letter(told.OWNER_EMAIL, ": approved", nth=2)


def owner_signs(stage: Stage, owner: Person) -> str:
    """The owner downloads the contract, reads it and signs in the portal with a code that came by e-mail."""
    owner.goes_to(stage.mail.link(told.OWNER_EMAIL, "please sign"))
    contract = owner.page.url
    path = owner.downloads("Contract")
    with pikepdf.open(path) as document:
        assert len(document.pages) >= 1
        assert "/StructTreeRoot" in document.Root  # tagged, so that it can be read aloud
        assert told.PROVIDER.upper() in str(document.docinfo.get("/Title", ""))
    owner.follows("Sign in the portal")
    owner.presses("E-mail me a code")
    owner.reads("A code is on its way")
    code = stage.mail.letter(told.OWNER_EMAIL, "is your code to sign")["Subject"].split(": ")[1][:6]
    owner.writes("Role in the centre", "Managing director")
    owner.writes("Code from the e-mail", code)
    owner.presses("Sign the contract")
    owner.reads("There is a problem")  # without consent nothing is signed
    owner.ticks("I have read the contract")
    owner.presses("Sign the contract")
    owner.reads("Signed. IMI checks it now")
    return contract


def team_countersigns(team: Person, story: told.Story) -> None:
    """The EPA team checks the signed contract; from today the centre may register."""
    team.goes_to(story.centre)
    team.reads("be registered yet?")
    team.follows("Check the signed contract")
    team.follows("Countersign")
    team.presses("Countersign")
    team.reads("is in force")


def element_row(person: Person, code: str) -> Locator:
    """What the centre's page says of an element."""
    return person.page.locator("section[aria-labelledby=elements] tbody tr").filter(has_text=code)


def only_one_element_is_open(stage: Stage, owner: Person, story: told.Story, contract: str) -> None:
    """The approved element can be registered on; the other waits for its own approval."""
    stage.mail.letter(told.OWNER_EMAIL, "in force")
    owner.goes_to(contract)
    owner.reads("In force", "Erica Plant")
    owner.goes_to(story.centre)
    assert "Open" in element_row(owner, SUPPORT).inner_text()
    assert "Shut" in element_row(owner, EPA).inner_text()
    owner.reads("be registered yet?")


def owner_signs_on_paper(stage: Stage, owner: Person, folder: Path) -> str:
    """The amendment comes back as a scan with a signature; the file as it was sent is refused."""
    owner.goes_to(stage.mail.link(told.OWNER_EMAIL, "please sign", nth=2))
    owner.reads("amends CON-", SUPPORT, EPA)
    contract = owner.page.url
    issued = owner.downloads("Contract")
    owner.follows("return a copy signed on paper")
    owner.writes("Full name of who signed", told.OWNER_NAME)
    owner.writes("Role of who signed", "Managing director")
    owner.attaches(issued)
    owner.presses("Upload the signed copy")
    owner.reads("There is a problem", "without a signature")
    owner.attaches(told.signed(issued, folder / "Signed contract.pdf"))
    owner.presses("Upload the signed copy")
    owner.reads("Returned. IMI checks it now")
    return contract


def team_compares_and_countersigns(team: Person, story: told.Story) -> None:
    """The EPA team compares the signed copy with the contract as issued, point by point, before it countersigns."""
    team.goes_to(story.centre)
    team.follows("Check the signed contract")
    team.follows("Countersign")
    team.reads("Compare the signed copy with the contract as issued")
    team.does_not_read("The numbers differ")
    team.presses("Countersign")
    team.reads("There is a problem", "Not checked yet")
    points = team.page.get_by_role("group", name="I have compared").get_by_role("checkbox")
    for place in range(points.count()):
        points.nth(place).check()
    team.presses("Countersign")
    team.reads("is in force")


def both_elements_are_open(stage: Stage, owner: Person, story: told.Story, first: str, second: str) -> None:
    """The amendment is in force and the first version is kept; from today the centre may register on both elements."""
    stage.mail.letter(told.OWNER_EMAIL, "in force", nth=2)
    owner.goes_to(first)
    owner.reads("Replaced by a later version")
    owner.goes_to(second)
    owner.reads("In force", "Erica Plant")
    owner.goes_to(story.centre)
    for code in (SUPPORT, EPA):
        assert "Open" in element_row(owner, code).inner_text()
    owner.does_not_read("be registered yet?")


def anybody_checks_the_contract(owner: Person, somebody: Person, contract: str, folder: Path) -> None:
    """Who is given the sealed contract learns without an account that it is genuine, and that a changed one is not."""
    owner.goes_to(contract)
    owner.waits_to_read("Sealed contract with signing certificate")
    sealed = owner.downloads("Sealed contract")
    somebody.goes_to(str(owner.page.get_by_role("link", name="check it").get_attribute("href")))
    somebody.attaches(sealed)
    somebody.presses("Check the file")
    somebody.reads("Genuine and unchanged", told.PROVIDER.upper())
    data = bytearray(sealed.read_bytes())
    data[len(data) // 3] ^= 1
    (folder / "changed.pdf").write_bytes(data)
    somebody.attaches(folder / "changed.pdf")
    somebody.presses("Check the file")
    somebody.reads("Do not rely on this file")
