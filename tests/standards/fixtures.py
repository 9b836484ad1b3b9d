"""The two standards of the catalogue, loaded as ``manage.py load_standards`` loads them."""

import pytest

from accounts.actors import System
from standards import actions
from standards.models import StandardVersion

ST0071 = actions.CATALOGUE / "st0071-ap01.toml"
MADE_UP = actions.CATALOGUE / "made-up-vehicle-technician.toml"


@pytest.fixture
def st0071(db: None) -> StandardVersion:
    """Customer service specialist, ST0071/AP01."""
    return actions.load_version(ST0071, System("test")).version


@pytest.fixture
def made_up(db: None) -> StandardVersion:
    """The made-up standard ST9901/AP02: gateways, four components, every setting different."""
    return actions.load_version(MADE_UP, System("test")).version
