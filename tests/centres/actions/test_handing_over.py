"""A reviewer who cannot go on is replaced by another Centre EQA (A6)."""

import pytest

from accounts.models import Interest, Membership
from accounts.states import Role
from centres import actions, rules
from centres.models import Application
from centres.states import ActionState, ApplicationState, Verdict
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from imi_portal import queues
from tests import builders as people
from tests.centres import builders

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A6")]


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def before():
    return people.person(Role.CENTRE_EQA, name="Abel Absent")


@pytest.fixture
def successor():
    return people.person(Role.CENTRE_EQA, name="Sue Successor")


@pytest.fixture
def application(st0071, before):
    """In review by the one who falls ill."""
    return builders.application_in_review(builders.centre(), st0071, reviewer=before)


def test_the_epa_team_hands_it_over_with_a_reason_and_both_are_told(application, before, successor):
    team = builders.epa_team()
    row = actions.hand_over(application=application, to=successor, reason=" Long illness. ", by=team)
    row.refresh_from_db()
    assert (row.state, row.reviewer, row.no_interest_declared_at) == (ApplicationState.IN_REVIEW, successor, None)
    event = audit.history(row, include_confidential=True).get(verb="hand_over")
    assert (event.actor_id, event.facts) == (
        team.pk,
        {"from": "Abel Absent", "to": "Sue Successor", "reason": "Long illness."},
    )
    assert not audit.history(row).filter(verb="hand_over").exists(), "why somebody is away is not for the centre"
    told = Message.objects.filter(kind__startswith="centres.application_handed")
    assert sorted(told.values_list("to_user", "kind")) == [
        (before.pk, "centres.application_handed_on"),
        (successor.pk, "centres.application_handed_to_you"),
    ]
    assert not any("illness" in message.text for message in told)


@pytest.mark.parametrize("role", [Role.CENTRE_EQA, Role.ADMINISTRATOR, Role.IQA, Role.FINANCE])
def test_nobody_else_hands_it_over(application, successor, role):
    with pytest.raises(NotAllowed):
        actions.hand_over(application=application, to=successor, reason="Ill", by=people.person(role))
    with pytest.raises(NotAllowed):
        actions.hand_over(application=application, to=successor, reason="Ill", by=application.reviewer)


def test_not_to_somebody_with_an_interest_or_from_the_centre_or_without_the_role(application, before, successor):
    team, organisation = builders.epa_team(), application.centre.organisation
    hand = {"application": application, "by": team}
    with pytest.raises(Refused) as refused:
        actions.hand_over(to=successor, reason="", **hand)
    assert codes(refused) == ["no_reason"]
    with pytest.raises(Refused) as refused:
        actions.hand_over(to=before, reason="Ill", **hand)
    assert codes(refused) == ["same_reviewer"]
    with pytest.raises(Refused) as refused:
        actions.hand_over(to=team, reason="Ill", **hand)
    assert codes(refused) == ["not_an_eqa"]
    Interest.objects.create(user=successor, organisation=organisation, nature="Taught there until March")
    Membership.objects.create(user=successor, organisation=organisation, role=Role.CENTRE_STAFF)
    with pytest.raises(Refused, match="Sue Successor") as refused:
        actions.hand_over(to=successor, reason="Ill", **hand)
    assert codes(refused) == ["reviewer_is_member", "reviewer_has_interest"]
    application.refresh_from_db()
    assert application.reviewer == before


def test_of_two_who_hand_it_over_at_once_the_second_is_told(application, successor):
    stale = Application.objects.get(pk=application.pk)
    team, third = builders.epa_team(), people.person(Role.CENTRE_EQA)
    actions.hand_over(application=application, to=successor, reason="Ill", by=team)
    with pytest.raises(Conflict, match="Sue Successor has been given"):
        actions.hand_over(application=stale, to=third, reason="Ill", by=team)


def test_the_new_reviewer_declares_before_anything_is_decided(application, before, successor):
    builders.decide_all(application)
    row = builders.handed_over(application, successor)
    package, criterion = row.elements.first(), row.version.approval_criteria.first()
    no = actions.Decision(package, criterion, Verdict.NOT_MET, reason="One trainer left.")
    new = rules.NewAction(package.pk, "Name a trainer.", clock.today() + clock.dt.timedelta(days=30))
    for attempt in (
        lambda: actions.decide(application=row, decisions=[no], by=successor),
        lambda: actions.approve(application=row, by=successor),
        lambda: actions.decline(application=row, reason="No", by=successor),
        lambda: actions.require_actions(application=row, actions=[new], by=successor),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert codes(refused) == ["interest_not_declared"]
    with pytest.raises(NotAllowed):
        actions.declare_no_interest(application=row, no_interest=True, by=before)
    with pytest.raises(Refused) as refused:
        actions.declare_no_interest(application=row, no_interest=False, by=successor)
    assert codes(refused) == ["interest_not_declared"]
    row = actions.declare_no_interest(application=row, no_interest=True, by=successor)
    assert audit.history(row).filter(verb="declare_no_interest", actor=successor).count() == 1
    with pytest.raises(WrongState):
        actions.declare_no_interest(application=row, no_interest=True, by=successor)
    with pytest.raises(NotAllowed):
        actions.approve(application=row, by=before)
    assert actions.approve(application=row, by=successor).application_id == row.pk


def test_an_interest_that_shows_after_the_handing_over_stops_the_declaration(application, successor):
    row = builders.handed_over(application, successor)
    Interest.objects.create(user=successor, organisation=row.centre.organisation, nature="Married the owner")
    with pytest.raises(Refused) as refused:
        actions.declare_no_interest(application=row, no_interest=True, by=successor)
    assert codes(refused) == ["reviewer_has_interest"]


def test_one_that_waits_for_the_centre_or_has_come_back_is_handed_over_too(application, successor):
    waiting = builders.handed_over(builders.actions_required(application), successor)
    assert (waiting.state, waiting.reviewer) == (ApplicationState.ACTIONS_REQUIRED, successor)
    action, owner = waiting.actions.get(), builders.owner_of(waiting.centre)
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    back = actions.resubmit(application=waiting, by=owner)
    with pytest.raises(Refused) as refused:
        actions.take_up(application=back, by=successor)
    assert codes(refused) == ["interest_not_declared"]
    third = people.person(Role.CENTRE_EQA)
    back = builders.handed_over(back, third)
    assert back.state == ApplicationState.RESUBMITTED
    back = actions.declare_no_interest(application=back, no_interest=True, by=third)
    actions.take_up(application=back, by=third)
    assert actions.close_action(action=action, by=third).state == ActionState.CLOSED


def test_one_that_nobody_has_taken_or_that_is_decided_is_not_handed_over(st0071, application, successor):
    team = builders.epa_team()
    untaken = builders.submitted_application(builders.centre(), st0071)
    declined = actions.decline(application=application, reason="No", by=application.reviewer)
    for row in (untaken, declined):
        with pytest.raises(WrongState):
            actions.hand_over(application=row, to=successor, reason="Ill", by=team)


def test_it_moves_from_one_queue_to_the_other(application, before, successor):
    builders.handed_over(application, successor)
    assert queues.board(before).todo == []
    assert [item.title for item in queues.board(successor).todo] == [f"Decide application {application.number}"]
