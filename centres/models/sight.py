"""Who of the assessment organisation sees what of a centre."""

from accounts.states import Role

REVIEWERS = frozenset({Role.CENTRE_EQA, Role.EPA_TEAM, Role.ADMINISTRATOR})


OFFICE = REVIEWERS | {Role.FINANCE}
