"""Records, consents and claims in Django admin: looked at, not written."""

from django.contrib import admin

from certificates.models import Claim, ClaimBatch, Consent, RecordOfAchievement
from foundation.admin import ReadOnly


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ["apprentice", "given_at", "withdrawn_at"]
    search_fields = ["apprentice__family_name", "=apprentice__uln"]


@admin.register(RecordOfAchievement)
class RecordAdmin(ReadOnly):
    list_display = ["number", "epa", "claimed_at"]
    search_fields = ["number"]


@admin.register(ClaimBatch)
class ClaimBatchAdmin(ReadOnly):
    list_display = ["week", "started_at", "done_at"]


@admin.register(Claim)
class ClaimAdmin(ReadOnly):
    list_display = ["number", "state", "reference", "service_status", "submitted_at", "delivered_at"]
    list_filter = ["state", "batch"]
    search_fields = ["number", "reference", "=uln"]
