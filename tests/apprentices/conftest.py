"""An approved centre to register at; every test of this storey keeps its files to itself."""

import pytest

from centres.models import Centre
from standards.models import Package, StandardVersion
from tests.centres.builders import approved_centre


@pytest.fixture(autouse=True)
def _files(private_files) -> None:
    """Private storage of the test's own."""


@pytest.fixture
def epa_package(st0071: StandardVersion) -> Package:
    return st0071.packages.get(code="AS-CSS-EPA")


@pytest.fixture
def centre(st0071: StandardVersion) -> Centre:
    """A centre approved for both packages."""
    return approved_centre(st0071)
