"""What has history is looked at in Django admin, never written there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyLines(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
