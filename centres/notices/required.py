"""Letters about the days of an action required (A9)."""

from collections.abc import Callable
from typing import Any

from accounts import letters
from centres import queries
from centres.models import ActionRequired
from foundation.addresses import full

OfAction = Callable[[ActionRequired], None]


def _of(action: ActionRequired) -> dict[str, Any]:
    application = action.application
    return {
        "action": action,
        "application": application,
        "link": full("centres:application", pk=application.pk),
    }


def _once(action: ActionRequired) -> str:
    """A new due date is a new occasion."""
    return f"{action.pk}:{action.due_on:%Y-%m-%d}"


def action_reminded(action: ActionRequired) -> None:
    """To the centre, once: an action is due soon and not answered."""
    people = queries.people(action.application.centre)
    letters.to_people("centres.action_due_soon", people, _of(action), action, once=_once(action))


def action_overdue(action: ActionRequired) -> None:
    """To the centre, once: the day has passed."""
    people = queries.people(action.application.centre)
    letters.to_people("centres.action_overdue", people, _of(action), action, once=_once(action))


def action_escalated(action: ActionRequired) -> None:
    """To the EPA team and the reviewer, once: the centre was reminded and chased and has not answered."""
    letters.to_epa_team("centres.action_escalated", _of(action), action, once=_once(action))
    reviewer = action.application.reviewer
    if reviewer is not None:
        key = f"centres.action_escalated:{_once(action)}:{reviewer.pk}"
        letters.to_person("centres.action_escalated", reviewer, _of(action), action, key)


def action_extended(action: ActionRequired) -> None:
    """To the centre: more time for an action, until when. Why stands on the page."""
    people = queries.people(action.application.centre)
    letters.to_people("centres.action_extended", people, _of(action), action)
