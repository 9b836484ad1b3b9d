"""A9: reminded before the day, chased after it, then the EPA team; more time; the reviewer's word on each answer."""

import datetime as dt

import pytest

from accounts.states import Role
from centres import actions
from centres.models import ActionRequired
from centres.states import ActionState
from foundation import audit, clock
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def action(st0071, at, monday):
    """Open, due in thirty days."""
    at(monday)
    application = builders.actions_required(builders.application_in_review(builders.centre(), st0071))
    return application.actions.get()


def told(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=f"centres.{kind}").values_list("to_email", flat=True))


@pytest.mark.clause("A9")
def test_each_day_tells_once_and_whom_it_concerns(action):
    """Looked at on every day from the letter to long after, twice a day: three letters in all, each on its day."""
    due = action.due_on
    days = {}
    for offset in range(-30, 30):
        for _ in range(2):
            for what, number in actions.look_at_actions(due + offset * DAY).items():
                if number:
                    days.setdefault(what, []).append((offset, number))
    assert days == {"reminded": [(-7, 1)], "chased": [(1, 1)], "escalated": [(8, 1)]}
    owner, reviewer = builders.owner_of(action.application.centre), action.application.reviewer
    assert (told("action_due_soon"), told("action_overdue")) == ([owner.email], [owner.email])
    assert reviewer.email in told("action_escalated")
    assert len(told("action_escalated")) == 2


@pytest.mark.clause("A9")
def test_nobody_is_reminded_of_what_is_answered(action):
    owner = builders.owner_of(action.application.centre)
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    assert sum(actions.look_at_actions(action.due_on + 30 * DAY).values()) == 0


@pytest.mark.clause("A9")
def test_a_machine_that_was_down_chases_and_does_not_remind_of_a_day_that_has_passed(action):
    assert actions.look_at_actions(action.due_on + 2 * DAY) == {"reminded": 0, "chased": 1, "escalated": 0}


@pytest.mark.clause("A9")
def test_more_time_moves_the_days_and_is_told(action):
    actions.look_at_actions(action.due_on + DAY)
    later = action.due_on + 20 * DAY
    reviewer = action.application.reviewer
    actions.extend_action(action=action, due_on=later, reason="The trainer is ill.", by=reviewer)
    row = ActionRequired.objects.get(pk=action.pk)
    assert (row.due_on, row.remind_on, row.chase_on, row.chased_at) == (later, later - 7 * DAY, later + DAY, None)
    assert row.extended_reason == "The trainer is ill."
    assert len(told("action_extended")) == 1
    assert audit.history(row).first().facts["reason"] == "The trainer is ill."
    assert actions.look_at_actions(later + DAY)["chased"] == 1
    assert len(told("action_overdue")) == 2


@pytest.mark.clause("A9")
def test_only_the_reviewer_gives_more_time_and_only_while_the_centre_answers(action, st0071):
    later = action.due_on + DAY
    for person in (people.person(Role.CENTRE_EQA), builders.epa_team(), builders.owner_of(action.application.centre)):
        with pytest.raises(NotAllowed):
            actions.extend_action(action=action, due_on=later, reason="x", by=person)
    reviewer = action.application.reviewer
    with pytest.raises(Refused):
        actions.extend_action(action=action, due_on=action.due_on, reason="x", by=reviewer)
    owner = builders.owner_of(action.application.centre)
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    with pytest.raises(WrongState):
        actions.extend_action(action=action, due_on=later, reason="x", by=reviewer)


@pytest.mark.clause("A9")
def test_an_answer_that_is_not_enough_goes_back_with_a_new_day(action, at):
    reviewer, owner = action.application.reviewer, builders.owner_of(action.application.centre)
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=action.application, by=owner)
    actions.take_up(application=action.application, by=reviewer)
    at(dt.datetime.combine(action.due_on, dt.time(9), tzinfo=clock.LONDON))
    with pytest.raises(Refused) as refused:
        actions.reopen_action(action=action, comment="The CV is missing.", by=reviewer)
    assert [problem.code for problem in refused.value.problems] == ["action_due_passed"]
    later = action.due_on + 10 * DAY
    row = actions.reopen_action(action=action, comment="The CV is missing.", due_on=later, by=reviewer)
    assert (row.state, row.due_on, row.chase_on) == (ActionState.OPEN, later, later + DAY)
