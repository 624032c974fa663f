"""Match review in a browser: with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from safeguard.kernel.database import db
from tests.e2e.conftest import Person
from tests.integration.help import transaction_at
from tests.integration.matches import FAMILIES, waiting
from tests.integration.two_people import two_people

pytestmark = pytest.mark.xdist_group("browser")
_PATIENCE = 45_000


@pytest.fixture(autouse=True)
def _two_wait(app: Flask) -> None:
    with app.app_context():
        with transaction_at() as (session, _at):
            waiting(session, FAMILIES[:2])
        db.session.remove()


def _listening(page: Page) -> None:
    """Wait until the page hears its keys: it shows what they are when it does."""
    expect(page.locator("#keys")).to_be_visible(timeout=_PATIENCE)


def test_reviewing_with_the_keyboard(address: str, browser: Browser, screens: Path) -> None:
    screener = Person(browser, address, "screener", screens if os.environ.get("SCREENS") else None).sign_in()
    page = screener.page
    screener.follow("Possible matches")
    screener.look("worklist")
    screener.press("Start with the first")
    screener.look("review")
    first = page.url
    _listening(page)
    page.keyboard.press("n")
    expect(page).not_to_have_url(first, timeout=_PATIENCE)
    _listening(page)
    page.keyboard.press("n")
    expect(page).to_have_url(first, timeout=_PATIENCE)
    _listening(page)
    page.keyboard.press("2")
    page.keyboard.press("d")
    assert page.locator("[name=candidate]:checked").evaluate("one => one.value") == page.locator("[name=candidate]").nth(1).input_value()
    page.keyboard.press("r")
    # Letters that are keys elsewhere are only letters here.
    page.keyboard.type("sun u1 n2 differs")
    assert page.locator("textarea").input_value() == "sun u1 n2 differs"
    assert page.locator("[name=verdict]:checked").input_value() == "different"
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(first, timeout=_PATIENCE)
    expect(page.locator("main")).to_contain_text("Your answer is recorded", timeout=_PATIENCE)
    screener.look("next review")
    _listening(page)
    page.keyboard.press("s")
    page.locator("button[value=next]").click()
    page.wait_for_load_state()
    screener.complaints.clear()  # the browser notes the 400
    screener.look("review with nothing chosen")
    assert "Choose which person your answer is about" in page.locator(".govuk-error-summary").inner_text()
    assert page.locator("[name=verdict]:checked").input_value() == "same"


def test_reviewing_without_javascript(address: str, browser: Browser) -> None:
    screener = Person(browser, address, "screener", scripts=False).sign_in()
    page = screener.page
    page.goto(f"{address}/matches/next")
    assert not page.locator("#keys").is_visible()
    page.locator("[name=candidate]").first.check()
    page.get_by_label("The same person").check()
    page.get_by_label("Reason").fill("The school gave her birthday over the telephone")
    screener.press("Record and open the referral")
    assert "Your answer is recorded" in page.locator("main").inner_text()
    assert "No possible matches are waiting" in page.locator("main").inner_text()


def test_possible_duplicates(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        two_people()
        db.session.remove()
        app.test_cli_runner().invoke(args=["matching", "sweep", "--quiet"])
        db.session.remove()
    screener = Person(browser, address, "screener", screens if os.environ.get("SCREENS") else None).sign_in()
    page = screener.page
    screener.follow("Possible duplicates")
    screener.look("duplicates")
    page.locator("tr", has_text="Amelia Smith").get_by_role("link", name="Different, or not sure").click()
    page.wait_for_load_state()
    screener.look("apart")
    page.get_by_label("Different people").check()
    page.get_by_label("Reason").fill("Cousins of one name, born on one day; the school knows both")
    screener.press("Record your answer")
    assert "will not be asked about again" in page.locator("main").inner_text()
    assert "Amelia Smith" not in page.locator("main").inner_text()
    screener.follow("sweep")
    screener.look("quality")
