"""Sanctions in Django admin."""

from django.contrib import admin

from centres.admin.plain import ReadOnlyLines
from centres.models import PlanAction, Sanction
from foundation.admin import ReadOnly


class PlanLines(ReadOnlyLines):
    model = PlanAction
    fields = ["state", "text", "due_on", "answer", "comment"]


@admin.register(Sanction)
class SanctionAdmin(ReadOnly):
    list_display = ["number", "centre", "level", "state", "starts_on", "lifted_on"]
    list_filter = ["level", "state"]
    list_select_related = ["centre__organisation"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]
    inlines = [PlanLines]
