"""Applications and their review in Django admin."""

from django.contrib import admin

from centres.admin.plain import ReadOnlyLines
from centres.models import (
    ActionRequired,
    Application,
    ApplicationInterest,
    ApplicationPerson,
    ApplicationPolicy,
    ElementDecision,
    ReviewNote,
    RiskRating,
    Submission,
)
from foundation.admin import ReadOnly


class DecisionLines(ReadOnlyLines):
    model = ElementDecision


class ActionLines(ReadOnlyLines):
    model = ActionRequired
    fields = ["package", "state", "text", "due_on", "answer", "comment"]


class PersonLines(ReadOnlyLines):
    model = ApplicationPerson
    fields = ["name", "role_words", "qualification", "competence", "cpd_on", "saved_by_label"]
    readonly_fields = ["role_words"]


class PolicyLines(ReadOnlyLines):
    model = ApplicationPolicy
    fields = ["policy", "issued_on", "expires_on", "saved_by_label"]


class InterestLines(ReadOnlyLines):
    model = ApplicationInterest
    fields = ["person", "nature", "managed", "saved_by_label"]


class SubmissionLines(ReadOnlyLines):
    model = Submission
    fields = ["number", "at", "by_label", "sha256"]


class RiskLines(ReadOnlyLines):
    model = RiskRating


class NoteLines(ReadOnlyLines):
    model = ReviewNote


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "submitted_at", "review_due_on", "reviewer"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard", "reviewer"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]
    inlines = [
        PersonLines,
        PolicyLines,
        InterestLines,
        SubmissionLines,
        DecisionLines,
        ActionLines,
        RiskLines,
        NoteLines,
    ]
