"""The browser of the tests of the look, and the directory its server looks into as soon as it starts."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.look.browser import WIDTHS


@pytest.fixture(scope="session", autouse=True)
def _collected_files_directory() -> None:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop runs in this thread; nothing here is async
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about: refused by the CSP, not found, thrown."""
    return []


def was_wanted(request: Request) -> bool:
    """Not given up by the browser itself: a page that is left before all of it came needs the rest no more."""
    return request.failure != "net::ERR_ABORTED"


@pytest.fixture
def page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda failed: faults.append(f"failed: {failed.url}") if was_wanted(failed) else None)
    yield page
    context.close()
