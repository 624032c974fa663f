"""A real server and a real browser, with axe looking at every page visited."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from safeguard.ops.demo.accounts import PASSWORD

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 375, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# Both databases draw the same pages: the journey is walked on each, and axe looks at one of them.
_LOOKED_AT_ELSEWHERE: set[str] = set()
# Pages that axe has looked at already, as they were served: everybody signs in on the same one.
_LOOKED_AT: set[str] = set()
_TOKENS = re.compile(r'nonce="[^"]*"|name="csrf_token"[^>]*|value="[^"]*"[^>]*name="csrf_token"')
# What passed is not asked for: to bring a list of it over takes longer than to look.
_LOOK = "axe.run({resultTypes: ['violations']}).then(found => ({violations: found.violations}))"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is needed for the browser tests and was not found")
        pytest.skip("Chromium was not found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, copies: Callable[[str], Any]) -> Iterator[str]:
    """A fresh copy of the prepared database. Pages do not know which kind it is, so that one will do; the journey asks for both."""
    of_kind = copies(request.param)
    url = of_kind.copy()
    yield url
    of_kind.remove(url)


@pytest.fixture
def address(app: Flask, database_url: str) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    if not database_url.startswith("sqlite"):
        _LOOKED_AT_ELSEWHERE.add(here)
    yield here
    server.shutdown()
    thread.join()


@pytest.fixture(autouse=True)
def tidy(browser: Browser) -> Iterator[None]:
    """Close what a test opened: a page left open goes on working."""
    yield
    for context in browser.contexts:
        context.close()


class Person:
    """Somebody at a browser. Every page they see is checked by axe, for console errors and for sideways scrolling."""

    def __init__(self, browser: Browser, address: str, who: str, screens: Path | None = None, *, scripts: bool = True) -> None:
        self.scripts = scripts
        self.context = browser.new_context(viewport=DESKTOP, accept_downloads=True, java_script_enabled=scripts)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(45_000)
        self.address = address
        self.who = who
        self.screens = screens
        self.complaints: list[str] = []
        self.seen = 0
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self) -> Person:
        self.page.goto(f"{self.address}/sign-in")
        self.look("sign in")
        self.page.get_by_label("Email address").fill(f"{self.who}@demo.example")
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.press("Sign in")
        return self

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def say_purpose(self, what_for: str) -> None:
        """Say what a file is opened for, on the page that asks before it opens."""
        self.look("what it is for")
        self.page.get_by_label(what_for).check()
        self.press("Continue")

    def look(self, what: str) -> None:
        """Check the page with axe, at desktop and phone width; keep a picture where asked to."""
        if not self.scripts:
            return  # axe is a script itself
        self.seen += 1
        sizes = (("desktop", DESKTOP), ("phone", PHONE)) if self._is_new() else ()
        for name, size in sizes:
            self.page.set_viewport_size(size)
            found = _looked_at(self.page)
            assert found.violations_count == 0, f"{what} ({name}): {found.generate_report()}"
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{what} ({name}) scrolls {wide} pixels sideways"
            if self.screens:
                self.page.screenshot(path=self.screens / f"{self.who}-{self.seen:02d}-{what.replace(' ', '-')}-{name}.png", full_page=True)
        self.page.set_viewport_size(DESKTOP)
        assert not self.complaints, self.complaints
        assert "</" not in self.page.locator("body").inner_text(), f"{what} shows its own markup"

    def _is_new(self) -> bool:
        """Whether nobody looked at this very page yet; a picture of it is always wanted where pictures are."""
        if self.address in _LOOKED_AT_ELSEWHERE:
            return False
        shown = _TOKENS.sub("", self.page.content())
        known = shown in _LOOKED_AT
        _LOOKED_AT.add(shown)
        return bool(self.screens) or not known


def _looked_at(page: Page) -> AxeResults:
    """What axe finds wrong with a page as it stands; axe is put into it once."""
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(_LOOK))
