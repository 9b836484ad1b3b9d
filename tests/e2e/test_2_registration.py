"""Journey 2: a sheet of learners, its mistakes, and those registered. A colleague has JavaScript switched off."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.e2e import story as told
from tests.e2e.before import PASSWORD
from tests.e2e.person import Person
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
JOURNEY = "registration"
EPA = "AS-CSS-EPA"
BORN = dt.date(2004, 2, 29)
OTHERS = [
    told.Learner("1234567880", "Ben", "Achterberg", "ben@example.org"),
    told.Learner("1007893450", "Zoë", "O’Hara-Lund", "zoe@example.org"),
]


@pytest.mark.clause("D1", "D2", "D3", "D4", "A8")
def test_registration(stage: Stage, enter: Callable[..., Person], story: told.Story, tmp_path: Path) -> None:
    stage.at(stage.on(3))
    owner_invites_colleague(enter(name=told.OWNER_NAME, email=told.OWNER_EMAIL))
    staff = colleague_accepts(stage, enter)
    sheet = fills_template(staff, tmp_path)
    upload = sheet_is_checked(stage, staff, sheet)
    marked = reads_what_is_wrong(staff)
    confirms(stage, staff, upload)
    same_sheet_changes_nothing(staff, sheet)
    mended_sheet_registers_the_rest(staff, marked)
    completes_employer(staff)
    charges_are_on_the_account(staff, story)
    finds_learner(staff, story)


def owner_invites_colleague(owner: Person) -> None:
    """The owner invites a colleague to register learners."""
    owner.page.locator(".portal-topbar summary").last.click()
    owner.follows("People")
    owner.follows("Invite somebody")
    owner.writes("Name", told.STAFF_NAME)
    owner.writes("E-mail address", told.STAFF_EMAIL)
    owner.chooses("Centre staff")
    owner.presses("Send the invitation")
    owner.reads("An invitation is on its way", told.STAFF_NAME)


def colleague_accepts(stage: Stage, enter: Callable[..., Person]) -> Person:
    """The colleague accepts; from here to the end nothing needs JavaScript."""
    staff = enter(name=told.STAFF_NAME, scripts=False)
    staff.goes_to(stage.mail.link(told.STAFF_EMAIL, "invited"))
    staff.fills(password=PASSWORD)
    staff.presses("Accept and sign in")
    staff.reads("What you have to do")
    return staff


def row(learner: told.Learner, **other: object) -> dict[str, object]:
    """A line of the template by the names of its columns."""
    return {
        "ULN": learner.uln,
        "Given names": learner.given_names,
        "Family name": learner.family_name,
        "Date of birth": BORN,
        "E-mail": learner.email,
        "Employer": learner.employer,
        "Employer contact": told.EMPLOYER_NAME,
        "Employer e-mail": told.EMPLOYER_EMAIL,
        "Employer town": "Hull",
        "Employer postcode": "HU1 2AB",
        "Programme start": told.STARTED,
        "Full time": "Yes",
        **other,
    }


def fills_template(staff: Person, folder: Path) -> Path:
    """Three good rows and four with mistakes, written into the template as downloaded."""
    staff.follows("Learners")
    staff.follows("Upload a sheet")
    template = staff.downloads("template for Excel")
    book = openpyxl.load_workbook(template)
    sheet = book["Learners"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    bad = told.Learner("1061484017", "Wrong", "Digit", "wrong@example.org")
    rows = [
        row(told.HEROINE),
        row(OTHERS[0]),
        row(bad),
        row(OTHERS[1], ULN="1.06E+09"),
        row(told.HEROINE),
        row(told.Learner("1061484024", "", "Nameless", "no@example.org")),
    ]
    for number, line in enumerate(rows, 2):
        for name, value in line.items():
            sheet.cell(number, columns[name], value)
    path = folder / "january starters.xlsx"
    book.save(path)
    return path


def uploads(staff: Person, sheet: Path) -> None:
    staff.follows("Learners")
    staff.follows("Upload a sheet")
    staff.chooses(staff.page.locator("main label").filter(has_text=EPA).inner_text())
    staff.attaches(sheet)
    staff.presses("Upload and check")


def sheet_is_checked(stage: Stage, staff: Person, sheet: Path) -> str:
    """The worker checks the sheet; the letter says what was found."""
    uploads(staff, sheet)
    upload = staff.page.url
    staff.waits_to_read("rows read")
    assert stage.mail.letter(told.STAFF_EMAIL, "checked")
    return upload


def reads_what_is_wrong(staff: Person) -> Path:
    """Every mistake by row and column; the own sheet comes back with them marked."""
    staff.reads("Wrong Digit", "the last digit does not fit", "“Given names” is empty.")
    marked = staff.downloads("Your sheet with the problems marked")
    sheet = openpyxl.load_workbook(marked).active
    assert sheet is not None
    assert sheet["A1"].value == "What is wrong"
    wrong = [line[0] for line in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(wrong) == 6
    assert sum(1 for text in wrong if text) == 4  # of the learner who stands twice, the second row
    return marked


def confirms(stage: Stage, staff: Person, upload: str) -> None:
    """What will be charged is shown; without the declaration nothing is registered."""
    staff.follows("Look at the fees and confirm")
    staff.reads("£1,280.00")
    with staff.is_refused(422):
        staff.presses("Register 2 learners")
        staff.reads("Tick the declaration")
    staff.ticks("I declare for the centre")
    staff.presses("Register 2 learners")
    staff.reads("2 learners registered")
    assert stage.mail.letter(told.STAFF_EMAIL, "2 registered")


def same_sheet_changes_nothing(staff: Person, sheet: Path) -> None:
    """The very same file a second time: whoever is registered already stays so, once."""
    uploads(staff, sheet)
    staff.waits_to_read("rows read")
    staff.follows("Registered already")
    staff.reads("Ben Achterberg", "0 can be registered")
    staff.follows("Discard this upload")
    staff.presses("Discard the upload")
    staff.reads("is discarded")


def mended_sheet_registers_the_rest(staff: Person, marked: Path) -> None:
    """The marked sheet, mended and uploaded as it is: the column of problems is no hindrance."""
    book = openpyxl.load_workbook(marked)
    sheet = book.active
    assert sheet is not None
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(5, columns["ULN"], OTHERS[1].uln)
    for number in (7, 6, 4):
        sheet.delete_rows(number)
    mended = marked.with_name("mended.xlsx")
    book.save(mended)
    uploads(staff, mended)
    staff.waits_to_read("rows read")
    staff.reads("1 can be registered")
    staff.follows("Look at the fees and confirm")
    staff.reads("£640.00")
    staff.ticks("I declare for the centre")
    staff.presses("Register 1 learner")
    staff.reads("1 learner registered")


def completes_employer(staff: Person) -> None:
    """The certificate will go to the employer: its street is still missing."""
    staff.follows("Learners")
    staff.follows("Employers")
    staff.follows("Quayside Boats")
    staff.writes("Address", "Dock Office, 3 Quayside")
    staff.presses("Save")
    staff.reads("The employer is saved")


def charges_are_on_the_account(staff: Person, story: told.Story) -> None:
    """Three registrations, three charges (D4)."""
    staff.follows("Our centre")
    assert staff.page.url == story.centre
    staff.follows("Account")
    staff.reads("£1,920.00")


def finds_learner(staff: Person, story: told.Story) -> None:
    """The learner is found by name in the top bar and has a page."""
    staff.page.fill("#portal-search", "fennim")
    staff.presses("Search", within="header")
    staff.follows(told.HEROINE.name, within="main")
    staff.reads(told.HEROINE.uln, EPA, "Active")
    story.learner = staff.page.url
