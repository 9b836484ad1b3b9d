"""Journey 3: from the first preparation to confirmed dates and everything handed in."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import story as told
from tests.e2e.person import Person
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
JOURNEY = "booking"
ASKED_ON = dt.date(2027, 1, 25)
OBSERVATION = dt.date(2027, 5, 4)
INTERVIEW = dt.date(2027, 6, 1)
DISCUSSION = dt.date(2027, 6, 8)
SUBJECT = "Why berthing enquiries wait two days for an answer, and how a shared inbox would change that."
PIECES = 10


@pytest.mark.clause("B1", "B2", "B4", "B5", "B6", "C1", "C4", "C5", "C7", "C9", "E1", "E2", "E3", "E4", "E6")
def test_booking(stage: Stage, enter: Callable[..., Person], story: told.Story, tmp_path: Path) -> None:
    stage.at(ASKED_ON)
    staff = enter(name=told.STAFF_NAME, email=told.STAFF_EMAIL)
    team = enter("epa_team")
    gateway = begins_preparing(staff, story)
    asks_for_a_booking(stage, staff, story)
    keeps_a_portfolio(staff, gateway, tmp_path)
    agrees_the_subject(stage, enter, staff, team, gateway)

    stage.at(dt.date(2027, 4, 8))
    records_english_and_maths(staff, story, tmp_path)
    states_training(staff, gateway)
    three_people_sign(stage, enter, staff, gateway)
    submits_the_gateway(staff, gateway)

    stage.at(dt.date(2027, 4, 12))
    team_accepts(stage, team)
    team_confirms(stage, team, story)
    cancelling_would_cost(staff, story)

    stage.at(dt.date(2027, 5, 17))
    hands_in(stage, staff, story, tmp_path)


def begins_preparing(staff: Person, story: told.Story) -> str:
    """The learner's page names the one thing to do next."""
    staff.goes_to(story.learner)
    staff.reads("Begin to prepare the EPA")
    staff.presses("Begin")
    staff.reads(f"Gateway of {told.HEROINE.name}", "Why can’t the gateway be accepted yet?", "B4", "B5")
    return staff.page.url


def asks_for_a_booking(stage: Stage, staff: Person, story: told.Story) -> None:
    """Before the gateway, at least 90 days ahead; the planner shows what follows from a date."""
    staff.follows("Request a booking")
    staff.follows("planner")
    staff.writes("Desired date of the practical", f"{OBSERVATION:%d/%m/%Y}")
    staff.presses("Show the dates")
    staff.reads("E2", "C9")
    staff.goes_to(story.learner)
    staff.follows("The end-point assessment for")
    story.epa = staff.page.url
    staff.goes_to(f"{story.epa}request/")
    staff.ticks("Centre and employer are responsible")
    staff.writes("Desired date of the practical", f"{ASKED_ON + dt.timedelta(days=89):%d/%m/%Y}")
    with staff.is_refused(422):
        staff.presses("Request the booking")
        staff.reads("90 days", "E2")
    staff.writes("Desired date of the practical", f"{OBSERVATION:%d/%m/%Y}")
    staff.presses("Request the booking")
    staff.reads("is with IMI’s EPA team", "Provisional until the gateway is accepted")
    story.booking = staff.page.url
    assert stage.mail.letter("epa@imi.example", "Booking to confirm")


def keeps_a_portfolio(staff: Person, gateway: str, folder: Path) -> None:
    """Ten pieces, as files and links, each with what it evidences."""
    staff.goes_to(gateway)
    for number in range(1, PIECES + 1):
        staff.follows("Add to the portfolio")
        staff.writes("Title", f"Piece {number}: a customer helped")
        staff.page.locator("main input[name=evidences]").nth(number % 3).check()
        if number % 4:
            staff.attaches(told.pdf(folder, f"Piece {number}"))
        else:
            staff.writes("Link", f"https://portfolio.example.org/maya/{number}")
        staff.presses("Add to the portfolio")
    staff.reads(f"Piece {PIECES}: a customer helped")


def agrees_the_subject(stage: Stage, enter: Callable[..., Person], staff: Person, team: Person, gateway: str) -> None:
    """The centre proposes, the employer comments by the link of a letter, IMI decides (C5)."""
    staff.follows("Propose a subject")
    staff.writes("Subject", SUBJECT)
    staff.presses("Propose the subject")
    subject = staff.page.url
    staff.reads(told.EMPLOYER_NAME, "has been sent a link to comment")
    staff.follows("Send it again")
    staff.presses("Send the link")
    employer = enter(name=told.EMPLOYER_NAME)
    with employer.is_refused(410):  # the first link went out with the proposal; asking again has replaced it
        employer.goes_to(stage.mail.link(told.EMPLOYER_EMAIL, "comment on a project"))
        employer.reads("does not open anything any more")
    employer.goes_to(stage.mail.link(told.EMPLOYER_EMAIL, "comment on a project", nth=2))
    employer.reads(SUBJECT, told.HEROINE.name)
    employer.does_not_read(told.HEROINE.uln)
    employer.writes("Your comment", "It is our most frequent complaint; she can reach everyone she needs.")
    employer.presses("Send the comment")
    employer.reads("Comment received")
    team.goes_to(stage.mail.link("epa@imi.example", "Subject to decide"))
    team.reads("our most frequent complaint")
    team.follows("Decide")
    team.chooses("Agreed")
    team.presses("Record the decision")
    team.reads("The decision is recorded")
    staff.goes_to(subject)
    staff.reads("Agreed")
    staff.goes_to(gateway)


def records_english_and_maths(staff: Person, story: told.Story, folder: Path) -> None:
    """Both at level 2, with their certificates (B4)."""
    for subject in ("English", "Maths"):
        staff.goes_to(story.learner)
        staff.follows("Add English or maths")
        staff.selects("Subject", subject)
        staff.selects("Level", "Level 2")
        staff.writes("Qualification", f"GCSE {subject}, grade 5")
        staff.writes("Achieved on", "22/08/2024")
        staff.attaches(told.pdf(folder, f"GCSE {subject}"))
        staff.presses("Record")
        staff.reads("The qualification is recorded", f"GCSE {subject}")


def states_training(staff: Person, gateway: str) -> None:
    """The share of off-the-job training: 19 per cent is short of it, and said so; then the true figure."""
    staff.goes_to(gateway)
    for percent in ("19", "22.5"):
        staff.follows("State the off-the-job training")
        staff.page.fill("#id_percent", percent)
        staff.presses("Save")
        staff.reads("B3") if percent == "19" else staff.does_not_read("B3")


def three_people_sign(stage: Stage, enter: Callable[..., Person], staff: Person, gateway: str) -> None:
    """Employer and apprentice by the link of their own letter, the provider by login; what is missing is said (B5)."""
    staff.presses("Ask employer and apprentice to sign")
    staff.reads("Links sent: 2")
    people = ((told.EMPLOYER_NAME, told.EMPLOYER_EMAIL), (told.HEROINE.name, told.HEROINE.email))
    for name, address in people:
        signer = enter(name=name)
        link = stage.mail.link(address, "Please read and sign")
        signer.goes_to(link)
        signer.reads("ready for the end-point assessment", told.HEROINE.name, "Piece 1: a customer helped")
        with signer.is_refused(422):
            signer.presses("Sign")
            signer.reads("There is a problem")
        sign(signer, name)
        signer.reads("Signed")
        with signer.is_refused(410):
            signer.goes_to(link)
            signer.reads("does not open anything any more")
    staff.goes_to(gateway)
    staff.does_not_read("Submit the gateway")
    staff.goes_to(f"{gateway}submit/")
    with staff.is_refused(422):
        staff.presses("Submit the gateway")
        staff.reads("There is a problem", "Training provider: has not signed", "B2")
        staff.does_not_read("Nothing is missing")
    staff.goes_to(gateway)
    staff.follows("Sign for the training provider")
    sign(staff, told.STAFF_NAME)
    staff.reads("Signed for the training provider", "Everything is there.")


def sign(signer: Person, name: str) -> None:
    """Tick every statement, type the name, sign."""
    boxes = signer.page.locator("main input[type=checkbox]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    signer.writes("Your full name", name)
    signer.presses("Sign")


def submits_the_gateway(staff: Person, gateway: str) -> None:
    staff.goes_to(gateway)
    staff.follows("Submit the gateway")
    staff.presses("Submit the gateway")
    staff.reads("The gateway is with the EPA team")


def team_accepts(stage: Stage, team: Person) -> None:
    """The EPA team checks and accepts: the EPA period begins today (C9)."""
    team.goes_to(stage.mail.link("epa@imi.example", "Gateway to check"))
    team.follows("Accept the gateway")
    team.presses("Accept and open the EPA period")
    team.reads("Accepted. The EPA period has begun", "Mon 12 Apr 2027", "Mon 12 Jul 2027")


def team_confirms(stage: Stage, team: Person, story: told.Story) -> None:
    """Assessor, dates and places inside the windows; a date outside is refused with its clause."""
    team.follows("Bookings")
    team.follows("BK-", within="main")
    team.follows("Arrange and confirm")
    days = {"Practical observation": OBSERVATION, "Work-based project": INTERVIEW, "Professional": DISCUSSION}
    for name, day in days.items():
        arrange(team, name, dt.date(2027, 7, 13) if day == DISCUSSION else day)
    with team.is_refused(422):
        team.presses("Confirm the dates")
        team.reads("There is a problem", "C6")
    arrange(team, "Professional", DISCUSSION)
    team.presses("Confirm the dates")
    team.reads("The booking is confirmed")
    assert stage.mail.letter("ann@imi.example", "Practical observation")
    assert stage.mail.letter(told.STAFF_EMAIL, "are confirmed")


def arrange(team: Person, name: str, day: dt.date) -> None:
    """Fill in the part of the form for one component."""
    part = team.page.locator("main fieldset").filter(has_text=name).first
    part.locator("select").select_option(label="Ann Assessor")
    part.locator("input[name^=at_]").nth(0).fill(f"{day:%d/%m/%Y}")
    part.locator("input[name^=at_]").nth(1).fill("10:00")
    part.locator("input[name^=place_]").fill("Quayside Boats, meeting room")


def cancelling_would_cost(staff: Person, story: told.Story) -> None:
    """22 days before the first confirmed date the page says what cancelling would cost; nobody cancels (E4)."""
    staff.goes_to(story.booking)
    staff.reads("Confirmed")
    staff.follows("Cancel the booking")
    staff.reads("£640.00", "E4")
    staff.goes_to(story.booking)
    staff.reads("Confirmed")


def hands_in(stage: Stage, staff: Person, story: told.Story, folder: Path) -> None:
    """Report and portfolio are handed in before they are due."""
    staff.goes_to(story.epa)
    staff.follows("Work-based project")
    staff.reads("Tue 18 May 2027")
    staff.follows("Hand in")
    staff.attaches(told.pdf(folder, "Project report", pages=3))
    staff.presses("Hand in")
    staff.reads("It is handed in")
    staff.goes_to(story.epa)
    staff.follows("Professional discussion")
    staff.reads("Tue 25 May 2027")
    staff.follows("Hand in")
    boxes = staff.page.locator("main input[name=pieces]")
    for place in range(boxes.count() - 1):
        boxes.nth(place).check()
    with staff.is_refused(422):
        staff.presses("Hand in")
        staff.reads("There is a problem", "C7")
    boxes.last.check()
    staff.presses("Hand in")
    staff.reads("It is handed in")
    assert stage.mail.letter("ann@imi.example", "has been handed in")
