"""Letters about a centre's standing and its place on the register (A1)."""

import datetime as dt

from accounts import letters
from centres.models import Centre, RegisterImport, Standing
from centres.notices.letters import to_centre
from foundation.addresses import full


def standing_changed(standing: Standing) -> None:
    """To the centre (people or contact) and the EPA team: approved, suspended or withdrawn, from which day (A1)."""
    context = {"standing": standing, "centre": standing.centre, "link": full("centres:centre", pk=standing.centre_id)}
    to_centre("centres.standing_changed", standing.centre, context, standing.centre)
    letters.to_epa_team("centres.standing_changed", context, standing.centre)


def left_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: off the register, so no new registrations from that day (A1)."""
    context = {"centre": centre, "day": day, "link": full("centres:centre", pk=centre.pk)}
    to_centre("centres.left_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    letters.to_epa_team("centres.left_register", context, centre, once=f"{found_in.pk}:{centre.pk}")


def back_on_register(centre: Centre, found_in: RegisterImport, day: dt.date) -> None:
    """To the centre and the EPA team, once: on the register again (A1)."""
    context = {"centre": centre, "day": day, "link": full("centres:centre", pk=centre.pk)}
    to_centre("centres.back_on_register", centre, context, centre, once=f"{found_in.pk}:{centre.pk}")
    letters.to_epa_team("centres.back_on_register", context, centre, once=f"{found_in.pk}:{centre.pk}")
