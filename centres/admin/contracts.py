"""Contracts in Django admin."""

from django.contrib import admin

from centres.models import Contract, Seal, SigningAuthority
from foundation.admin import ReadOnly, WorkAdmin


@admin.register(Contract)
class ContractAdmin(ReadOnly):
    list_display = ["number", "centre", "version", "state", "issued_at", "in_force_from", "ended_on"]
    list_filter = ["state", "version"]
    list_select_related = ["centre__organisation", "version__standard"]
    search_fields = ["number", "centre__organisation__name", "centre__number"]


@admin.register(Seal)
class SealAdmin(WorkAdmin):
    wake = "centres.seal_contracts"
    list_display = ["contract", "ordered_at", "done_at", "set_aside_at", "attempts"]
    list_filter = [("set_aside_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter)]
    list_select_related = ["contract"]
    search_fields = ["contract__number"]


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(ReadOnly):
    list_display = ["centre", "user", "role_title", "starts_on", "ends_on", "authorised_by", "revoked_at"]
    list_select_related = ["centre__organisation", "user", "authorised_by"]
    search_fields = ["centre__organisation__name", "user__name"]
