"""The tasks of the centre's side: woken after an approval, and by the beat."""

from celery import shared_task

from centres import actions
from foundation import documents


@shared_task(name="centres.offer_contracts")
def offer_contracts() -> None:
    """Offer the contracts whose document exists; makes the documents first, so that a wake-up does both."""
    while documents.render_due():
        pass
    actions.offer_ready()
