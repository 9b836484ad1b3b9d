"""Consent to the claim: asked for by the centre, given and taken back by the apprentice alone (F4)."""

import datetime as dt

from django.db import transaction

from accounts import links
from accounts.actors import LinkHolder, System
from accounts.models import Link
from accounts.states import CENTRE_WRITERS, Role
from apprentices.models import Apprentice
from certificates import notices
from certificates.models import Claim, Consent
from certificates.states import ClaimState
from foundation import audit, clock, workflow
from foundation.errors import Conflict, NotAllowed, Problem, Refused
from foundation.workflow import Actor

WITHDRAWABLE = dt.timedelta(days=365)
UNSENT = (ClaimState.READY, ClaimState.NEEDS_PERSON)
ASK, WITHDRAW = "consent", "withdraw_consent"
WORDING = (
    "I agree that the Institute of the Motor Industry applies for my apprenticeship certificate on my behalf and "
    "passes my name, my unique learner number, my result and the address below to the government's assessment service."
)


@transaction.atomic
def ask(*, apprentice: Apprentice, by: Actor) -> Link:
    """Send the apprentice the link to give consent (F4). Nobody can tick it on the apprentice's behalf."""
    if not any(by.holds(role, apprentice) for role in (*CENTRE_WRITERS, Role.EPA_TEAM)):
        raise NotAllowed("You may not ask for this apprentice's consent.")
    if not apprentice.email:
        message = "The apprentice has no e-mail address, so the link for the consent cannot be sent."
        raise Refused([Problem("no_email", "F4", message, "learner")])
    if Consent.objects.filter(apprentice=apprentice, withdrawn_at=None).exists():
        raise Refused([Problem("consented", "F4", "The apprentice's consent is already on record.", "consent")])
    link, token = links.issue(ASK, apprentice, name=apprentice.full_name, email=apprentice.email)
    audit.record(apprentice, "ask_consent", by=by)
    notices.consent_asked(apprentice, token)
    return link


@transaction.atomic
def give(*, link: Link, address_line: str, town: str, postcode: str) -> Consent:
    """The apprentice gives consent by the link, and may name the address the certificate goes to (F4).

    Spends the link. Raises Conflict when the link was used meanwhile, Refused when consent is already there.
    """
    apprentice = _apprentice(link)
    links.use(link)
    if Consent.objects.filter(apprentice=apprentice, withdrawn_at=None).exists():
        raise Refused([Problem("consented", "F4", "Your consent is already on record.", "consent")])
    actor = LinkHolder(link)
    consent = Consent.objects.create(
        apprentice=apprentice,
        wording=WORDING,
        given_at=clock.now(),
        given_by_label=actor.label,
        address_line=address_line.strip(),
        town=town.strip(),
        postcode=postcode.strip().upper(),
    )
    audit.record(apprentice, "give_consent", by=actor)
    _, token = links.issue(
        WITHDRAW, apprentice, name=apprentice.full_name, email=apprentice.email, lifetime=WITHDRAWABLE
    )
    notices.consent_given(apprentice, token)
    return consent


@transaction.atomic
def withdraw(*, link: Link) -> Consent:
    """The apprentice takes the consent back by the link, as long as no claim has been sent (F4)."""
    apprentice = _apprentice(link)
    consent = Consent.objects.select_for_update().filter(apprentice=apprentice, withdrawn_at=None).first()
    if consent is None:
        raise Conflict("There is no consent on record to take back.")
    _cancel_unsent(consent)
    links.use(link)
    actor = LinkHolder(link)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=clock.now(), withdrawn_by_label=actor.label)
    audit.record(apprentice, "withdraw_consent", by=actor)
    return consent


def _cancel_unsent(consent: Consent) -> None:
    """Claims not sent yet fall with the consent; one that may have reached the service stops the withdrawal (F4)."""
    for claim in Claim.objects.select_for_update().filter(consent=consent).exclude(state=ClaimState.CANCELLED):
        if claim.sent_at is not None or claim.state not in UNSENT:
            message = "The claim has been sent, so the consent can no longer be taken back — guidance, Certificating."
            raise Refused([Problem("sent", "F4", message, "consent")])
        workflow.move(claim, "cancel", by=System("consent withdrawn"))


def _apprentice(link: Link) -> Apprentice:
    return Apprentice.objects.select_for_update().get(pk=link.subject_id)
