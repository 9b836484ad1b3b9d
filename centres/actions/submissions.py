"""What was handed in is kept as it was, with its paper (A3, A9)."""

import dataclasses
import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from centres import queries
from centres.models import Application, Submission
from foundation import audit, clock, documents
from foundation.workflow import Actor

SUBMISSION = "application"  # the kind of its document
NOT_KEPT = frozenset({"state", "url", "problems"})


def record_submission(application: Application, by: Actor) -> Submission:
    """Keep the application as it is handed in: the next number, content, fingerprint, and its document ordered.

    Called in the transaction that hands it in, which holds the application.
    """
    number = application.submissions.count() + 1
    content = frozen(application)
    fingerprint = fingerprint_of(content)
    now = clock.now()
    document = documents.order(
        kind=SUBMISSION,
        series=f"SUB-{clock.today():%y}",
        title=f"Application {application.number} as handed in on {clock.today():%-d %B %Y}, {application.centre}"[:200],
        template="documents/application.html",
        context={
            "application": application.number,
            "time": number,
            "centre": {
                "name": application.centre.organisation.name,
                "number": application.centre.number,
                "ukprn": application.centre.ukprn,
            },
            "standard": str(application.version),
            "by": by.label,
            "at": f"{now.astimezone(clock.LONDON):%-d %B %Y at %H:%M}",
            "sha256": fingerprint,
            "content": content,
        },
        about=application,
    )
    row = Submission.objects.create(
        application=application,
        number=number,
        at=now,
        by_label=by.label[:200],
        content=content,
        sha256=fingerprint,
        document=document,
    )
    audit.record(row, "record_submission", by=by, facts={"number": number, "sha256": fingerprint})
    return row


def frozen(application: Application) -> list[dict[str, Any]]:
    """The application's content as plain JSON, without what only a page needs."""
    sections = queries.application_content(application, [])
    plain = [
        {name: value for name, value in dataclasses.asdict(section).items() if name not in NOT_KEPT}
        for section in sections
    ]
    told: list[dict[str, Any]] = json.loads(json.dumps(plain, cls=DjangoJSONEncoder))
    return told


def fingerprint_of(content: list[dict[str, Any]]) -> str:
    """The SHA-256 of the content, written in one way."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
