"""The pages about people, as each role finds them."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Membership
from accounts.states import Role
from foundation import outbox
from tests.builders import imi, person, provider

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_signing_in_by_address_and_password_and_out_again(client: Client) -> None:
    user = person(Role.CENTRE_OWNER, provider())
    answer = client.post(reverse("account_login"), {"login": user.email.upper(), "password": "correct horse battery"})
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("password", ["", "wrong", "correct horse battery "])
def test_a_wrong_password_does_not_let_in(client: Client, password: str) -> None:
    user = person(Role.CENTRE_OWNER, provider())
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    assert client.get("/").status_code == 302


def test_nobody_signs_up_alone(client: Client) -> None:
    answer = client.post(reverse("account_signup"), {"email": "x@example.org", "password1": "three odd words together"})
    assert answer.status_code in {200, 302, 403, 404}
    from accounts.models import User

    assert not User.objects.exists()


def test_a_forgotten_password_is_a_message_of_the_outbox(client: Client) -> None:
    user = person(Role.CENTRE_OWNER, provider())
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert mail.outbox == []
    outbox.deliver_due()
    (sent,) = mail.outbox
    assert sent.to == [user.email]
    assert "/account/password/reset/key/" in sent.body


def test_the_reset_page_says_the_same_for_an_unknown_address(client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    known = client.post(reverse("account_reset_password"), {"email": person(Role.CENTRE_OWNER, provider()).email})
    assert (answer.status_code, answer.url) == (known.status_code, known.url)


def test_an_owner_sees_and_invites_own_people() -> None:
    organisation = provider()
    owner, staff = person(Role.CENTRE_OWNER, organisation), person(Role.CENTRE_STAFF, organisation)
    client = signed_in(owner)
    page = client.get(reverse("accounts:people", kwargs={"pk": organisation.pk})).content.decode()
    assert staff.name in page
    assert "Invite somebody" in page
    answer = client.post(
        reverse("accounts:invite", kwargs={"pk": organisation.pk}),
        {"name": "Ann", "email": "ann@example.org", "role": Role.CENTRE_READER},
    )
    assert answer.status_code == 302
    assert Invitation.objects.get().role == Role.CENTRE_READER


def test_a_refusal_is_shown_on_the_form_with_what_was_typed() -> None:
    organisation = provider()
    owner = person(Role.CENTRE_OWNER, organisation)
    answer = signed_in(owner).post(
        reverse("accounts:invite", kwargs={"pk": organisation.pk}),
        {"name": "Ann Typed", "email": owner.email, "role": Role.CENTRE_OWNER},
    )
    assert answer.status_code == 200
    assert "already has that role" in answer.content.decode()
    assert "Ann Typed" in answer.content.decode()


def test_staff_see_but_may_not_invite_or_end() -> None:
    organisation = provider()
    owner, staff = person(Role.CENTRE_OWNER, organisation), person(Role.CENTRE_STAFF, organisation)
    client = signed_in(staff)
    assert (
        "Invite somebody" not in client.get(reverse("accounts:people", kwargs={"pk": organisation.pk})).content.decode()
    )
    assert client.get(reverse("accounts:invite", kwargs={"pk": organisation.pk})).status_code == 403
    assert client.post(reverse("accounts:end", kwargs={"pk": owner.memberships.get().pk})).status_code == 403
    assert Membership.objects.filter(ended_on=None).count() == 2


def test_another_centres_people_are_not_found() -> None:
    other = provider()
    stranger = person(Role.CENTRE_OWNER, provider())
    member = person(Role.CENTRE_STAFF, other)
    client = signed_in(stranger)
    assert client.get(reverse("accounts:people", kwargs={"pk": other.pk})).status_code == 404
    assert client.get(reverse("accounts:invite", kwargs={"pk": other.pk})).status_code == 404
    assert client.post(reverse("accounts:end", kwargs={"pk": member.memberships.get().pk})).status_code == 404


def test_acting_for_another_organisation() -> None:
    one, two = provider("Aaa"), provider("Bbb")
    both = person(Role.CENTRE_OWNER, one)
    Membership.objects.create(user=both, organisation=two, role=Role.CENTRE_OWNER)
    client = signed_in(both)
    assert client.get(reverse("accounts:people", kwargs={"pk": one.pk})).status_code == 200
    assert client.get(reverse("accounts:people", kwargs={"pk": two.pk})).status_code == 404
    client.post(reverse("acting"), {"organisation": two.pk})
    assert client.get(reverse("accounts:people", kwargs={"pk": two.pk})).status_code == 200
    client.post(reverse("acting"), {"organisation": provider().pk})
    assert client.get(reverse("accounts:people", kwargs={"pk": two.pk})).status_code == 200


def test_messages_are_ones_own() -> None:
    mine, other = person(Role.EPA_TEAM), person(Role.EPA_TEAM)
    row = outbox.post_text("test", to=mine.email, subject="For me", text="Words", user=mine)
    assert "For me" in signed_in(mine).get(reverse("accounts:messages")).content.decode()
    assert signed_in(mine).get(reverse("accounts:message", kwargs={"pk": row.pk})).status_code == 200
    assert signed_in(other).get(reverse("accounts:message", kwargs={"pk": row.pk})).status_code == 404


def test_only_administrators_open_django_admin() -> None:
    imi()
    assert signed_in(person(Role.ADMINISTRATOR)).get("/admin/").status_code == 200
    assert signed_in(person(Role.EPA_TEAM)).get("/admin/").status_code == 302
    assert Client().get("/admin/").status_code == 302


def test_a_personal_page_is_not_kept_and_carries_the_security_headers() -> None:
    answer = signed_in(person(Role.EPA_TEAM)).get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
