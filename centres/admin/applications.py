"""Applications and their review in Django admin."""

from django.contrib import admin

from centres.admin.plain import ReadOnlyLines
from centres.models import (
    ActionRequired,
    Application,
    ElementDecision,
)
from foundation.admin import ReadOnly


class DecisionLines(ReadOnlyLines):
    model = ElementDecision


class ActionLines(ReadOnlyLines):
    model = ActionRequired
    fields = ["package", "state", "text", "due_on", "answer", "comment"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "submitted_at", "review_due_on", "reviewer"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard", "reviewer"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]
    inlines = [DecisionLines, ActionLines]
