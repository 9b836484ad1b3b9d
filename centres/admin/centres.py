"""Centres in Django admin."""

from django.contrib import admin

from centres.admin.plain import ReadOnlyLines
from centres.models import (
    Centre,
    Contact,
    Site,
    Standing,
)
from foundation.admin import ReadOnly


class StandingLines(ReadOnlyLines):
    model = Standing
    fields = ["kind", "starts_on", "ends_on", "about", "reason", "by_label"]
    readonly_fields = ["about"]


class SiteLines(ReadOnlyLines):
    model = Site


class ContactLines(ReadOnlyLines):
    model = Contact


@admin.register(Centre)
class CentreAdmin(ReadOnly):
    """Sites, contacts and addresses are put right on the centre's own page, by the verbs that keep them in step."""

    list_display = ["__str__", "number", "ukprn", "town", "since"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__ukprn", "number", "town"]
    inlines = [StandingLines, SiteLines, ContactLines]
