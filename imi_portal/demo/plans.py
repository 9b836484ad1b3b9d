"""Who the learners are and what will happen to each: drawn from the seed, before anything is played."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from imi_portal.demo import names
from imi_portal.demo.theatre import Theatre

OPEN = 3  # the first centres; the next ones leave the register, are suspended, or lose their contract
LATE = -30
FIRST_GATEWAY, LAST_GATEWAY = -285, 130
STAGES = ("early", "late", "imi", "granted", "refused", "claimed", "declined")
# The first learners are cast by hand, so that even a small demonstration has one in every state of every table of
# steps: the day of the gateway, and what differs from a life in which all goes well.
CAST_BY_HAND: list[tuple[int | None, dict[str, Any]]] = [
    (None, {}),
    (50, {}),
    (38, {"subject_refused": True}),
    (24, {"cancels": "declined"}),
    (12, {"stalls": True}),
    (-3, {"unanswered": "team"}),
    (-6, {"unanswered": "centre", "returned": True}),
    (20, {"leaves": "before"}),
    (-40, {"leaves": "after", "cancels": "early"}),
    (-20, {}),
    (-55, {"returned": True}),
    (-62, {"cancels": "claimed"}),
    (-66, {"cancels": "granted"}),
    (-68, {"cancels": "refused"}),
    (-76, {}),
    (-120, {"fails": "1"}),
    (-150, {"fails": "2", "resit": True}),
    (-300, {"fails": "0", "standard": 1}),
    *[(day, {}) for day in (-84, -88, -92, -96, -100, -104)],
    *[(-140 - place, {"unknown_to_service": True}) for place in range(5)],
    (-235, {"fails": "1", "resit": True}),
]
SPAN = LAST_GATEWAY - FIRST_GATEWAY


@dataclass
class Plan:
    """One learner. ``gateway`` is the day, relative to today, on which the gateway is accepted; None: never begun."""

    number: int
    uln: str
    given: str
    family: str
    centre: int
    standard: int
    gateway: int | None
    employer: str
    contact: str
    town: tuple[str, str]
    street: str
    born: dt.date
    started: dt.date
    support_too: bool
    fails: str = ""  # "": passes all; else the place of the component failed at first
    resit: bool = False
    fails_again: bool = False
    returned: bool = False
    subject_refused: bool = False
    stalls: bool = False
    released_late: bool = False
    cancels: str = ""
    consents: bool = True
    own_address: bool = False
    claims_record: bool = True
    unknown_to_service: bool = False
    leaves: str = ""  # "before" the gateway, or "after" it
    unanswered: str = ""  # "centre": it does not send a returned gateway again; "team": nobody looks at a gateway
    distinctions: frozenset[int] = field(default_factory=frozenset)

    @property
    def email(self) -> str:
        return names.address(self.given, self.family, self.number)

    @property
    def contact_email(self) -> str:
        given, _, family = self.contact.partition(" ")
        return names.address(given, family, self.number, "employer.example")

    @property
    def registered(self) -> int:
        """The day of registration, relative to today; the centres have their contracts from about −375."""
        if self.gateway is None:
            return -365 + self.number % 40
        return min(max(self.gateway - 75 - self.number % 8, -368), -1 - self.number % 9)


def draw(theatre: Theatre, count: int) -> list[Plan]:
    """``count`` learners, spread over the centres and over every stage between registration and certificate."""
    ulns = names.ulns()
    return [_where_open(_plan(theatre, number, next(ulns))) for number in range(1, count + 1)]


def _course(number: int) -> tuple[int, int, int | None, dict[str, Any]]:
    """Centre, standard, day of the gateway and fate of a learner: cast by hand, or by remainders."""
    if number <= len(CAST_BY_HAND):
        gateway, fate = CAST_BY_HAND[number - 1]
        fate = dict(fate)
        standard = fate.pop("standard", 0)
        return (1 if standard else (0, 0, 1, 2)[number % 4]), standard, gateway, fate
    centre = (0, 0, 0, 1, 1, 2, 2, 3, 4, 5)[number % 10]
    standard = 1 if centre == 1 and number % 3 == 0 else 0
    # A golden step spreads the days evenly whatever the number of learners.
    gateway = None if number % 11 == 10 else FIRST_GATEWAY + int(number * SPAN * 0.618033988) % SPAN
    return centre, standard, gateway, _fate(number, standard)


def _where_open(plan: Plan) -> Plan:
    """Late registrations are with the centres that may still register."""
    return replace(plan, centre=plan.number % 3) if plan.centre >= OPEN and plan.registered > LATE else plan


def _plan(theatre: Theatre, number: int, uln: str) -> Plan:
    chance = theatre.chance
    given, family = names.person(chance)
    centre, standard, gateway, fate = _course(number)
    started_before = 20 if standard == 0 else 30
    employer = f"{names.FIRST[(number * 7) % 12]} {names.TRADE[(number * 5) % 8]}"
    boss = names.person(chance)
    born = dt.date(theatre.today.year - 19 - number % 12, 1 + number % 12, 1 + number % 28)
    started = theatre.day((gateway if gateway is not None else 30) - 31 * started_before + number % 60)
    return Plan(
        number=number,
        uln=uln,
        given=given,
        family=family,
        centre=centre,
        standard=standard,
        gateway=gateway,
        employer=employer,
        contact=f"{boss[0]} {boss[1]}",
        town=names.TOWNS[number % 8],
        street=names.STREETS[number % 6],
        born=born,
        started=min(started, theatre.day(-380)),
        support_too=number % 3 == 1,
        **{**_merits(number), **fate},
    )


def _fate(number: int, standard: int) -> dict[str, Any]:
    """What goes wrong, and what goes well. Remainders keep the shares the same for any number of learners."""
    fails = str(number // 10 % 3) if number % 10 == 3 or (standard == 1 and number % 4 == 0) else ""
    return {
        "fails": fails,
        "resit": bool(fails) and number % 4 != 0,
        "fails_again": bool(fails) and number % 20 == 13,
        "returned": number % 17 == 5,
        "subject_refused": number % 13 == 6,
        "stalls": number % 15 == 7,
        "released_late": number % 12 == 4,
        "cancels": STAGES[number // 14 % 7] if number % 14 == 9 else "",
        "consents": number % 9 != 2,
        "unknown_to_service": number % 40 == 21,
        "leaves": "before" if number % 25 == 18 else "",
    }


def _merits(number: int) -> dict[str, Any]:
    """What is different from one life to the next even where all goes well."""
    return {
        "own_address": number % 5 == 0,
        "claims_record": number % 6 != 5,
        "distinctions": frozenset(place for place in range(4) if (number // 3 + place) % 3 == 0),
    }
