"""What every page of every journey is held to: no violation axe finds, no error in the console, nothing too wide."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Request, Response

WIDE, NARROW = 1280, 390
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Inspection:
    """Looks once at every kind of page in every state that a heading tells apart; collects what is wrong."""

    def __init__(self, pictures: Path | None = None) -> None:
        self.pictures = pictures or Path(settings.VAR_DIR) / "screenshots"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.faults: list[str] = []
        self._seen: set[str] = set()

    def listen(self, page: Page, who: str, expected: set[int]) -> None:
        """Collect what the browser complains about: refused by the policy, thrown, not found, not answered.

        ``expected`` holds the statuses that the person is about to be answered with, changed as the story goes.
        """

        def console(message: ConsoleMessage) -> None:
            if message.type != "error":
                return
            status = re.search(r"responded with a status of (\d+)", message.text)
            if status is None or int(status[1]) not in expected:
                self.faults.append(f"{who} at {page.url}: {message.text}")

        def failed(request: Request) -> None:
            if request.failure != "net::ERR_ABORTED":  # a download, or a page left before all of it came
                self.faults.append(f"{who} at {page.url}: {request.url} {request.failure}")

        def answered(response: Response) -> None:
            if response.status >= 500:
                self.faults.append(f"{who}: {response.url} answered {response.status}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.faults.append(f"{who} at {page.url}: {error}"))
        page.on("requestfailed", failed)
        page.on("response", answered)

    def look(self, page: Page, *, scripts: bool = True) -> None:
        """The page as it stands, unless one like it has been looked at."""
        kind = self._kind(page)
        if kind in self._seen:
            return
        self._seen.add(kind)
        before = page.viewport_size or {"width": WIDE, "height": 900}
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            if os.environ.get("E2E_PICTURES", "1") != "0":
                page.screenshot(path=str(self.pictures / f"{kind}-{width}.png"), full_page=True)
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if beyond:
                self.faults.append(f"{kind}: {beyond} pixels wider than {width}")
        page.set_viewport_size(before)
        if scripts:
            self._axe(page, kind)

    def _axe(self, page: Page, where: str) -> None:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response["violations"]
        self.faults += [
            f"{where}: {one['id']}: {node['html'][:160]} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    @staticmethod
    def _kind(page: Page) -> str:
        """Address without numbers and tokens, and the headings that tell one state of the page from another."""
        path = re.sub(r"https?://[^/]+|\?.*", "", page.url)
        path = re.sub(r"/[A-Z0-9-]*\d[A-Z0-9-]*(?=/)", "/n", path)
        path = re.sub(r"/([A-Z0-9]{10}|[A-Za-z0-9_-]{20,})(?=/)", "/token", path)
        path += "asked" if "?" in page.url else ""
        heads = page.locator("h1, .portal-card h2, .govuk-error-summary__title").all_inner_texts()
        words = re.sub(r"[^A-Za-z]+", "-", re.sub(r"\S*\d\S*", "", " ".join(heads)))[:60].strip("-").lower()
        return f"{path.strip('/').replace('/', '_') or 'home'}--{words}"
