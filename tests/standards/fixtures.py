"""The two standards of the catalogue, loaded as ``manage.py load_standards`` loads them."""

from typing import Any

import pytest
from django.db import connection

from accounts.actors import System
from standards import actions
from standards.models import StandardVersion

ST0071 = actions.CATALOGUE / "st0071-ap01.toml"
MADE_UP = actions.CATALOGUE / "made-up-vehicle-technician.toml"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Every test finds customer service specialist in the database: loading it anew for each costs 80 ms."""
    with django_db_blocker.unblock():
        _load(ST0071)


@pytest.fixture
def st0071(db: None) -> StandardVersion:
    """Customer service specialist, ST0071/AP01; anew after a test that committed, and so emptied the tables."""
    found = StandardVersion.objects.select_related("standard").filter(standard__reference="ST0071").first()
    return found or _load(ST0071)


@pytest.fixture
def made_up(db: None) -> StandardVersion:
    """The made-up standard ST9901/AP02: gateways, four components, every setting different."""
    return _load(MADE_UP)


@pytest.fixture
def empty_catalogue(db: None) -> None:
    """No standard at all, until the end of the test."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE standards_standard CASCADE")


def _load(path: Any) -> StandardVersion:
    return actions.load_version(path, System("test")).version
