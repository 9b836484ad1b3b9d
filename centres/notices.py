"""Messages of the centre's side: one function per message, each says who gets it."""

import datetime as dt
from typing import Any

from django.db import models

from accounts import letters
from accounts.models import User
from accounts.states import Role
from centres import queries
from centres.models import Application, Centre, Contract, RegisterImport, Standing
from foundation.addresses import full

OWNER = (Role.CENTRE_OWNER,)


def _to_centre(kind: str, centre: Centre, context: dict[str, Any], about: models.Model, once: str = "") -> None:
    """To the centre's people, or to its contact's address while nobody has accepted the invitation yet."""
    people = list(queries.people(centre))
    if people:
        letters.to_people(kind, people, context, about, once)
    else:
        key = f"{kind}:{once}:contact" if once else None
        letters.to_address(kind, centre.contact_email, {**context, "to_contact": True}, about, key)


def _of_application(application: Application) -> dict[str, Any]:
    return {"application": application, "link": full("centres:application", pk=application.pk)}


def _of_contract(contract: Contract) -> dict[str, Any]:
    return {"contract": contract, "link": full("centres:contract", pk=contract.pk)}


def application_submitted(application: Application) -> None:
    """To every Centre EQA: there is an application to take, and by when it should be reviewed."""
    letters.to_people(
        "centres.application_submitted", queries.holders(Role.CENTRE_EQA), _of_application(application), application
    )


def actions_required(application: Application) -> None:
    """To the centre: what the Centre EQA additionally requires waits for its answers (A9)."""
    letters.to_people(
        "centres.actions_required", queries.people(application.centre), _of_application(application), application
    )


def application_resubmitted(application: Application) -> None:
    """To the reviewer: the centre has answered every action."""
    if application.reviewer is not None:
        context = _of_application(application)
        letters.to_person("centres.application_resubmitted", application.reviewer, context, application)


def application_handed_over(application: Application, before: User | None) -> None:
    """To the new reviewer: this is yours now, declare first (A6); to the one before: it is no longer. Not why."""
    context = _of_application(application)
    if application.reviewer is not None:
        letters.to_person("centres.application_handed_to_you", application.reviewer, context, application)
    if before is not None and before.is_active:
        letters.to_person("centres.application_handed_on", before, context, application)


def application_approved(application: Application) -> None:
    """To the centre: approved; the contract is being prepared (A7)."""
    letters.to_people(
        "centres.application_approved", queries.people(application.centre), _of_application(application), application
    )


def application_declined(application: Application) -> None:
    """To the centre: declined, with the place where the reason stands."""
    letters.to_people(
        "centres.application_declined", queries.people(application.centre), _of_application(application), application
    )


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


def standing_changed(standing: Standing) -> None:
    """To the centre (people or contact) and the EPA team: approved, suspended or withdrawn, from which day (A1)."""
    context = {"standing": standing, "centre": standing.centre, "link": full("centres:centre", pk=standing.centre_id)}
    _to_centre("centres.standing_changed", standing.centre, context, standing.centre)
    letters.to_epa_team("centres.standing_changed", context, standing.centre)


def left_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: off the register, so no new registrations from that day (A1)."""
    context = {"centre": centre, "day": day, "link": full("centres:centre", pk=centre.pk)}
    _to_centre("centres.left_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    letters.to_epa_team("centres.left_register", context, centre, once=f"{found_in.pk}:{centre.pk}")


def back_on_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: on the register again (A1)."""
    context = {"centre": centre, "day": day, "link": full("centres:centre", pk=centre.pk)}
    _to_centre("centres.back_on_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    letters.to_epa_team("centres.back_on_register", context, centre, once=f"{found_in.pk}:{centre.pk}")
