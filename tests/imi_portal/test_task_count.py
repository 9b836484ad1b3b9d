"""The count of tasks in the bar is right on every page, and costs little."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError as Unreachable

from accounts.models import User
from accounts.states import Role
from imi_portal import queues, task_count
from imi_portal.queues import items
from tests.apprentices.builders import registered
from tests.builders import person, provider
from tests.centres.builders import (
    approved_centre,
    centre,
    draft_application,
    epa_team,
    offered_contract,
    owner_of,
    submitted_application,
)
from tests.certificates.builders import passed_rows
from tests.epa.builders_assessing import assessed, in_period

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def acting(user: User) -> User:
    user.acting_organisation_id = user.all_memberships[0].organisation_id
    return user


def shown(client: Client, name: str = "apprentices:list") -> int:
    return int(str(client.get(reverse(name)).context["shell"]["task_count"]))


def test_it_is_right_without_a_look_at_the_home_page(st0071, private_files) -> None:
    one = centre()
    draft_application(one, st0071, filled_in=False)
    client = signed_in(owner_of(one))
    assert shown(client) == 1
    assert shown(client, "home") == 1
    assert '<span class="portal-count">1</span>' in client.get(reverse("epa:bookings")).content.decode()


def test_what_the_person_does_counts_at_once(st0071, private_files) -> None:
    one = centre()
    application = draft_application(one, st0071, filled_in=False)
    client = signed_in(owner_of(one))
    assert shown(client) == 1
    client.post(reverse("centres:withdraw", args=[application.pk]))
    assert shown(client) == 0


def test_what_others_do_counts_once_the_minute_is_over(st0071, private_files) -> None:
    one = centre()
    client = signed_in(owner_of(one))
    assert shown(client) == 0
    draft_application(one, st0071, filled_in=False)
    assert shown(client) == 0, "kept: else every page would count"
    key = task_count._key(acting(owner_of(one)))
    left = cache._cache.get_client(None).ttl(cache.make_key(key))  # type: ignore[attr-defined]
    assert 0 < left <= task_count.KEPT
    cache.delete(key)
    assert shown(client) == 1


def test_the_home_page_says_what_it_has_just_counted(st0071, private_files) -> None:
    one = centre()
    client = signed_in(owner_of(one))
    assert shown(client) == 0
    draft_application(one, st0071, filled_in=False)
    assert shown(client, "home") == 1
    assert shown(client) == 1


def test_another_organisation_has_a_number_of_its_own(st0071, private_files) -> None:
    one = centre("Ashdown")
    owner = owner_of(one)
    two = provider("Bluebell")
    owner.memberships.create(organisation=two, role=Role.CENTRE_OWNER)
    draft_application(one, st0071, filled_in=False)
    client = signed_in(owner)
    assert shown(client) == 1
    client.post(reverse("acting"), {"organisation": two.pk})
    assert shown(client) == 0


def test_a_page_asked_for_again_does_not_count_again(st0071, private_files) -> None:
    client = signed_in(epa_team())
    client.get(reverse("accounts:messages"))
    with CaptureQueriesContext(connection) as kept:
        client.get(reverse("accounts:messages"))
    cache.delete(task_count._key(acting(epa_team())))
    with CaptureQueriesContext(connection) as counted:
        client.get(reverse("accounts:messages"))
    assert 0 < len(counted) - len(kept) <= 16


def test_without_a_cache_every_page_counts(st0071, private_files, monkeypatch) -> None:
    one = centre()
    draft_application(one, st0071, filled_in=False)
    user = owner_of(one)

    def unreachable(*_args, **_more):
        raise Unreachable

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(task_count.cache, name, unreachable)
    task_count.keep(user, 7)
    assert task_count.of(user) == 1
    request = RequestFactory().post("/")
    request.user = user
    assert task_count.TaskCountMiddleware(lambda _request: "answer")(request) == "answer"  # type: ignore[arg-type]


def test_counting_finds_what_the_home_page_lists(st0071, private_files, monkeypatch) -> None:
    made = approved_centre(st0071)
    package = st0071.packages.get(kind="epa")
    assessed(in_period(registered(made, package)))
    passed_rows(st0071, 2, made, consented=False)
    offered_contract(centre(), st0071)
    submitted_application(centre(), st0071)
    monkeypatch.setattr(items, "MOST", 1)
    people = [
        owner_of(made),
        epa_team(),
        *(person(role) for role in (Role.CENTRE_EQA, Role.ADMINISTRATOR, Role.FINANCE)),
    ]
    for user in people:
        assert queues.count(user) == queues.board(user).tasks, user
    assert queues.board(owner_of(made)).more >= 3, "more than one of each kind"
    assert queues.count(person(Role.FINANCE)) == 1, "the charges that wait to be exported"
