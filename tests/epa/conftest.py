"""Every test of this storey keeps its files to itself, and has the customer service specialist's catalogue at hand."""

import pytest

from accounts.actors import System
from standards.actions import CATALOGUE, load_version
from standards.models import StandardVersion


@pytest.fixture(autouse=True)
def _files(private_files) -> None:
    """Private storage of the test's own."""


@pytest.fixture
def version(db: None) -> StandardVersion:
    """Customer service specialist, ST0071/AP01, as it is loaded."""
    return load_version(CATALOGUE / "st0071-ap01.toml", System("test")).version
