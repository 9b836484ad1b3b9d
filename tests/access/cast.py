"""Everyone who can stand before an address: one person for every role and every way of standing towards a row."""

import functools
from dataclasses import dataclass

from django.test import Client

from accounts.models import Organisation, User
from accounts.states import OrganisationKind, Role
from standards.models import StandardVersion
from tests import builders as people
from tests.epa.builders_assessing import assessor

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
VISITOR, GONE, NOBODY = "visitor", "gone", "nobody"
OUR_CENTRE = ("owner", "staff", "reader")
STRANGER = "other_owner"
# The assessment organisation's people who have the same sight of every centre's rows.
OFFICE = ("eqa", "other_eqa", "team", "iqa", "finance", "admin")


@functools.cache
def _browser() -> Client:
    """One for all: each would set up every middleware anew."""
    return Client(raise_request_exception=False)


@dataclass
class Player:
    """A person and the session that signs them in; a visitor has neither."""

    name: str
    user: User | None = None
    session: str = ""

    def client(self) -> Client:
        """The browser with this person's cookie alone: what one request does to its cookies no other request sees."""
        browser = _browser()
        browser.cookies.clear()
        if self.session:
            browser.cookies["session"] = self.session
        return browser

    def signed_in(self) -> "Player":
        if self.user is not None:
            client = Client()
            client.force_login(self.user, backend=BACKEND)
            self.session = client.cookies["session"].value
        return self


def office() -> dict[str, User | None]:
    """Those who belong to no centre. The reviewer and the first of the EPA team come first: the builders take them."""
    garage = Organisation.objects.create(kind=OrganisationKind.EMPLOYER, name="Hertford Motor Group")
    gone = people.person(Role.EPA_TEAM, name="Gil Gone")
    gone.is_active = False
    return {
        "eqa": people.person(Role.CENTRE_EQA, name="Erin Reviewer"),
        "other_eqa": people.person(Role.CENTRE_EQA, name="Ewan Colleague"),
        "team": people.person(Role.EPA_TEAM, name="Tess Team"),
        "iqa": people.person(Role.IQA, name="Ida Sampler"),
        "finance": people.person(Role.FINANCE, name="Finn Ledger"),
        "admin": people.person(Role.ADMINISTRATOR, name="Ada Admin"),
        "employer": people.person(Role.EMPLOYER_CONTACT, garage, name="Emil Employer"),
        NOBODY: User.objects.create_user("nobody@example.org", "correct horse battery", name="Nora Nobody"),
        GONE: gone,
        VISITOR: None,
    }


def assessors(version: StandardVersion) -> dict[str, User | None]:
    """One assesses at our centre, one at the other, one a single component at ours."""
    return {
        "assessor": assessor(version, "Asa Assessor"),
        "other_assessor": assessor(version, "Otto Assessor"),
        "second_assessor": assessor(version, "Sue Second"),
    }
