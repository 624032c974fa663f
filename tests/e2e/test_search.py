"""Search in a browser: with the keyboard, and without JavaScript; axe looks at every state of the page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("scripts", [True, False])
def test_searching(app: Flask, address: str, browser: Browser, screens: Path, scripts: bool) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            receive(session, agency(session), siblings(), at=at)
        db.session.remove()
    screener = Person(browser, address, "screener", screens if os.environ.get("SCREENS") else None, scripts=scripts).sign_in()
    page = screener.page
    screener.follow("Search")
    screener.look("search")
    for typed, words in (("Fernsby", "too little"), ("Nobody Atall", "Nobody known fits"), ("fernsby maya", "1 person may fit")):
        page.locator("#typed").fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/*-*")
        page.get_by_text(words).first.wait_for()
        screener.look(f"search {words}")
        assert "ernsby" not in page.url + page.title()
    screener.follow("Maya Fernsby")
    page.go_back()
    assert "1 person may fit" in page.locator("main").inner_text()
    page.locator("#typed").fill("")
    page.keyboard.press("Enter")
    page.get_by_text("There is a problem").wait_for()
    screener.complaints.clear()  # the browser notes the 400
    screener.look("search nothing")
