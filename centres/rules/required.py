"""Actions required: what each needs, its days, and what happens when a day passes (A9)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Problem


@dataclass(frozen=True)
class NewAction:
    """An action that a Centre EQA requires: for which element (package id), what, by when, and what shows it."""

    package_id: int
    text: str
    due_on: dt.date
    evidence_asked: str = ""


@dataclass(frozen=True)
class ActionDays:
    """When the centre is reminded (not where that day has passed already), when chased, when the EPA team hears."""

    remind_on: dt.date | None
    chase_on: dt.date
    escalate_on: dt.date


def action_days(due_on: dt.date, today: dt.date, remind_days: int, chase_days: int) -> ActionDays:
    """The days that go with a due date (A9): so many before, the day after, and so many after that."""
    remind_on = due_on - dt.timedelta(days=remind_days)
    chase_on = due_on + dt.timedelta(days=1)
    return ActionDays(remind_on if remind_on > today else None, chase_on, chase_on + dt.timedelta(days=chase_days))


def action_problems(
    new: Sequence[NewAction], open_count: int, element_ids: Sequence[int], today: dt.date
) -> list[Problem]:
    """Actions required: at least one, each with an element of the application, a text and a day to come (A9)."""
    problems = []
    if not new and not open_count:
        message = "Say at least one thing that is additionally required — guidance, Approval process."
        problems.append(Problem("no_action", "A9", message, "actions"))
    for number, action in enumerate(new, start=1):
        if action.package_id not in element_ids:
            message = f"Action {number} is about an element that is not in the application."
            problems.append(Problem("action_of_other_element", "A9", message, "actions", "package"))
        if not action.text.strip():
            message = f"Action {number}: write what is required."
            problems.append(Problem("action_without_text", "A9", message, "actions", "text"))
        if action.due_on <= today:
            message = f"Action {number}: the day by which it is due must be after today."
            problems.append(Problem("action_due_passed", "A9", message, "actions", "due_on"))
    return problems


def extension_problems(due_on: dt.date, to: dt.date, reason: str, today: dt.date) -> list[Problem]:
    """An action gets more time: a later day, after today, with a reason (A9)."""
    problems = []
    if to <= due_on:
        message = f"The action is due on {due_on:%d/%m/%Y}: more time is a later day."
        problems.append(Problem("not_later", "A9", message, "actions", "due_on"))
    elif to <= today:
        problems.append(Problem("action_due_passed", "A9", "The new day must be after today.", "actions", "due_on"))
    if not reason.strip():
        message = "Say why the action gets more time; the centre reads it."
        problems.append(Problem("no_reason", "A9", message, "actions", "reason"))
    return problems


def reopening_problems(due_on: dt.date, to: dt.date | None, comment: str, today: dt.date) -> list[Problem]:
    """An answer that is not enough goes back with what is missing, and a day to come (A9)."""
    problems = []
    if not comment.strip():
        problems.append(Problem("no_comment", "A9", "Say what is still missing.", "actions", "comment"))
    if (to or due_on) <= today:
        message = "The day by which it was due has passed: set a new one after today."
        problems.append(Problem("action_due_passed", "A9", message, "actions", "due_on"))
    return problems
