"""Workers killed with SIGKILL while they send, as by a machine that goes down: 0 lost, 0 twice (F5)."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from certificates.actions import sending
from certificates.models import Claim
from foundation import clock
from simulators.assessment_service.process import PROJECT, StandIn
from tests.certificates import builders

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.clause("F5")]
PATIENCE = 60  # seconds until a worker has come to the point where it is killed


def worker(stand_in: StandIn) -> "subprocess.Popen[bytes]":
    """A worker of its own process group, on the test's database and clock."""
    values = connection.settings_dict
    address = f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    command = [sys.executable, "-m", "tests.certificates.worker", stand_in.url, stand_in.key, clock.now().isoformat()]
    environment = {**os.environ, "DATABASE_URL": address}
    return subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True)


def reached(stand_in: StandIn, process: "subprocess.Popen[bytes]", point: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until the service has seen so much of the worker."""
    end = time.monotonic() + PATIENCE
    while not point(stand_in.summary()):
        assert process.poll() is None, "the worker came to its end before"
        assert time.monotonic() < end, "the worker never came there"
        time.sleep(0.02)


def kill(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


POINTS: dict[str, tuple[str, Callable[[dict[str, Any]], bool]]] = {
    "while it asks about learners": (
        "GET learner:commit-then-hang@20",
        lambda summary: summary["faults"].get("commit-then-hang", 0) == 1,
    ),
    "after the service has stored all, before it says so": (
        "POST certificate:commit-then-hang@20",
        lambda summary: summary["certificates"] == 5,
    ),
    "before the service has stored anything": (
        "POST certificate:hang-before-commit@20",
        lambda summary: summary["faults"].get("hang-before-commit", 0) == 1,
    ),
    "after the service has submitted all, before it says so": (
        "POST certificate/submit:commit-then-hang@20",
        lambda summary: summary["submissions"] == 5,
    ),
}


@pytest.mark.parametrize("stand_in", ["guarded", "unguarded"], indirect=True)
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    stand_in: StandIn, service: Any, passes: Callable[..., list[builders.EPA]], at: Callable[..., None], point: str
) -> None:
    epas = passes(5)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    fault, seen = POINTS[point]
    stand_in.order_faults(fault)
    process = worker(stand_in)
    try:
        reached(stand_in, process, seen)
    finally:
        kill(process)
    assert sending.send_due(service) == 0, "what the dead worker may have sent is left alone for a while"
    at(clock.now() + sending.lease() + dt.timedelta(seconds=1))
    while sending.send_due(service):
        pass
    summary = stand_in.summary()
    assert list(Claim.objects.values_list("state", flat=True)) == ["submitted"] * 5
    assert (summary["certificates"], summary["duplicates"], summary["submissions"]) == (5, 0, 5)


@pytest.mark.parametrize("stand_in", ["unguarded"], indirect=True)
def test_workers_killed_again_and_again(
    stand_in: StandIn, service: Any, passes: Callable[..., list[builders.EPA]], at: Callable[..., None]
) -> None:
    """Thirty claims, a service that answers slowly and badly, and workers that live for a random while."""
    epas = passes(30)
    builders.known_to(stand_in, epas)
    builders.claimed(*epas)
    stand_in.order_faults("30%:commit-then-500,500-before-commit,partial-then-500", seed=5)
    for lives in (30, 55, 58):
        process = worker(stand_in)
        try:
            reached(stand_in, process, lambda summary, lives=lives: sum(summary["requests"].values()) >= lives)
        except AssertionError:
            process.wait(PATIENCE)
        else:
            kill(process)
        at(clock.now() + sending.lease() + dt.timedelta(seconds=1))
    stand_in.order_faults()
    for _ in range(3):
        while sending.send_due(service):
            pass
        at(clock.now() + sending.lease() + dt.timedelta(seconds=1))
    summary = stand_in.summary()
    assert list(Claim.objects.values_list("state", flat=True)) == ["submitted"] * 30
    assert (summary["certificates"], summary["duplicates"], summary["submissions"]) == (30, 0, 30)
