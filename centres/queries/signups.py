"""What a stranger is told of a provider that wants to become a centre (A1)."""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import Membership
from centres import rules
from centres.models import Centre, RegisterProvider
from centres.queries.register import register_facts
from foundation import clock
from foundation.errors import Problem


@dataclass(frozen=True)
class FoundProvider:
    """A provider by its UKPRN: what the register says, and why it cannot be signed up if so.

    ``contact_name`` is the portal contact's name where the provider is a centre with people in it; nothing else of the
    contact is told (docs/decisions/what-a-stranger-is-told.md).
    """

    ukprn: int
    name: str
    provider_type: str
    problems: list[Problem]
    is_centre: bool
    contact_name: str

    @property
    def team_mailbox(self) -> str:
        return settings.EPA_TEAM_MAILBOX


def find_provider(ukprn: int) -> FoundProvider:
    """The provider with that UKPRN, on the register or not."""
    entry = RegisterProvider.objects.filter(ukprn=ukprn, left_on=None).first()
    centre = centre_with(ukprn)
    problems = rules.signup_problems(register_facts(ukprn), clock.today(), is_centre=centre is not None)
    return FoundProvider(
        ukprn=ukprn,
        name=entry.name if entry else str(centre or ""),
        provider_type=entry.provider_type if entry else "",
        problems=problems,
        is_centre=centre is not None,
        contact_name=centre.contact_name if centre is not None and has_people(centre) else "",
    )


def centre_with(ukprn: int) -> Centre | None:
    return Centre.objects.filter(organisation__ukprn=ukprn).select_related("organisation").first()


def has_people(centre: Centre) -> bool:
    """Whether anybody acts for the centre: after a sign-up was turned down nobody does."""
    rows = Membership.objects.filter(organisation=centre.organisation_id, ended_on=None, user__is_active=True)
    return rows.exists() or centre.organisation.invitations.filter(accepted_at=None, withdrawn_at=None).exists()
