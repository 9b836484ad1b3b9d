"""Sanctions in levels and their action plans (A1)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.states import PlanState, SanctionLevel
from foundation.errors import Problem


@dataclass(frozen=True)
class PlanItem:
    """Something a centre has to do under a sanction, by a day."""

    text: str
    due_on: dt.date


def sanction_problems(
    level: str, *, reason: str, has_scope: bool, plan: Sequence[PlanItem], today: dt.date
) -> list[Problem]:
    """A sanction says why and comes with an action plan; level 4 names elements, level 5 is about the whole centre
    (A1)."""
    problems = []
    if not reason.strip():
        problems.append(Problem("no_reason", "A1", "Say why; the centre is told the reason.", "sanctions", "reason"))
    if level == SanctionLevel.ELEMENTS_WITHDRAWN and not has_scope:
        message = "Choose the elements whose approval is withdrawn."
        problems.append(Problem("no_scope", "A1", message, "sanctions", "packages"))
    if level == SanctionLevel.CENTRE_WITHDRAWN and has_scope:
        message = "Level 5 is about the whole centre. For named elements choose level 4."
        problems.append(Problem("scope_of_level_5", "A1", message, "sanctions", "packages"))
    if not plan:
        message = "A sanction comes with an action plan: say at least one thing that the centre has to do."
        problems.append(Problem("no_plan", "A1", message, "sanctions", "text"))
    for item in plan:
        problems += plan_item_problems(item, today)
    return problems


def plan_item_problems(item: PlanItem, today: dt.date) -> list[Problem]:
    """An action of the plan has a text and a day to come (A1)."""
    problems = []
    if not item.text.strip():
        problems.append(Problem("action_without_text", "A1", "Write what the centre has to do.", "sanctions", "text"))
    if item.due_on <= today:
        message = "The day by which it is due must be after today."
        problems.append(Problem("action_due_passed", "A1", message, "sanctions", "due_on"))
    return problems


def answer_problems(*, answer: str, has_evidence: bool) -> list[Problem]:
    """An action of the plan is answered with a text and evidence (A1)."""
    problems = []
    if not answer.strip():
        problems.append(Problem("no_answer", "A1", "Write what has been done.", "sanctions", "answer"))
    if not has_evidence:
        problems.append(Problem("no_evidence", "A1", "Upload the evidence for it.", "sanctions", "evidence"))
    return problems


def settling_problems(state: str, *, closes: bool, comment: str) -> list[Problem]:
    """Sent back, or closed without an answer, an action says why (A1)."""
    if comment.strip():
        return []
    if not closes:
        return [Problem("no_comment", "A1", "Say what is still missing.", "sanctions", "comment")]
    if state == PlanState.OPEN:
        return [Problem("no_comment", "A1", "Say why no answer is needed any more.", "sanctions", "comment")]
    return []


def lifting_problems(*, states: Sequence[str], reason: str) -> list[Problem]:
    """A sanction is lifted once every action of its plan is closed, and the record says why (A1)."""
    problems = []
    open_ones = sum(state != PlanState.CLOSED for state in states)
    if open_ones:
        words = "One action of the plan is" if open_ones == 1 else f"{open_ones} actions of the plan are"
        message = f"{words} not closed yet. A sanction is lifted when its action plan is done."
        problems.append(Problem("plan_not_done", "A1", message, "sanctions"))
    if not reason.strip():
        problems.append(Problem("no_reason", "A1", "Say why the sanction is lifted.", "sanctions", "reason"))
    return problems
