"""Sign-ups in Django admin."""

from django.contrib import admin

from centres.models import Signup
from foundation.admin import ReadOnly


@admin.register(Signup)
class SignupAdmin(ReadOnly):
    list_display = ["provider_name", "ukprn", "contact_name", "email", "state", "asked_at", "opened_at", "settled_at"]
    list_filter = ["state"]
    search_fields = ["provider_name", "ukprn", "contact_name", "email"]
