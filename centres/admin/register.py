"""The government's register in Django admin."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from centres import actions
from centres.admin.plain import ReadOnlyLines
from centres.models import (
    RegisterChange,
    RegisterFetch,
    RegisterImport,
    RegisterProvider,
    RegisterSettings,
    RegisterSpell,
)
from foundation.admin import ReadOnly, Recorded, WorkAdmin
from foundation.errors import PortalError


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


@admin.register(RegisterFetch)
class RegisterFetchAdmin(WorkAdmin):
    wake = "centres.fetch_register"
    list_display = ["asked_at", "by_label", "url", "outcome", "said", "done_at", "set_aside_at"]
    list_filter = ["outcome", ("set_aside_at", admin.EmptyFieldListFilter)]
    search_fields = ["url", "by_label", "sha256"]


@admin.register(RegisterSettings)
class RegisterSettingsAdmin(Recorded):
    """One row: where the register is fetched from, what is refused, when it counts as old."""

    list_display = ["__str__", "source_url", "smallest_share", "warn_after_days"]
    search_fields = ["source_url"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = ["fetch_now"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not RegisterSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RegisterSettings, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)

    @admin.action(description="Fetch the register now")
    def fetch_now(self, request: HttpRequest, _queryset: Any) -> None:
        try:
            actions.ask_for_fetch(by=request.user)  # type: ignore[arg-type]
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The register is being fetched.")
