"""Whom a centre's owner authorises to sign its contracts (A8)."""

import datetime as dt

from django.db import transaction

from accounts.access import require
from accounts.models import User
from accounts.states import CENTRE_ROLES, Role
from centres import notices, queries, rules
from centres.models import Centre, SigningAuthority
from foundation import audit, clock
from foundation.errors import WrongState, refuse_if


@transaction.atomic
def authorise_signatory(
    *, centre: Centre, user: User, role_title: str, starts_on: dt.date, ends_on: dt.date | None = None, by: User
) -> SigningAuthority:
    """The owner lets somebody of the centre sign contracts for it (A8). The person is told."""
    require(by, [Role.CENTRE_OWNER], centre, "authorise anybody to sign for this centre")
    is_member = queries.people(centre, CENTRE_ROLES).filter(pk=user.pk).exists()
    refuse_if(
        rules.authority_problems(role_title=role_title, is_member=is_member, starts_on=starts_on, ends_on=ends_on)
    )
    row = SigningAuthority.objects.create(
        centre=centre,
        user=user,
        role_title=role_title.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        authorised_by=by,
        authorised_at=clock.now(),
    )
    facts = {"person": user.label, "role": row.role_title, "from": starts_on, "to": ends_on}
    audit.record(centre, "authorise_signatory", by=by, facts=facts)
    notices.signatory_authorised(row)
    return row


@transaction.atomic
def revoke_signatory(*, authority: SigningAuthority, by: User) -> SigningAuthority:
    """From now on the person no longer signs for the centre; what was signed stays signed (A8)."""
    require(by, [Role.CENTRE_OWNER], authority, "revoke an authorisation of this centre")
    row = SigningAuthority.objects.select_for_update(of=("self",)).select_related("user", "centre").get(pk=authority.pk)
    if row.revoked_at is not None:
        raise WrongState("This authorisation has been revoked already.", about=row.centre)
    row.revoked_at, row.revoked_by = clock.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(row.centre, "revoke_signatory", by=by, facts={"person": row.user.label, "role": row.role_title})
    return row
