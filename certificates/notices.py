"""Messages about consent, records of achievement and claims. None carries a grade."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.states import CENTRE_WRITERS
from apprentices.models import Apprentice
from certificates.models import Claim, RecordOfAchievement
from foundation import outbox


def consent_asked(apprentice: Apprentice, token: str) -> None:
    """To the apprentice: what the consent is for, and the link (F4)."""
    _to_apprentice("consent_asked", apprentice, reverse("certificates:consent", kwargs={"token": token}))


def consent_given(apprentice: Apprentice, token: str) -> None:
    """To the apprentice: it is on record, and how to take it back before the claim is sent (F4)."""
    _to_apprentice("consent_given", apprentice, reverse("certificates:withdraw_consent", kwargs={"token": token}))


def _to_apprentice(name: str, apprentice: Apprentice, path: str) -> None:
    outbox.post(
        f"certificates.{name}",
        to=apprentice.email,
        template=f"certificates/{name}",
        context={"name": apprentice.given_names, "link": settings.BASE_URL + path},
        about=apprentice,
    )


def record_ready(record: RecordOfAchievement) -> None:
    """To whoever claimed it: the record of achievement can be downloaded (F3)."""
    outbox.post(
        "certificates.record_ready",
        to=record.claimed_by.email,
        user=record.claimed_by,
        template="certificates/record_ready",
        context={"record": record, "link": settings.BASE_URL + reverse("certificates:record", args=[record.pk])},
        about=record,
        once_key=f"record_ready:{record.pk}",
    )


def claim_needs_person(claim: Claim) -> None:
    """To the EPA team: the service did not accept a claim (F5)."""
    outbox.post(
        "certificates.claim_needs_person",
        to=settings.EPA_TEAM_MAILBOX,
        template="certificates/claim_needs_person",
        context={"claim": claim, "link": settings.BASE_URL + reverse("certificates:claim", args=[claim.pk])},
        about=claim,
    )


def delivered(claim: Claim) -> None:
    """To the centre's people: the certificate has arrived."""
    registration = claim.result.epa.registration
    organisation = registration.apprentice.centre.organisation
    people = organisation.memberships.filter(ended_on=None, role__in=CENTRE_WRITERS, user__is_active=True)
    for membership in people.select_related("user").order_by("user_id", "pk").distinct("user_id"):
        _to_person("delivered", membership.user, claim)


def _to_person(name: str, user: models.Model, claim: Claim) -> None:
    apprentice = claim.result.epa.registration.apprentice
    outbox.post(
        f"certificates.{name}",
        to=user.email,  # type: ignore[attr-defined]
        user=user,
        template=f"certificates/{name}",
        context={"apprentice": apprentice, "link": settings.BASE_URL + reverse("learner", args=[apprentice.pk])},
        about=claim,
        once_key=f"claim_{name}:{claim.pk}:{user.pk}",
    )
