"""The tasks of the centre's side: woken after an approval, and by the beat."""

from celery import shared_task

from centres import actions, queries
from foundation import clock, documents

AGAIN = 5  # seconds
LOOKS = 12  # a minute; after that the beat


@shared_task(name="centres.offer_contracts")
def offer_contracts(looks: int = LOOKS) -> None:
    """Offer the contracts whose document exists; makes theirs first, so that a wake-up does both and no contract waits
    behind other documents.

    Where another worker has just taken a document to make it, this looks again soon: nobody else would offer it.
    """
    while documents.render_due(kind=actions.CONTRACT):
        pass
    actions.offer_ready()
    if looks and queries.contracts_in_print().exists():
        offer_contracts.apply_async(kwargs={"looks": looks - 1}, countdown=AGAIN)


@shared_task(name="centres.look_at_contracts")
def look_at_contracts() -> None:
    """What the stored days of contracts say has come: into force, over, expired, to be chased."""
    actions.look_at_contracts(clock.today())


@shared_task(name="centres.fetch_register")
def fetch_register() -> int:
    """The day's fetch of the government's register, and those asked for; twice or at once changes nothing more."""
    return actions.fetch_due()


@shared_task(name="centres.expire_signups")
def expire_signups() -> int:
    """Sign-ups whose link has run out unused."""
    return actions.expire_signups()


@shared_task(name="centres.seal_contracts")
def seal_contracts() -> None:
    """Seal the contracts that both have signed."""
    while actions.seal_due():
        pass


@shared_task(name="centres.look_at_actions")
def look_at_actions() -> dict[str, int]:
    """The daily look at actions required; running it twice, late or at once with another tells nobody twice."""
    return actions.look_at_actions(clock.today())


@shared_task(name="centres.look_at_approvals")
def look_at_approvals() -> dict[str, int]:
    """The daily look at approvals: opens re-reviews, tells of approvals that are over; each once."""
    return actions.look_at_approvals(clock.today())
