"""The risk of an application, and what the reviewer notes for IMI alone (A6)."""

from django.db import transaction

from accounts.access import require
from accounts.states import Role
from centres import queries, rules
from centres.actions.review import in_review, lapse_sign_offs
from centres.models import Application, ReviewNote, RiskRating
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor


@transaction.atomic
def rate_risk(*, application: Application, rating: str, reason: str = "", by: Actor) -> RiskRating:
    """The reviewer's rating (A6), kept beside what the facts proposed on that day."""
    row = in_review(application, by)
    proposal = queries.risk_proposal(row)
    refuse_if(rules.rating_problems(rating, proposal.rating, reason))
    facts = {
        "rating": rating,
        "proposed": proposal.rating,
        "grounds": list(proposal.grounds),
        "reason": reason.strip(),
    }
    there = RiskRating.objects.filter(application=row, **facts).first()
    if there is not None:
        return there
    lapse_sign_offs(row, by)
    made, _ = RiskRating.objects.update_or_create(
        application=row, defaults={**facts, "by_label": by.label[:200], "at": clock.now()}
    )
    audit.record(row, "rate_risk", by=by, facts=facts, confidential=True)
    return made


@transaction.atomic
def add_note(*, application: Application, text: str, by: Actor) -> ReviewNote:
    """A note for the assessment organisation alone; it stays as it was written."""
    require(by, (Role.CENTRE_EQA, Role.EPA_TEAM), application, "write a note on this application")
    if not text.strip():
        raise Refused([Problem("no_text", "A6", "Write the note.", "review", "text")])
    return ReviewNote.objects.create(application=application, text=text.strip(), by_label=by.label[:200])
