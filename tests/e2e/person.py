"""Somebody at a browser of their own: signs in or opens a link from a letter, reads, fills in, clicks."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.before import PASSWORD
from tests.e2e.inspection import NARROW, WIDE, Inspection
from tests.e2e.stage import PATIENCE, Stage, wait_for


class Person:
    """One person, one browser context. Every page that is reached is inspected."""

    def __init__(
        self,
        stage: Stage,
        browser: Browser,
        inspection: Inspection,
        name: str,
        *,
        email: str = "",
        narrow: bool = False,
        scripts: bool = True,
    ) -> None:
        self.stage, self.inspection = stage, inspection
        self.name, self.email, self.scripts = name, email, scripts
        self.expected: set[int] = set()
        self._context = browser.new_context(
            base_url=stage.url,
            viewport={"width": NARROW if narrow else WIDE, "height": 900},
            reduced_motion="reduce",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self._context.set_default_timeout(20_000)
        self.page: Page = self._context.new_page()
        inspection.listen(self.page, name, self.expected)

    def leave(self) -> None:
        self._context.close()

    # --- going ---

    def goes_to(self, address: str) -> None:
        """Open an address: a bookmark, or a link from a letter."""
        self.page.goto(address)
        self._look()

    def signs_in(self) -> None:
        self.goes_to("/account/login/")
        self.page.fill("#id_login", self.email)
        self.page.fill("#id_password", PASSWORD)
        self.presses("Sign in")
        assert "Sign in" not in self.heading(), self.words()

    def follows(self, name: str, *, within: str = "body", nth: int = 0) -> None:
        """Click the link of that name (whole, or with something after it that only a screen reader says)."""
        link = self._named(self.page.locator(within), "link", name).nth(nth)
        if not link.is_visible():  # on a telephone the navigation is behind its button
            self.page.get_by_role("button", name="Menu", exact=True).click()
        with self.page.expect_navigation():
            link.click()
        self._look()

    def presses(self, name: str, *, within: str = "main", nth: int = 0) -> None:
        """Press the button of that name and wait for the page that comes."""
        with self.page.expect_navigation():
            self._named(self.page.locator(within), "button", name).nth(nth).click()
        self._look()

    def downloads(self, name: str) -> Path:
        """Save the file behind a link; where it lies."""
        with self.page.expect_download() as arriving:
            self._named(self.page.locator("main"), "link", name).first.click()
        path = self.stage.home / "downloads" / self.name / arriving.value.suggested_filename
        arriving.value.save_as(path)
        return path

    @contextlib.contextmanager
    def is_refused(self, *statuses: int) -> Iterator[None]:
        """Within the block the portal answers with one of the statuses, and the console may say so."""
        self.expected |= {*statuses}
        yield
        self.page.wait_for_load_state()
        self.expected -= {*statuses}

    @staticmethod
    def _named(place: Locator, role: str, name: str) -> Locator:
        ends = r"(?!\w)" if name[-1].isalnum() else ""
        return place.get_by_role(role, name=re.compile(rf"^\s*{re.escape(name)}{ends}"))  # type: ignore[arg-type]

    def _look(self) -> None:
        self.inspection.look(self.page, scripts=self.scripts)

    # --- filling in ---

    def fills(self, **given: str) -> None:
        """Fill boxes by the names of their fields."""
        for name, text in given.items():
            self.page.locator(f"main [name='{name}']").fill(text)

    def field(self, label: str, *, within: str = "main") -> Locator:
        """The box under a label, whether or not “(optional)” stands behind it."""
        words = re.compile(rf"^\s*{re.escape(label)}(\s*\(optional\))?\s*$")
        return self.page.locator(within).get_by_label(words)

    def writes(self, label: str, text: str, *, nth: int = 0) -> None:
        self.field(label).nth(nth).fill(text)

    def chooses(self, label: str, *, group: str = "", nth: int = 0) -> None:
        """Tick a radio or a box by its label, within the group whose legend begins with ``group``."""
        place = self.page.locator("main")
        if group:
            place = place.get_by_role("group", name=re.compile(rf"^\s*{re.escape(group)}"))
        place.get_by_label(label, exact=True).nth(nth).check()

    def ticks(self, begins: str) -> None:
        """Tick the box whose label begins so."""
        self.page.locator("main").get_by_label(re.compile(rf"^\s*{re.escape(begins)}")).first.check()

    def unticks(self, begins: str) -> None:
        self.page.locator("main").get_by_label(re.compile(rf"^\s*{re.escape(begins)}")).first.uncheck()

    def selects(self, label: str, option: str, *, nth: int = 0) -> None:
        self.field(label).nth(nth).select_option(label=option)

    def attaches(self, path: Path, *, nth: int = 0) -> None:
        self.page.locator("main input[type=file]").nth(nth).set_input_files(str(path))

    # --- reading ---

    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def words(self) -> str:
        """What the page says, spaces as they come."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def reads(self, *texts: str) -> None:
        """Each of the texts stands on the page."""
        words = self.words()
        missing = [text for text in texts if text not in words]
        assert not missing, f"{self.name} does not read {missing} at {self.page.url}: {words[:3000]}"

    def does_not_read(self, *texts: str) -> None:
        words = self.words()
        found = [text for text in texts if text in words]
        assert not found, f"{self.name} reads {found} at {self.page.url}: {words[:3000]}"

    def waits_to_read(self, text: str, seconds: float = PATIENCE) -> None:
        """Reload until the page says it, as somebody waits for a job of the worker's."""

        def find() -> bool:
            if text in self.words():
                return True
            self.page.reload()
            return text in self.words()

        wait_for(f"“{text}” at {self.page.url}", find, seconds)
        self._look()
