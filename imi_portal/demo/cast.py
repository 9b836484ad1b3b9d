"""The cast: people of IMI and of the centres, let in by invitation like everybody else."""

from dataclasses import dataclass, field

from accounts import actions
from accounts.actors import System
from accounts.models import Interest, Invitation, Organisation, User
from accounts.states import OrganisationKind, Role
from centres.models import Centre
from epa.models import AssessorProfile
from imi_portal.demo import names
from imi_portal.demo.theatre import Theatre
from standards.models import StandardVersion

PASSWORD = "demonstration only"  # noqa: S105 - printed at start-up, for made-up people
DOMAIN = "imi.example"
ACTOR = System("demonstration")
LEADS = {
    Role.ADMINISTRATOR: ("Ada Byron-King", "admin"),
    Role.EPA_TEAM: ("Erica Plant", "epa"),
    Role.FINANCE: ("Frank Penny", "finance"),
    Role.IQA: ("Iona Quill", "iqa"),
}
EQAS = ["Edwin Quartermain", "Elsa Quist", "Edgar Quayle", "Edith Quinnell", "Ewan Quigley"]
ASSESSORS = [
    "Ann Assessor", "Bill Bright", "Carys Cole", "Dev Desai", "Eve Eaton", "Fred Forde", "Gwen Grey", "Hal Hobbs",
]  # fmt: skip


@dataclass
class Cast:
    """Everybody who acts, by what they do."""

    imi: Organisation
    team: list[User] = field(default_factory=list)
    eqas: list[User] = field(default_factory=list)
    assessors: list[User] = field(default_factory=list)
    owners: dict[int, User] = field(default_factory=dict)
    centres: list[Centre] = field(default_factory=list)


def join(organisation: Organisation, role: Role, name: str, email: str) -> User:
    """Invited, and accepted with the demonstration's password."""
    invitation = actions.invite(organisation=organisation, email=email, name=name, role=role, by=ACTOR)
    return actions.accept(invitation=invitation, name=name, password=PASSWORD)


def accept_owner(centre: Centre, name: str) -> User:
    """The owner of a new centre follows the invitation that opening it has sent."""
    invitation = Invitation.objects.get(organisation=centre.organisation, role=Role.CENTRE_OWNER, accepted_at=None)
    return actions.accept(invitation=invitation, name=name, password=PASSWORD)


def assemble(versions: list[StandardVersion]) -> Cast:
    """IMI's people. One assessor has an interest in a centre, so that independence shows."""
    imi, _ = Organisation.objects.get_or_create(
        kind=OrganisationKind.IMI, defaults={"name": "The Institute of the Motor Industry", "ukprn": 10022714}
    )
    cast = Cast(imi)
    leads = {role: join(imi, role, name, f"{short}@{DOMAIN}") for role, (name, short) in LEADS.items()}
    cast.team = [leads[Role.EPA_TEAM], join(imi, Role.EPA_TEAM, "Ewa Prentice", f"epa2@{DOMAIN}")]
    cast.eqas = [join(imi, Role.CENTRE_EQA, name, f"eqa{n}@{DOMAIN}") for n, name in enumerate(EQAS, 1)]
    for number, name in enumerate(ASSESSORS, 1):
        user = join(imi, Role.INDEPENDENT_ASSESSOR, name, f"assessor{number}@{DOMAIN}")
        profile = AssessorProfile.objects.create(user=user)
        profile.versions.set(versions if number <= 6 else versions[:1])
        cast.assessors.append(user)
    return cast


def declare_interests(cast: Cast, theatre: Theatre) -> None:
    """Who once worked at a centre does not assess or review there (A6, C1)."""
    for user, centre in ((cast.assessors[-1], cast.centres[0]), (cast.eqas[-1], cast.centres[1])):
        Interest.objects.create(
            user=user,
            organisation=centre.organisation,
            nature="Worked there until two years ago",
            declared_on=theatre.day(-300),
        )


def owner_email(number: int) -> str:
    """``owner1@…``: the address to sign in with as the owner of the first centre."""
    return f"owner{number}@{names.FIRST[number - 1].lower()}.example"


def logins() -> list[tuple[str, str]]:
    """One login per role, as (role, address)."""
    return [(role.label, f"{short}@{DOMAIN}") for role, (_, short) in LEADS.items() if role in LEADS] + [
        (Role.CENTRE_EQA.label, f"eqa1@{DOMAIN}"),
        (Role.INDEPENDENT_ASSESSOR.label, f"assessor1@{DOMAIN}"),
        (Role.CENTRE_OWNER.label, owner_email(1)),
        (Role.CENTRE_STAFF.label, "staff1@ashdown.example"),
        (Role.CENTRE_READER.label, "reader1@ashdown.example"),
    ]
