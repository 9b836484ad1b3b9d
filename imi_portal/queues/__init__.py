"""Each role's queue of work, most urgent first: the first thing everyone sees."""

from collections.abc import Callable

from accounts.models import User
from accounts.states import CENTRE_ROLES, Role
from imi_portal.queues import centre, office, team
from imi_portal.queues.items import Board

__all__ = ["Board", "board", "count"]


FILLED_BY: list[tuple[frozenset[str], Callable[[Board, User], None]]] = [
    (frozenset(CENTRE_ROLES), centre.fill),
    (frozenset({Role.EPA_TEAM}), team.fill),
    (frozenset({Role.CENTRE_EQA}), office.fill_eqa),
    (frozenset({Role.INDEPENDENT_ASSESSOR}), office.fill_assessor),
    (frozenset({Role.FINANCE}), office.fill_finance),
    (frozenset({Role.ADMINISTRATOR}), office.fill_administrator),
]


def board(user: User) -> Board:
    """The boards of every role the person holds, as one, in order of urgency."""
    whole = _filled(Board(own=not only_reads(user)), user).sorted()
    if user.roles == {Role.IQA}:
        whole.empty = "The portal does not draw samples of assessors’ decisions yet, so no work of an IQA appears here."
    return whole


def only_reads(user: User) -> bool:
    """Sees what a centre has to do, and does none of it."""
    return bool(user.roles) and user.roles <= {Role.CENTRE_READER}


def count(user: User) -> int:
    """How much ``board`` would have to do, in one small query for each kind of work; nothing for who only reads."""
    if only_reads(user):
        return 0
    return _filled(Board(counting=True), user).tasks


def _filled(whole: Board, user: User) -> Board:
    for roles, fill in FILLED_BY:
        if user.roles & roles:
            fill(whole, user)
    return whole
