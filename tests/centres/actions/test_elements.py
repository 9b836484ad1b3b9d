"""A3, A6, A7: one element now and another later; refusals and appeals; approvals that are looked at again."""

import datetime as dt

import pytest

from accounts.states import Role
from centres import actions, queries
from centres.models import ElementApproval, ReReview
from centres.states import AppealState, ApplicationState, ElementState, Verdict
from foundation import clock, documents, workingdays
from foundation.errors import NotAllowed, Refused
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def states(row) -> list[str]:
    return list(row.element_rows.order_by("package__code").values_list("state", flat=True))


@pytest.fixture
def application(st0071):
    """In review: the support package is met, the EPA is not."""
    row = builders.application_in_review(builders.centre(), st0071)
    builders.decide_all(row)
    package, criterion = st0071.packages.get(code="AS-CSS-EPA"), st0071.approval_criteria.all()[0]
    no = actions.Decision(package, criterion, Verdict.NOT_MET, "One assessor is too few.")
    actions.decide(application=row, decisions=[no], by=row.reviewer)
    return row


@pytest.mark.clause("A3", "A7")
def test_one_element_is_approved_with_its_contract_and_the_other_later(application, st0071):
    support, epa = st0071.packages.order_by("code")
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, by=application.reviewer)
    assert codes(refused) == ["not_met"]
    first = actions.approve(application=application, packages=[support], by=application.reviewer)
    application.refresh_from_db()
    assert (application.state, states(application)) == (ApplicationState.IN_REVIEW, ["approved", "pending"])
    assert [package.code for package in first.packages.all()] == ["AS-CSS-ASP"]
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, packages=[support], by=application.reviewer)
    assert codes(refused) == ["element_decided"]
    with pytest.raises(Refused) as refused:
        actions.decide(
            application=application,
            decisions=[actions.Decision(support, st0071.approval_criteria.all()[0], Verdict.MET, "again")],
            by=application.reviewer,
        )
    assert codes(refused) == ["element_decided"]
    yes = actions.Decision(epa, st0071.approval_criteria.all()[0], Verdict.MET)
    actions.decide(application=application, decisions=[yes], by=application.reviewer)
    second = actions.approve(application=application, by=application.reviewer)
    application.refresh_from_db()
    assert (application.state, states(application)) == (ApplicationState.APPROVED, ["approved"] * 2)
    assert [package.code for package in second.packages.all()] == ["AS-CSS-ASP", "AS-CSS-EPA"]
    assert ElementApproval.objects.filter(centre=application.centre).count() == 2
    assert documents.for_subject(application).filter(kind=actions.REPORT).count() == 2


@pytest.mark.clause("A3", "A6")
def test_the_rest_is_declined_and_what_was_approved_stays(application, st0071, at, monday):
    support, _epa = st0071.packages.order_by("code")
    actions.approve(application=application, packages=[support], by=application.reviewer)
    row = actions.decline(application=application, reason="No second assessor.", by=application.reviewer)
    assert (row.state, states(row)) == (ApplicationState.APPROVED, ["approved", "declined"])
    assert row.appeal_until == workingdays.current().add(clock.today(), st0071.appeal_working_days)


@pytest.mark.clause("A6")
def test_an_upheld_appeal_goes_to_another_reviewer(st0071):
    centre = builders.centre()
    appeal = builders.appeal(centre, st0071)
    first, other = appeal.application.reviewer, people.person(Role.CENTRE_EQA)
    with pytest.raises(Refused) as refused:
        actions.lodge_appeal(application=appeal.application, grounds="Again", by=builders.owner_of(centre))
    assert codes(refused) == ["appeal_waiting"]
    with pytest.raises(NotAllowed):
        actions.uphold_appeal(appeal=appeal, to=other, reason="Right.", by=other)
    with pytest.raises(Refused) as refused:
        actions.uphold_appeal(appeal=appeal, to=first, reason="Right.", by=builders.epa_team())
    assert codes(refused) == ["same_reviewer"]
    decided = actions.uphold_appeal(appeal=appeal, to=other, reason="Right.", by=builders.epa_team())
    row = appeal.application
    row.refresh_from_db()
    assert (decided.state, row.state, row.reviewer) == (AppealState.UPHELD, ApplicationState.IN_REVIEW, other)
    assert (set(states(row)), row.no_interest_declared_at) == ({ElementState.PENDING}, None)
    assert Message.objects.filter(kind="centres.appeal_decided").count() == 1


@pytest.mark.clause("A6")
def test_a_dismissed_appeal_is_not_repeated_and_its_last_day_counts(st0071, at, monday):
    at(monday)
    centre = builders.centre()
    row = builders.declined(centre, st0071)
    owner, office = builders.owner_of(centre), builders.epa_team()
    at(dt.datetime.combine(row.appeal_until + DAY, dt.time(9), tzinfo=clock.LONDON))
    with pytest.raises(Refused) as refused:
        actions.lodge_appeal(application=row, grounds="Not so.", by=owner)
    assert codes(refused) == ["appeal_too_late"]
    at(dt.datetime.combine(row.appeal_until, dt.time(9), tzinfo=clock.LONDON))
    appeal = actions.lodge_appeal(application=row, grounds="Not so.", by=owner)
    with pytest.raises(Refused) as refused:
        actions.dismiss_appeal(appeal=appeal, reason=" ", by=office)
    assert codes(refused) == ["no_reason"]
    actions.dismiss_appeal(appeal=appeal, reason="It is so.", by=office)
    with pytest.raises(Refused) as refused:
        actions.lodge_appeal(application=row, grounds="Not so.", by=owner)
    assert codes(refused) == ["appeal_dismissed"]


@pytest.mark.clause("A6")
def test_who_declined_does_not_decide_the_appeal_even_as_a_lead(st0071):
    appeal = builders.appeal(builders.centre(), st0071)
    reviewer = appeal.application.reviewer
    reviewer.memberships.create(organisation=people.imi(), role=Role.EPA_TEAM)
    again = type(reviewer).objects.get(pk=reviewer.pk)
    with pytest.raises(Refused) as refused:
        actions.dismiss_appeal(appeal=appeal, reason="It is so.", by=again)
    assert codes(refused) == ["decides_own_refusal"]


@pytest.mark.clause("A1", "A6")
def test_an_approval_ends_on_its_day_unless_it_is_looked_at_again(st0071):
    st0071.approvals_expire = True
    st0071.save(update_fields=["approvals_expire"])
    centre = builders.approved_centre(st0071)
    approval = ElementApproval.objects.filter(centre=centre).order_by("pk")[0]
    opened = actions.look_at_approvals(approval.queue_on)
    assert opened == {"opened": 2, "told": 0}
    assert actions.look_at_approvals(approval.queue_on) == {"opened": 0, "told": 0}

    def shut(day: dt.date) -> bool:
        problems = queries.registration_problems(centre, approval.package, day)
        return "approval_expired" in [problem.code for problem in problems]

    assert not shut(approval.expires_on - DAY)
    assert shut(approval.expires_on)
    assert actions.look_at_approvals(approval.expires_on)["told"] == 2
    assert actions.look_at_approvals(approval.expires_on)["told"] == 0
    eqa = builders.centre_eqa()
    row = ReReview.objects.get(approval=approval)
    with pytest.raises(Refused):
        actions.take_re_review(re_review=row, no_interest=False, by=eqa)
    row = actions.take_re_review(re_review=row, no_interest=True, by=eqa)
    with pytest.raises(NotAllowed):
        actions.confirm_re_review(re_review=row, risk="low", finding="As it was.", by=people.person(Role.CENTRE_EQA))
    actions.confirm_re_review(re_review=row, risk="low", finding="As it was.", by=eqa)
    before = approval.expires_on
    approval.refresh_from_db()
    assert approval.expires_on > before
    assert not shut(before)
