"""The government's register in Django admin."""

from django.contrib import admin

from centres.admin.plain import ReadOnlyLines
from centres.models import (
    RegisterChange,
    RegisterImport,
    RegisterProvider,
    RegisterSpell,
)
from foundation.admin import ReadOnly


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnly):
    list_display = ["source_name", "imported_at", "layout", "provider_count", "by_label"]
    search_fields = ["source_name", "sha256"]


class SpellLines(ReadOnlyLines):
    model = RegisterSpell
    raw_id_fields = ["said_by", "ended_by"]


@admin.register(RegisterProvider)
class RegisterProviderAdmin(ReadOnly):
    inlines = [SpellLines]
    list_display = ["ukprn", "name", "provider_type", "not_starting", "joined_on", "left_on"]
    list_filter = ["provider_type", "not_starting"]
    search_fields = ["ukprn", "name"]


@admin.register(RegisterChange)
class RegisterChangeAdmin(ReadOnly):
    list_display = ["ukprn", "name", "kind", "before", "after", "register_import"]
    list_filter = ["kind"]
    list_select_related = ["register_import"]
    search_fields = ["ukprn", "name"]
