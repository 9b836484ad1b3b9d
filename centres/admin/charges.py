"""The account in Django admin."""

from django.contrib import admin

from centres.models import (
    Charge,
)
from foundation.admin import ReadOnly


@admin.register(Charge)
class ChargeAdmin(ReadOnly):
    list_display = ["number", "centre", "kind", "description", "amount", "made_at"]
    list_filter = ["kind"]
    list_select_related = ["centre__organisation"]
    search_fields = ["number", "description", "centre__organisation__name"]
