"""The browser's server looks into the directory of collected files as soon as it starts."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session", autouse=True)
def _collected_files_directory() -> None:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
