"""The report of a review: what was decided, required and found, as a document for the centre and for IMI (A6, A9)."""

from typing import Any

from centres import queries
from centres.models import Application
from foundation import clock, documents
from foundation.models import Document
from foundation.workflow import Actor

REPORT = "review_report"  # the kind of its document


def order_report(application: Application, by: Actor) -> Document:
    """Order the report of a decision just made. Within the verb that decides; what it says is frozen here."""
    return documents.order(
        kind=REPORT,
        series=f"REV-{clock.today():%y}",
        title=f"Report of the desktop review, {application.number}, {application.centre}"[:200],
        template="documents/review_report.html",
        context=report_of(application, by.label),
        about=application,
    )


def report_of(application: Application, reviewer: str) -> dict[str, Any]:
    """What the report says, as it shall be printed. The risk is IMI's own and is not in it; nor is any note."""
    cells = queries.cells(application)
    return {
        "application": application.number,
        "centre": application.centre.organisation.name,
        "centre_number": application.centre.number,
        "standard": str(application.version),
        "reviewer": reviewer,
        "decided_on": _day(clock.today()),
        "reason": application.decision_reason,
        "appeal_until": _day(application.appeal_until) if application.appeal_until else "",
        "elements": [
            {"code": row.package.code, "name": row.package.name, "state": row.get_state_display(), "reason": row.reason}
            for row in application.element_rows.select_related("package")
        ],
        "decisions": [
            {
                "element": package.code,
                "criterion": str(criterion),
                "verdict": decided.get_verdict_display(),
                "reason": decided.reason,
            }
            for package, criterion, decided in cells
            if decided is not None
        ],
        "actions": [
            {
                "element": action.package.code,
                "text": action.text,
                "due_on": _day(action.due_on),
                "state": action.get_state_display(),
                "answer": action.answer,
                "comment": action.comment,
                "closed_on": _day(clock.london_date(action.closed_at)) if action.closed_at else "",
            }
            for action in application.actions.select_related("package")
        ],
    }


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
