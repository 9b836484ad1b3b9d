"""Approvals of elements: given, looked at again by date and by risk, going on or over (A6)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.actors import System
from accounts.models import User
from centres import notices, queries, rules
from centres.models import Application, ElementApproval, ReReview, RiskRating
from foundation import audit, clock, jobs
from foundation.errors import NotAllowed, refuse_if
from foundation.workflow import Actor, guard, held, move
from standards.models import Package, StandardVersion
from standards.states import Risk

_SYSTEM = System("re-reviews")


def grant(application: Application, packages: Sequence[Package], on: dt.date) -> None:
    """The approval of elements, with the days that go with the risk. Within the verb that approves."""
    risk = RiskRating.objects.get(application=application).rating
    for package in packages:
        fields = {**_days(application.version, risk, on), "application": application, "approved_on": on}
        ElementApproval.objects.update_or_create(
            centre=application.centre, package=package, defaults={**fields, "reviewed_on": None}
        )


def _days(version: StandardVersion, risk: str, on: dt.date) -> dict[str, object]:
    months: dict[str, int] = {
        Risk.LOW: version.re_review_months_low,
        Risk.MEDIUM: version.re_review_months_medium,
        Risk.HIGH: version.re_review_months_high,
    }
    days = rules.approval_days(on, risk, months, version.re_review_notice_days, expires=version.approvals_expire)
    return {
        "risk": risk,
        "queue_on": days.queue_on,
        "re_review_due_on": days.due_on,
        "expires_on": days.expires_on,
        "expiry_told_at": None,
    }


@transaction.atomic
def take_re_review(*, re_review: ReReview, no_interest: bool, by: User) -> ReReview:
    """A Centre EQA without an interest in the centre takes a re-review (A6)."""
    row = _locked(re_review)
    guard(row, "take", by)
    refuse_if(queries.re_review_interest_problems(row, by, clock.today(), declared=no_interest))
    move(row, "take", by=by, changes={"reviewer": by}, facts={"no_interest": True})
    return row


@transaction.atomic
def confirm_re_review(*, re_review: ReReview, risk: str, finding: str, by: Actor) -> ReReview:
    """The element is as it should be: its approval goes on, its next days count from today and by today's risk (A6)."""
    row = _taken_by(re_review, "confirm", by)
    refuse_if([*rules.finding_problems(finding), *rules.rating_problems(risk, risk, "")])
    changes = {"finding": finding.strip(), "decided_at": clock.now()}
    move(row, "confirm", by=by, changes=changes, facts={"risk": risk, "finding": finding.strip()})
    today = clock.today()
    approval = row.approval
    for name, value in {**_days(approval.package.version, risk, today), "reviewed_on": today}.items():
        setattr(approval, name, value)
    approval.save()
    notices.re_reviewed(row)
    return row


@transaction.atomic
def end_approval(*, re_review: ReReview, finding: str, by: Actor) -> ReReview:
    """The element is not as it should be: nobody can be registered on it from today (A6)."""
    row = _taken_by(re_review, "end_approval", by)
    refuse_if(rules.finding_problems(finding))
    changes = {"finding": finding.strip(), "decided_at": clock.now()}
    move(row, "end_approval", by=by, changes=changes, facts={"finding": finding.strip()})
    row.approval.expires_on = clock.today()
    row.approval.expiry_told_at = clock.now()
    row.approval.save(update_fields=["expires_on", "expiry_told_at"])
    notices.re_reviewed(row)
    return row


def _locked(re_review: ReReview) -> ReReview:
    """First the lock, then the read, as for applications."""
    return held(re_review, "approval__centre__organisation", "approval__package__version", "reviewer")


def _taken_by(re_review: ReReview, verb: str, by: Actor) -> ReReview:
    row = _locked(re_review)
    guard(row, verb, by)
    if row.reviewer is None or row.reviewer.pk != by.user_id:
        raise NotAllowed("Only who has taken this re-review decides it.")
    return row


def look_at_approvals(today: dt.date) -> dict[str, int]:
    """The daily look: open the re-reviews whose day has come, tell of approvals that are over; each once (A6)."""

    def open_one(pk: int) -> bool:
        approval = queries.approvals_to_review(today).select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
        row = approval.select_related("centre__organisation", "package__version__standard").first()
        if row is None:
            return False  # another worker has opened it
        re_review = ReReview.objects.create(approval=row, due_on=row.re_review_due_on)
        audit.record(re_review, "open", by=_SYSTEM, facts={"due_on": row.re_review_due_on, "risk": row.risk})
        notices.re_review_opened(re_review)
        return True

    def tell_one(pk: int) -> bool:
        rows = queries.approvals_over(today).select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
        row = rows.select_related("centre__organisation", "package__version__standard").first()
        if row is None:
            return False
        row.expiry_told_at = clock.now()
        row.save(update_fields=["expiry_told_at"])
        notices.approval_over(row)
        return True

    opened, _ = jobs.each("re-reviews", list(queries.approvals_to_review(today).values_list("pk", flat=True)), open_one)
    told, _ = jobs.each("approvals over", list(queries.approvals_over(today).values_list("pk", flat=True)), tell_one)
    return {"opened": opened, "told": told}
