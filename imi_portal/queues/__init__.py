"""Each role's queue of work, most urgent first: the first thing everyone sees."""

from accounts.models import User
from accounts.states import CENTRE_ROLES, Role
from imi_portal.queues import centre, office, team
from imi_portal.queues.items import Board

__all__ = ["Board", "board"]


def board(user: User) -> Board:
    """The boards of every role the person holds, as one, in order of urgency."""
    whole = Board()
    roles = user.roles
    if roles & CENTRE_ROLES:
        whole.add(centre.board(user))
    if Role.EPA_TEAM in roles:
        whole.add(team.board(user))
    if Role.CENTRE_EQA in roles:
        whole.add(office.eqa_board(user))
    if Role.INDEPENDENT_ASSESSOR in roles:
        whole.add(office.assessor_board(user))
    if Role.FINANCE in roles:
        whole.add(office.finance_board(user))
    if Role.ADMINISTRATOR in roles:
        whole.add(office.administrator_board(user))
    return whole.sorted()
