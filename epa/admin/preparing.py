"""Gateways, signatures, subjects, portfolios and bookings in Django admin: looked at, never written.

Claims of exceptional circumstances are not here: they are about health, and reading them belongs to the EPA team.
"""

from django.contrib import admin
from django.db import models

from epa.models import Booking, Gateway, PortfolioPiece, ProjectSubject, Signature
from foundation.admin import ReadOnly

NAME = "registration__apprentice__family_name"


@admin.register(Gateway)
class GatewayAdmin(ReadOnly):
    list_display = ["epa", "state", "off_the_job_percent", "submitted_at", "accepted_at"]
    list_filter = ["state"]
    list_select_related = ["epa__registration__apprentice"]
    search_fields = [f"epa__{NAME}", "=epa__registration__number"]


@admin.register(Signature)
class SignatureAdmin(ReadOnly):
    list_display = ["gateway", "party", "name", "signed_at", "withdrawn_at"]
    list_filter = ["party"]
    search_fields = ["name", "email", f"gateway__epa__{NAME}"]


@admin.register(PortfolioPiece)
class PieceAdmin(ReadOnly):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["title", "epa", "evidences", "assessed_before", "added_at"]
    list_filter = ["assessed_before"]
    list_select_related = ["epa__registration__apprentice"]
    search_fields = ["title", f"epa__{NAME}"]


@admin.register(ProjectSubject)
class SubjectAdmin(ReadOnly):
    list_display = ["__str__", "epa", "state", "proposed_at", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["epa__registration__apprentice"]
    search_fields = ["subject", f"epa__{NAME}"]


@admin.register(Booking)
class BookingAdmin(ReadOnly):
    list_display = ["number", "epa", "state", "desired_on", "first_confirmed_on", "cancelled_on"]
    list_filter = ["state", "cancelled_by_imi"]
    list_select_related = ["epa__registration__apprentice"]
    search_fields = ["number", f"epa__{NAME}"]
    date_hierarchy = "desired_on"
