"""Messages of the centre's side: one function per message, each says who gets it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from centres import queries
from centres.models import Application, Centre, Contract, RegisterImport, Standing
from foundation import outbox

OWNER = (Role.CENTRE_OWNER,)


def _link(view: str, pk: int) -> str:
    return settings.BASE_URL + reverse(f"centres:{view}", kwargs={"pk": pk})


def _to_people(
    kind: str, people: Iterable[User], context: dict[str, Any], about: models.Model, once: str | None = None
) -> None:
    for person in people:
        outbox.post(
            f"centres.{kind}",
            to=person.email,
            template=f"centres/{kind}",
            context={**context, "person": person},
            user=person,
            about=about,
            once_key=f"centres.{kind}:{once}:{person.pk}" if once else None,
        )


def _to_centre(
    kind: str, centre: Centre, context: dict[str, Any], about: models.Model, once: str | None = None
) -> None:
    """To the centre's people, or to its contact's address while nobody has accepted the invitation yet."""
    people = list(queries.people(centre))
    if people:
        _to_people(kind, people, context, about, once)
        return
    outbox.post(
        f"centres.{kind}",
        to=centre.contact_email,
        template=f"centres/{kind}",
        context={**context, "to_contact": True},
        about=about,
        once_key=f"centres.{kind}:{once}:contact" if once else None,
    )


def _to_epa_team(kind: str, context: dict[str, Any], about: models.Model, once: str | None = None) -> None:
    outbox.post(
        f"centres.{kind}",
        to=settings.EPA_TEAM_MAILBOX,
        template=f"centres/{kind}",
        context=context,
        about=about,
        once_key=f"centres.{kind}:{once}:epa-team" if once else None,
    )


def application_submitted(application: Application) -> None:
    """To every Centre EQA: there is an application to take, and by when it should be reviewed."""
    context = {"application": application, "link": _link("application", application.pk)}
    _to_people("application_submitted", queries.holders(Role.CENTRE_EQA), context, application)


def actions_required(application: Application) -> None:
    """To the centre: what the Centre EQA additionally requires waits for its answers (A9)."""
    context = {"application": application, "link": _link("application", application.pk)}
    _to_people("actions_required", queries.people(application.centre), context, application)


def application_resubmitted(application: Application) -> None:
    """To the reviewer: the centre has answered every action."""
    if application.reviewer is not None:
        context = {"application": application, "link": _link("application", application.pk)}
        _to_people("application_resubmitted", [application.reviewer], context, application)


def application_handed_over(application: Application, before: User | None) -> None:
    """To the new reviewer: this is yours now, declare first (A6); to the one before: it is no longer. Not why."""
    context = {"application": application, "link": _link("application", application.pk)}
    if application.reviewer is not None:
        _to_people("application_handed_to_you", [application.reviewer], context, application)
    if before is not None and before.is_active:
        _to_people("application_handed_on", [before], context, application)


def application_approved(application: Application) -> None:
    """To the centre: approved; the contract is being prepared (A7)."""
    context = {"application": application, "link": _link("application", application.pk)}
    _to_people("application_approved", queries.people(application.centre), context, application)


def application_declined(application: Application) -> None:
    """To the centre: declined, with the place where the reason stands."""
    context = {"application": application, "link": _link("application", application.pk)}
    _to_people("application_declined", queries.people(application.centre), context, application)


def contract_offered(contract: Contract) -> None:
    """To the centre's owners: the contract waits for a signature (A8)."""
    context = {"contract": contract, "link": _link("contract", contract.pk)}
    _to_people("contract_offered", queries.people(contract.centre, OWNER), context, contract)


def contract_signed(contract: Contract) -> None:
    """To the EPA team's mailbox: a signed contract waits to be checked (A8)."""
    _to_epa_team("contract_signed", {"contract": contract, "link": _link("contract", contract.pk)}, contract)


def contract_sent_back(contract: Contract) -> None:
    """To the centre's owners: the signature was not accepted, why, and sign again."""
    context = {"contract": contract, "link": _link("contract", contract.pk)}
    _to_people("contract_sent_back", queries.people(contract.centre, OWNER), context, contract)


def contract_in_force(contract: Contract) -> None:
    """To the centre: it may register apprentices from now (A8)."""
    context = {"contract": contract, "link": _link("centre", contract.centre_id)}
    _to_people("contract_in_force", queries.people(contract.centre), context, contract)


def contract_ended(contract: Contract) -> None:
    """To the centre: the contract ends, on which day."""
    context = {"contract": contract, "link": _link("contract", contract.pk)}
    _to_people("contract_ended", queries.people(contract.centre), context, contract)


def standing_changed(standing: Standing) -> None:
    """To the centre (people or contact) and the EPA team: approved, suspended or withdrawn, from which day (A1)."""
    context = {"standing": standing, "centre": standing.centre, "link": _link("centre", standing.centre_id)}
    _to_centre("standing_changed", standing.centre, context, standing.centre)
    _to_epa_team("standing_changed", context, standing.centre)


def left_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: off the register, so no new registrations from that day (A1)."""
    context = {"centre": centre, "day": day, "link": _link("centre", centre.pk)}
    _to_centre("left_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    _to_epa_team("left_register", context, centre, once=f"{found_in.pk}:{centre.pk}")


def back_on_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: on the register again (A1)."""
    context = {"centre": centre, "day": day, "link": _link("centre", centre.pk)}
    _to_centre("back_on_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    _to_epa_team("back_on_register", context, centre, once=f"{found_in.pk}:{centre.pk}")
