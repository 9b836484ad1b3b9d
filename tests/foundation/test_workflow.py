"""Only a step of the table, by someone it names, from where the row really is, changes a state."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from accounts.actors import System
from accounts.models import User
from accounts.states import Role
from centres.models import Application, Centre
from centres.states import ApplicationState
from foundation import audit, workflow
from foundation.errors import Conflict, NotAllowed, WrongState
from foundation.models import AuditEvent
from foundation.workflow import Steps, move
from standards.models import Standard, StandardVersion
from tests.builders import person, provider

pytestmark = pytest.mark.django_db


def application() -> tuple[Application, User]:
    """A draft application of a centre, and the centre's owner."""
    standard = Standard.objects.create(reference="ST9001", name="Invented", level=3, lars_code=9001)
    version = StandardVersion.objects.create(
        standard=standard, code="AP01", assessment_plan="AP01", guidance="none", opens_on=dt.date(2020, 1, 1),
        min_programme_months=1, min_off_the_job_percent=1, booking_notice_days=1, late_cancellation_days=1,
        epa_months=1, resit_months=1, result_working_days=1,
    )  # fmt: skip
    organisation = provider()
    centre = Centre.objects.create(
        organisation=organisation, number=f"C-{organisation.pk}", contact_name="A", contact_email="a@example.org"
    )
    row = Application.objects.create(number=f"APP-{organisation.pk}", centre=centre, version=version)
    return row, person(Role.CENTRE_OWNER, organisation)


def test_a_step_changes_the_state_writes_the_fields_and_the_audit_row() -> None:
    row, owner = application()
    with transaction.atomic():
        event = move(row, "submit", by=owner, changes={"staffing": "Four trainers"}, facts={"elements": 2})
    stored = Application.objects.get(pk=row.pk)
    assert (stored.state, stored.staffing) == (ApplicationState.SUBMITTED, "Four trainers")
    assert (row.state, row.staffing) == (ApplicationState.SUBMITTED, "Four trainers")
    assert (event.actor_id, event.actor_label) == (owner.pk, owner.name)
    assert (event.verb, event.from_state, event.to_state, event.facts) == (
        "submit",
        "draft",
        "submitted",
        {"elements": 2},
    )
    assert list(audit.history(row)) == [event]


def test_a_step_that_is_not_in_the_table_is_refused_and_nothing_is_written() -> None:
    row, owner = application()
    with pytest.raises(WrongState, match="“Draft”"), transaction.atomic():
        move(row, "approve", by=owner)
    assert Application.objects.get(pk=row.pk).state == ApplicationState.DRAFT
    assert not audit.history(row).exists()


@pytest.mark.parametrize("role", [Role.CENTRE_READER, Role.EPA_TEAM, Role.CENTRE_EQA, Role.FINANCE])
def test_a_role_the_step_does_not_name_is_refused(role: Role) -> None:
    row, _ = application()
    other = person(role, row.centre.organisation if role == Role.CENTRE_READER else None)
    with pytest.raises(NotAllowed), transaction.atomic():
        move(row, "submit", by=other)
    assert Application.objects.get(pk=row.pk).state == ApplicationState.DRAFT


def test_the_same_role_at_another_centre_is_refused() -> None:
    row, _ = application()
    with pytest.raises(NotAllowed), transaction.atomic():
        move(row, "submit", by=person(Role.CENTRE_OWNER, provider()))


def test_the_portal_itself_holds_no_role() -> None:
    row, _ = application()
    with pytest.raises(NotAllowed), transaction.atomic():
        move(row, "submit", by=System("a job"))


def test_a_row_that_has_moved_on_since_it_was_read_is_a_conflict() -> None:
    row, owner = application()
    stale = Application.objects.get(pk=row.pk)
    with transaction.atomic():
        move(row, "submit", by=owner)
    with pytest.raises(Conflict, match="now Submitted"), transaction.atomic():
        move(stale, "withdraw", by=owner)
    assert audit.history(row).count() == 1


def test_the_state_cannot_be_given_among_the_changes() -> None:
    row, owner = application()
    with pytest.raises(ValueError, match="table of steps"), transaction.atomic():
        move(row, "submit", by=owner, changes={"state": ApplicationState.APPROVED})


def test_when_the_transaction_falls_so_do_the_state_and_its_audit_row() -> None:
    row, owner = application()
    with pytest.raises(RuntimeError, match="afterwards"), transaction.atomic():
        move(row, "submit", by=owner)
        raise RuntimeError("afterwards")
    assert Application.objects.get(pk=row.pk).state == ApplicationState.DRAFT
    assert not audit.history(row).exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_move_refuses_to_run() -> None:
    row, owner = application()
    with pytest.raises(RuntimeError, match="inside a transaction"):
        move(row, "submit", by=owner)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_many_at_once_one_moves_it(guarded: bool) -> None:
    """With ``move`` one of eight threads wins; the control run without the guarded UPDATE shows the race is real."""
    row, owner = application()
    start, outcomes = threading.Barrier(8), []

    def submit() -> None:
        mine = Application.objects.get(pk=row.pk)
        start.wait()
        try:
            if guarded:
                with transaction.atomic():
                    move(mine, "submit", by=owner)
            elif mine.state == ApplicationState.DRAFT:
                Application.objects.filter(pk=mine.pk).update(state=ApplicationState.SUBMITTED)
            outcomes.append("moved")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if guarded:
        assert sorted(outcomes) == ["moved"] + ["told"] * 7
        assert AuditEvent.objects.count() == 1
    else:
        assert outcomes.count("moved") > 1


def test_can_says_what_move_would() -> None:
    row, owner = application()
    assert workflow.can(row, "submit", owner)
    assert not workflow.can(row, "approve", owner)
    assert not workflow.can(row, "submit", person(Role.EPA_TEAM))


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "go", "b", ("x",)), ("a", "go", "c", ("x",))],
        [("a", "go", "b", ())],
    ],
)
def test_a_table_with_two_targets_or_nobody_is_refused(rows: list) -> None:
    with pytest.raises(ValueError, match=r"two steps|nobody"):
        Steps(*rows)


def test_every_table_of_steps_starts_and_ends_in_states_of_its_enum() -> None:
    from django.apps import apps

    for model in apps.get_models():
        if not issubclass(model, workflow.Stateful):
            continue
        states = set(dict(model._meta.get_field("state").flatchoices))
        named = {state for step in model.STEPS.rows for state in (step.source, step.target)}
        assert named == states, model
        assert model._meta.get_field("state").default in states, model
