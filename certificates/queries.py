"""Reads of the certificates storey."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from certificates.models import Claim, Consent, RecordOfAchievement
from certificates.states import ClaimState
from epa.models import EPA, Result
from epa.states import EPAState
from foundation import clock

OPEN = (ClaimState.READY, ClaimState.SENDING, ClaimState.CREATED)
FOLLOWED = (ClaimState.SUBMITTED, ClaimState.PRINTED)
WAITS_LONG = dt.timedelta(days=1)
DELIVERED_WITHIN = dt.timedelta(weeks=6)


def passed(user: User) -> "QuerySet[Any]":
    """Passed EPAs within sight, newest first: ``consented``, ``recorded``, and ``latest`` results with their claims."""
    consent = Consent.objects.filter(apprentice=OuterRef("registration__apprentice"), withdrawn_at=None)
    recorded = RecordOfAchievement.objects.filter(epa=OuterRef("pk"))
    claims = Claim.objects.exclude(state=ClaimState.CANCELLED)
    results = Result.objects.filter(released_at__isnull=False).order_by("-sequence")
    return (
        EPA.objects.visible_to(user)
        .filter(state=EPAState.PASSED)
        .select_related("registration__apprentice", "registration__package__version__standard", "record_of_achievement")
        .prefetch_related(Prefetch("results", results.prefetch_related(Prefetch("claims", claims)), to_attr="latest"))
        .annotate(consented=Exists(consent), recorded=Exists(recorded))
        .order_by("-pk")
    )


def unsettled(user: User) -> "QuerySet[Claim]":
    """Claims that need a person or go on without getting anywhere: what nobody may overlook (F5).

    Before a person; set aside by a worker; not at the service a day after the batch was made, so that the service has
    been failing for long; confirmed by hand and not found there yet; or submitted and not delivered after six weeks
    (printing takes up to 15 working days).
    """
    now = clock.now()
    waiting = Q(state__in=OPEN) & (Q(set_aside_at__isnull=False) | Q(batch__started_at__lt=now - WAITS_LONG))
    undelivered = Q(state__in=FOLLOWED, submitted_at__lt=now - DELIVERED_WITHIN)
    only_typed = Q(state__in=FOLLOWED) & ~Q(reference_by_hand="")
    return Claim.objects.visible_to(user).filter(Q(state=ClaimState.NEEDS_PERSON) | waiting | undelivered | only_typed)


def claim_with(reference: str, *, apart_from: Claim) -> str:
    """The number of another claim whose certificate the service has told to be this one; empty without one."""
    others = Claim.objects.exclude(pk=apart_from.pk).filter(reference=reference)
    return others.values_list("number", flat=True).first() or ""


def claim_typed_with(reference: str, *, apart_from: Claim) -> str:
    """The same of a claim for which a person has typed it, and the service has not been asked yet."""
    others = Claim.objects.exclude(pk=apart_from.pk).filter(reference_by_hand=reference)
    return others.values_list("number", flat=True).first() or ""


def followed_by(claim: Claim) -> Claim | None:
    """The claim that was made for a cancelled one's EPA afterwards, if there is one (F5)."""
    later = Claim.objects.filter(result__epa=claim.result.epa_id, pk__gt=claim.pk)
    return later.exclude(state=ClaimState.CANCELLED).order_by("-pk").first()


def claim_of(epa: EPA) -> Claim | None:
    """The claim of an EPA's pass, if one has been made."""
    return Claim.objects.filter(result__epa=epa).exclude(state=ClaimState.CANCELLED).order_by("-pk").first()
