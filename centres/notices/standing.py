"""Letters about a centre's standing (A1)."""

from accounts import letters
from centres.models import Standing
from centres.notices.letters import to_centre
from foundation.addresses import full


def standing_changed(standing: Standing) -> None:
    """To the centre (people or contact) and the EPA team: approved, suspended or withdrawn, from which day (A1)."""
    context = {"standing": standing, "centre": standing.centre, "link": full("centres:centre", pk=standing.centre_id)}
    to_centre("centres.standing_changed", standing.centre, context, standing.centre)
    letters.to_epa_team("centres.standing_changed", context, standing.centre)
