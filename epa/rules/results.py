"""Results: when they are due, what they amount to, what the provider enters in its ILR, who may try again. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from epa.rules.windows import resits_open
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.workingdays import WorkingDays
from standards.states import GRADE_ORDER, Grade

CONTINUING, COMPLETED, ACHIEVED = 1, 2, 1  # the ILR's CompStatus (twice) and Outcome codes
ACHIEVED_AFTER = 7  # AchDate is at least so many days after LearnActEndDate (ILR rule AchDate_11)


def result_due(last_day: dt.date, working_days: int, calendar: WorkingDays) -> tuple[dt.date, dict[str, Any]]:
    """The last day on which the provider is told (F1), and the facts it was computed from.

    21 working days after the last day of the EPA; that day itself is day 0, working or not.
    """
    due_on = calendar.add(last_day, working_days)
    closed = {
        f"{day:%Y-%m-%d}": name
        for day, name in sorted(calendar.closed.items())
        if last_day < day <= due_on and day.weekday() < 5
    }
    return due_on, {"last_day": f"{last_day:%Y-%m-%d}", "working_days": working_days, "closed_days": closed}


def best_grades(attempts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The best grade of each component, from (component code, grade) of every assessed attempt (C10, C12)."""
    best: dict[str, str] = {}
    for code, grade in attempts:
        if code not in best or GRADE_ORDER[Grade(grade)] > GRADE_ORDER[Grade(best[code])]:
            best[code] = grade
    return best


def ilr_fields(
    overall: str, *, last_day: dt.date, epao_id: str, standard_code: int, uln: str
) -> dict[str, str | int | None]:
    """What the provider enters for the programme aim in its ILR (F1); None means: leave empty or as it is.

    A pass: completed, achieved, with the last day of the EPA as achievement date. After a fail the aim stays open while
    resits are: the ILR takes "completed" only together with an achievement date (its rule AchDate_12).
    """
    passed = overall != Grade.FAIL
    return {
        "ULN": uln,
        "ProgType": 25,
        "StdCode": standard_code,
        "EPAOrgID": epao_id,
        "CompStatus": COMPLETED if passed else CONTINUING,
        "Outcome": ACHIEVED if passed else None,
        "AchDate": f"{last_day:%Y-%m-%d}" if passed else None,
    }


def resit_problems(
    *, component: str, best: str | None, open_already: bool, today: dt.date, until: dt.date
) -> list[Problem]:
    """Any component not passed can be tried again (C10) within 12 months (C11), without limit; a pass cannot be
    raised (C12)."""
    found = []
    if best is not None and best != Grade.FAIL:
        message = f"{component} has been passed; a pass cannot be raised — guidance, Re-sit/Re-take."
        found.append(Problem("passed_already", "C12", message, "", "component"))
    if best is None:
        message = f"{component} has not been failed yet — guidance, Re-sit/Re-take."
        found.append(Problem("not_failed", "C10", message, "", "component"))
    if open_already:
        found.append(Problem("open_already", "C10", f"A further attempt at {component} is open already.", "", ""))
    if not resits_open(today, until):
        message = f"The 12 months for resits and retakes ended on {date_long(until)} — guidance, Re-sit/Re-take."
        found.append(Problem("resits_over", "C11", message, "", "component"))
    return found


def price_problems(priced: bool, component: str) -> list[Problem]:
    """Fees and charges are published and apply (D4): no resit without a price of the day."""
    if priced:
        return []
    message = f"The price list has no price for a resit of {component} today; the EPA team has to add one."
    return [Problem("no_price", "D4", message, "", "component")]


def ilr_words(ilr: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The ILR fields as (field, value, what it means), in the order of the aim."""
    passed = ilr.get("AchDate") is not None
    meanings = {
        "ULN": "the learner",
        "ProgType": "apprenticeship standard",
        "StdCode": "the standard",
        "EPAOrgID": "the end-point assessment organisation",
        "CompStatus": "completed" if passed else "continuing, while resits are open",
        "Outcome": "achieved" if passed else "leave empty",
        "AchDate": "the last day of the EPA" if passed else "leave empty",
    }
    rows = [(name, str(ilr.get(name) if ilr.get(name) is not None else ""), words) for name, words in meanings.items()]
    if passed:
        words = f"your own record: the last day of learning, at least {ACHIEVED_AFTER} days before AchDate"
        rows.insert(5, ("LearnActEndDate", "", words))
    return rows
