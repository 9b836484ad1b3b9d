"""What the tests of certificates share: a Friday, the stand-in assessment service, passes ready to be claimed."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from certificates.service import AssessmentService
from foundation import clock
from simulators.assessment_service.process import StandIn, running
from standards.models import StandardVersion
from tests.certificates import builders

FRIDAY = dt.datetime(2026, 9, 18, 16, 30, tzinfo=clock.LONDON)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Dozens of people are made here; none signs in by password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def friday(at: Callable[[dt.datetime], None]) -> dt.datetime:
    """A Friday after the hour of the claim, on which the clock stands."""
    at(FRIDAY)
    return FRIDAY


@pytest.fixture(scope="session")
def guarded_process() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def unguarded_process() -> Iterator[StandIn]:
    """A service without its guard against a second certificate: our own mistakes show."""
    with running("--no-uniqueness-guard") as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, settings: Any, friday: dt.datetime) -> Iterator[StandIn]:
    """The stand-in, fresh, on the test's clock; parametrised indirectly with "unguarded" it is without the guard."""
    which = getattr(request, "param", "guarded")
    process: StandIn = request.getfixturevalue(f"{which}_process")
    process.reset(learners=True)
    process.set_clock(friday.astimezone(dt.UTC).isoformat())
    settings.ASSESSMENT_SERVICE_URL, settings.ASSESSMENT_SERVICE_KEY = process.url, process.key
    settings.ASSESSMENT_SERVICE_TIMEOUT = 1.0
    yield process
    process.order_faults()
    process.set_limit(0)


@pytest.fixture
def service(stand_in: StandIn) -> Iterator[AssessmentService]:
    service = AssessmentService(stand_in.url, stand_in.key, timeout=1.0)
    yield service
    service.close()


@pytest.fixture
def passes(st0071: StandardVersion, private_files: Any, friday: dt.datetime) -> Callable[..., list[builders.EPA]]:
    """``passes(3)``: so many released passes with consent, at one centre."""

    def made(count: int = 1, **changes: Any) -> list[builders.EPA]:
        return builders.passed_rows(st0071, count, **changes)

    return made
