"""The world of the tests of access, built once: they look at it, or change it in a savepoint that is taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from accounts.actors import System
from centres.models import RegisterImport
from foundation import clock, workingdays
from foundation.models import ClosedDay
from standards.actions import CATALOGUE, load_version
from tests.access import cast, world
from tests.access.cast import Player
from tests.access.world import Side
from tests.centres import builders as centres
from tests.conftest import HOLIDAYS


@dataclass
class World:
    """Both sides, and everyone by name."""

    ours: Side
    theirs: Side
    players: dict[str, Player]


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """In one transaction that is never committed, on a clock that stands still."""
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("private")},
    }
    changes = override_settings(
        STORAGES={**settings.STORAGES, "private": private},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with changes, django_db_blocker.unblock(), transaction.atomic(), clock.travel(world.NOW):
        workingdays._loaded = None
        if not ClosedDay.objects.exists():
            rows = [ClosedDay(day=day, name=name, bank_holiday=True) for day, name in HOLIDAYS.items()]
            ClosedDay.objects.bulk_create(rows)
        yield _build(tmp_path_factory.mktemp("catalogue"))
        transaction.set_rollback(True)
    workingdays._loaded = None


def _build(folder: Any) -> World:
    version = load_version(CATALOGUE / "st0071-ap01.toml", System("test")).version
    users = cast.office() | cast.assessors(version)
    first, other, second = (users[name] for name in ("assessor", "other_assessor", "second_assessor"))
    ours = Side("Ashcroft Training", "Ashcroft", version, first, second)
    theirs = Side("Bexfield Training", "Bexfield", version, other, other)
    versions = world.clones(folder, len(world.STAGES))
    for side in (ours, theirs):
        world.build(side, versions)
    world.claim_week(ours, theirs)
    for side in (ours, theirs):
        side.put_pk(RegisterImport.objects.latest("pk").pk, "centres:register_import")
        side.put({"ukprn": side.centre.ukprn}, "centres:register_provider", "centres:take_name", "centres:signup_ask")
        token, signup = centres.asked_signup()
        side.put({"token": token}, "centres:signup_confirm")
        side.put({"ukprn": signup.ukprn}, "centres:signup_details")
        side.put_pk(signup.pk, "centres:signup_row", "centres:signup_accept", "centres:signup_turn_down")
    users |= {"owner": ours.owner, "staff": ours.staff, "reader": ours.reader, "other_owner": theirs.owner}
    users["gone"].save()
    return World(ours, theirs, {name: Player(name, user).signed_in() for name, user in users.items()})


@pytest.fixture
def scene(built: World, db: None) -> World:
    """The world; what a test changes of it pytest-django's savepoint takes back."""
    return built
