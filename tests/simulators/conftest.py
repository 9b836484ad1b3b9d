"""The stand-in assessment service, one process for all tests of this directory, fresh for each."""

from collections.abc import Iterator

import pytest

from simulators.assessment_service.process import StandIn, running
from tests.simulators.desk import Desk, reset


@pytest.fixture(scope="package")
def process() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(process: StandIn) -> Iterator[StandIn]:
    with reset(process) as fresh:
        yield fresh


@pytest.fixture
def desk(stand_in: StandIn) -> Desk:
    return Desk(stand_in)


@pytest.fixture
def other(stand_in: StandIn) -> Desk:
    """The same service under another organisation's key."""
    return Desk(stand_in, "stand-in-other")
