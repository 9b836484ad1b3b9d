"""A1: a training provider signs itself up: the link, the centre, the check; and what goes wrong on the way."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from accounts.states import Role
from centres import actions
from centres.models import Centre, Signup
from centres.states import SignupState as State
from foundation import audit, clock
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.models import Message
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of

pytestmark = pytest.mark.django_db
UKPRN = 10_000_001
FIELDS = {"name": "Nora Newcomer", "email": "nora@example.org", "role": "Head"}


def words(response) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, **keys) -> str:
    return reverse(f"centres:{name}", kwargs=keys)


def open_with(token: str) -> User:
    found = actions.find_signup(token)
    assert found is not None
    return actions.open_signup(signup=found[0], link=found[1], name="Nora", password="correct horse battery")


@pytest.mark.clause("A1")
def test_the_link_opens_the_centre_with_its_owner_and_the_team_checks(settings):
    row = builders.opened_signup(UKPRN, "nora@example.org")
    centre = Centre.objects.get(organisation__ukprn=UKPRN)
    owner = Membership.objects.get(organisation=centre.organisation, ended_on=None)
    assert (row.state, row.centre, owner.role, owner.user.email) == (State.OPENED, centre, "centre_owner", row.email)
    assert not Message.objects.filter(kind="accounts.invited").exists()  # the address is proved already
    assert Message.objects.get(kind="centres.signup_opened").to_email == settings.EPA_TEAM_MAILBOX
    office = builders.epa_team()
    with pytest.raises(NotAllowed):
        actions.accept_signup(signup=row, reason="Called.", by=owner.user)
    with pytest.raises(Refused):
        actions.accept_signup(signup=row, reason=" ", by=office)
    row = actions.accept_signup(signup=row, reason="Called the switchboard.", by=office)
    assert (row.state, audit.history(row).first().verb) == (State.ACCEPTED, "accept")


@pytest.mark.clause("A1")
def test_turned_down_nobody_acts_for_the_centre_and_a_stranger_learns_no_name():
    row = builders.opened_signup(UKPRN, "squatter@example.org")
    row = actions.turn_down_signup(signup=row, reason="Unknown there.", by=builders.epa_team())
    assert (row.state, Membership.objects.filter(organisation=row.centre.organisation, ended_on=None).count()) == (
        State.TURNED_DOWN,
        0,
    )
    assert "Unknown there." in Message.objects.get(kind="centres.signup_turned_down").text
    page = words(client_of(None).get(url("signup"), {"ukprn": UKPRN}))
    assert "Nobody acts for it at present" in page
    assert "Nora Newcomer" not in page


@pytest.mark.clause("A1")
def test_the_link_works_once_and_for_72_hours(at, monday):
    start = dt.datetime.combine(monday, dt.time(9), tzinfo=clock.LONDON)
    at(start)
    token, row = builders.asked_signup(UKPRN)
    newer, again = builders.asked_signup(UKPRN)
    assert (row.pk, Signup.objects.count(), actions.find_signup(token)) == (again.pk, 1, None)
    at(start + dt.timedelta(hours=71, minutes=59))
    assert (actions.find_signup(newer) is not None, actions.expire_signups()) == (True, 0)
    at(start + dt.timedelta(hours=72))
    assert (actions.find_signup(newer), actions.expire_signups(), actions.expire_signups()) == (None, 1, 0)
    assert Signup.objects.get().state == State.EXPIRED
    assert client_of(None).get(url("signup_confirm", token=newer)).status_code == 410
    used, _ = builders.asked_signup(10_000_002)
    open_with(used)
    assert actions.find_signup(used) is None


@pytest.mark.clause("A1")
def test_of_two_who_sign_up_the_same_provider_the_second_is_overtaken():
    first, _ = builders.asked_signup(UKPRN, "one@example.org")
    second, late = builders.asked_signup(UKPRN, "two@example.org")
    open_with(first)
    with pytest.raises(Conflict):
        open_with(second)
    late.refresh_from_db()
    assert (late.state, Centre.objects.count()) == (State.OVERTAKEN, 1)
    assert not User.objects.filter(email="two@example.org").exists()
    with pytest.raises(Refused):
        actions.sign_up(ukprn=UKPRN, **FIELDS)


@pytest.mark.clause("A1")
def test_a_provider_that_has_left_the_register_since_is_not_opened_and_may_come_back():
    token, row = builders.asked_signup(UKPRN)
    builders.leave_register(UKPRN)
    page = client_of(None).post(
        url("signup_confirm", token=token), {"name": "Nora", "password": "correct horse battery"}
    )
    assert "no longer on the register" in words(page)
    assert (Centre.objects.count(), User.objects.filter(email=row.email).count()) == (0, 0)
    builders.registered_provider(UKPRN)
    open_with(token)
    assert Centre.objects.count() == 1


def test_the_answer_is_the_same_for_an_address_with_an_account():
    builders.registered_provider(UKPRN)
    people.person(Role.FINANCE, email="known@example.org")
    answers = [
        client_of(None).post(url("signup_details", ukprn=UKPRN), {**FIELDS, "email": email})
        for email in ("known@example.org", "new@example.org")
    ]
    assert [(each.status_code, each["Location"], each.content) for each in answers] == [
        (302, url("signup_sent"), b"")
    ] * 2
    texts = [row.text.split("http")[0] for row in Message.objects.filter(kind="centres.signup_asked")]
    assert texts[0] == texts[1]


@pytest.mark.clause("A1")
def test_what_a_stranger_is_told():
    centre = builders.centre("Riverside College", UKPRN)
    builders.registered_provider(10_000_002, "Hill Academy")
    visitor = client_of(None)
    free = words(visitor.get(url("signup"), {"ukprn": 10_000_002}, headers={"X-Fragment": "1"}))
    assert "Hill Academy" in free
    assert "Main provider" in free
    assert "<html" not in free
    held = words(visitor.get(url("signup"), {"ukprn": UKPRN}))
    assert centre.contact_name in held
    assert centre.contact_email not in held
    assert "not on the register" in words(visitor.get(url("signup"), {"ukprn": 10_000_003}))
    assert "eight digits" in words(visitor.get(url("signup"), {"ukprn": "123"}))
    asked = visitor.post(url("signup_ask", ukprn=UKPRN), {"name": "Sam", "email": "sam@example.org"})
    assert (asked.status_code, Message.objects.get(kind="centres.contact_asked").to_email) == (
        302,
        centre.contact_email,
    )


@pytest.mark.parametrize(
    ("emails", "addresses", "refused_at"),
    [
        (["same@example.org"] * 4, [f"192.0.2.{n}" for n in range(4)], 3),
        ([f"p{n}@example.org" for n in range(11)], [f"192.0.2.{n}" for n in range(11)], 10),
        ([f"p{n}@example.org" for n in range(11)], ["192.0.2.1"] * 11, 10),
    ],
    ids=["mailbox", "provider", "address"],
)
def test_too_many_sign_ups_are_stopped(emails, addresses, refused_at):
    builders.registered_provider(UKPRN)
    visitor = client_of(None)
    statuses = [
        visitor.post(url("signup_details", ukprn=UKPRN), {**FIELDS, "email": email}, REMOTE_ADDR=address).status_code
        for email, address in zip(emails, addresses, strict=True)
    ]
    assert statuses == [302] * refused_at + [429]
