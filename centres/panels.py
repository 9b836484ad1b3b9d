"""What storeys above put on a centre's page, unknown to this one: the roof fills ``FILLED_BY`` at start-up."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from centres.models import Centre


@dataclass(frozen=True)
class Panel:
    """Figures under a title: (label, figure) each, and where the list behind them is."""

    title: str
    figures: list[tuple[str, int]]
    url: str = ""
    link: str = ""
    empty: str = ""


# Each begins with what the person may see, and asks a constant number of statements; None: nothing for this person.
FILLED_BY: list[Callable[[User, Centre], Panel | None]] = []


def of(user: User, centre: Centre) -> list[Panel]:
    """The panels that this person sees of the centre."""
    return [panel for fill in FILLED_BY if (panel := fill(user, centre)) is not None]
