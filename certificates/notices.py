"""Messages about consent, records of achievement and claims. None carries a grade."""

from accounts import letters
from apprentices.models import Apprentice
from centres import queries as centres
from certificates.models import Claim, RecordOfAchievement
from foundation.addresses import full


def consent_asked(apprentice: Apprentice, token: str) -> None:
    """To the apprentice: what the consent is for, and the link (F4)."""
    _to_apprentice("certificates.consent_asked", apprentice, full("certificates:consent", token=token))


def consent_given(apprentice: Apprentice, token: str) -> None:
    """To the apprentice: it is on record, and how to take it back before the claim is sent (F4)."""
    _to_apprentice("certificates.consent_given", apprentice, full("certificates:withdraw_consent", token=token))


def _to_apprentice(kind: str, apprentice: Apprentice, link: str) -> None:
    letters.to_address(kind, apprentice.email, {"name": apprentice.given_names, "link": link}, apprentice)


def record_ready(record: RecordOfAchievement) -> None:
    """To whoever claimed it: the record of achievement can be downloaded (F3)."""
    context = {"record": record, "link": full("certificates:record", pk=record.pk)}
    key = f"record_ready:{record.pk}"
    letters.to_person("certificates.record_ready", record.claimed_by, context, record, key)


def claim_needs_person(claim: Claim) -> None:
    """To the EPA team: the service did not accept a claim (F5)."""
    context = {"claim": claim, "link": full("certificates:claim", pk=claim.pk)}
    letters.to_epa_team("certificates.claim_needs_person", context, claim)


def delivered(claim: Claim) -> None:
    """To the centre's people: the certificate has arrived."""
    apprentice = claim.result.epa.registration.apprentice
    context = {"apprentice": apprentice, "link": full("learner", pk=apprentice.pk)}
    for person in centres.people(apprentice.centre).order_by("pk"):
        key = f"claim_delivered:{claim.pk}:{person.pk}"
        letters.to_person("certificates.delivered", person, context, claim, key)
