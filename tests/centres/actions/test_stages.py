"""Every verb tried at every stage, each by the person whose it is: what works there, and nothing else does."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.models import User
from centres import actions, rules
from centres.models import Application, Contract
from centres.states import EndCause
from foundation import clock
from foundation.errors import Refused, WrongState
from foundation.models import AuditEvent, Message, StoredFile
from tests.centres import builders
from tests.centres.views.scenes import Scene, play

pytestmark = pytest.mark.django_db


def application_of(scene: Scene) -> Application:
    if scene.application is not None:
        return Application.objects.get(pk=scene.application.pk)
    assert scene.contract is not None
    return Application.objects.get(pk=scene.contract.application_id)


def application_verbs(scene: Scene) -> dict[str, Callable[[], object]]:
    row = application_of(scene)
    owner, eqa = builders.owner_of(scene.centre), builders.centre_eqa()
    new = rules.NewAction(row.elements.all()[0].pk, "Name one.", clock.today() + dt.timedelta(days=9))
    verbs: dict[str, Callable[[], object]] = {
        "write": lambda: actions.write_resources(application=row, staffing="x", by=owner),
        "submit": lambda: actions.submit(application=row, by=owner),
        "withdraw": lambda: actions.withdraw(application=row, by=owner),
        "take": lambda: actions.take(application=row, no_interest=True, by=eqa),
        "take_up": lambda: actions.take_up(application=row, by=eqa),
        "decide": lambda: actions.decide(application=row, decisions=[], by=eqa),
        "require_actions": lambda: actions.require_actions(application=row, actions=[new], by=eqa),
        "resubmit": lambda: actions.resubmit(application=row, by=owner),
        "approve": lambda: actions.approve(application=row, by=eqa),
        "decline": lambda: actions.decline(application=row, reason="x", by=eqa),
    }
    if scene.action is not None:
        action, evidence = scene.action, builders.stored_pdf()
        action.refresh_from_db()
        verbs |= {
            "answer": lambda: actions.answer_action(action=action, answer="x", evidence=evidence, by=owner),
            "close": lambda: actions.close_action(action=action, by=eqa),
            "reopen": lambda: actions.reopen_action(action=action, comment="x", by=eqa),
        }
    return verbs


def contract_verbs(scene: Scene) -> dict[str, Callable[[], object]]:
    assert scene.contract is not None
    row = Contract.objects.select_related("document__stored").get(pk=scene.contract.pk)
    owner, office, copy = builders.owner_of(scene.centre), builders.epa_team(), builders.stored_pdf()
    checked = list(rules.COPY_CHECKS)
    return {
        "sign": lambda: builders.sign(row),
        "upload_signed_copy": lambda: builders.return_signed(row, copy),
        "countersign": lambda: actions.countersign(contract=row, by=office, checked=checked),
        "send_back": lambda: actions.send_back(contract=row, reason="x", by=office),
        "end_early": lambda: actions.end_early(
            contract=row, ends_on=clock.today(), cause=EndCause.AGREEMENT, reason="x", by=office
        ),
        "give_notice": lambda: actions.give_notice(contract=row, reason="", by=owner),
        "withdraw_offer": lambda: actions.withdraw_offer(contract=row, reason="x", by=office),
        "retry_document": lambda: actions.retry_document(contract=row, by=office),
    }


def world() -> tuple[object, ...]:
    """What a refused verb may not have touched."""
    return (
        list(Application.objects.order_by("pk").values()),
        list(Contract.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
        Message.objects.count(),
        StoredFile.objects.count(),
        User.objects.count(),
    )


def outcomes(verbs: dict[str, Callable[[], object]]) -> tuple[set[str], set[str]]:
    """The verbs that worked (each undone again) and those that a rule refused; others were at the wrong stage."""
    worked, refused, too_early_or_late = set(), set(), set()
    before = world()
    for name, verb in verbs.items():
        try:
            with transaction.atomic():
                verb()
                worked.add(name)
                transaction.set_rollback(True)
        except Refused:
            refused.add(name)
        except WrongState:
            too_early_or_late.add(name)
        assert world() == before, name
    assert worked | refused | too_early_or_late == set(verbs)
    return worked, refused


@pytest.mark.clause("A2", "A3", "A5", "A6", "A7", "A9")
@pytest.mark.parametrize(
    ("stage", "works", "refused_by_a_rule"),
    [
        ("draft", {"write", "submit", "withdraw"}, set()),
        ("submitted", {"take", "withdraw"}, {"write"}),
        ("in_review", {"decide", "require_actions", "decline"}, {"write", "approve"}),
        ("actions_required", {"write", "withdraw", "answer"}, {"resubmit"}),
        ("resubmitted", {"take_up"}, {"write"}),
        ("answered", {"decide", "require_actions", "decline", "close", "reopen"}, {"write", "approve"}),
        ("offered", set(), {"write"}),
        ("in_force", set(), {"write"}),
    ],
)
def test_the_application_at_every_stage(st0071, stage, works, refused_by_a_rule):
    assert outcomes(application_verbs(play(stage, st0071))) == (works, refused_by_a_rule)


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("stage", "works"),
    [
        ("offered", {"sign", "upload_signed_copy", "withdraw_offer"}),
        ("signed", {"countersign", "send_back", "withdraw_offer"}),
        ("returned", {"countersign", "send_back", "withdraw_offer"}),
        ("in_force", {"end_early", "give_notice"}),
    ],
)
def test_the_contract_at_every_stage(st0071, stage, works):
    assert outcomes(contract_verbs(play(stage, st0071))) == (works, set())


@pytest.mark.clause("A8")
def test_an_ended_contract_is_over(st0071):
    scene = play("in_force", st0071)
    actions.end_early(
        contract=scene.contract, ends_on=clock.today(), cause=EndCause.AGREEMENT, reason="x", by=builders.epa_team()
    )
    assert outcomes(contract_verbs(scene)) == (set(), {"end_early"})  # for good already: no earlier day is left
    with clock.travel(clock.today() + dt.timedelta(days=1)):
        actions.look_at_contracts(clock.today())
    assert outcomes(contract_verbs(scene)) == (set(), set())


@pytest.mark.parametrize("ending", ["declined", "withdrawn"])
def test_what_is_decided_stays_decided(st0071, ending):
    scene = play("in_review" if ending == "declined" else "draft", st0071)
    if ending == "declined":
        actions.decline(application=scene.application, reason="x", by=builders.centre_eqa())
    else:
        actions.withdraw(application=scene.application, by=builders.owner_of(scene.centre))
    assert outcomes(application_verbs(scene)) == (set(), {"write"})
