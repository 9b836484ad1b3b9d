"""Opening a centre, and IMI's decisions about its standing (A1)."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from accounts import actions as accounts
from accounts.access import OFFICE, require, require_office
from accounts.models import Organisation
from accounts.states import OrganisationKind, Role
from centres import notices, queries, rules
from centres.actions.contacts import name_portal_contact
from centres.actions.register import hold_register
from centres.actions.sites import open_main_site
from centres.models import Centre, RegisterProvider, Standing
from centres.states import StandingKind
from foundation import audit, clock, references
from foundation.errors import Conflict, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor
from standards.models import Package, Standard


def create_centre(
    *,
    ukprn: int,
    contact_name: str,
    contact_email: str,
    by: Actor,
    town: str = "",
    owner_name: str = "",
    owner_email: str = "",
    by_mail: bool = True,
) -> Centre:
    """Open a centre for a provider on the register and invite its owner (the contact, unless another is named).

    Raises NotAllowed, Refused when the provider is not on the register today (A1), Conflict when it is a centre.
    """
    require_office(by, "open a centre")
    try:
        with transaction.atomic():
            organisation = _registered_provider(ukprn)
            centre = Centre.objects.create(
                organisation=organisation,
                number=references.next_number("CEN"),
                town=town.strip(),
                contact_name=contact_name.strip(),
                contact_email=contact_email.strip().lower(),
                since=clock.today(),
            )
            audit.record(centre, "create_centre", by=by, facts={"ukprn": ukprn})
            _first_particulars(centre, by)
            accounts.invite(
                organisation=organisation,
                email=owner_email or contact_email,
                name=owner_name or contact_name,
                role=Role.CENTRE_OWNER,
                by=by,
                by_mail=by_mail,
            )
    except IntegrityError as error:
        if not Centre.objects.filter(organisation__ukprn=ukprn).exists():
            raise
        raise Conflict("This provider is a centre already.") from error
    return centre


def _registered_provider(ukprn: int) -> Organisation:
    """The provider's organisation, made where it is new to us; refused when it is not on the register today (A1)."""
    hold_register()
    refuse_if(rules.register_problems(queries.register_facts(ukprn), clock.today()))
    name = RegisterProvider.objects.get(ukprn=ukprn).name[:200]
    kind = OrganisationKind.PROVIDER
    return Organisation.objects.get_or_create(ukprn=ukprn, defaults={"kind": kind, "name": name})[0]


def _first_particulars(centre: Centre, by: Actor) -> None:
    """A centre always has a main site and a portal contact."""
    open_main_site(centre, by=by)
    name_portal_contact(centre, by=by)


def record_standing(
    *,
    centre: Centre,
    kind: StandingKind | str,
    starts_on: dt.date,
    by: Actor,
    reason: str = "",
    ends_on: dt.date | None = None,
    evidence: StoredFile | None = None,
    packages: Sequence[Package] = (),
    standards: Sequence[Standard] = (),
) -> Standing:
    """Record that IMI approves, suspends or no longer approves the centre, from a day; tell everyone concerned (A1).

    For named elements and standards, or the whole centre. Raises NotAllowed, Refused.
    """
    require(by, OFFICE, centre, "record the standing of this centre")
    in_part = bool(packages or standards)
    problems = rules.standing_decision_problems(
        kind, reason=reason, starts_on=starts_on, ends_on=ends_on, has_scope=in_part
    )
    refuse_if(problems)
    with transaction.atomic():
        standing = Standing.objects.create(
            centre=centre,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip(),
            evidence=evidence,
            in_part=in_part,
            by_label=by.label[:200],
            recorded_at=clock.now(),
        )
        standing.packages.set(packages)
        standing.standards.set(standards)
        facts = {"kind": str(kind), "starts_on": starts_on, "ends_on": ends_on, "reason": reason.strip()}
        audit.record(centre, "record_standing", by=by, facts={**facts, "about": standing.about})
        notices.standing_changed(standing)
    return standing
