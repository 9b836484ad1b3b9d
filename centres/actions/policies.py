"""The policies of an application (A6)."""

import datetime as dt

from django.db import transaction

from centres import rules
from centres.actions.sections import SectionChanged, mark_saved, open_for_writing
from centres.models import Application, ApplicationPolicy
from foundation import audit, clock
from foundation.errors import Problem, Refused, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor
from standards.models import RequiredPolicy


@transaction.atomic
def save_policy(
    *,
    application: Application,
    policy: RequiredPolicy,
    issued_on: dt.date,
    expires_on: dt.date,
    by: Actor,
    stored: StoredFile | None = None,
    version: int | None = None,
) -> ApplicationPolicy:
    """Put one of the policies with the application, or another in its place (A6). Without a file the old one stays."""
    problems = rules.policy_problems(issued_on, expires_on, clock.today())
    if policy.version_id != application.version_id:
        message = "This standard does not ask for that policy."
        problems.append(Problem("other_version", "A6", message, "policies"))
    held = open_for_writing(application, by)
    row = ApplicationPolicy.objects.filter(application=held, policy=policy).first()
    if row is None and stored is None:
        problems.append(Problem("no_file", "A6", "Choose the file of the policy.", "policies", "stored"))
    refuse_if(problems)
    if row is not None and rules.is_stale(version, row.version):
        raise SectionChanged(row, row.version, row.saved_by_label, row.saved_at)
    row = row or ApplicationPolicy(application=held, policy=policy, version=0)
    row.issued_on, row.expires_on = issued_on, expires_on
    if stored is not None:
        row.stored = stored
    row.version += 1
    row.saved_by_label, row.saved_at = by.label[:200], clock.now()
    row.save()
    mark_saved(held, "policies", by)
    facts = {"policy": policy.code, "sha256": row.stored.sha256, "expires_on": expires_on}
    audit.record(held, "upload_policy", by=by, facts=facts)
    return row


@transaction.atomic
def remove_policy(*, policy: ApplicationPolicy, by: Actor) -> None:
    """Take a policy off the application again."""
    held = open_for_writing(policy.application, by)
    kept = ApplicationPolicy.objects.filter(application=held, pk=policy.pk).first()
    if kept is None:
        message = "A colleague has removed this meanwhile."
        raise Refused([Problem("removed_meanwhile", "", message, "application")])
    code = kept.policy.code
    kept.delete()
    mark_saved(held, "policies", by)
    audit.record(held, "remove_policy", by=by, facts={"policy": code})
