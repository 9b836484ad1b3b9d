"""Letters about an application and its review (A6, A9)."""

from typing import Any

from accounts import letters
from accounts.models import User
from accounts.states import Role
from centres import queries
from centres.models import Application
from foundation.addresses import full


def of_application(application: Application) -> dict[str, Any]:
    return {"application": application, "link": full("centres:application", pk=application.pk)}


def application_submitted(application: Application) -> None:
    """To every Centre EQA: there is an application to take, and by when it should be reviewed."""
    letters.to_people(
        "centres.application_submitted", queries.holders(Role.CENTRE_EQA), of_application(application), application
    )


def actions_required(application: Application) -> None:
    """To the centre: what the Centre EQA additionally requires waits for its answers (A9)."""
    letters.to_people(
        "centres.actions_required", queries.people(application.centre), of_application(application), application
    )


def application_resubmitted(application: Application) -> None:
    """To the reviewer: the centre has answered every action."""
    if application.reviewer is not None:
        context = of_application(application)
        letters.to_person("centres.application_resubmitted", application.reviewer, context, application)


def application_handed_over(application: Application, before: User | None) -> None:
    """To the new reviewer: this is yours now, declare first (A6); to the one before: it is no longer. Not why."""
    context = of_application(application)
    if application.reviewer is not None:
        letters.to_person("centres.application_handed_to_you", application.reviewer, context, application)
    if before is not None and before.is_active:
        letters.to_person("centres.application_handed_on", before, context, application)


def application_approved(application: Application, elements: list[str]) -> None:
    """To the centre: which elements are approved; the contract is being prepared (A7)."""
    context = {**of_application(application), "elements": ", ".join(elements)}
    letters.to_people("centres.application_approved", queries.people(application.centre), context, application)


def application_declined(application: Application) -> None:
    """To the centre: declined, with the place where the reason stands."""
    letters.to_people(
        "centres.application_declined", queries.people(application.centre), of_application(application), application
    )
