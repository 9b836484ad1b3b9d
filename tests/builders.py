"""People and organisations for tests. What lies above them each storey's own builders make, through the verbs."""

import itertools

from accounts.models import Membership, Organisation, User
from accounts.states import IMI_ROLES, OrganisationKind, Role

_numbers = itertools.count(1)


def imi() -> Organisation:
    """The assessment organisation: there is one."""
    found, _ = Organisation.objects.get_or_create(
        kind=OrganisationKind.IMI, defaults={"name": "Institute of the Motor Industry", "ukprn": 10022714}
    )
    return found


def provider(name: str = "", ukprn: int | None = None) -> Organisation:
    """A training provider."""
    number = next(_numbers)
    return Organisation.objects.create(
        kind=OrganisationKind.PROVIDER, name=name or f"Provider {number}", ukprn=ukprn or 10_100_000 + number
    )


def person(role: Role, organisation: Organisation | None = None, *, name: str = "", email: str = "") -> User:
    """A person with a role; the assessment organisation's roles need no organisation."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"{role.value}{number}@example.org", "correct horse battery", name=name or f"{role.label} {number}"
    )
    if organisation is None:
        assert role in IMI_ROLES, "a centre's or an employer's role needs an organisation"
        organisation = imi()
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user
