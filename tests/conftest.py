"""Fixtures every storey uses."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.management import call_command
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from foundation import clock, workingdays
from foundation.models import ClosedDay

# A busy machine is no reason to fail: speed is measured in benchmarks/, never by a test.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")

pytest_plugins = ["tests.standards.fixtures"]

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
HOLIDAYS = workingdays.bank_holidays(range(workingdays.FIRST_YEAR, workingdays.LAST_YEAR + 1))


class JourneysTogether(LoadFileScheduling):
    """A file to a worker, and all journeys to one: each goes on where the one before it ended."""

    def _split_scope(self, nodeid: str) -> str:
        return "the journeys" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether | None:
    """Ours in place of ``--dist loadfile``. Its groups by mark (``loadgroup``) do nothing with pytest 9.2."""
    return JourneysTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def _fresh_ground(request: pytest.FixtureRequest) -> None:
    """A test with a database begins with an empty cache and the bank holidays of the migrations.

    Rate limits and sessions live in the cache; a test that commits empties every table behind it.
    """
    names = request.fixturenames
    if request.node.get_closest_marker("django_db") or "db" in names or "transactional_db" in names:
        request.getfixturevalue("transactional_db" if "transactional_db" in names else "db")
        cache.clear()
        workingdays._loaded = None
        if not ClosedDay.objects.exists():
            ClosedDay.objects.bulk_create(
                [ClosedDay(day=day, name=name, bank_holiday=True) for day, name in HOLIDAYS.items()]
            )


@pytest.fixture(scope="session", autouse=True)
def _own_cache(request: pytest.FixtureRequest) -> None:
    """Each worker clears its own database of the cache server, as pytest-django gives each its own database."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    server = urlsplit(settings.REDIS_URL)
    number = (int(server.path.strip("/") or 0) + 20 * (int(worker[2:]) + 1)) % 64
    settings.CACHES["default"]["LOCATION"] = server._replace(path=f"/{number}").geturl()
    with contextlib.suppress(AttributeError):
        del caches["default"]  # made while modules were loaded, at the address of before


@pytest.fixture(scope="session")
def seal_key() -> None:
    """A key to seal with, made once and kept between runs."""
    call_command("seal_key", keep=True, verbosity=0)


@pytest.fixture
def private_files(settings, tmp_path: Path) -> Path:
    """Private storage in a directory of this test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        },
    }
    return tmp_path / "private"


@pytest.fixture
def at() -> Iterator:
    """``at(date)`` moves this process's clock for the rest of the test; a later call moves it on."""

    with contextlib.ExitStack() as stack:
        yield lambda to: stack.enter_context(clock.travel(to))


@pytest.fixture
def shared_data() -> Path:
    """The sample files beside the project; tests that read them skip elsewhere and say so."""
    if not SHARED.is_dir():
        pytest.skip("the sample files (shared/data beside the project) are not here")
    return SHARED


@pytest.fixture
def monday() -> dt.date:
    """An ordinary Monday, far from bank holidays."""
    return dt.date(2026, 9, 14)
