"""An EPA contract's days: from when, chased when, to when (A7, A8)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.states import EndCause
from foundation.errors import Problem


def first_day(*, countersigned_on: dt.date, starts_on: dt.date, earlier_from: dt.date | None) -> dt.date:
    """From when a contract that both have signed is in force (A8): the day IMI countersigns it, not before its start,
    and not before the contract whose place it takes."""
    return max(countersigned_on, starts_on, earlier_from or starts_on)


def last_day_before(in_force_from: dt.date) -> dt.date:
    """The last day of the contract whose place another takes (A8): the day before, so that there is no gap."""
    return in_force_from - dt.timedelta(days=1)


def offer_ends_on(offered_on: dt.date, sign_days: int) -> dt.date:
    """The last day on which an offer can be signed (A8)."""
    return offered_on + dt.timedelta(days=sign_days)


def offer_is_over(sign_by: dt.date, today: dt.date) -> bool:
    """Whether an offer has expired (A8): the last day still counts."""
    return today > sign_by


def notice_ends_on(given_on: dt.date, notice_days: int) -> dt.date:
    """The last day of a contract to which notice is given (A8)."""
    return given_on + dt.timedelta(days=notice_days)


@dataclass(frozen=True)
class Chase:
    """A reminder of an unsigned contract: on which day, how many days after the offer, and whether it is the last."""

    due_on: dt.date
    after_days: int
    last: bool


def chases(offered_on: dt.date, after_days: Sequence[int], sign_by: dt.date) -> list[Chase]:
    """When an unsigned contract is chased (A8): within the offer, once each day; the last one tells the EPA team."""
    days = sorted({days for days in after_days if days > 0 and offered_on + dt.timedelta(days=days) <= sign_by})
    return [Chase(offered_on + dt.timedelta(days=number), number, number == days[-1]) for number in days]


def end_early_problems(
    *, in_force_from: dt.date, ends_on: dt.date, planned: dt.date | None, cause: str, reason: str, today: dt.date
) -> list[Problem]:
    """A contract ends before its notice is up only for a named cause, and not in the past (A8): what was registered
    under it stays covered."""
    problems = []
    if ends_on < max(today, in_force_from):
        message = "The last day of the contract can be today or a later day."
        problems.append(Problem("ends_too_early", "A8", message, "end", "ends_on"))
    if planned is not None and ends_on >= planned:
        message = f"The contract ends on {planned:%d/%m/%Y} as it is; an earlier end is on an earlier day."
        problems.append(Problem("not_earlier", "A8", message, "end", "ends_on"))
    if cause not in EndCause.values:
        message = "Say for which cause the contract ends without notice."
        problems.append(Problem("no_cause", "A8", message, "end", "cause"))
    if not reason.strip():
        problems.append(Problem("no_reason", "A8", "Say why the contract ends.", "end", "reason"))
    return problems


def successor_problems(number: str, from_day: dt.date | None) -> list[Problem]:
    """A contract whose successor both have signed ends by it (A8): ``from_day`` is the successor's first day."""
    if from_day is None:
        return []
    message = (
        f"Version {number} takes the place of this contract on {from_day:%d/%m/%Y}. Give notice to that one once it is "
        "in force."
    )
    return [Problem("successor", "A8", message, "end")]


def issue_again_problems(
    *, standing: bool, lapsed: bool, latest: bool, starts_on: dt.date, today: dt.date
) -> list[Problem]:
    """IMI issues a contract again, with the prices of that day (A7): one in force is amended, an offer that expired or
    was withdrawn is renewed, each only while no later version of it exists. It starts today or later."""
    problems = []
    if not (standing or lapsed):
        message = "Only a contract that both have signed, or an offer that has lapsed, is issued again."
        problems.append(Problem("nothing_to_issue_again", "A7", message, "contract"))
    if not latest:
        message = "There is a later version of this contract; issue that one again."
        problems.append(Problem("not_the_latest", "A7", message, "contract"))
    if starts_on < today:
        problems.append(Problem("starts_in_past", "A8", "It starts today or on a later day.", "contract", "starts_on"))
    return problems
