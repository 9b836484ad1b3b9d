"""Training providers that have signed themselves up, one for every way it can go."""

import contextlib
import re
from functools import partial

from accounts.models import User
from centres import actions
from centres.models import Signup
from foundation.errors import Conflict
from foundation.models import Message
from imi_portal.demo.cast import PASSWORD, Cast
from imi_portal.demo.theatre import Theatre

FIRST = 10195030  # of the register's invented providers, which are no centres
LINK = re.compile(r"sign-up/confirm/([\w-]+)/")
PEOPLE = ["Nora Newcomer", "Neil Nash", "Nina North", "Ned Norris", "Nell Noble", "Noel Naylor"]


def put_on(theatre: Theatre, cast: Cast) -> None:
    """Accepted, turned down, overtaken, expired; to be checked, and waiting for its link, when the curtain rises."""
    ask = {number: partial(_ask, number) for number in range(len(PEOPLE))}
    theatre.at(theatre.working(-40), ask[0])
    theatre.at(theatre.working(-40), partial(_open, 0), 10)
    theatre.at(theatre.working(-38), lambda: _accept(0, cast.team[0]))
    theatre.at(theatre.working(-30), ask[1])
    theatre.at(theatre.working(-30), partial(_open, 1), 10)
    theatre.at(theatre.working(-28), lambda: _turn_down(1, cast.team[0]))
    theatre.at(theatre.working(-20), partial(_ask, 2, "second"))
    theatre.at(theatre.working(-20), ask[2])
    theatre.at(theatre.working(-20), partial(_open, 2), 10)
    theatre.at(theatre.working(-20), partial(_open, 2, "second"), 11)
    theatre.at(theatre.working(-12), ask[3])
    theatre.at(theatre.working(-3), ask[4])
    theatre.at(theatre.working(-3), partial(_open, 4), 10)
    theatre.at(theatre.day(0), ask[5], 0)


def _address(number: int, mark: str = "") -> str:
    return f"{PEOPLE[number].split()[0].lower()}{mark}@provider{number}.example"


def _ask(number: int, mark: str = "") -> None:
    actions.sign_up(
        ukprn=FIRST + number, name=PEOPLE[number], email=_address(number, mark), role="Head of apprenticeships"
    )


def _open(number: int, mark: str = "") -> None:
    """The person follows the link in the message. The second of two comes too late."""
    row = Signup.objects.get(ukprn=FIRST + number, email=_address(number, mark))
    text = Message.objects.filter(kind="centres.signup_asked", about_id=row.pk).latest("pk").text
    link = LINK.search(text)
    found = actions.find_signup(link[1]) if link else None
    if found is None:
        raise RuntimeError("the link of a sign-up opens it")
    with contextlib.suppress(Conflict):
        actions.open_signup(signup=row, link=found[1], name=PEOPLE[number], password=PASSWORD)


def _accept(number: int, by: User) -> None:
    row = Signup.objects.get(ukprn=FIRST + number)
    actions.accept_signup(signup=row, reason="Called the provider’s switchboard, who put me through.", by=by)


def _turn_down(number: int, by: User) -> None:
    row = Signup.objects.get(ukprn=FIRST + number)
    actions.turn_down_signup(signup=row, reason="The provider does not know this person.", by=by)
