"""People come in by invitation: once, for 72 hours, to a role that exists there."""

import re
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
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


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What becomes of verbs called at the same time, each on a connection of its own."""
    start, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        connection.ensure_connection()
        start.wait()
        try:
            call()
            outcomes.append("in")
        except (Conflict, Refused) as told:
            outcomes.append(str(told))
        except IntegrityError:
            outcomes.append("a fault")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes, key=lambda outcome: outcome != "in")


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account() -> None:
    row = invite(provider(), System("a test"))
    outcomes = at_once(*[lambda: actions.accept(invitation=row, name="New Person", password=PASSWORD)] * 2)
    assert outcomes == ["in", "This invitation has already been used."]
    assert User.objects.count() == Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_one_address_at_once_make_one_invitation() -> None:
    """An administrator and the owner, or one of them clicking twice."""
    organisation = provider()
    calls = [
        lambda email=email: invite(organisation, System("a test"), email=email) for email in ("A@b.org", "a@b.org")
    ]
    for rounds in range(1, 11):
        outcomes = at_once(*calls * 2)
        assert outcomes == ["in", *["This address has been invited to that role; the link is still good."] * 3]
        assert (Invitation.objects.count(), Message.objects.count()) == (rounds, rounds)
        # the next round begins when the link is no longer good
        Invitation.objects.update(expires_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_one_open_invitation_of_an_address_in_any_case() -> None:
    row = invite(provider(), System("a test"))
    again = Invitation(organisation=row.organisation, email="NEW@example.org", role=row.role, token_sha256="other")
    again.expires_at = row.expires_at
    with pytest.raises(IntegrityError, match="invitation_open_once"):
        again.save()
    again.withdrawn_at = clock.now()
    again.save()


def test_of_the_open_invitations_of_before_the_newest_stays() -> None:
    organisation, by = provider(), System("a test")
    other = invite(organisation, by, Role.CENTRE_READER)
    old = invite(organisation, by)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX invitation_open_once")
    new = Invitation(organisation=organisation, email="NEW@example.org", role=old.role, token_sha256="new")
    new.expires_at = old.expires_at
    new.save()
    import_module("accounts.migrations.0002_invitation_open_once").keep_the_newest(apps, None)
    assert set(Invitation.objects.filter(withdrawn_at=None)) == {other, new}


def test_an_invitation_that_ran_out_makes_room_for_another(client: Client) -> None:
    organisation, by = provider(), System("a test")
    late = invite(organisation, by)
    with clock.travel(late.expires_at):
        row = invite(organisation, by)
        late.refresh_from_db()
        assert (late.withdrawn_at, row.withdrawn_at) == (row.created_at, None)
        assert AuditEvent.objects.get(subject_id=row.pk, verb="invite").facts["replaces"] == [late.pk]
        with pytest.raises(Refused, match="still good"):
            invite(organisation, by)


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_a_new_address_accepted_at_once() -> None:
    """One makes the account; the other, told so, gets its role by a second try."""
    for turn in range(10):
        email = f"new{turn}@example.org"
        rows = [invite(provider(), System("a test"), email=email) for _ in range(2)]
        outcomes = at_once(*[partial(actions.accept, invitation=row, name="N", password=PASSWORD) for row in rows])
        assert outcomes in (
            ["in", "in"],
            ["in", "An account for this address has just been made. Open the link again."],
        )
        for row in Invitation.objects.filter(email=email, accepted_at=None):
            actions.accept(invitation=row, name="N", password=PASSWORD)
        assert User.objects.get(email=email).memberships.count() == 2


def test_an_account_made_in_between_is_a_conflict_and_leaves_the_link_good(monkeypatch: pytest.MonkeyPatch) -> None:
    row = invite(provider(), System("a test"))
    person(Role.CENTRE_STAFF, provider(), email=row.email)
    monkeypatch.setattr(User.objects, "filter", lambda **_: User.objects.none())
    with pytest.raises(Conflict, match="Open the link again"):
        actions.accept(invitation=row, name="", password=PASSWORD)
    row.refresh_from_db()
    assert row.accepted_at is None


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
