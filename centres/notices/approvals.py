"""Letters about appeals, and about approvals that are looked at again or over (A6)."""

from accounts import letters
from accounts.states import Role
from centres import queries
from centres.models import Appeal, ElementApproval, ReReview
from foundation.addresses import full


def appeal_lodged(appeal: Appeal) -> None:
    """To the EPA team: a centre appeals; somebody who was not the reviewer decides."""
    context = {"appeal": appeal, "application": appeal.application, "link": full("centres:appeal", pk=appeal.pk)}
    letters.to_epa_team("centres.appeal_lodged", context, appeal)


def appeal_decided(appeal: Appeal) -> None:
    """To the centre: upheld, and reviewed again by somebody else; or dismissed."""
    context = {"appeal": appeal, "application": appeal.application, "link": full("centres:appeal", pk=appeal.pk)}
    letters.to_people("centres.appeal_decided", queries.people(appeal.application.centre), context, appeal)


def re_review_opened(re_review: ReReview) -> None:
    """To the Centre EQAs, to take it; to the centre, that it comes."""
    approval = re_review.approval
    context = {"re_review": re_review, "approval": approval, "link": full("centres:re_review", pk=re_review.pk)}
    once = str(re_review.pk)
    letters.to_people("centres.re_review_to_take", queries.holders(Role.CENTRE_EQA), context, re_review, once=once)
    letters.to_people("centres.re_review_comes", queries.people(approval.centre), context, re_review, once=once)


def re_reviewed(re_review: ReReview) -> None:
    """To the centre and the EPA team: the approval goes on, or has ended."""
    approval = re_review.approval
    context = {"re_review": re_review, "approval": approval, "link": full("centres:re_review", pk=re_review.pk)}
    letters.to_people("centres.re_reviewed", queries.people(approval.centre), context, re_review)
    letters.to_epa_team("centres.re_reviewed", context, re_review)


def approval_over(approval: ElementApproval) -> None:
    """To the centre and the EPA team, once: not reviewed again in time, so nobody can be registered from that day."""
    context = {"approval": approval, "link": full("centres:centre", pk=approval.centre_id)}
    once = f"{approval.pk}:{approval.expires_on:%Y-%m-%d}"
    letters.to_people("centres.approval_over", queries.people(approval.centre), context, approval, once=once)
    letters.to_epa_team("centres.approval_over", context, approval, once=once)
