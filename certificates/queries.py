"""Reads of the certificates storey."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from certificates.models import Claim, Consent
from certificates.states import ClaimState
from epa.models import EPA, Result
from epa.states import EPAState


def passed(user: User) -> "QuerySet[Any]":
    """Passed EPAs within sight, newest first, with ``consented``, ``record_of_achievement`` and ``latest`` results."""
    consent = Consent.objects.filter(apprentice=OuterRef("registration__apprentice"), withdrawn_at=None)
    claims = Claim.objects.exclude(state=ClaimState.CANCELLED)
    results = Result.objects.filter(released_at__isnull=False).order_by("-sequence")
    return (
        EPA.objects.visible_to(user)
        .filter(state=EPAState.PASSED)
        .select_related("registration__apprentice", "registration__package__version__standard", "record_of_achievement")
        .prefetch_related(Prefetch("results", results.prefetch_related(Prefetch("claims", claims)), to_attr="latest"))
        .annotate(consented=Exists(consent))
        .order_by("-pk")
    )


def claim_of(epa: EPA) -> Claim | None:
    """The claim of an EPA's pass, if one has been made."""
    return Claim.objects.filter(result__epa=epa).exclude(state=ClaimState.CANCELLED).order_by("-pk").first()
