"""Learners in Django admin: found by search, read, never written; verbs do that."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apprentices.models import Apprentice, Employer, Registration, Upload
from apprentices.states import UploadState
from foundation.outbox import wake
from foundation.work import release


class ReadOnly(admin.ModelAdmin):
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False


@admin.register(Apprentice)
class ApprenticeAdmin(ReadOnly):
    list_display = ["full_name", "uln", "centre", "employer", "programme_start_on"]
    list_select_related = ["centre__organisation", "employer"]
    search_fields = ["uln", "family_name", "given_names"]


@admin.register(Registration)
class RegistrationAdmin(ReadOnly):
    list_display = ["number", "apprentice", "package", "state", "registered_on"]
    list_filter = ["state", "package"]
    list_select_related = ["apprentice", "package"]
    search_fields = ["number", "uln", "apprentice__family_name"]


@admin.register(Upload)
class UploadAdmin(ReadOnly):
    list_display = ["number", "centre", "package", "state", "row_count", "good_count", "bad_count", "uploaded_at"]
    list_filter = ["state", "package"]
    list_select_related = ["centre__organisation", "package"]
    search_fields = ["number", "centre__organisation__name"]
    readonly_fields = ["attempts", "set_aside_at", "last_error"]
    actions = ["check_again"]

    @admin.action(description="Check again what was set aside")
    def check_again(self, request: HttpRequest, queryset: "QuerySet[Upload]") -> None:
        """Give uploads whose check failed too often back to the workers."""
        given = sum(
            release(upload) for upload in queryset.filter(state=UploadState.CHECKING, set_aside_at__isnull=False)
        )
        wake("apprentices.check_uploads")
        self.message_user(request, f"{given} given back to be checked.")


@admin.register(Employer)
class EmployerAdmin(ReadOnly):
    list_display = ["name", "centre", "town", "postcode"]
    list_select_related = ["centre__organisation"]
    search_fields = ["name", "town", "postcode"]
