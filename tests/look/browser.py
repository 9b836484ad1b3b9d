"""What the browser tests of the look ask of a page."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = [1280, 390]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def keep_picture(page: Page, name: str) -> None:
    directory = os.environ.get("LOOK_PICTURES")
    if directory:
        width = page.viewport_size["width"] if page.viewport_size else 0
        path = Path(directory) / f"{name.strip('/').replace('/', '-').replace('?', '-')}-{width}.png"
        page.screenshot(path=str(path), full_page=True)


def width_beyond_the_window(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
