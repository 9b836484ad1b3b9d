"""Who may assess whom, and when a component may be held. Pure: what is known comes in, problems go out."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.dates import date_long
from foundation.errors import Problem

# Two assessments of one person that begin less than this apart are taken to overlap: no clause names a length.
APART = dt.timedelta(hours=1)
SATURDAY = 5

CONTENT = {
    "C1": "guidance, Practical observation",
    "C2": "guidance, Work-based project",
    "C3": "guidance, Work-based project and interview",
    "C4": "guidance, Work-based project and interview",
    "C6": "guidance, Professional discussion",
    "C7": "guidance, Professional discussion",
    "C9": "guidance, Re-sit/Re-take, note",
    "C11": "guidance, Re-sit/Re-take",
    "E2": "guidance, Booking an EPA",
}


@dataclass(frozen=True)
class Slot:
    """One component to be held at one instant, with the days it has to fit between.

    ``key`` names the attempt in form fields, ``clause`` is that of the window, ``day`` the civil date in London of
    ``at``; ``submit_by`` is two weeks before that day where something is handed in, ``handed_in`` whether it has come.
    """

    key: int
    name: str
    at: dt.datetime
    day: dt.date
    starts_on: dt.date
    held_by: dt.date
    clause: str
    is_practical: bool = False
    place: str = ""
    submit_by: dt.date | None = None
    submission_name: str = ""
    submission_clause: str = ""
    handed_in: bool = False


@dataclass(frozen=True)
class Person:
    """What is known of an assessor who is to assess: his standing, his ties, what he does at that time already."""

    name: str
    is_assessor: bool
    covers: bool
    ties: tuple[str, ...] = ()
    busy: tuple[dt.datetime, ...] = ()


def window_problems(slot: Slot, today: dt.date) -> list[Problem]:
    """The day lies within the component's window (C1, C3, C6, C9; for resits C11) and not in the past."""
    field = f"at_{slot.key}"
    if slot.day < today:
        return [Problem("in_the_past", slot.clause, f"{slot.name}: {date_long(slot.day)} has passed.", "dates", field)]
    if slot.day < slot.starts_on:
        message = f"{slot.name}: {date_long(slot.day)} is before the first possible day, {date_long(slot.starts_on)}"
        return [Problem("too_early", slot.clause, f"{message} — {CONTENT[slot.clause]}.", "dates", field)]
    if slot.day > slot.held_by:
        message = f"{slot.name}: {date_long(slot.day)} is after the last possible day, {date_long(slot.held_by)}"
        return [Problem("too_late", slot.clause, f"{message} — {CONTENT[slot.clause]}.", "dates", field)]
    return []


def notice_problems(slot: Slot, requested_on: dt.date, notice_days: int) -> list[Problem]:
    """The practical is at least 90 days after the request (E2); other components do not count."""
    if not slot.is_practical or (slot.day - requested_on).days >= notice_days:
        return []
    earliest = requested_on + dt.timedelta(days=notice_days)
    message = (
        f"{slot.name}: the booking was requested on {date_long(requested_on)}, so the practical can be held from "
        f"{date_long(earliest)}, {notice_days} days later — {CONTENT['E2']}."
    )
    return [Problem("too_short_notice", "E2", message, "dates", f"at_{slot.key}")]


def submission_problems(slot: Slot, today: dt.date) -> list[Problem]:
    """The date leaves the apprentice time to hand in 14 days before (C4, C7), unless it has been handed in."""
    if slot.submit_by is None or slot.handed_in or slot.submit_by >= today:
        return []
    message = (
        f"{slot.name}: {slot.submission_name.lower()} would have been due on {date_long(slot.submit_by)}, "
        f"which has passed; choose a later date — {CONTENT[slot.submission_clause]}."
    )
    return [Problem("no_time_to_submit", slot.submission_clause, message, "dates", f"at_{slot.key}")]


def person_problems(slot: Slot, person: Person) -> list[Problem]:
    """The assessor is one, for this version, free at that time, and independent: no interest in the centre, the
    employer or the apprentice (C1)."""
    field, found = f"assessor_{slot.key}", []
    if not person.is_assessor:
        message = f"{person.name} is not an independent assessor in force."
        found.append(Problem("not_assessor", "C1", message, "assessors", field))
    elif not person.covers:
        message = f"{person.name} is not down to assess this version of the standard."
        found.append(Problem("not_covered", "C1", message, "assessors", field))
    found += [
        Problem("not_independent", "C1", f"{person.name} is not independent: {tie} — {CONTENT['C1']}.", "", field)
        for tie in person.ties
    ]
    if any(overlaps(slot.at, other) for other in person.busy):
        message = f"{person.name} has another assessment at that time."
        found.append(Problem("double_booked", "", message, "calendar", f"at_{slot.key}"))
    return found


def overlaps(one: dt.datetime, other: dt.datetime) -> bool:
    """Whether two assessments of one person begin too close to each other; an hour apart is far enough."""
    return abs(one - other) < APART


def apprentice_problems(slots: Sequence[Slot]) -> list[Problem]:
    """An apprentice cannot be at two components at once."""
    ordered = sorted(slots, key=lambda slot: slot.at)
    return [
        Problem("same_time", "", f"{later.name} is at the same time as {earlier.name}.", "dates", f"at_{later.key}")
        for earlier, later in itertools.pairwise(ordered)
        if overlaps(earlier.at, later.at)
    ]


def completeness_problems(missing: Iterable[tuple[int, str]]) -> list[Problem]:
    """A booking is confirmed with every component arranged: the dates are agreed upon booking (C4, C7)."""
    return [
        Problem("not_arranged", "", f"{name}: choose an assessor, a date and a place.", "dates", f"at_{key}")
        for key, name in missing
    ]


def place_problems(slot: Slot) -> list[Problem]:
    """People need to know where to go."""
    if slot.place.strip():
        return []
    return [Problem("no_place", "", f"{slot.name}: say where it is held.", "dates", f"place_{slot.key}")]


def tie_words(
    *, centre: str, employer: str, centre_interest: bool, employer_interest: bool, apprentice_interest: bool, role: str
) -> tuple[str, ...]:
    """An assessor's ties to a centre, an employer and an apprentice, in words (C1); ``role`` is one held at either."""
    ties = []
    if role:
        ties.append(f"is {role}")
    if centre_interest:
        ties.append(f"has an interest in the centre {centre}")
    if employer_interest:
        ties.append(f"has an interest in the employer {employer}")
    if apprentice_interest:
        ties.append("has an interest in the apprentice")
    return tuple(ties)


def closed_day_problems(days: Iterable[tuple[int, str, dt.date]], closed: Mapping[dt.date, str]) -> list[Problem]:
    """A day on which nobody is expected to work only asks; ``days`` are (key, name, day), ``closed`` names days off."""
    found = []
    for key, name, day in days:
        why = closed.get(day) or (f"{day:%A}" if day.weekday() >= SATURDAY else "")
        if why:
            message = f"{name}: {date_long(day)} is no working day ({why})."
            found.append(Problem("closed_day", "", message, "dates", f"at_{key}", warning=True))
    return found


def arranging_problems(
    slots: Sequence[tuple[Slot, Person]], *, today: dt.date, requested_on: dt.date | None, notice_days: int
) -> list[Problem]:
    """Everything against a set of arrangements for one apprentice; ``requested_on`` None for resits."""
    found: list[Problem] = []
    for slot, person in slots:
        found += place_problems(slot) + window_problems(slot, today) + submission_problems(slot, today)
        if requested_on is not None:
            found += notice_problems(slot, requested_on, notice_days)
        found += person_problems(slot, person)
    return found + apprentice_problems([slot for slot, _ in slots])
