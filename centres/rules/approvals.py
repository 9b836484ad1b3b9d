"""How long an element stays approved, and when it is looked at again (A6)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from foundation.errors import Problem
from foundation.workingdays import add_months


@dataclass(frozen=True)
class ApprovalDays:
    """When a re-review is opened and due; the day from which the approval is over, where it does not roll on."""

    queue_on: dt.date
    due_on: dt.date
    expires_on: dt.date | None


def approval_days(
    on: dt.date, risk: str, months: Mapping[str, int], notice_days: int, *, expires: bool
) -> ApprovalDays:
    """The days of an approval given, or confirmed, on a day (A6): by risk, as the version's settings say."""
    due_on = add_months(on, months[risk])
    return ApprovalDays(due_on - dt.timedelta(days=notice_days), due_on, due_on if expires else None)


def expiry_problems(package: str, expires_on: dt.date | None, on: dt.date) -> list[Problem]:
    """An approval that has expired shuts the gate on that very day (A1, A6)."""
    if expires_on is None or on < expires_on:
        return []
    message = (
        f"The approval for {package} ended on {expires_on:%d/%m/%Y}: a Centre EQA has to review it again first — "
        "guidance, Approval process."
    )
    return [Problem("approval_expired", "A6", message, "", "package")]


def finding_problems(finding: str) -> list[Problem]:
    """A re-review says what was found (A6)."""
    if finding.strip():
        return []
    return [Problem("no_finding", "A6", "Write what you looked at and found.", "re_review", "finding")]
