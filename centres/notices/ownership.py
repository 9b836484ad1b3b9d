"""Letters about who owns a centre."""

from collections.abc import Sequence

from accounts import letters
from accounts.models import User
from centres.models import Centre, Transfer
from foundation.addresses import full


def transfer_proposed(transfer: Transfer) -> None:
    """To the successor: named, and has to accept."""
    context = {"transfer": transfer, "centre": transfer.centre, "link": full("centres:transfer", pk=transfer.pk)}
    letters.to_person("centres.transfer_proposed", transfer.successor, context, transfer)


def transfer_accepted(transfer: Transfer) -> None:
    """To both and the EPA team: who owns the centre now."""
    _owner_is("centres.owner_changed", transfer.centre, transfer.successor, [transfer.owner])


def transfer_declined(transfer: Transfer) -> None:
    """To the owner: name somebody else."""
    context = {"centre": transfer.centre, "link": full("centres:people", pk=transfer.centre_id)}
    letters.to_person("centres.transfer_declined", transfer.owner, context, transfer)


def owner_appointed(centre: Centre, successor: User, gone: Sequence[User]) -> None:
    """To the new owner, those who were it, and the EPA team."""
    _owner_is("centres.owner_changed", centre, successor, gone)


def _owner_is(kind: str, centre: Centre, owner: User, before: Sequence[User]) -> None:
    context = {"centre": centre, "owner": owner, "link": full("centres:people", pk=centre.pk)}
    letters.to_people(kind, [owner, *before], context, centre)
    letters.to_epa_team(kind, context, centre)
