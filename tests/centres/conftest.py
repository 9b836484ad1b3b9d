"""Every test of this storey keeps its files to itself."""

import pytest


@pytest.fixture(autouse=True)
def _files(private_files) -> None:
    """Private storage of the test's own."""
