"""From a file whose time has ended to the certificate, in a browser; axe looks at every page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.database import db
from tests.e2e.conftest import Person
from tests.integration.test_retention import family_of_long_ago, look_again

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_people_end_a_file(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        family_of_long_ago()
        look_again()
        db.session.remove()
    kept = screens if os.environ.get("SCREENS") else None
    officer = Person(browser, address, "governance", kept).sign_in()
    officer.follow("Retention")
    officer.look("retention")
    officer.follow("The schedule")
    officer.look("retention schedule")
    officer.follow("Retention")
    officer.follow("Legal holds")
    officer.look("legal holds")
    officer.follow("Retention")
    officer.page.get_by_role("link", name="Early help, advice").click()
    officer.page.get_by_text("Ask for its end").click()
    officer.page.get_by_label("Why may it be destroyed?").fill("Nothing came of it, and nobody has asked since.")
    officer.look("a file whose time has ended")
    officer.press("Ask a second person")
    officer.page.get_by_text("Somebody else must agree").wait_for()
    there = officer.page.url
    manager = Person(browser, address, "manager", kept).sign_in()
    manager.page.goto(there)
    manager.page.get_by_label("What did you look at?").fill("Every part of it.")
    manager.look("a second person")
    manager.press("Agree, and destroy the file")
    manager.page.get_by_role("heading", name="Certificate of destruction").wait_for()
    manager.look("certificate")
