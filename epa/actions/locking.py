"""The one order in which the rows of an assessment are locked: bookings, then the EPA, then attempts and the rest."""

from collections.abc import Iterable

from accounts.models import User
from epa.models import EPA, AssessorProfile, Attempt, Booking
from foundation.workflow import Actor


def lock(epa_id: int) -> EPA:
    """The EPA, fresh and locked until the transaction ends, after its bookings: no two verbs change one EPA at once."""
    list(Booking.objects.select_for_update().filter(epa_id=epa_id).order_by("pk").values_list("pk", flat=True))
    rows = EPA.objects.select_related(
        "registration__apprentice__centre__organisation",
        "registration__apprentice__employer",
        "registration__package__version__standard",
    )
    return rows.select_for_update(of=("self",)).get(pk=epa_id)


def lock_assessors(users: Iterable[User]) -> None:
    """Hold the assessors' diaries, in one order, so that two bookings cannot take the same hour at once."""
    wanted = sorted({user.pk for user in users})
    list(AssessorProfile.objects.select_for_update().filter(user_id__in=wanted).order_by("user_id").values_list("pk"))


def attempts_of(epa: EPA) -> list[Attempt]:
    """All attempts of a locked EPA, in the order of components and numbers."""
    return list(epa.attempts.select_related("component", "assessor").order_by("component__order", "number"))


def is_allocated(attempt: Attempt, by: Actor) -> bool:
    """Whether it is this very assessor who was allocated; a role that sees everything is not enough."""
    return attempt.assessor_id is not None and attempt.assessor_id == by.user_id
