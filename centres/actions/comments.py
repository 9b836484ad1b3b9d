"""What the centre's people say to one another about a section; never shown to the assessment organisation."""

from django.db import transaction

from accounts.access import require
from centres import rules
from centres.models import Application, SectionComment
from centres.states import CENTRE
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.workflow import Actor


@transaction.atomic
def comment_on_section(*, application: Application, key: str, text: str, by: Actor) -> SectionComment:
    """Say something about a section to the colleagues, while it is written."""
    require(by, CENTRE, application, "comment on this application")
    refuse_if(rules.writable_problems(application.state))
    if key not in rules.SECTIONS:
        raise Refused([Problem("no_section", "", "There is no such section.", "application")])
    if not text.strip():
        raise Refused([Problem("no_comment", "", "Write the comment.", key, "text")])
    row = SectionComment.objects.create(
        application=application, key=key, text=text.strip(), by_label=by.label[:200], at=clock.now()
    )
    audit.record(row, "comment", by=by, facts={"section": key})
    return row


@transaction.atomic
def resolve_comment(*, comment: SectionComment, by: Actor) -> SectionComment:
    """What was asked has been seen to. A second time changes nothing."""
    require(by, CENTRE, comment, "resolve this comment")
    refuse_if(rules.writable_problems(comment.application.state))
    row = SectionComment.objects.select_for_update().get(pk=comment.pk)
    if row.resolved_at is None:
        row.resolved_by_label, row.resolved_at = by.label[:200], clock.now()
        row.save(update_fields=["resolved_by_label", "resolved_at"])
        audit.record(row, "resolve", by=by)
    return row
