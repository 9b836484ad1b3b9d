"""The centre's side of an application (A1, A2, A3, A5, A9)."""

import datetime as dt

import pytest

from accounts.states import Role
from centres import actions
from centres.models import Application
from centres.states import ActionState, ApplicationState
from foundation import audit, workingdays
from foundation.errors import Conflict, NotAllowed, Refused, WrongState
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.clause("A3")
def test_an_application_is_begun_and_filled_in(st0071):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071)
    assert (row.state, row.number[:4]) == (ApplicationState.DRAFT, "APP-")
    assert [package.code for package in row.elements.all()] == ["AS-CSS-ASP", "AS-CSS-EPA"]
    assert [event.verb for event in audit.history(row)] == [
        "write_declaration",
        "write_interest",
        "write_checklist",
        "write_assessment",
        "write_resources",
        "write_elements",
        "create_application",
    ]


@pytest.mark.clause("A3")
def test_one_application_for_a_standard_is_on_its_way_at_a_time(st0071, made_up):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.draft_application(centre, st0071, filled_in=False)
    with pytest.raises(Conflict):
        builders.draft_application(centre, st0071)
    builders.draft_application(centre, made_up, filled_in=False)
    actions.withdraw(application=row, by=owner)
    assert builders.draft_application(centre, st0071, filled_in=False).pk != row.pk
    assert Application.objects.count() == 3


@pytest.mark.clause("A2")
def test_the_declaration_keeps_who_which_plan_and_when(st0071, at, monday):
    at(monday)
    row = builders.draft_application(builders.centre(), st0071)
    assert (row.declared_by, row.declared_role, row.declared_plan) == (
        "Robin Owner",
        "Director",
        st0071.assessment_plan,
    )
    assert row.declared_at == dt.datetime(2026, 9, 14, 11, tzinfo=dt.UTC)  # noon in London


@pytest.mark.clause("A2")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": ""}, ["no_name"]),
        ({"role": " "}, ["no_role"]),
        ({"understood": False}, ["not_declared"]),
        ({"name": "", "role": "", "understood": False}, ["no_name", "no_role", "not_declared"]),
    ],
)
def test_an_incomplete_declaration_is_refused(st0071, changes, found):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071, filled_in=False)
    given = {"name": "Robin", "role": "Director", "understood": True, "requirements": True} | changes
    with pytest.raises(Refused) as refused:
        actions.declare(application=row, by=builders.owner_of(centre), **given)
    row.refresh_from_db()
    assert (codes(refused), row.declared_by, row.declared_at) == (found, "", None)


@pytest.mark.clause("A2")
def test_a_plan_that_changed_is_declared_again(st0071):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071)
    st0071.assessment_plan = "A newer plan"
    st0071.save(update_fields=["assessment_plan"])
    with pytest.raises(Refused) as refused:
        actions.submit(application=row, by=builders.owner_of(centre))
    assert codes(refused) == ["declared_other_plan"]


@pytest.mark.clause("A3")
def test_elements_are_of_this_standard_and_at_least_one(st0071, made_up):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.draft_application(centre, st0071)
    with pytest.raises(Refused) as none:
        actions.choose_elements(application=row, packages=[], by=owner)
    with pytest.raises(Refused) as other:
        actions.choose_elements(application=row, packages=list(made_up.packages.all()), by=owner)
    assert (codes(none), codes(other)) == (["no_element"], ["other_version"])
    assert row.elements.count() == 2


@pytest.mark.clause("A1", "A5")
def test_handing_in_fixes_the_day_by_which_it_is_reviewed(st0071, at, monday):
    at(monday)
    row = builders.submitted_application(builders.centre(), st0071)
    expected = workingdays.current().add(monday, st0071.review_working_days)
    assert (row.state, row.review_due_on) == (ApplicationState.SUBMITTED, expected)
    assert expected == dt.date(2026, 10, 12)  # 20 working days after Monday 14 September
    row.refresh_from_db()
    assert (row.review_due_on, row.submitted_at) == (expected, dt.datetime(2026, 9, 14, 11, tzinfo=dt.UTC))


@pytest.mark.clause("A1", "A2", "A3", "A5")
def test_an_empty_application_is_refused_with_everything_that_is_missing(st0071):
    centre = builders.centre(imi_approved=False)
    row = builders.draft_application(centre, st0071, filled_in=False)
    with pytest.raises(Refused) as refused:
        actions.submit(application=row, by=builders.owner_of(centre))
    assert codes(refused) == [
        "not_imi_approved",
        "no_element",
        "no_people",
        "no_staffing",
        "no_site",
        "no_assessment",
        "policy_missing",
        "no_checklist",
        "no_interest_statement",
        "not_declared",
    ]
    row.refresh_from_db()
    assert (row.state, row.submitted_at) == (ApplicationState.DRAFT, None)


@pytest.mark.clause("A1")
def test_a_centre_that_left_the_register_meanwhile_cannot_hand_in(st0071):
    centre = builders.centre()
    row = builders.draft_application(centre, st0071)
    builders.leave_register(centre.ukprn)
    with pytest.raises(Refused) as refused:
        actions.submit(application=row, by=builders.owner_of(centre))
    assert codes(refused) == ["left_register"]


def test_every_centre_eqa_is_told_of_a_new_application(st0071):
    first, second = people.person(Role.CENTRE_EQA), people.person(Role.CENTRE_EQA)
    people.person(Role.FINANCE)
    row = builders.submitted_application(builders.centre(), st0071)
    messages = Message.objects.filter(kind="centres.application_submitted")
    assert sorted(messages.values_list("to_email", flat=True)) == sorted([first.email, second.email])
    assert messages[0].subject == f"{row.number}: an application waits for review"


def test_after_handing_in_nothing_can_be_changed(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.submitted_application(centre, st0071)
    for write in (
        lambda: actions.write_resources(application=row, staffing="other", by=owner),
        lambda: actions.write_assessment(application=row, text="other", by=owner),
        lambda: actions.choose_elements(application=row, packages=[st0071.packages.first()], by=owner),
        lambda: actions.upload_checklist(application=row, stored=builders.stored_pdf(), by=owner),
        lambda: actions.declare(application=row, name="x", role="y", understood=True, requirements=True, by=owner),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert codes(refused) == ["not_writable"]
    with pytest.raises(WrongState):
        actions.submit(application=row, by=owner)
    row.refresh_from_db()
    assert (row.staffing, row.declared_by, row.elements.count()) == ("Four trainers, one lead.", "Robin Owner", 2)


def test_staff_write_and_hand_in_readers_and_strangers_do_not(st0071):
    centre, other = builders.centre(), builders.centre()
    row = builders.draft_application(centre, st0071)
    for nobody in (
        people.person(Role.CENTRE_READER, centre.organisation),
        builders.owner_of(other),
        builders.epa_team(),
        builders.centre_eqa(),
    ):
        with pytest.raises(NotAllowed):
            actions.write_resources(application=row, staffing="mine now", by=nobody)
        with pytest.raises(NotAllowed):
            actions.submit(application=row, by=nobody)
        with pytest.raises(NotAllowed):
            actions.withdraw(application=row, by=nobody)
        with pytest.raises(NotAllowed):
            actions.create_application(centre=centre, version=st0071, by=nobody)
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    actions.write_resources(application=row, staffing="Five trainers.", by=staff)
    assert actions.submit(application=row, by=staff).state == ApplicationState.SUBMITTED


@pytest.mark.clause("A9")
def test_handing_in_again_when_every_action_is_answered(st0071, at, monday):
    at(monday)
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.actions_required(builders.application_in_review(centre, st0071))
    with pytest.raises(Refused) as refused:
        actions.resubmit(application=row, by=owner)
    assert codes(refused) == ["action_unanswered"]
    at(monday + dt.timedelta(days=7))
    actions.answer_action(action=row.actions.get(), answer="Done", evidence=builders.stored_pdf(), by=owner)
    again = actions.resubmit(application=row, by=owner)
    assert (again.state, again.review_due_on) == (ApplicationState.RESUBMITTED, dt.date(2026, 10, 19))
    assert Message.objects.get(kind="centres.application_resubmitted").to_email == again.reviewer.email


@pytest.mark.clause("A9")
def test_while_it_answers_the_centre_may_also_change_what_it_wrote(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    row = builders.actions_required(builders.application_in_review(centre, st0071))
    epa = st0071.packages.get(code="AS-CSS-EPA")
    actions.choose_elements(application=row, packages=[epa], by=owner)
    assert [package.code for package in row.elements.all()] == ["AS-CSS-EPA"]
    assert row.actions.get().state == ActionState.OPEN


@pytest.mark.parametrize("stage", ["draft", "submitted", "actions_required"])
def test_a_centre_takes_its_application_back(st0071, stage):
    centre = builders.centre()
    row = {
        "draft": lambda: builders.draft_application(centre, st0071),
        "submitted": lambda: builders.submitted_application(centre, st0071),
        "actions_required": lambda: builders.actions_required(builders.application_in_review(centre, st0071)),
    }[stage]()
    assert actions.withdraw(application=row, by=builders.owner_of(centre)).state == ApplicationState.WITHDRAWN


def test_an_application_in_review_is_not_taken_back(st0071):
    centre = builders.centre()
    row = builders.application_in_review(centre, st0071)
    with pytest.raises(WrongState):
        actions.withdraw(application=row, by=builders.owner_of(centre))
