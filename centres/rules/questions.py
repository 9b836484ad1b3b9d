"""Questions to the centre about a section of its application (A6)."""

import datetime as dt
from collections.abc import Collection

from foundation.errors import Problem


def question_problems(
    section: str, sections: Collection[str], text: str, due_on: dt.date, today: dt.date
) -> list[Problem]:
    """A question names its section, says what is asked, and by when (A6)."""
    problems = []
    if section not in sections:
        problems.append(Problem("no_section", "A6", "Choose the section that you ask about.", "questions", "section"))
    if not text.strip():
        problems.append(Problem("no_question", "A6", "Write the question.", "questions", "text"))
    if due_on <= today:
        message = "The day by which it should be answered must be after today."
        problems.append(Problem("question_due_passed", "A6", message, "questions", "due_on"))
    return problems


def unsettled_problems(texts: Collection[str]) -> list[Problem]:
    """An approval waits until every question is settled (A6)."""
    return [
        Problem("question_not_settled", "A6", f"The question “{text[:80]}” is not settled.", "questions")
        for text in texts
    ]
