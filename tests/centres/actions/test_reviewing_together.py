"""A6: questions, allocating, interests declared, and the second person; with the people who may and may not."""

import datetime as dt

import pytest

from accounts.models import Membership
from accounts.states import Role
from centres import actions, queries
from centres.models import SignOff
from centres.states import ApplicationState, QuestionState, SignOffState, Verdict
from foundation import clock
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from foundation.workingdays import add_months
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.clause("A6")
def test_a_question_is_asked_answered_and_settled_while_the_review_goes_on(st0071):
    row = builders.application_in_review(builders.centre(), st0071)
    builders.decide_all(row)
    question = builders.question(row)
    assert [problem.code for problem in queries.approval_problems(row, clock.today())] == ["question_not_settled"]
    owner = builders.owner_of(row.centre)
    with pytest.raises(Refused):
        actions.answer_question(question=question, answer=" ", by=owner)
    with pytest.raises(NotAllowed):
        actions.answer_question(question=question, answer="x", by=people.person(Role.CENTRE_OWNER, people.provider()))
    question = actions.answer_question(question=question, answer="Two.", by=owner)
    due_on = clock.today() + dt.timedelta(days=3)
    question = actions.ask_again(question=question, comment="And of those?", due_on=due_on, by=row.reviewer)
    assert (question.state, question.due_on) == (QuestionState.ASKED, due_on)
    question = actions.answer_question(question=question, answer="Two, both trainers.", by=owner)
    with pytest.raises(NotAllowed):
        actions.settle_question(question=question, by=people.person(Role.CENTRE_EQA))
    actions.settle_question(question=question, by=row.reviewer)
    assert queries.approval_problems(row, clock.today()) == []
    row.refresh_from_db()
    assert row.state == ApplicationState.IN_REVIEW
    kinds = list(Message.objects.filter(kind__contains="question").values_list("kind", "to_email").order_by("pk"))
    asked, answered = ("centres.question_asked", owner.email), ("centres.question_answered", row.reviewer.email)
    assert kinds == [asked, answered, asked, answered]


@pytest.mark.clause("A6")
def test_the_epa_team_allocates_and_the_reviewer_declares_first(st0071):
    row = builders.submitted_application(builders.centre(), st0071)
    eqa = builders.centre_eqa()
    with pytest.raises(NotAllowed):
        actions.allocate(application=row, to=eqa, by=eqa)
    with pytest.raises(Refused) as refused:
        actions.allocate(application=row, to=builders.epa_team(), by=builders.epa_team())
    assert codes(refused) == ["not_an_eqa"]
    row = actions.allocate(application=row, to=eqa, by=builders.epa_team())
    assert (row.state, row.reviewer, row.no_interest_declared_at) == (ApplicationState.IN_REVIEW, eqa, None)
    with pytest.raises(Refused) as refused:
        builders.decide_all(row)
    assert codes(refused) == ["interest_not_declared"]
    with pytest.raises(Conflict, match=eqa.name):
        actions.allocate(application=row, to=people.person(Role.CENTRE_EQA), by=builders.epa_team())


@pytest.mark.clause("A6")
@pytest.mark.parametrize(("months", "barred"), [(23, True), (24, False)])
def test_who_left_the_centre_lately_neither_takes_nor_is_allocated(st0071, months, barred):
    centre, eqa = builders.centre(), builders.centre_eqa()
    left = add_months(clock.today(), -months)
    Membership.objects.create(user=eqa, organisation=centre.organisation, role=Role.CENTRE_STAFF, ended_on=left)
    row = builders.submitted_application(centre, st0071)
    found = [problem.code for problem in queries.interest_problems(row, eqa, clock.today(), declared=True)]
    given = [problem.code for problem in queries.allocation_problems(row, eqa, clock.today())]
    assert found == given == ["reviewer_has_interest"] * barred


@pytest.mark.clause("A6")
def test_a_declared_interest_is_on_record_and_the_epa_team_hears(st0071):
    row = builders.application_in_review(builders.centre(), st0071)
    actions.declare_interest(application=row, nature="My sister teaches there", by=row.reviewer)
    builders.decide_all(row)
    with pytest.raises(Refused) as refused:
        actions.approve(application=row, by=row.reviewer)
    assert codes(refused) == ["reviewer_has_interest"]
    letter = Message.objects.get(kind="centres.interest_declared")
    assert "sister" not in letter.text


@pytest.mark.clause("A6")
def test_a_high_risk_is_approved_only_once_a_second_person_has_confirmed(st0071):
    row = builders.application_in_review(builders.centre(), st0071)
    builders.high_risk(row)
    with pytest.raises(Refused) as refused:
        actions.approve(application=row, by=row.reviewer)
    assert codes(refused) == ["sign_off_missing"]
    asked = actions.ask_sign_off(application=row, by=row.reviewer)
    with pytest.raises(Conflict):
        actions.ask_sign_off(application=row, by=row.reviewer)
    with pytest.raises(Refused) as refused:
        actions.confirm_sign_off(sign_off=asked, no_interest=True, by=row.reviewer)
    assert codes(refused) == ["second_is_first"]
    with pytest.raises(NotAllowed):
        actions.confirm_sign_off(sign_off=asked, no_interest=True, by=builders.owner_of(row.centre))
    with pytest.raises(Refused) as refused:
        actions.approve(application=row, by=row.reviewer)
    assert codes(refused) == ["sign_off_waiting"]
    actions.confirm_sign_off(sign_off=asked, no_interest=True, by=builders.epa_team())
    assert actions.approve(application=row, by=row.reviewer).pk


@pytest.mark.clause("A6")
def test_what_is_returned_has_a_reason_and_needs_a_second_person_even_at_a_lower_risk(st0071):
    asked = builders.sign_off_asked(builders.centre(), st0071)
    row, lead = asked.application, builders.epa_team()
    with pytest.raises(Refused) as refused:
        actions.return_sign_off(sign_off=asked, reason=" ", no_interest=True, by=lead)
    assert codes(refused) == ["no_reason"]
    actions.return_sign_off(sign_off=asked, reason="Look at the complaints.", no_interest=True, by=lead)
    actions.rate_risk(application=row, rating="low", reason="They are settled.", by=row.reviewer)
    with pytest.raises(Refused) as refused:
        actions.approve(application=row, by=row.reviewer)
    assert codes(refused) == ["sign_off_missing"]


@pytest.mark.clause("A6")
def test_a_decision_changed_afterwards_voids_the_confirmation(st0071):
    asked = builders.sign_off_asked(builders.centre(), st0071)
    row = asked.application
    actions.confirm_sign_off(sign_off=asked, no_interest=True, by=builders.epa_team())
    package, criterion = row.elements.all()[0], st0071.approval_criteria.all()[0]
    other = actions.Decision(package, criterion, Verdict.NOT_APPLICABLE, "Nothing to train.")
    actions.decide(application=row, decisions=[other], by=row.reviewer)
    assert SignOff.objects.get(pk=asked.pk).state == SignOffState.LAPSED
    with pytest.raises(Refused) as refused:
        actions.approve(application=row, by=row.reviewer)
    assert codes(refused) == ["sign_off_missing"]


@pytest.mark.clause("A6")
def test_at_a_lower_risk_nobody_is_asked(st0071):
    row = builders.application_in_review(builders.centre(), st0071)
    builders.decide_all(row)
    with pytest.raises(Refused) as refused:
        actions.ask_sign_off(application=row, by=row.reviewer)
    assert codes(refused) == ["sign_off_not_needed"]


def test_a_question_waits_for_a_review(st0071):
    row = builders.actions_required(builders.application_in_review(builders.centre(), st0071))
    with pytest.raises(WrongState):
        builders.question(row)
