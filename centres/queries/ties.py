"""Who is tied to a centre, and how many applications each Centre EQA has (A6)."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from accounts.models import Membership, User
from accounts.queries import interests_on
from accounts.states import Role
from centres import rules
from centres.models import Application, Centre
from centres.queries.people import holders
from centres.states import ApplicationState


def ties(centre: Centre, person: User, on: dt.date, months: int) -> tuple[list[str], bool]:
    """A person's interests in a centre on that day, one that it left not long ago among them; and whether it belongs
    there."""
    natures = list(
        interests_on(person, on).filter(organisation=centre.organisation_id).values_list("nature", flat=True)
    )
    memberships = Membership.objects.filter(user=person, organisation=centre.organisation_id)
    ends = list(memberships.values_list("ended_on", flat=True))
    left = max((ended for ended in ends if ended is not None), default=None)
    if left is not None and rules.left_lately(left, on, months):
        natures.append(f"belonged to it until {left:%d/%m/%Y}")
    return natures, None in ends


def load_by_eqa() -> QuerySet[User]:
    """The Centre EQAs with how many applications each has: with them now (``load``), and
    waiting for the centre (``waiting``)."""
    now = [ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED]
    mine = Application.objects.filter(reviewer__isnull=False)
    return (
        holders(Role.CENTRE_EQA)
        .annotate(
            load=Count("reviewed", filter=Q(reviewed__in=mine.filter(state__in=now)), distinct=True),
            waiting=Count(
                "reviewed", filter=Q(reviewed__in=mine.filter(state=ApplicationState.ACTIONS_REQUIRED)), distinct=True
            ),
        )
        .order_by("load", "name")
    )
