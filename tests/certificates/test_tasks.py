"""The tasks: thin, declared, and harmless when they run twice."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app

from certificates import tasks
from certificates.models import Claim
from simulators.assessment_service.process import StandIn
from tests.certificates import builders

pytestmark = pytest.mark.django_db
NAMES = ["certificates.follow_claims", "certificates.send_claims", "certificates.weekly_claim"]


def test_the_tasks_are_known_by_name() -> None:
    current_app.loader.import_default_modules()
    assert sorted(name for name in current_app.tasks if name.startswith("certificates.")) == NAMES


@pytest.mark.clause("F5")
def test_a_friday_from_end_to_end_every_task_twice(
    stand_in: StandIn, passes: Callable[..., list[builders.EPA]]
) -> None:
    builders.known_to(stand_in, passes(3))
    for task in (tasks.weekly_claim, tasks.send_claims):
        task()
        task()
    stand_in.print_on("Delivered")
    tasks.follow_claims()
    tasks.follow_claims()
    assert list(Claim.objects.values_list("state", flat=True)) == ["delivered"] * 3
    summary = stand_in.summary()
    assert (summary["certificates"], summary["submissions"], summary["duplicates"]) == (3, 3, 0)


def test_more_than_one_batch_in_one_run(stand_in: StandIn, passes: Callable[..., list[builders.EPA]]) -> None:
    builders.known_to(stand_in, passes(26))
    tasks.weekly_claim()
    tasks.send_claims()
    assert set(Claim.objects.values_list("state", flat=True)) == {"submitted"}


def test_without_an_address_of_the_service_claims_wait(
    settings: Any, friday: Any, passes: Callable[..., list[builders.EPA]]
) -> None:
    settings.ASSESSMENT_SERVICE_URL = ""
    passes(1)
    tasks.weekly_claim()
    tasks.send_claims()
    tasks.follow_claims()
    claim = Claim.objects.get()
    assert (claim.state, claim.set_aside_at) == ("ready", None)
    assert claim.last_error.startswith("Unreachable")
