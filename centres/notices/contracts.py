"""Letters about a contract (A7, A8)."""

from typing import Any

from django.conf import settings

from accounts import letters
from accounts.models import User
from accounts.states import Role
from centres import queries
from centres.models import Contract, ContractChase, SigningAuthority
from foundation import clock
from foundation.addresses import full

OWNER = (Role.CENTRE_OWNER,)


def signing_code(contract: Contract, person: User, digits: str) -> None:
    """To the person who is about to sign: the one-time code, by e-mail alone (A8)."""
    context = {**_of_contract(contract), "digits": digits, "person": person}
    if settings.SIGNING_CODES_IN_PORTAL:
        letters.to_person("centres.signing_code", person, context, contract)
    else:
        letters.to_address("centres.signing_code", person.email, context, contract)


def signatory_authorised(authority: SigningAuthority) -> None:
    """To the person: an owner lets you sign contracts for the centre (A8)."""
    context = {"authority": authority, "link": full("centres:centre", pk=authority.centre_id)}
    letters.to_person("centres.signatory_authorised", authority.user, context, authority)


def _of_contract(contract: Contract) -> dict[str, Any]:
    return {"contract": contract, "link": full("centres:contract", pk=contract.pk)}


def contract_offered(contract: Contract) -> None:
    """To the centre's owners and those they authorised: the contract waits for a signature (A8)."""
    signers = queries.signers(contract.centre, clock.today())
    letters.to_people("centres.contract_offered", signers, _of_contract(contract), contract)


def contract_signed(contract: Contract) -> None:
    """To the EPA team's mailbox: a signed contract waits to be checked (A8)."""
    letters.to_epa_team("centres.contract_signed", _of_contract(contract), contract)


def contract_sent_back(contract: Contract) -> None:
    """To the centre's owners: the signature was not accepted, why, and sign again."""
    letters.to_people(
        "centres.contract_sent_back", queries.people(contract.centre, OWNER), _of_contract(contract), contract
    )


def contract_countersigned(contract: Contract) -> None:
    """To the centre, where the contract is not in force at once: both have signed, from which day it holds (A8)."""
    if contract.in_force_from is not None and contract.in_force_from > clock.today():
        people = queries.people(contract.centre)
        letters.to_people("centres.contract_countersigned", people, _of_contract(contract), contract)


def contract_in_force(contract: Contract) -> None:
    """To the centre: it may register apprentices from now (A8)."""
    context = {"contract": contract, "link": full("centres:centre", pk=contract.centre_id)}
    letters.to_people("centres.contract_in_force", queries.people(contract.centre), context, contract)


def contract_withdrawn(contract: Contract) -> None:
    """To the centre's owners: the contract is not to be signed any more, with the place where the reason stands."""
    letters.to_people(
        "centres.contract_withdrawn", queries.people(contract.centre, OWNER), _of_contract(contract), contract
    )


def contract_chased(contract: Contract, chase: ContractChase) -> None:
    """To those who may sign: the contract still waits for a signature; the last time to the EPA team too (A8)."""
    once = f"{contract.pk}:{chase.offered_on}:{chase.after_days}"
    signers = queries.signers(contract.centre, clock.today())
    letters.to_people("centres.contract_chased", signers, _of_contract(contract), contract, once)
    if chase.last:
        letters.to_epa_team("centres.contract_unsigned", _of_contract(contract), contract, once)


def contract_expired(contract: Contract) -> None:
    """To the centre's owners and the EPA team: nobody signed in time (A8)."""
    letters.to_people(
        "centres.contract_expired", queries.people(contract.centre, OWNER), _of_contract(contract), contract
    )
    letters.to_epa_team("centres.contract_expired", _of_contract(contract), contract)


def contract_ends(contract: Contract) -> None:
    """To the centre, and to the EPA team where the centre gave notice: the contract ends, on which day (A8)."""
    letters.to_people("centres.contract_ends", queries.people(contract.centre), _of_contract(contract), contract)
    letters.to_epa_team("centres.contract_ends", _of_contract(contract), contract)


def contract_ended(contract: Contract) -> None:
    """To the centre: the last day is over; nobody can be registered under the contract any more (A8)."""
    letters.to_people("centres.contract_ended", queries.people(contract.centre), _of_contract(contract), contract)
