"""Suspension and sanctions by the verbs: every step of A1 asks them, for the elements they are about."""

import datetime as dt

import pytest

from accounts.states import Role
from centres import actions, queries, rules
from centres.states import GatedStep, SanctionLevel, SanctionState
from foundation import audit, clock
from foundation.errors import NotAllowed, Refused, WrongState
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


def codes(problems):
    return [problem.code for problem in problems if not problem.warning]


@pytest.mark.clause("A1")
def test_a_plan_is_done_action_by_action_and_then_the_sanction_is_lifted(st0071, at):
    at(dt.date(2026, 9, 14))
    centre = builders.approved_centre(st0071)
    owner, eqa, team = builders.owner_of(centre), builders.centre_eqa(), builders.epa_team()
    package = st0071.packages.all()[0]
    row = builders.sanction(centre, SanctionLevel.NO_REGISTRATION)
    second = actions.add_to_plan(sanction=row, item=builders.plan_item("Train the assessors."), by=team)
    assert codes(queries.registration_problems(centre, package, clock.today())) == ["imi_level_3"]
    first = row.plan.exclude(pk=second.pk).get()
    answered = actions.answer_plan_action(action=first, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.reopen_plan_action(action=answered, comment="Where is the second page?", by=eqa)
    answered = actions.answer_plan_action(action=first, answer="Here", by=owner)
    actions.close_plan_action(action=answered, by=eqa)
    with pytest.raises(Refused, match="not closed yet"):
        actions.lift_sanction(sanction=row, reason="Done", by=team)
    actions.close_plan_action(action=second, comment="They have left.", by=eqa)
    at(dt.date(2026, 9, 20))
    lifted = actions.lift_sanction(sanction=row, reason="All is done.", by=team)
    assert (lifted.state, lifted.lifted_on) == (SanctionState.LIFTED, clock.today())
    days = [clock.today() - dt.timedelta(days=1), clock.today()]
    assert [codes(queries.registration_problems(centre, package, day)) for day in days] == [["imi_level_3"], []]
    with pytest.raises(WrongState):
        actions.add_to_plan(sanction=row, item=builders.plan_item(), by=team)
    kinds = Message.objects.filter(to_user=owner, kind__in=["centres.sanction_imposed", "centres.sanction_lifted"])
    assert set(kinds.values_list("kind", flat=True)) == {"centres.sanction_imposed", "centres.sanction_lifted"}
    assert [event.verb for event in audit.history(row)] == ["lift", "impose_sanction"]


@pytest.mark.clause("A1")
def test_a_suspension_of_one_element_bars_that_one(st0071):
    centre = builders.approved_centre(st0071)
    epa, support = st0071.packages.get(kind="epa"), st0071.packages.exclude(kind="epa").get()
    builders.suspend(centre, [epa])
    today = clock.today()
    assert codes(queries.registration_problems(centre, epa, today)) == ["imi_suspended"]
    assert queries.registration_problems(centre, support, today) == []
    assert queries.nothing_registers_problems(centre, today, [epa.code, support.code]) == []
    assert codes(queries.nothing_registers_problems(centre, today, [epa.code])) == ["imi_suspended"]


@pytest.mark.clause("A1")
def test_a_suspension_of_a_standard_is_about_all_its_elements(st0071):
    centre = builders.approved_centre(st0071)
    builders.actions.record_standing(
        centre=centre, kind="suspended", starts_on=clock.today(), reason="x", standards=[st0071.standard],
        by=builders.epa_team(),
    )  # fmt: skip
    for package in st0071.packages.all():
        assert codes(queries.registration_problems(centre, package, clock.today())) == ["imi_suspended"]
    assert codes(queries.both_facts_problems(centre, clock.today(), step=GatedStep.APPLY)) == []


@pytest.mark.clause("A1", "A7", "A8")
def test_every_step_on_the_way_to_a_contract_asks_again(st0071, made_up):
    """Suspended between two steps, whichever they are, a centre goes no further; free again, it does."""
    centre = builders.centre()
    owner, team = builders.owner_of(centre), builders.epa_team()

    def free() -> None:
        actions.record_standing(centre=centre, kind="approved", starts_on=clock.today(), by=team)

    builders.suspend(centre)
    with pytest.raises(Refused, match="suspended"):
        actions.create_application(centre=centre, version=st0071, by=owner)
    free()
    application = builders.draft_application(centre, st0071)
    builders.suspend(centre)
    with pytest.raises(Refused, match="suspended"):
        actions.submit(application=application, by=owner)
    free()
    application = actions.submit(application=application, by=owner)
    eqa = builders.centre_eqa()
    application = actions.take(application=application, no_interest=True, by=eqa)
    builders.decide_all(application)
    builders.suspend(centre)
    with pytest.raises(Refused, match="suspended"):
        actions.approve(application=application, by=eqa)
    free()
    # What it has been through makes the risk high: a second person looks first.
    asked = actions.ask_sign_off(application=application, by=eqa)
    actions.confirm_sign_off(sign_off=asked, no_interest=True, by=people.person(Role.CENTRE_EQA))
    contract = actions.approve(application=application, by=eqa)
    builders.finish_document(contract.document)
    builders.suspend(centre)
    assert actions.offer_ready() == 0
    free()
    assert actions.offer_ready() == 1
    contract = builders.sign(type(contract).objects.select_related("document__stored").get(pk=contract.pk))
    builders.suspend(centre)
    with pytest.raises(Refused, match="suspended"):
        actions.countersign(contract=contract, by=team)
    free()
    assert actions.countersign(contract=contract, by=team).in_force_from == clock.today()


@pytest.mark.clause("A1")
@pytest.mark.parametrize("role", [Role.CENTRE_OWNER, Role.CENTRE_EQA, Role.FINANCE])
def test_who_may_not_impose_a_sanction(role):
    centre = builders.centre()
    somebody = builders.owner_of(centre) if role == Role.CENTRE_OWNER else people.person(role)
    with pytest.raises(NotAllowed):
        actions.impose_sanction(
            centre=centre,
            level=SanctionLevel.ACTION_PLAN,
            starts_on=clock.today(),
            reason="x",
            plan=[rules.PlanItem("x", clock.today() + dt.timedelta(days=1))],
            by=somebody,
        )
