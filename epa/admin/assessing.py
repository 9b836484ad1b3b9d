"""Assessors, EPAs, attempts and results in Django admin: assessors are looked after here, the rest is only read."""

from django.contrib import admin
from django.http import HttpRequest

from epa.models import EPA, AssessorProfile, Attempt, CriterionResult, Deadline, Result, Submission
from foundation.admin import ReadOnly, Recorded

APPRENTICE = "registration__apprentice"


@admin.register(AssessorProfile)
class AssessorProfileAdmin(Recorded):
    """Who may assess which versions. One who no longer assesses is made inactive, not deleted."""

    list_display = ["user", "active"]
    list_filter = ["active", "versions"]
    search_fields = ["user__name", "user__email"]
    autocomplete_fields = ["user"]
    filter_horizontal = ["versions"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Lines(admin.TabularInline):
    """Rows below a record, as little written here as the record itself."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AttemptLines(Lines):
    model = Attempt
    fields = ["component", "number", "kind", "state", "assessor", "scheduled_at", "held_on", "grade"]


class DeadlineLines(Lines):
    model = Deadline
    fields = ["kind", "attempt", "clause", "due_on", "done_at", "warned_at", "missed_at"]


@admin.register(EPA)
class EPAAdmin(ReadOnly):
    list_display = ["__str__", "state", "starts_on", "ends_on", "resit_until"]
    list_select_related = [APPRENTICE]
    list_filter = ["state"]
    search_fields = [
        f"{APPRENTICE}__family_name",
        f"{APPRENTICE}__given_names",
        "registration__number",
        "registration__uln",
    ]
    inlines = [AttemptLines, DeadlineLines]


class CriterionLines(Lines):
    model = CriterionResult


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    list_display = ["__str__", "epa", "kind", "state", "assessor", "scheduled_at"]
    list_select_related = ["component", "assessor", f"epa__{APPRENTICE}"]
    list_filter = ["state", "kind"]
    search_fields = [f"epa__{APPRENTICE}__family_name", "epa__registration__number", "assessor__name"]
    inlines = [CriterionLines]


@admin.register(Result)
class ResultAdmin(ReadOnly):
    list_display = ["epa", "sequence", "due_on", "released_at", "overall", "entered_in_ilr_at"]
    list_select_related = [f"epa__{APPRENTICE}"]
    list_filter = ["overall"]
    search_fields = [f"epa__{APPRENTICE}__family_name", "epa__registration__number"]


@admin.register(Deadline)
class DeadlineAdmin(ReadOnly):
    list_display = ["kind", "epa", "clause", "due_on", "done_at", "missed_at"]
    list_select_related = [f"epa__{APPRENTICE}"]
    list_filter = ["kind", "clause"]
    search_fields = [f"epa__{APPRENTICE}__family_name", "epa__registration__number"]


@admin.register(Submission)
class SubmissionAdmin(ReadOnly):
    list_display = ["attempt", "submitted_at", "by_label", "late"]
    list_select_related = ["attempt__component"]
    search_fields = [f"attempt__epa__{APPRENTICE}__family_name", "attempt__epa__registration__number"]
