"""Handing a centre over to another owner."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from accounts import actions as accounts
from accounts.access import require
from accounts.models import Membership, User
from accounts.states import Role
from centres import notices, rules
from centres.models import Centre, Transfer
from centres.states import TransferState
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, refuse_if
from foundation.workflow import Actor, guard, held, move


def _roles(centre: Centre, user: User) -> set[str]:
    rows = Membership.objects.filter(user=user, organisation=centre.organisation_id, ended_on=None)
    return set(rows.values_list("role", flat=True))


def propose_transfer(*, centre: Centre, successor: User, afterwards: str, by: User) -> Transfer:
    """The owner names a successor among those who act for the centre, and the own role afterwards ("" for none).

    Raises NotAllowed, Refused, Conflict when one is proposed already.
    """
    require(by, [Role.CENTRE_OWNER], centre, "hand this centre over")
    roles = _roles(centre, successor)
    refuse_if(rules.next_owner_problems(acts_for_centre=bool(roles), owns_it=Role.CENTRE_OWNER in roles))
    try:
        with transaction.atomic():
            row = Transfer.objects.create(centre=centre, owner=by, successor=successor, afterwards=afterwards)
            facts = {"successor": successor.label}
            audit.record(row, "propose_transfer", by=by, facts=facts)
            audit.record(centre, "propose_transfer", by=by, facts=facts)
            notices.transfer_proposed(row)
    except IntegrityError as error:
        raise Conflict("You have proposed a successor already.", about=centre) from error
    return row


@transaction.atomic
def accept_transfer(*, transfer: Transfer, by: User) -> Transfer:
    """The successor accepts: the owner from this moment on. Both and the EPA team are told."""
    row = _locked(transfer)
    _guard_successor(row, "accept", by)
    refuse_if(
        rules.acceptance_problems(
            owner_still_owns=Role.CENTRE_OWNER in _roles(row.centre, row.owner),
            successor_acts=bool(_roles(row.centre, row.successor)),
        )
    )
    move(row, "accept", by=by, changes={"settled_at": clock.now()})
    _hand_over(row.centre, row.successor, [row.owner], row.afterwards, by)
    notices.transfer_accepted(row)
    return row


@transaction.atomic
def decline_transfer(*, transfer: Transfer, by: User) -> Transfer:
    """The successor does not want it; the owner is told."""
    row = _locked(transfer)
    _guard_successor(row, "decline", by)
    move(row, "decline", by=by, changes={"settled_at": clock.now()})
    notices.transfer_declined(row)
    return row


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, by: Actor) -> Transfer:
    """The owner, or the EPA team, takes the proposal back."""
    row = _locked(transfer)
    move(row, "withdraw", by=by, changes={"settled_at": clock.now()})
    return row


@transaction.atomic
def appoint_owner(*, centre: Centre, successor: User, gone: Sequence[User], reason: str, by: Actor) -> None:
    """The EPA team makes somebody of the centre its owner; those who are gone lose the role. Everyone is told.

    Raises NotAllowed, Refused.
    """
    require(by, [Role.EPA_TEAM], centre, "appoint the owner of this centre")
    roles = _roles(centre, successor)
    refuse_if(
        rules.appointment_problems(acts_for_centre=bool(roles), owns_it=Role.CENTRE_OWNER in roles, reason=reason)
    )
    facts = {"successor": successor.label, "in_place_of": [user.label for user in gone], "reason": reason.strip()}
    audit.record(centre, "appoint_owner", by=by, facts=facts)
    for row in Transfer.objects.filter(centre=centre, state=TransferState.PROPOSED, owner__in=gone):
        withdraw_transfer(transfer=row, by=by)
    _hand_over(centre, successor, gone, "", by)
    notices.owner_appointed(centre, successor, gone)


def _hand_over(centre: Centre, to: User, outgoing: Sequence[User], afterwards: str, by: Actor) -> None:
    accounts.hand_role_on(
        organisation=centre.organisation,
        role=Role.CENTRE_OWNER,
        to=to,
        outgoing=outgoing,
        afterwards=afterwards,
        by=by,
    )
    audit.record(centre, "change_owner", by=by, facts={"owner": to.label})


def _locked(transfer: Transfer) -> Transfer:
    """First the lock, then the read."""
    return held(transfer, "centre__organisation", "owner", "successor")


def _guard_successor(row: Transfer, verb: str, by: User) -> None:
    guard(row, verb, by)
    if row.successor_id != by.pk:
        raise NotAllowed("Only the person who was named can answer this.")
