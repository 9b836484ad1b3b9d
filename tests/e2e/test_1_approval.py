"""Journey 1: from a line of the government's register to a centre that may register."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.e2e import story as told
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
SUPPORT, EPA = "AS-CSS-ASP", "AS-CSS-EPA"


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

    stage.at(stage.on(2))
    owner_answers(stage, owner, application, tmp_path)

    stage.at(stage.on(1))
    eqa_approves(stage, eqa)
    contract = owner_signs(stage, owner)

    stage.at(stage.on(3))
    team_countersigns(team, story)
    stage.mail.letter(told.OWNER_EMAIL, "in force")
    owner.goes_to(contract)
    owner.reads("In force", "Erica Plant")
    owner.goes_to(story.centre)
    owner.reads(SUPPORT, EPA)
    owner.does_not_read("be registered yet?")


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


def owner_applies(owner: Person, folder: Path) -> str:
    """Every section is filled in; what is missing is said before, and handing in is refused until nothing is."""
    owner.follows("Our centre")
    owner.follows("Begin an application")
    owner.selects("Standard", owner.page.locator("main select option").nth(1).inner_text().strip())
    owner.presses("Begin the application")
    application = owner.page.url
    owner.follows("Check your answers and hand in")
    with owner.is_refused(422):
        owner.presses("Hand in the application")
    owner.goes_to(application)
    owner.follows("Elements")
    owner.ticks(SUPPORT)
    owner.ticks(EPA)
    owner.presses("Save and continue")
    owner_names_people(owner, folder)
    owner.follows("Training resources and sites")
    owner.writes(
        "Learner numbers, staffing and cover", "Three trainers and a lead, each five years in customer service."
    )
    owner.presses("Save and stay")
    owner.reads("is saved")
    owner.writes(f"Training resources for {SUPPORT}", "Two classrooms and a mock front desk.")
    owner.writes(f"Training resources for {EPA}", "A quiet room for the discussion.")
    owner.ticks("Main site")
    owner.presses("Save and continue")
    owner.follows("Assessment and IQA arrangements")
    owner.writes("Assessment and internal quality assurance", "Our IQA samples one assessment in four, each month.")
    owner.presses("Save and continue")
    owner_uploads_policies(owner, folder)
    owner.follows("Approval guidance checklist")
    blank = owner.downloads("Download the blank checklist")
    owner.attaches(blank)
    owner.presses("Upload and continue")
    owner.follows("Conflict of interest")
    owner.ticks("We declare that neither the centre nor anybody")
    owner.presses("Save and continue")
    owner.follows("Declarations")
    owner.writes("Full name", told.OWNER_NAME)
    owner.writes("Role in the centre", "Managing director")
    owner.ticks("We have read and fully understand Customer")
    owner.ticks("We have read and fully understand the requirements")
    owner.presses("Declare and continue")
    owner.reads("8 of 8")
    owner.follows("Check your answers and hand in")
    owner.reads("Everything is there.", "Three trainers and a lead")
    owner.presses("Hand in the application")
    owner.reads("is handed in")
    return application


def owner_names_people(owner: Person, folder: Path) -> None:
    """A trainer who assesses too, and an IQA; each with a CV, for both elements."""
    owner.follows("People")
    for name, roles in (("Tess Lane", ("Trainer", "Assessor")), ("Ira Quay", ("IQA",))):
        owner.follows("Add somebody")
        owner.writes("Full name", name)
        for role in roles:
            owner.ticks(role)
        owner.ticks(SUPPORT)
        owner.ticks(EPA)
        owner.writes("Qualifications", "Level 4, 2019")
        owner.writes("Occupational competence", "Ten years in customer service, until 2021.")
        owner.writes("Last CPD on", "01/09/2026")
        owner.attaches(told.pdf(folder, f"CV of {name}"))
        owner.presses("Save")
        owner.reads(name)
    owner.follows("Back to the application")


def owner_uploads_policies(owner: Person, folder: Path) -> None:
    """Each policy that is asked for; one that has expired is refused."""
    owner.follows("Policies")
    first = True
    while owner.page.get_by_role("link", name="Upload").count():
        owner.page.get_by_role("link", name="Upload").first.click()
        owner.attaches(told.pdf(folder, "Policy"))
        owner.writes("Issued on", "01/01/2024")
        if first:
            owner.writes("Expires on", "01/01/2025")
            owner.presses("Save")
            owner.reads("This policy has expired")
            owner.attaches(told.pdf(folder, "Policy"))
            first = False
        owner.writes("Expires on", "01/01/2031")
        owner.presses("Save")
        owner.reads("is saved")
    owner.follows("Back to the application")


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
    eqa.follows("Approve")
    with eqa.is_refused(422):
        eqa.presses("Approve and issue the contract")
        eqa.reads("This is not possible yet", "A6")
    eqa.goes_to("/")
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.follows("Go on with the review")
    eqa.follows("Require actions")
    eqa.writes("What is required", "Name a second assessor with occupational competence.", nth=0)
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
    eqa.follows("Rate the risk")
    eqa.presses("Save the rating")
    eqa.reads("The risk is rated")


def owner_answers(stage: Stage, owner: Person, application: str, folder: Path) -> None:
    """The centre opens the letter's link, answers with evidence, and hands in again."""
    owner.goes_to(stage.mail.link(told.OWNER_EMAIL, "needs more"))
    owner.reads("Name a second assessor")
    owner.follows("Answer")
    owner.writes("What has been done", "Priya Shah joins us; her certificates are attached.")
    owner.attaches(told.pdf(folder, "Certificates of P Shah"))
    owner.presses("Save the answer")
    owner.goes_to(application)
    owner.follows("Check and hand in again")
    owner.presses("Hand in again")
    owner.reads("is handed in")


def eqa_approves(stage: Stage, eqa: Person) -> None:
    """The Centre EQA closes the action, decides again and approves: the contract is on its way in the same step."""
    eqa.follows("Applications")
    eqa.follows("APP-")
    eqa.presses("Take it up")
    eqa.follows("Close or reopen")
    eqa.chooses("Yes, close the action")
    eqa.presses("Save")
    decide(eqa)
    eqa.reads("Everything is met")
    eqa.follows("Approve")
    eqa.presses("Approve and issue the contract")
    eqa.reads("Approved. Contract")
    assert stage.mail.letter(told.OWNER_EMAIL, "approved")


def owner_signs(stage: Stage, owner: Person) -> str:
    """The owner downloads the contract, reads it and signs in the portal."""
    owner.goes_to(stage.mail.link(told.OWNER_EMAIL, "sign"))
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
