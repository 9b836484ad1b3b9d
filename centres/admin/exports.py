"""Exports for finance in Django admin."""

from django.contrib import admin

from centres.models import ChargeExport
from foundation.admin import ReadOnly


@admin.register(ChargeExport)
class ChargeExportAdmin(ReadOnly):
    list_display = ["number", "made_at", "by_label", "line_count", "total", "again"]
    search_fields = ["number", "by_label"]
