"""One stage for all five journeys: each goes on where the one before it ended."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.before import PEOPLE
from tests.e2e.inspection import Inspection
from tests.e2e.person import Person
from tests.e2e.stage import Stage
from tests.e2e.story import Story

JOURNEYS = ["approval", "registration", "booking", "results", "certificates"]


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.skip("there is no Chromium: name one in CHROMIUM")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def inspection() -> Inspection:
    return Inspection()


@pytest.fixture(scope="session")
def story() -> Story:
    """What the journeys found out so far and the later ones need."""
    return Story()


@pytest.fixture
def enter(stage: Stage, chromium: Browser, inspection: Inspection) -> Iterator[Callable[..., Person]]:
    """``enter("epa_team")`` signs somebody of IMI's in; ``enter(name="…", email="…")`` brings anybody else."""
    present: list[Person] = []

    def bring(role: str = "", *, name: str = "", email: str = "", **kind: bool) -> Person:
        if role:
            name, email = PEOPLE[role]
        person = Person(stage, chromium, inspection, name, email=email, **kind)
        present.append(person)
        if email:
            person.signs_in()
        return person

    yield bring
    for person in present:
        person.leave()


@pytest.fixture(autouse=True)
def _in_order(request: pytest.FixtureRequest, stage: Stage, inspection: Inspection) -> Iterator[None]:
    """A journey starts only where the one before it arrived, and leaves no fault of a page behind."""
    name = request.module.JOURNEY
    missing = [one for one in JOURNEYS[: JOURNEYS.index(name)] if one not in stage.done]
    if missing:
        pytest.fail(f"The journey “{name}” goes on where “{missing[0]}” ends, and that did not arrive.")
    yield
    if getattr(request.node, "arrived", False):
        stage.done.append(name)
    faults, inspection.faults = inspection.faults, []
    assert not faults, "Faults of the pages:\n" + "\n".join(faults)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell the fixture above whether the journey itself passed."""
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.arrived = report.passed  # type: ignore[attr-defined]
    return report
