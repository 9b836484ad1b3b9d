"""Centres in Django admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from centres.admin.plain import ReadOnlyLines
from centres.models import (
    Centre,
    Standing,
)
from foundation.admin import ReadOnly, Recorded


class StandingLines(ReadOnlyLines):
    model = Standing
    raw_id_fields = ["evidence"]


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
