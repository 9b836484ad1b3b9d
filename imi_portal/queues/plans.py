"""Action plans of sanctions, for those who look at the answers (A1)."""

from django.urls import reverse

from accounts.models import User
from centres.models import PlanAction
from centres.states import PlanState, SanctionState
from imi_portal.queues.items import Board, Item


def plans(whole: Board, user: User) -> None:
    """Answers to look at; what the centres still have to answer is waited for."""
    rows = PlanAction.objects.visible_to(user).filter(sanction__state=SanctionState.IN_FORCE)
    rows = rows.select_related("sanction__centre__organisation")
    whole.collect(
        rows.filter(state=PlanState.ANSWERED),
        lambda row: Item(
            f"Look at an answer to the action plan of {row.sanction.centre}",
            reverse("centres:sanction", args=[row.sanction_id]),
            f"{row.sanction.number}: {row.text[:70]}",
            clause="A1",
        ),
    )
    whole.wait_for(
        rows.filter(state=PlanState.OPEN),
        lambda row: Item(
            f"{row.sanction.centre}: {row.text[:70]}",
            reverse("centres:sanction", args=[row.sanction_id]),
            f"action plan of {row.sanction.number}",
            row.due_on,
        ),
    )
