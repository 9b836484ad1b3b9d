"""The Centre EQA's desktop review (A6, A7, A9)."""

import datetime as dt

import pytest

from accounts.models import Interest, Membership
from accounts.states import Role
from centres import actions, queries, rules
from centres.models import ActionRequired, Contract, ElementDecision, RegisterProvider
from centres.states import ActionState, ApplicationState, ContractState, StandingKind, Verdict
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Document, Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def application(st0071):
    """In review by the Centre EQA, nothing decided."""
    return builders.application_in_review(builders.centre(), st0071)


@pytest.mark.clause("A6")
def test_taking_declares_no_interest(st0071, at, monday):
    at(monday)
    eqa = builders.centre_eqa()
    row = builders.submitted_application(builders.centre(), st0071)
    with pytest.raises(Refused) as refused:
        actions.take(application=row, no_interest=False, by=eqa)
    assert codes(refused) == ["interest_not_declared"]
    taken = actions.take(application=row, no_interest=True, by=eqa)
    assert (taken.state, taken.reviewer, taken.no_interest_declared_at) == (
        ApplicationState.IN_REVIEW,
        eqa,
        dt.datetime(2026, 9, 14, 11, tzinfo=dt.UTC),
    )


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("ended_on", "barred"),
    [(None, True), (dt.date(2026, 9, 14), True), (dt.date(2026, 9, 13), False), (dt.date(2026, 1, 1), False)],
)
def test_an_interest_on_record_bars_the_reviewer(st0071, at, monday, ended_on, barred):
    at(monday)
    centre = builders.centre()
    eqa = builders.centre_eqa()
    Interest.objects.create(user=eqa, organisation=centre.organisation, nature="advises them", ended_on=ended_on)
    row = builders.submitted_application(centre, st0071)
    if barred:
        with pytest.raises(Refused) as refused:
            actions.take(application=row, no_interest=True, by=eqa)
        assert codes(refused) == ["reviewer_has_interest"]
    else:
        assert actions.take(application=row, no_interest=True, by=eqa).reviewer == eqa


@pytest.mark.clause("A6")
def test_an_interest_in_another_centre_bars_nobody(st0071):
    eqa = builders.centre_eqa()
    Interest.objects.create(user=eqa, organisation=builders.centre().organisation, nature="advises them")
    row = builders.submitted_application(builders.centre(), st0071)
    assert actions.take(application=row, no_interest=True, by=eqa).reviewer == eqa


@pytest.mark.clause("A6")
def test_a_member_of_the_centre_does_not_review_it(st0071):
    centre = builders.centre()
    eqa = builders.centre_eqa()
    Membership.objects.create(user=eqa, organisation=centre.organisation, role=Role.CENTRE_READER)
    row = builders.submitted_application(centre, st0071)
    with pytest.raises(Refused) as refused:
        actions.take(application=row, no_interest=True, by=eqa)
    assert codes(refused) == ["reviewer_is_member"]


@pytest.mark.clause("A6")
def test_an_interest_declared_during_the_review_bars_the_approval(application):
    builders.decide_all(application)
    Interest.objects.create(
        user=application.reviewer, organisation=application.centre.organisation, nature="married the owner"
    )
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, by=application.reviewer)
    assert codes(refused) == ["reviewer_has_interest"]


@pytest.mark.parametrize("role", [Role.EPA_TEAM, Role.ADMINISTRATOR, Role.IQA])
def test_only_a_centre_eqa_takes(st0071, role):
    row = builders.submitted_application(builders.centre(), st0071)
    with pytest.raises(NotAllowed):
        actions.take(application=row, no_interest=True, by=people.person(role))


def test_whoever_comes_second_is_told_who_has_it(application):
    second = people.person(Role.CENTRE_EQA)
    with pytest.raises(Conflict, match=f"{application.reviewer.name} is reviewing this application"):
        actions.take(application=application, no_interest=True, by=second)


@pytest.mark.clause("A6")
def test_decisions_are_per_element_and_criterion(application):
    builders.decide_all(application)
    assert ElementDecision.objects.filter(application=application, verdict=Verdict.MET).count() == 4
    package = application.elements.get(code="AS-CSS-EPA")
    criterion = application.version.approval_criteria.get(code="i")
    no = actions.Decision(package, criterion, Verdict.NOT_MET, reason="One trainer left.")
    actions.decide(application=application, decisions=[no], by=application.reviewer)
    row = ElementDecision.objects.get(application=application, package=package, criterion=criterion)
    assert (row.verdict, row.reason, row.by_label) == (Verdict.NOT_MET, "One trainer left.", application.reviewer.label)
    assert ElementDecision.objects.filter(application=application).count() == 4
    event = audit.history(application, include_confidential=True).filter(verb="decide").first()
    assert event.facts == {
        "element": "AS-CSS-EPA",
        "criterion": "i",
        "verdict": "not_met",
        "reason": "One trainer left.",
    }


def test_saving_the_same_decisions_again_is_no_event(application):
    builders.decide_all(application)
    before = audit.history(application, include_confidential=True).count()
    builders.decide_all(application)
    assert audit.history(application, include_confidential=True).count() == before


@pytest.mark.clause("A6")
def test_a_no_without_a_reason_is_refused(application):
    package = application.elements.first()
    criterion = application.version.approval_criteria.first()
    with pytest.raises(Refused) as refused:
        actions.decide(
            application=application,
            decisions=[actions.Decision(package, criterion, Verdict.NOT_MET)],
            by=application.reviewer,
        )
    assert (codes(refused), ElementDecision.objects.count()) == (["refusal_without_reason"], 0)


def test_what_is_not_in_the_application_is_not_decided(st0071, made_up):
    epa = st0071.packages.get(code="AS-CSS-EPA")
    application = builders.application_in_review(builders.centre(), st0071, [epa])
    for package, criterion in (
        (st0071.packages.get(code="AS-CSS-ASP"), st0071.approval_criteria.first()),
        (epa, made_up.approval_criteria.first()),
    ):
        with pytest.raises(Refused) as refused:
            decision = actions.Decision(package, criterion, Verdict.MET)
            actions.decide(application=application, decisions=[decision], by=application.reviewer)
        assert codes(refused) == ["not_in_application"]


def test_only_the_reviewer_decides_and_others_are_told_who_that_is(application):
    other = people.person(Role.CENTRE_EQA)
    new = rules.NewAction(application.elements.first().pk, "x", clock.today() + dt.timedelta(days=1))
    for verb in (
        lambda: actions.decide(application=application, decisions=[], by=other),
        lambda: actions.require_actions(application=application, actions=[new], by=other),
        lambda: actions.approve(application=application, by=other),
        lambda: actions.decline(application=application, reason="x", by=other),
    ):
        with pytest.raises(NotAllowed, match=application.reviewer.name):
            verb()
    for role in (Role.EPA_TEAM, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            actions.approve(application=application, by=people.person(role))
    with pytest.raises(NotAllowed):
        actions.decide(application=application, decisions=[], by=builders.owner_of(application.centre))


@pytest.mark.clause("A9")
def test_what_is_required_goes_to_the_centre_and_comes_back(application):
    owner, eqa = builders.owner_of(application.centre), application.reviewer
    builders.actions_required(application, "Name a second trainer.")
    action = application.actions.get()
    assert (action.state, action.text, action.package.code) == (
        ActionState.OPEN,
        "Name a second trainer.",
        "AS-CSS-ASP",
    )
    told = Message.objects.filter(kind="centres.actions_required").values_list("to_user", flat=True)
    assert owner.pk in told

    evidence = builders.stored_pdf()
    actions.answer_action(action=action, answer="Sam", evidence=evidence, by=owner)
    actions.answer_action(action=action, answer="Sam Trainer, from May", by=owner)
    action.refresh_from_db()
    assert (action.state, action.answer, action.evidence) == (ActionState.ANSWERED, "Sam Trainer, from May", evidence)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=eqa)
    actions.reopen_action(action=action, comment="From April, please.", by=eqa)
    actions.require_actions(application=application, actions=[], by=eqa)
    actions.answer_action(action=action, answer="From April", by=owner)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=eqa)
    actions.close_action(action=action, by=eqa)
    action.refresh_from_db()
    assert (action.state, action.answer) == (ActionState.CLOSED, "From April")
    assert [event.verb for event in audit.history(action)][::-1] == [
        "require",
        "answer",
        "answer_again",
        "reopen",
        "answer",
        "close",
    ]


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("answer", "with_evidence", "found"),
    [("Done", True, []), (" ", True, ["no_answer"]), ("Done", False, ["no_evidence"]), ("", False, None)],
)
def test_an_answer_is_a_text_and_evidence(application, answer, with_evidence, found):
    builders.actions_required(application)
    action = application.actions.get()
    evidence = builders.stored_pdf() if with_evidence else None
    given = {"action": action, "answer": answer, "evidence": evidence, "by": builders.owner_of(application.centre)}
    if found == []:
        assert actions.answer_action(**given).state == ActionState.ANSWERED
        return
    with pytest.raises(Refused) as refused:
        actions.answer_action(**given)
    assert codes(refused) == (found or ["no_answer", "no_evidence"])
    action.refresh_from_db()
    assert (action.state, action.answer) == (ActionState.OPEN, "")


@pytest.mark.clause("A9")
def test_nothing_required_is_refused(application):
    with pytest.raises(Refused) as refused:
        actions.require_actions(application=application, actions=[], by=application.reviewer)
    assert (codes(refused), ActionRequired.objects.count()) == (["no_action"], 0)


def test_actions_are_answered_only_while_the_centre_has_it(application):
    owner = builders.owner_of(application.centre)
    builders.actions_required(application)
    action = application.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=application, by=owner)
    with pytest.raises(WrongState):
        actions.answer_action(action=action, answer="More", by=owner)
    with pytest.raises(WrongState):
        actions.close_action(action=action, by=application.reviewer)


def test_a_closed_action_stays_closed(application):
    owner = builders.owner_of(application.centre)
    builders.actions_required(application)
    action = application.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=application.reviewer)
    actions.close_action(action=action, by=application.reviewer)
    with pytest.raises(WrongState):
        actions.reopen_action(action=action, comment="after all", by=application.reviewer)


def test_reopening_says_what_is_missing(application):
    owner = builders.owner_of(application.centre)
    builders.actions_required(application)
    action = application.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=application.reviewer)
    with pytest.raises(Refused) as refused:
        actions.reopen_action(action=action, comment=" ", by=application.reviewer)
    assert codes(refused) == ["no_comment"]


@pytest.mark.clause("A7")
def test_approval_and_contract_are_one_step(application):
    builders.decide_all(application)
    contract = actions.approve(application=application, by=application.reviewer)
    application.refresh_from_db()
    assert (application.state, contract.state) == (ApplicationState.APPROVED, ContractState.PREPARING)
    assert contract.application == application
    assert Message.objects.filter(kind="centres.application_approved").exists()


@pytest.mark.clause("A7")
def test_without_its_contract_there_is_no_approval(application, monkeypatch):
    """Whatever goes wrong while the contract is written, the application is not approved."""
    builders.decide_all(application)
    monkeypatch.setattr(
        "foundation.references.next_numbers", lambda *_: (_ for _ in ()).throw(RuntimeError("no number"))
    )
    with pytest.raises(RuntimeError):
        actions.approve(application=application, by=application.reviewer)
    application.refresh_from_db()
    assert (application.state, Contract.objects.count(), Document.objects.filter(kind="contract").count()) == (
        ApplicationState.IN_REVIEW,
        0,
        0,
    )


@pytest.mark.clause("A1", "A6", "A9")
@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda row: None, ["undecided"] * 4 + ["risk_not_rated"]),
        (lambda row: builders.decide_all(row, met=False, reason="no staff"), ["not_met"] * 4),
        (
            lambda row: (
                builders.decide_all(row),
                actions.record_standing(
                    centre=row.centre,
                    kind=StandingKind.SUSPENDED,
                    starts_on=clock.today(),
                    reason="x",
                    by=builders.epa_team(),
                ),
            ),
            ["imi_suspended"],
        ),
        (
            lambda row: (builders.decide_all(row), builders.leave_register(row.centre.ukprn)),
            ["left_register"],
        ),
    ],
)
def test_what_bars_the_approval(application, spoil, found):
    spoil(application)
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, by=application.reviewer)
    application.refresh_from_db()
    assert (codes(refused), application.state) == (found, ApplicationState.IN_REVIEW)
    assert codes(refused) == [problem.code for problem in queries.approval_problems(application, clock.today())]


@pytest.mark.clause("A9")
def test_an_answered_action_that_is_not_closed_bars_the_approval(application):
    owner = builders.owner_of(application.centre)
    builders.actions_required(application)
    action = application.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=application.reviewer)
    builders.decide_all(application)
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, by=application.reviewer)
    assert codes(refused) == ["action_not_closed"]
    actions.close_action(action=action, by=application.reviewer)
    assert actions.approve(application=application, by=application.reviewer).state == ContractState.PREPARING


@pytest.mark.clause("A3")
def test_an_element_that_was_dropped_is_not_decided_on(st0071):
    """Elements are approved one by one: the centre goes on with the one that is met."""
    centre = builders.centre()
    application = builders.application_in_review(centre, st0071)
    owner, eqa = builders.owner_of(centre), application.reviewer
    builders.decide_all(application)
    support = st0071.packages.get(code="AS-CSS-ASP")
    criterion = st0071.approval_criteria.first()
    no = actions.Decision(support, criterion, Verdict.NOT_MET, reason="No staff")
    actions.decide(application=application, decisions=[no], by=eqa)
    builders.actions_required(application)
    action = application.actions.get()
    actions.choose_elements(application=application, packages=[st0071.packages.get(code="AS-CSS-EPA")], by=owner)
    actions.answer_action(action=action, answer="We drop it", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=application, by=owner)
    actions.take_up(application=application, by=eqa)
    actions.close_action(action=action, by=eqa)
    contract = actions.approve(application=application, by=eqa)
    assert [package.code for package in contract.packages.all()] == ["AS-CSS-EPA"]


@pytest.mark.clause("A6")
def test_declining_says_why_and_issues_nothing(application):
    with pytest.raises(Refused) as refused:
        actions.decline(application=application, reason="  ", by=application.reviewer)
    assert codes(refused) == ["no_reason"]
    declined = actions.decline(application=application, reason="No assessor.", by=application.reviewer)
    assert (declined.state, declined.decision_reason) == (ApplicationState.DECLINED, "No assessor.")
    assert (Contract.objects.count(), Message.objects.filter(kind="centres.application_declined").exists()) == (0, True)
    assert RegisterProvider.objects.filter(ukprn=application.centre.ukprn, left_on=None).exists()
