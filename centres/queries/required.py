"""Actions whose day has come (A9)."""

import datetime as dt

from django.db.models import Q, QuerySet

from centres.models import ActionRequired
from centres.states import ActionState, ApplicationState


def actions_to_tell(what: str, on: dt.date) -> QuerySet[ActionRequired]:
    """For the job: open actions of which somebody is to be told on that day and has not been.

    ``what`` is "reminded" (the day is near), "chased" (it has passed) or "escalated" (it has passed for long).
    """
    due = {
        "reminded": Q(remind_on__lte=on, due_on__gte=on),
        "chased": Q(chase_on__lte=on),
        "escalated": Q(escalate_on__lte=on),
    }[what]
    rows = ActionRequired.objects.filter(due, state=ActionState.OPEN)
    return rows.filter(application__state=ApplicationState.ACTIONS_REQUIRED, **{f"{what}_at": None})
