"""The owner fills in an application on a telephone, section by section, and hands it in."""

from pathlib import Path

from tests.e2e import story as told
from tests.e2e.person import Person

SUPPORT, EPA = "AS-CSS-ASP", "AS-CSS-EPA"


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
