"""Letters about a centre's standing and its sanctions (A1)."""

from typing import Any

from accounts import letters
from centres.models import Sanction, Standing
from centres.notices.letters import to_centre
from centres.states import BLOCKS, GatedStep
from foundation.addresses import full


def standing_changed(standing: Standing) -> None:
    """To the centre (people or contact) and the EPA team: approved, suspended or withdrawn, from which day (A1)."""
    context = {
        "standing": standing,
        "centre": standing.centre,
        "bars_registering": GatedStep.REGISTER in BLOCKS[standing.kind],
        "link": full("centres:centre", pk=standing.centre_id),
    }
    to_centre("centres.standing_changed", standing.centre, context, standing.centre)
    letters.to_epa_team("centres.standing_changed", context, standing.centre)


def sanction_imposed(sanction: Sanction) -> None:
    """To the centre (people or contact) and the EPA team: the level, from which day, that there is a plan (A1)."""
    _about_sanction("centres.sanction_imposed", sanction)
    letters.to_epa_team("centres.sanction_imposed", _sanction_context(sanction), sanction)


def sanction_lifted(sanction: Sanction) -> None:
    """To the centre and the EPA team: it no longer holds (A1)."""
    _about_sanction("centres.sanction_lifted", sanction)
    letters.to_epa_team("centres.sanction_lifted", _sanction_context(sanction), sanction)


def plan_changed(sanction: Sanction) -> None:
    """To the centre: IMI has added, closed or sent back an action of the plan (A1)."""
    _about_sanction("centres.plan_changed", sanction)


def plan_answered(sanction: Sanction) -> None:
    """To the EPA team: the centre has answered an action of the plan (A1)."""
    letters.to_epa_team("centres.plan_answered", _sanction_context(sanction), sanction)


def _about_sanction(kind: str, sanction: Sanction) -> None:
    to_centre(kind, sanction.centre, _sanction_context(sanction), sanction)


def _sanction_context(sanction: Sanction) -> dict[str, Any]:
    return {
        "sanction": sanction,
        "centre": sanction.centre,
        "bars": [step.label for step in GatedStep if step in BLOCKS[sanction.level]],
        "link": full("centres:sanction", pk=sanction.pk),
    }
