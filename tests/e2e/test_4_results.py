"""Journey 4: from the observation to a pass: one component fails, is released, tried again and passed."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import story as told
from tests.e2e.person import Person
from tests.e2e.stage import Stage
from tests.e2e.test_3_booking import DISCUSSION, INTERVIEW, OBSERVATION

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
JOURNEY = "results"
FEEDBACK = "The cost of the shared inbox is not worked out. Rework the second chapter."
RETRY = dt.date(2027, 6, 30)
GRADES = ("Fail", "Distinction")  # words that no page of a centre says before the release


@pytest.mark.clause("C10", "C11", "C13", "C14", "D4", "F1")
def test_results(stage: Stage, enter: Callable[..., Person], story: told.Story, tmp_path: Path) -> None:
    assessor = enter("independent_assessor")
    staff = enter(name=told.STAFF_NAME, email=told.STAFF_EMAIL)
    team = enter("epa_team")
    stage.at(OBSERVATION)
    records(assessor, "Practical observation", "Pass")
    stage.at(INTERVIEW)
    records(assessor, "Work-based project", "Fail", feedback=FEEDBACK)
    centre_learns_nothing(staff, story)
    stage.at(DISCUSSION)
    records(assessor, "Professional discussion", "Distinction")
    centre_learns_nothing(staff, story)

    stage.at(dt.date(2027, 6, 10))
    due = stage.mail.letter("epa@imi.example", "to be released by")
    assert "7 Jul 2027" in str(due["Subject"])  # 21 working days after the discussion
    releases(stage, team, "Fail")
    attempt = fail_is_read_and_tried_again(stage, staff, story)

    stage.at(dt.date(2027, 6, 14))
    team_arranges_again(stage, team)
    reworked_report_is_handed_in(stage, staff, attempt, tmp_path)

    stage.at(RETRY)
    records(assessor, "Work-based project", "Pass")
    second_attempt_stays_secret(staff, story, attempt)
    stage.at(dt.date(2027, 7, 5))
    releases(stage, team, "Pass")
    pass_goes_into_the_ilr(stage, staff)


def records(assessor: Person, component: str, grade: str, *, feedback: str = "") -> None:
    """The assessor opens today's sheet, judges every criterion, gives the grade."""
    assessor.follows("Assessments")
    assessor.reads(told.HEROINE.name)
    assessor.follows(component, within="main")
    assessor.follows("Record the assessment")
    assessor.writes("Day on which it was held", f"{assessor.stage.today:%d/%m/%Y}")
    groups = assessor.page.locator("main fieldset").filter(has=assessor.page.get_by_label("Not met", exact=True))
    for place in range(groups.count()):
        group = groups.nth(place)
        if group.locator("fieldset").count():
            continue  # the frame around it
        is_distinction = "For a Distinction" in group.inner_text()
        is_met = not is_distinction if grade == "Pass" else grade == "Distinction"
        group.get_by_label("Met" if is_met else "Not met", exact=True).check()
    assessor.chooses(grade, group="Grade")
    if feedback:
        assessor.presses("Record the assessment")
        assessor.reads("There is a problem", "C14")
        assessor.writes("Feedback", feedback)
    assessor.presses("Record the assessment")
    assessor.reads("The assessment is recorded")


def centre_learns_nothing(staff: Person, story: told.Story) -> None:
    """Before the release no page of the centre says a grade: not the learner's, the EPA's, its attempts', the lists."""
    staff.goes_to(story.learner)
    staff.does_not_read(*GRADES, FEEDBACK)
    staff.goes_to(story.epa)
    staff.does_not_read(*GRADES, FEEDBACK)
    for name in ("Practical observation", "Work-based project", "Professional discussion"):
        staff.goes_to(story.epa)
        staff.follows(name, within="main")
        staff.does_not_read(*GRADES, FEEDBACK)
    staff.goes_to(story.epa)
    for page in ("Results", "Certificates", "Home"):
        staff.follows(page, within="nav[aria-label=Menu]")
        if page == "Results":
            staff.reads("0 released")  # its filter names the grades
        else:
            staff.does_not_read(*GRADES, FEEDBACK)


def second_attempt_stays_secret(staff: Person, story: told.Story, attempt: str) -> None:
    """What was released stays readable; the new attempt has been assessed, and that is all the centre reads."""
    staff.goes_to(story.epa)
    staff.reads("attempt 2 Assessed Wed 30 Jun 2027 Yes –", "Fail, released Thu 10 Jun 2027")
    staff.goes_to(attempt)
    staff.does_not_read("Pass", *GRADES)
    staff.goes_to(story.learner)
    staff.does_not_read("Pass", "Claim it")


def releases(stage: Stage, team: Person, overall: str) -> None:
    """The EPA team looks at the result and releases it, inside the 21 working days."""
    team.follows("Results")
    team.follows(told.HEROINE.name, within="main")
    team.follows("Look at it and release")
    team.reads(f"The overall result is “{overall}”")
    team.presses("Release the result")
    team.reads("The result is released and the centre has been told")


def fail_is_read_and_tried_again(stage: Stage, staff: Person, story: told.Story) -> str:
    """The centre reads the fail with its feedback and what the ILR wants; asks for a resit at its price."""
    letter = stage.mail.letter(told.STAFF_EMAIL, "The result of")
    assert not {"fail", "pass", "distinction"} & set(stage.mail.text(letter).lower().split())
    staff.goes_to(stage.mail.link(told.STAFF_EMAIL, "The result of"))
    staff.reads("Fail", FEEDBACK, "CompStatus", "continuing, while resits are open")
    staff.goes_to(story.epa)
    staff.reads("Resits and retakes until", "10 Jun 2028")
    staff.follows("Ask for a resit or retake of Work-based project")
    staff.reads("£180.00", "C11", "C13")
    staff.ticks("A resit: no further learning")
    staff.presses("Ask for it and accept the charge")
    staff.reads("It is asked for", "£180.00")
    return staff.page.url


def team_arranges_again(stage: Stage, team: Person) -> None:
    """The EPA team arranges the further attempt."""
    team.goes_to(stage.mail.link("epa@imi.example", "to be arranged: Work"))
    team.follows("Choose assessor and date")
    team.selects("Independent assessor", "Ann Assessor")
    team.page.locator("main input[name^=at_]").nth(0).fill(f"{RETRY:%d/%m/%Y}")
    team.page.locator("main input[name^=at_]").nth(1).fill("10:00")
    team.page.locator("main input[name^=place_]").fill("Quayside Boats, meeting room")
    team.presses("Arrange it")
    team.reads("It is arranged")


def reworked_report_is_handed_in(stage: Stage, staff: Person, attempt: str, folder: Path) -> None:
    """The reworked report, before it is due (C14)."""
    staff.goes_to(attempt)
    staff.follows("Hand in")
    staff.attaches(told.pdf(folder, "Project report, reworked", pages=4))
    staff.presses("Hand in")
    staff.reads("It is handed in")


def pass_goes_into_the_ilr(stage: Stage, staff: Person) -> None:
    """The pass with its ILR fields; the statement as a PDF; marked as entered."""
    staff.goes_to(stage.mail.link(told.STAFF_EMAIL, "The result of", nth=2))
    staff.reads("Pass", "AchDate", "2027-06-30", "completed", "achieved", "EPA0023")
    staff.waits_to_read("Result statement")
    assert staff.downloads("Result statement").read_bytes().startswith(b"%PDF-")
    staff.presses("We have entered this in our ILR")
    staff.reads("Marked as entered in your ILR")
