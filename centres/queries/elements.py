"""Elements of an application, appeals, approvals (A3, A6)."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import User
from centres import rules
from centres.models import Appeal, Application, ApplicationElement, ElementApproval, ReReview
from centres.queries.ties import ties
from centres.states import AppealState, ApplicationState, ElementState, ReReviewState
from foundation.errors import Problem


def pending_elements(application: Application) -> QuerySet[ApplicationElement]:
    """Those still to be decided."""
    return ApplicationElement.objects.filter(application=application, state=ElementState.PENDING)


def appeal_facts(application: Application) -> rules.AppealFacts:
    """What the centre's right to appeal rests on."""
    appeals = Appeal.objects.filter(application=application)
    declined = application.element_rows.filter(state=ElementState.DECLINED)
    latest = declined.order_by("-decided_at").first()
    since = appeals.filter(lodged_at__gte=latest.decided_at) if latest and latest.decided_at else appeals.none()
    return rules.AppealFacts(
        declined=latest is not None,
        until=application.appeal_until,
        waiting=appeals.filter(state=AppealState.LODGED).exists(),
        dismissed=since.filter(state=AppealState.DISMISSED).exists(),
    )


def deciding_problems(appeal: Appeal, person: User, on: dt.date) -> list[Problem]:
    """Whether this person may decide the appeal (A6)."""
    application = appeal.application
    interests, is_member = ties(application.centre, person, on, application.version.interest_months)
    declined_it = person.pk in {appeal.against_id, application.reviewer_id}
    return rules.deciding_problems(person.name, declined_it, interests, is_member)


def other_application_open(application: Application) -> bool:
    """Whether the centre has begun a further application for the version since."""
    over = [ApplicationState.APPROVED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
    rows = Application.objects.filter(centre=application.centre_id, version=application.version_id)
    return rows.exclude(pk=application.pk).exclude(state__in=over).exists()


def approvals_to_review(today: dt.date) -> QuerySet[ElementApproval]:
    """For the job: approvals whose re-review is to be opened, and was not, and has not ended the approval."""
    under_way = ReReview.objects.filter(approval=OuterRef("pk"), state__in=[ReReviewState.OPEN, ReReviewState.TAKEN])
    ended = ReReview.objects.annotate(day=TruncDate("decided_at")).filter(
        approval=OuterRef("pk"), state=ReReviewState.ENDED, day__gte=OuterRef("approved_on")
    )
    return ElementApproval.objects.filter(~Exists(under_way), ~Exists(ended), queue_on__lte=today)


def approvals_over(today: dt.date) -> QuerySet[ElementApproval]:
    """For the job: approvals that are over and of which nobody has been told."""
    return ElementApproval.objects.filter(expires_on__lte=today, expiry_told_at=None)


def re_review_interest_problems(row: ReReview, person: User, on: dt.date, *, declared: bool) -> list[Problem]:
    """Whether this person may review the centre again (A6)."""
    months = row.approval.package.version.interest_months
    interests, is_member = ties(row.approval.centre, person, on, months)
    return rules.interest_problems(declared, interests, is_member)
