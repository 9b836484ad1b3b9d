"""What a Friday's claim should have taken and has not: looked for every hour, told by the roof (F5)."""

import datetime as dt
from collections.abc import Iterator

from certificates import rules
from certificates.actions import claims
from certificates.hours import CLAIM_AT
from certificates.models import Claim, ClaimBatch, Consent
from epa.models import Result
from foundation import clock, periods
from foundation.invariants import Finding
from foundation.models import AuditEvent

# The weekly claim is tried every hour; two of them may fail before anybody is troubled.
GRACE = dt.timedelta(hours=3)
# Problems of the portal, not of the pass: being left out for these is itself what cannot be.
FAULTS = {"fault", "claimed"}


def impossible(now: dt.datetime) -> Iterator[Finding]:
    """A Friday without its claims; a pass with consent that it passed over, though nothing keeps it back (F5)."""
    friday = rules.claim_week((now - GRACE).astimezone(clock.LONDON))
    batch = ClaimBatch.objects.filter(week=periods.week_key(friday)).first()
    due_at = dt.datetime.combine(friday, CLAIM_AT, tzinfo=clock.LONDON)
    waited = _waited(due_at)
    if batch is None or batch.done_at is None:
        if waited:
            words = f"is one of {len(waited)} passes that the claim of Friday {friday:%d %b %Y} has not come to"
            yield Finding(f"week_not_claimed:{friday:%G-W%V}", "F5", waited[0], words)
        return
    kept_back = {row["result"] for row in batch.left_out if not FAULTS & {each["code"] for each in row["problems"]}}
    for row in waited:
        if row.pk not in kept_back and not _cancelled_since(row, due_at):
            yield Finding("pass_not_claimed", "F5", row, f"has consent and no claim after Friday {friday:%d %b %Y}")


def _waited(due_at: dt.datetime) -> list[Result]:
    """Unclaimed passes that were released and consented to when the Friday's claim was due, and lack nothing now."""
    passes = [row for row in claims.unclaimed() if row.released_at is not None and row.released_at < due_at]
    learners = [row.epa.registration.apprentice_id for row in passes]
    consents = Consent.objects.filter(apprentice__in=learners, withdrawn_at=None, given_at__lt=due_at)
    given = {row.apprentice_id: row for row in consents}
    return [
        row
        for row in passes
        if (consent := given.get(row.epa.registration.apprentice_id)) is not None
        and not rules.claim_problems(claims.facts_of(row, consent), today=clock.today())
    ]


def _cancelled_since(result: Result, due_at: dt.datetime) -> bool:
    """Whether a person gave the claim up after that Friday: it is to come up again on the next."""
    pks = Claim.objects.filter(result__epa=result.epa_id).values("pk")
    events = AuditEvent.objects.filter(subject_type=Claim._meta.label_lower, subject_id__in=pks, verb="cancel")
    return events.filter(at__gte=due_at).exists()
