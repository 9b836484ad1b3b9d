"""Who and what the story is about; addresses of pages are added as they are reached."""

import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

PROVIDER = "Harbour Lane Training"
PROVIDER_UKPRN = 10067891


@dataclass(frozen=True)
class Learner:
    """An apprentice as the centre's sheet has them."""

    uln: str
    given_names: str
    family_name: str
    email: str
    employer: str = "Quayside Boats"

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}"


HEROINE = Learner("1061484016", "Maya Rose", "Fennimore", "maya@fennimore.example")
STARTED = dt.date(2025, 9, 1)  # of everybody's programme: more than fifteen months before the gateway
EMPLOYER_NAME, EMPLOYER_EMAIL = "Sam Boatwright", "sam@quayside.example"
OWNER_NAME, OWNER_EMAIL = "Olive Harbour", "olive@harbourlane.example"
STAFF_NAME, STAFF_EMAIL = "Stefan Lane", "stefan@harbourlane.example"


@dataclass
class Story:
    """Addresses that a person would find again through lists, kept for the later journeys."""

    centre: str = ""
    learner: str = ""
    epa: str = ""
    booking: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def pdf(folder: Path, title: str, *, pages: int = 1) -> Path:
    """A PDF like no other, made as a person would bring it."""
    folder.mkdir(parents=True, exist_ok=True)
    document, into = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = title
    document.save(into, static_id=False)
    path = folder / f"{title}.pdf"
    path.write_bytes(into.getvalue())
    return path


def signed(issued: Path, path: Path) -> Path:
    """The document with a line across its last page, as a scan with a signature would come back."""
    with pikepdf.open(issued) as document:
        stroke = document.make_stream(b"q 2 w 90 90 m 140 120 180 70 260 105 c S Q")
        document.pages[-1].contents_add(stroke)
        document.save(path)
    return path
