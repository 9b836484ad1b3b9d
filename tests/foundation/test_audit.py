"""What happened stays as it was written."""

import pytest
from django.db import InternalError, connection, transaction

from accounts.actors import System
from accounts.states import Role
from foundation import audit
from foundation.models import AuditEvent
from tests.builders import person, provider

pytestmark = pytest.mark.django_db


def event() -> AuditEvent:
    return audit.record(provider(), "note", by=System("a test"), facts={"n": 1})


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda row: AuditEvent.objects.filter(pk=row.pk).update(verb="other"),
        lambda row: row.delete(),
        lambda row: AuditEvent.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda row: connection.cursor().execute("UPDATE foundation_auditevent SET facts = '{}'"),
        lambda row: connection.cursor().execute("DELETE FROM foundation_auditevent"),
    ],
    ids=["update", "delete", "raw delete", "sql update", "sql delete"],
)
def test_the_database_refuses_to_change_or_delete_an_event(rewrite) -> None:
    row = event()
    with pytest.raises(InternalError, match="Cannot update or delete rows"), transaction.atomic():
        rewrite(row)
    kept = AuditEvent.objects.get(pk=row.pk)
    assert (kept.verb, kept.facts) == ("note", {"n": 1})


def test_history_is_newest_first_and_hides_what_is_confidential() -> None:
    subject, by = provider(), person(Role.EPA_TEAM)
    first = audit.record(subject, "one", by=by)
    secret = audit.record(subject, "two", by=by, confidential=True)
    third = audit.record(subject, "three", by=by)
    audit.record(provider(), "elsewhere", by=by)
    assert list(audit.history(subject)) == [third, first]
    assert list(audit.history(subject, include_confidential=True)) == [third, secret, first]


def test_history_of_several_subjects_is_one_story() -> None:
    one, two, by = provider(), provider(), System("a test")
    rows = [audit.record(one, "a", by=by), audit.record(two, "b", by=by)]
    assert list(audit.history(one, two)) == rows[::-1]


def test_a_batch_is_one_statement(django_assert_num_queries) -> None:
    subject, by = provider(), System("a test")
    rows = [audit.event(subject, f"verb{n}", by=by) for n in range(50)]
    with django_assert_num_queries(1):
        audit.record_many(rows)
    assert audit.history(subject).count() == 50


def test_an_event_without_a_person_keeps_the_label() -> None:
    row = event()
    assert (row.actor_id, row.actor_label) == (None, "a test")
