"""A centre changes hands: by its owner and the successor, or by the EPA team; there is always an owner."""

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Membership, User
from accounts.states import Role
from centres import actions
from centres.states import TransferState
from foundation import audit
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.models import Message
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A1")]


@pytest.fixture
def centre():
    return builders.centre("Riverside College")


def roles(centre, user) -> list[str]:
    rows = Membership.objects.filter(organisation=centre.organisation, user=user, ended_on=None)
    return sorted(rows.values_list("role", flat=True))


def told(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("to_email", flat=True))


def propose(centre, successor, afterwards=Role.CENTRE_READER):
    owner = builders.owner_of(centre)
    return owner, actions.propose_transfer(centre=centre, successor=successor, afterwards=afterwards, by=owner)


@pytest.mark.parametrize(("afterwards", "left"), [(Role.CENTRE_READER, ["centre_reader"]), ("", [])])
def test_the_successor_accepts_and_owns_it_at_once(centre, afterwards, left):
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    owner, row = propose(centre, staff, afterwards)
    before, after = client_of(owner), client_of(staff)  # sessions that were open already
    page = reverse("centres:propose_owner", kwargs={"pk": centre.pk})
    assert (before.get(page).status_code, after.get(page).status_code) == (200, 403)
    assert roles(centre, owner) == ["centre_owner"]  # until it is accepted nothing changes
    answered = after.post(row.get_absolute_url(), {"answer": "accept"})
    row.refresh_from_db()
    assert (answered.status_code, row.state) == (302, TransferState.ACCEPTED)
    assert (roles(centre, staff), roles(centre, owner)) == (["centre_owner"], left)
    assert (before.get(page).status_code, after.get(page).status_code) == (403 if left else 404, 200)
    assert told("centres.owner_changed") == {owner.email, staff.email, settings.EPA_TEAM_MAILBOX}
    assert [event.verb for event in audit.history(centre)[:2]] == ["change_owner", "propose_transfer"]


def test_only_the_one_who_was_named_answers(centre):
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    other = people.person(Role.CENTRE_STAFF, centre.organisation)
    owner, row = propose(centre, staff)
    for somebody in (other, owner, builders.epa_team()):
        with pytest.raises(NotAllowed):
            actions.accept_transfer(transfer=row, by=somebody)
    actions.decline_transfer(transfer=row, by=staff)
    assert roles(centre, owner) == ["centre_owner"]
    assert told("centres.transfer_declined") == {owner.email}
    _, again = propose(centre, other)
    with pytest.raises(Conflict):
        propose(centre, staff)
    actions.withdraw_transfer(transfer=again, by=builders.epa_team())


def test_a_stranger_cannot_be_named(centre):
    stranger = people.person(Role.CENTRE_OWNER, people.provider())
    with pytest.raises(Refused, match="acts for the centre already"):
        propose(centre, stranger)


def test_what_was_proposed_does_not_hold_once_either_has_left(centre):
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    owner, row = propose(centre, staff)
    second = people.person(Role.CENTRE_OWNER, centre.organisation)
    accounts.end_membership(membership=owner.memberships.get(), by=second)
    with pytest.raises(Refused, match="no longer owns"):
        actions.accept_transfer(transfer=row, by=staff)


def test_the_team_appoints_an_owner_where_the_one_before_is_gone(centre):
    staff, owner = people.person(Role.CENTRE_STAFF, centre.organisation), builders.owner_of(centre)
    _, row = propose(centre, staff)
    with pytest.raises(Refused, match="Say why"):
        actions.appoint_owner(centre=centre, successor=staff, gone=[owner], reason=" ", by=builders.epa_team())
    actions.appoint_owner(centre=centre, successor=staff, gone=[owner], reason="Has left.", by=builders.epa_team())
    row.refresh_from_db()
    assert (roles(centre, staff), roles(centre, owner), row.state) == (["centre_owner"], [], TransferState.WITHDRAWN)
    assert told("centres.owner_changed") == {owner.email, staff.email, settings.EPA_TEAM_MAILBOX}
    event = next(event for event in audit.history(centre) if event.verb == "appoint_owner")
    assert event.facts["reason"] == "Has left."


@pytest.mark.parametrize("role", [Role.CENTRE_STAFF, Role.CENTRE_EQA, Role.FINANCE, Role.ADMINISTRATOR])
def test_who_may_not_appoint(centre, role):
    own = centre.organisation if role == Role.CENTRE_STAFF else None
    staff = people.person(Role.CENTRE_STAFF, centre.organisation)
    with pytest.raises(NotAllowed):
        actions.appoint_owner(centre=centre, successor=staff, gone=[], reason="x", by=people.person(role, own))


def test_a_role_changes_at_once_but_the_last_owner_stays(centre):
    owner = builders.owner_of(centre)
    reader = people.person(Role.CENTRE_READER, centre.organisation)
    session = client_of(reader)
    page = reverse("centres:site_add", kwargs={"pk": centre.pk})
    assert session.get(page).status_code == 403
    made = accounts.change_role(membership=reader.memberships.get(), role=Role.CENTRE_STAFF, by=owner)
    assert session.get(page).status_code == 200
    assert told("accounts.role_changed") == {reader.email}
    with pytest.raises(Refused, match="last centre owner"):
        accounts.change_role(membership=owner.memberships.get(), role=Role.CENTRE_STAFF, by=owner)
    accounts.change_role(membership=made, role=Role.CENTRE_OWNER, by=builders.epa_team())
    second = User.objects.get(pk=reader.pk)
    accounts.change_role(membership=owner.memberships.get(), role=Role.CENTRE_STAFF, by=second)
    assert (roles(centre, owner), roles(centre, reader)) == (["centre_staff"], ["centre_owner"])


def test_an_invitation_is_sent_again_with_a_fresh_link(centre):
    owner = builders.owner_of(centre)
    first = accounts.invite(
        organisation=centre.organisation, email="new@example.org", name="New", role=Role.CENTRE_STAFF, by=owner
    )
    token = Message.objects.filter(to_email="new@example.org").latest("pk").text.split("/people/join/")[1].split("/")[0]
    second = accounts.resend_invitation(invitation=first, by=owner)
    assert accounts.find_invitation(token) is None
    assert Message.objects.filter(to_email="new@example.org").count() == 2
    assert (second.email, second.role, second.accepted_at) == (first.email, first.role, None)
    with pytest.raises(Conflict):
        accounts.resend_invitation(invitation=first, by=owner)
