"""What belongs to a review, and the approvals that come of it, in Django admin."""

from django.contrib import admin

from centres.models import Appeal, ElementApproval, Question, ReReview, SignOff
from foundation.admin import ReadOnly


@admin.register(Question)
class QuestionAdmin(ReadOnly):
    list_display = ["application", "section", "state", "due_on", "text"]
    list_filter = ["state"]
    list_select_related = ["application"]
    search_fields = ["application__number", "text"]


@admin.register(SignOff)
class SignOffAdmin(ReadOnly):
    list_display = ["application", "state", "asked_by", "asked_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["application", "asked_by", "decided_by"]
    search_fields = ["application__number"]


@admin.register(Appeal)
class AppealAdmin(ReadOnly):
    list_display = ["application", "state", "lodged_at", "decide_by", "decided_by_label"]
    list_filter = ["state"]
    list_select_related = ["application"]
    search_fields = ["application__number"]


@admin.register(ElementApproval)
class ElementApprovalAdmin(ReadOnly):
    list_display = ["centre", "package", "approved_on", "risk", "re_review_due_on", "expires_on"]
    list_filter = ["package", "risk"]
    list_select_related = ["centre__organisation", "package"]
    search_fields = ["centre__organisation__name", "package__code"]


@admin.register(ReReview)
class ReReviewAdmin(ReadOnly):
    list_display = ["approval", "state", "due_on", "reviewer"]
    list_filter = ["state"]
    list_select_related = ["approval__centre__organisation", "approval__package", "reviewer"]
    search_fields = ["approval__centre__organisation__name"]
