"""Every message: who gets it, what its first line says, one link, nothing personal beyond the name."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.db import transaction

from accounts.states import Role
from centres import actions, queries
from centres.actions.contracts import issue
from centres.models import Contract
from centres.states import EndCause, StandingKind
from foundation import clock
from foundation.models import Message
from tests import builders as people
from tests.centres import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(st0071):
    """Every message of this storey, once around."""
    centre = builders.centre("Riverside College")
    owner, eqa, office = builders.owner_of(centre), builders.centre_eqa(), builders.epa_team()
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    people.person(Role.CENTRE_READER, centre.organisation)
    gone = people.person(Role.CENTRE_STAFF, centre.organisation)
    gone.memberships.update(ended_on=clock.today())
    successor = people.person(Role.CENTRE_EQA)
    first = builders.application_in_review(centre, st0071, reviewer=eqa)
    actions.decline(application=first, reason="Secret reason.", by=eqa)
    second = builders.actions_required(builders.application_in_review(centre, st0071, reviewer=eqa))
    action = second.actions.get()
    actions.answer_action(action=action, answer="Done", evidence=builders.stored_pdf(), by=owner)
    actions.resubmit(application=second, by=owner)
    second.refresh_from_db()
    second = actions.hand_over(application=second, to=successor, reason="Secret reason.", by=office)
    second = actions.declare_no_interest(application=second, no_interest=True, by=successor)
    actions.take_up(application=second, by=successor)
    actions.close_action(action=action, by=successor)
    builders.decide_all(second)
    contract = actions.approve(application=second, by=successor)
    builders.finish_document(contract.document)
    actions.offer_ready()
    contract = type(contract).objects.select_related("document__stored").get(pk=contract.pk)
    actions.authorise_signatory(centre=centre, user=staff, role_title="Head", starts_on=clock.today(), by=owner)
    actions.send_back(contract=builders.sign(contract), reason="Secret reason.", by=office)
    contract.refresh_from_db()
    contract = actions.countersign(contract=builders.sign(contract), by=office)
    actions.record_standing(
        centre=centre, kind=StandingKind.SUSPENDED, starts_on=clock.today(), reason="Secret reason.", by=office
    )
    actions.end_early(
        contract=contract, ends_on=clock.today(), cause=EndCause.AGREEMENT, reason="Secret reason.", by=office
    )
    with clock.travel(clock.today() + dt.timedelta(days=1)):
        actions.look_at_contracts(clock.today())
        actions.record_standing(centre=centre, kind=StandingKind.APPROVED, starts_on=clock.today(), by=office)
        further(second, office)
    sanction = builders.sanction(centre, reason="Secret reason.")
    asked = actions.answer_plan_action(
        action=sanction.plan.get(), answer="Secret reason.", evidence=builders.stored_pdf(), by=owner
    )
    actions.close_plan_action(action=asked, comment="Secret reason.", by=eqa)
    actions.lift_sanction(sanction=sanction, reason="Secret reason.", by=office)
    builders.leave_register(centre.ukprn)
    builders.registered_provider(centre.ukprn)
    return {"owner": owner, "staff": staff, "eqa": eqa, "successor": successor, "gone": gone}


def further(application, office) -> None:
    """Further contracts: one withdrawn, one that nobody signs, one from a later day."""

    def on_offer(starts_in: int = 0) -> Contract:
        starts_on = clock.today() + dt.timedelta(days=starts_in)
        with transaction.atomic():
            made = issue(
                application=application, packages=list(application.elements.all()), by=office, starts_on=starts_on
            )
        builders.finish_document(made.document)
        actions.offer_ready()
        return Contract.objects.select_related("document__stored").get(pk=made.pk)

    actions.withdraw_offer(contract=on_offer(), reason="Secret reason.", by=office)
    on_offer()
    for days in (25, 31):
        with clock.travel(clock.today() + dt.timedelta(days=days)):
            actions.look_at_contracts(clock.today())
    actions.countersign(contract=builders.sign(on_offer(starts_in=5)), by=office)


TO_CENTRE = {
    "actions_required",
    "application_approved",
    "application_declined",
    "back_on_register",
    "contract_chased",
    "contract_countersigned",
    "contract_ended",
    "contract_ends",
    "contract_expired",
    "contract_in_force",
    "contract_offered",
    "contract_sent_back",
    "contract_withdrawn",
    "left_register",
    "standing_changed",
    "sanction_imposed",
    "plan_changed",
    "sanction_lifted",
}
TO_REVIEWERS = {
    "application_submitted",
    "application_resubmitted",
    "application_handed_to_you",
    "application_handed_on",
}
TO_OWNERS = {
    "contract_expired",
    "contract_sent_back",
    "contract_withdrawn",
}


def kinds(**where) -> set[str]:
    found = Message.objects.filter(kind__startswith="centres.", **where).values_list("kind", flat=True)
    return {kind.removeprefix("centres.") for kind in found}


def test_who_gets_what(sent):
    assert kinds(to_user=sent["owner"]) == TO_CENTRE
    assert kinds(to_user=sent["staff"]) == TO_CENTRE - TO_OWNERS | {"signatory_authorised"}
    assert kinds(to_user=sent["eqa"]) == {"application_submitted", "application_resubmitted", "application_handed_on"}
    assert kinds(to_user=sent["successor"]) == {"application_submitted", "application_handed_to_you"}
    assert kinds(to_email=settings.EPA_TEAM_MAILBOX) == {
        "contract_ends",
        "contract_expired",
        "contract_signed",
        "contract_unsigned",
        "standing_changed",
        "sanction_imposed",
        "sanction_lifted",
        "plan_answered",
        "left_register",
        "back_on_register",
    }
    assert kinds(to_user=sent["gone"]) == set()


def test_every_message_is_short_has_one_link_and_tells_nothing_it_need_not(sent):
    messages = Message.objects.filter(kind__startswith="centres.")
    assert kinds() == TO_CENTRE | TO_REVIEWERS | {
        "contract_signed",
        "contract_unsigned",
        "plan_answered",
        "signatory_authorised",
        "signing_code",
    }
    for message in messages:
        links = re.findall(r"http\S+", message.text)
        assert len(links) == 1, message.kind
        assert links[0].startswith(f"{settings.BASE_URL}/centres/"), message.kind
        first = message.text.splitlines()[0]
        assert len(first) > 40, message.kind
        assert "{{" not in message.subject + message.text, message.kind
        assert "Secret reason" not in message.subject + message.text, message.kind
        assert "Robin" not in message.text, message.kind
        assert len(message.subject) <= 100, message.kind


def test_people_are_told_once_each_whatever_their_roles(st0071):
    centre = builders.centre()
    owner = builders.owner_of(centre)
    owner.memberships.create(organisation=centre.organisation, role=Role.CENTRE_STAFF)
    assert list(queries.people(centre)).count(owner) == 1
