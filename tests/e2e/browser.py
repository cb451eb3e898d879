"""A real headless browser, for the sandbox's page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIETLY = (
    "--no-sandbox",  # it runs as root in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE, LOOK = 40_000, 50  # milliseconds
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
SHOTS = Path(os.environ.get("LAMBDA_ALERTS_SCREENSHOTS") or Path(__file__).parent / "screenshots")


def installed_browser() -> str:
    """The program; `.ci/tools browser` installs one where it can."""
    found = os.environ.get("LAMBDA_ALERTS_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no browser is installed: `source .ci/tools browser` finds or installs one, or says what to do"
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=installed_browser(), args=list(QUIETLY))
        try:
            yield started
        finally:
            started.close()


class Window:
    """A page that was opened, and what its console complained about."""

    def __init__(self, started: Browser, address: str, **settings: Any) -> None:
        self.page: Page = started.new_page(**{"viewport": DESKTOP, **settings})
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)  # what slides in has come to rest
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))

    def has(self, selector: str, text: str | None = None) -> None:
        """Waits until it is seen."""
        found = self.page.locator(selector)
        (found if text is None else found.filter(has_text=text)).first.wait_for()

    def lacks(self, selector: str) -> None:
        """Waits until it is not seen any more."""
        self.page.locator(selector).first.wait_for(state="hidden")

    def until(self, condition: str) -> None:
        """Waits until it is true; not as the browser waits, which evaluates texts later, and the page forbids that."""
        for _ in range(PATIENCE // LOOK):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(LOOK)
        raise AssertionError(f"never came true: {condition}")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))
