"""The states of a claim of the official certificate, beside its table of steps."""

from django.db.models import TextChoices

from accounts.states import Role
from foundation.workflow import SYSTEM, Steps


class ClaimState(TextChoices):
    """Ours, not the service's words: ``service_status`` keeps those."""

    READY = "ready", "Ready to be sent"
    SENDING = "sending", "Being sent"
    CREATED = "created", "Created at the assessment service"
    SUBMITTED = "submitted", "Submitted"
    PRINTED = "printed", "Printed"
    DELIVERED = "delivered", "Delivered"
    NEEDS_PERSON = "needs_person", "Needs a person"
    CANCELLED = "cancelled", "Cancelled"


CLAIM_STEPS = Steps(
    (ClaimState.READY, "send", ClaimState.SENDING, (SYSTEM,)),
    (ClaimState.SENDING, "accept", ClaimState.CREATED, (SYSTEM,)),
    (ClaimState.SENDING, "put_back", ClaimState.READY, (SYSTEM,)),
    (ClaimState.SENDING, "confirm", ClaimState.SUBMITTED, (SYSTEM,)),
    (ClaimState.CREATED, "confirm", ClaimState.SUBMITTED, (SYSTEM,)),
    (ClaimState.SUBMITTED, "print", ClaimState.PRINTED, (SYSTEM,)),
    (ClaimState.SUBMITTED, "deliver", ClaimState.DELIVERED, (SYSTEM,)),
    (ClaimState.PRINTED, "deliver", ClaimState.DELIVERED, (SYSTEM,)),
    (ClaimState.READY, "ask", ClaimState.NEEDS_PERSON, (SYSTEM,)),
    (ClaimState.SENDING, "ask", ClaimState.NEEDS_PERSON, (SYSTEM,)),
    (ClaimState.CREATED, "ask", ClaimState.NEEDS_PERSON, (SYSTEM,)),
    (ClaimState.SUBMITTED, "ask", ClaimState.NEEDS_PERSON, (SYSTEM,)),
    (ClaimState.PRINTED, "ask", ClaimState.NEEDS_PERSON, (SYSTEM,)),
    (ClaimState.NEEDS_PERSON, "try_again", ClaimState.READY, (Role.EPA_TEAM,)),
    (ClaimState.NEEDS_PERSON, "confirm_by_hand", ClaimState.SUBMITTED, (Role.EPA_TEAM,)),
    (ClaimState.READY, "cancel", ClaimState.CANCELLED, (SYSTEM, Role.EPA_TEAM)),
    (ClaimState.NEEDS_PERSON, "cancel", ClaimState.CANCELLED, (SYSTEM, Role.EPA_TEAM)),
)
