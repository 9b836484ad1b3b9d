"""Contracts in Django admin."""

from django.contrib import admin

from centres.models import (
    Contract,
)
from foundation.admin import ReadOnly


@admin.register(Contract)
class ContractAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "issued_at", "in_force_from", "ended_on"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]
