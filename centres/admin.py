"""The centre's side in Django admin: to look things up. Every change goes through the verbs of the pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from centres.models import (
    ActionRequired,
    Application,
    Centre,
    Charge,
    Contract,
    ElementDecision,
    RegisterChange,
    RegisterImport,
    RegisterProvider,
    Standing,
)
from foundation.admin import Recorded


class ReadOnly(admin.ModelAdmin):
    """What has history is looked at here, never written, made or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyLines(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StandingLines(ReadOnlyLines):
    model = Standing
    raw_id_fields = ["evidence"]


class DecisionLines(ReadOnlyLines):
    model = ElementDecision


class ActionLines(ReadOnlyLines):
    model = ActionRequired
    fields = ["package", "state", "text", "due_on", "answer", "comment"]


@admin.register(Centre)
class CentreAdmin(Recorded, ReadOnly):
    """The contact can be corrected; who the centre is cannot."""

    list_display = ["__str__", "number", "ukprn", "town", "since"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__ukprn", "number", "town"]
    readonly_fields = ["organisation", "number", "since"]
    inlines = [StandingLines]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("centres.change_centre", obj)


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnly):
    list_display = ["source_name", "imported_at", "layout", "provider_count", "by_label"]
    search_fields = ["source_name", "sha256"]


@admin.register(RegisterProvider)
class RegisterProviderAdmin(ReadOnly):
    list_display = ["ukprn", "name", "provider_type", "not_starting", "joined_on", "left_on"]
    list_filter = ["provider_type", "not_starting"]
    search_fields = ["ukprn", "name"]


@admin.register(RegisterChange)
class RegisterChangeAdmin(ReadOnly):
    list_display = ["ukprn", "name", "kind", "before", "after", "register_import"]
    list_filter = ["kind"]
    list_select_related = ["register_import"]
    search_fields = ["ukprn", "name"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "submitted_at", "review_due_on", "reviewer"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard", "reviewer"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]
    inlines = [DecisionLines, ActionLines]


@admin.register(Contract)
class ContractAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "issued_at", "in_force_from", "ended_on"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]


@admin.register(Charge)
class ChargeAdmin(ReadOnly):
    list_display = ["number", "centre", "kind", "description", "amount", "made_at"]
    list_filter = ["kind"]
    list_select_related = ["centre__organisation"]
    search_fields = ["number", "description", "centre__organisation__name"]
