"""Letters about a contract (A7, A8)."""

from typing import Any

from accounts import letters
from accounts.states import Role
from centres import queries
from centres.models import Contract
from foundation.addresses import full

OWNER = (Role.CENTRE_OWNER,)


def _of_contract(contract: Contract) -> dict[str, Any]:
    return {"contract": contract, "link": full("centres:contract", pk=contract.pk)}


def contract_offered(contract: Contract) -> None:
    """To the centre's owners: the contract waits for a signature (A8)."""
    letters.to_people(
        "centres.contract_offered", queries.people(contract.centre, OWNER), _of_contract(contract), contract
    )


def contract_signed(contract: Contract) -> None:
    """To the EPA team's mailbox: a signed contract waits to be checked (A8)."""
    letters.to_epa_team("centres.contract_signed", _of_contract(contract), contract)


def contract_sent_back(contract: Contract) -> None:
    """To the centre's owners: the signature was not accepted, why, and sign again."""
    letters.to_people(
        "centres.contract_sent_back", queries.people(contract.centre, OWNER), _of_contract(contract), contract
    )


def contract_in_force(contract: Contract) -> None:
    """To the centre: it may register apprentices from now (A8)."""
    context = {"contract": contract, "link": full("centres:centre", pk=contract.centre_id)}
    letters.to_people("centres.contract_in_force", queries.people(contract.centre), context, contract)


def contract_ended(contract: Contract) -> None:
    """To the centre: the contract ends, on which day."""
    letters.to_people("centres.contract_ended", queries.people(contract.centre), _of_contract(contract), contract)
