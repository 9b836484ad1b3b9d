"""People come in by invitation: once, for 72 hours, to a role that exists there."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.actors import System
from accounts.models import Invitation, Membership, Organisation, User
from accounts.states import Role
from foundation import clock
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.models import AuditEvent, Message
from tests.builders import imi, person, provider

pytestmark = pytest.mark.django_db
PASSWORD = "three odd words together"


def invite(
    organisation: Organisation, by, role: Role = Role.CENTRE_STAFF, email: str = "New@Example.org"
) -> Invitation:
    return actions.invite(organisation=organisation, email=email, name="New Person", role=role, by=by)


def token_of(invitation: Invitation) -> str:
    """The token as the invited gets it: out of the message."""
    text = Message.objects.get(about_type="accounts.invitation", about_id=invitation.pk).text
    return re.search(r"/people/join/([^/]+)/", text)[1]


def test_an_invitation_is_a_row_an_audit_row_and_a_message_with_the_only_copy_of_the_token() -> None:
    owner = person(Role.CENTRE_OWNER, provider())
    row = invite(owner.memberships.get().organisation, owner)
    assert (row.email, row.expires_at - row.created_at) == ("new@example.org", Invitation.LIFETIME)
    assert AuditEvent.objects.get(subject_id=row.pk, verb="invite").actor == owner
    token = token_of(row)
    assert token not in row.token_sha256
    assert actions.find_invitation(token) == row


@pytest.mark.parametrize(
    ("inviter", "at_own", "role", "allowed"),
    [
        (Role.CENTRE_OWNER, True, Role.CENTRE_STAFF, True),
        (Role.CENTRE_OWNER, False, Role.CENTRE_STAFF, False),
        (Role.CENTRE_STAFF, True, Role.CENTRE_STAFF, False),
        (Role.CENTRE_READER, True, Role.CENTRE_READER, False),
        (Role.EPA_TEAM, False, Role.CENTRE_OWNER, True),
        (Role.ADMINISTRATOR, False, Role.CENTRE_OWNER, True),
        (Role.CENTRE_EQA, False, Role.CENTRE_OWNER, False),
        (Role.FINANCE, False, Role.CENTRE_OWNER, False),
    ],
)
def test_who_may_invite_to_a_centre(inviter: Role, at_own: bool, role: Role, allowed: bool) -> None:
    organisation = provider()
    by = person(
        inviter,
        organisation
        if at_own
        else (provider() if inviter.value.startswith("centre_") and inviter != Role.CENTRE_EQA else None),
    )
    if allowed:
        assert invite(organisation, by, role).role == role
    else:
        with pytest.raises(NotAllowed):
            invite(organisation, by, role)
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(("inviter", "allowed"), [(Role.ADMINISTRATOR, True), (Role.EPA_TEAM, False)])
def test_only_an_administrator_invites_into_the_assessment_organisation(inviter: Role, allowed: bool) -> None:
    by = person(inviter)
    if allowed:
        assert invite(imi(), by, Role.FINANCE).role == Role.FINANCE
    else:
        with pytest.raises(NotAllowed):
            invite(imi(), by, Role.FINANCE)


@pytest.mark.parametrize("role", [Role.EPA_TEAM, Role.ADMINISTRATOR, Role.EMPLOYER_CONTACT])
def test_a_role_of_another_kind_is_refused(role: Role) -> None:
    with pytest.raises(Refused) as refused:
        invite(provider(), System("a test"), role)
    assert [problem.code for problem in refused.value.problems] == ["role_kind"]


def test_inviting_twice_or_who_is_there_already_is_refused() -> None:
    organisation = provider()
    owner = person(Role.CENTRE_OWNER, organisation)
    invite(organisation, owner)
    with pytest.raises(Refused) as again:
        invite(organisation, owner, email="NEW@example.org")
    with pytest.raises(Refused) as there:
        invite(organisation, owner, Role.CENTRE_OWNER, email=owner.email.upper())
    assert [again.value.problems[0].code, there.value.problems[0].code] == ["invited", "holds_role"]


def test_accepting_makes_the_account_and_the_role_and_signs_in(client: Client) -> None:
    organisation = provider()
    row = invite(organisation, System("a test"))
    address = reverse("accounts:accept", kwargs={"token": token_of(row)})
    page = client.get(address)
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("strict-origin", "noindex")
    answer = client.post(address, {"name": "New Person", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    user = User.objects.get(email="new@example.org")
    assert user.check_password(PASSWORD)
    assert [(m.organisation, m.role) for m in user.memberships.all()] == [(organisation, Role.CENTRE_STAFF)]
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("password", ["", "short", "password1234", "12345678901", "new@example.org"])
def test_a_weak_password_is_refused_and_the_link_stays_good(client: Client, password: str) -> None:
    row = invite(provider(), System("a test"))
    address = reverse("accounts:accept", kwargs={"token": token_of(row)})
    answer = client.post(address, {"name": "New Person", "password": password})
    assert answer.status_code == 200
    assert not User.objects.exists()
    assert actions.find_invitation(token_of(row)) == row


def test_a_used_withdrawn_late_or_made_up_link_is_gone(client: Client) -> None:
    administrator = person(Role.ADMINISTRATOR)
    organisation = provider()
    used, withdrawn, late = (invite(organisation, administrator, email=f"{n}@example.org") for n in "abc")
    actions.accept(invitation=used, name="", password=PASSWORD)
    actions.withdraw_invitation(invitation=withdrawn, by=administrator)
    for row in (used, withdrawn):
        assert client.get(reverse("accounts:accept", kwargs={"token": token_of(row)})).status_code == 410
    assert client.get(reverse("accounts:accept", kwargs={"token": "made-up"})).status_code == 410
    address = reverse("accounts:accept", kwargs={"token": token_of(late)})
    with clock.travel(late.expires_at - clock.dt.timedelta(seconds=1)):
        assert client.get(address).status_code == 200
    with clock.travel(late.expires_at):
        assert client.get(address).status_code == 410


def test_who_has_an_account_gets_the_role_but_still_has_to_sign_in(client: Client) -> None:
    known = person(Role.CENTRE_STAFF, provider())
    organisation = provider()
    row = invite(organisation, System("a test"), Role.CENTRE_OWNER, known.email)
    answer = client.post(reverse("accounts:accept", kwargs={"token": token_of(row)}))
    assert (answer.status_code, answer.url) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session
    assert known.memberships.filter(organisation=organisation, role=Role.CENTRE_OWNER).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account() -> None:
    row = invite(provider(), System("a test"))
    start, outcomes = threading.Barrier(2), []

    def accept() -> None:
        start.wait()
        try:
            actions.accept(invitation=row, name="New Person", password=PASSWORD)
            outcomes.append("in")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "told"]
    assert User.objects.count() == Membership.objects.count() == 1


def test_the_last_owner_cannot_be_ended_the_last_but_one_can() -> None:
    organisation = provider()
    one, two = person(Role.CENTRE_OWNER, organisation), person(Role.CENTRE_OWNER, organisation)
    actions.end_membership(membership=one.memberships.get(), by=two)
    with pytest.raises(Refused) as refused:
        actions.end_membership(membership=two.memberships.get(), by=two)
    assert [problem.code for problem in refused.value.problems] == ["last_one"]
    assert two.memberships.get().ended_on is None


def test_ending_twice_is_a_conflict() -> None:
    organisation = provider()
    owner, staff = person(Role.CENTRE_OWNER, organisation), person(Role.CENTRE_STAFF, organisation)
    actions.end_membership(membership=staff.memberships.get(), by=owner)
    with pytest.raises(Conflict):
        actions.end_membership(membership=staff.memberships.get(), by=owner)
