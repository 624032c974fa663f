"""A partnership sets its own words, in a browser; axe looks at every page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Person

pytestmark = pytest.mark.xdist_group("browser")


def test_two_people_agree_the_guidance(address: str, browser: Browser, screens: Path) -> None:
    kept = screens if os.environ.get("SCREENS") else None
    manager = Person(browser, address, "manager", kept).sign_in()
    manager.follow("Local settings")
    manager.look("local settings")
    manager.follow("Guidance on the referral form")
    manager.look("local guidance")
    manager.press("Propose a change")
    page = manager.page
    page.get_by_label("What to do first in an emergency").fill("Call 999 first. Then call the front door, and then fill in this form.")
    page.get_by_label("Phone number out of hours").fill("01632 960199")
    page.get_by_label("Name of the threshold document").fill("Right help, right time")
    page.get_by_label("Link to the threshold document").fill("http://www.example.org/help")
    page.get_by_text("What you are worried about").click()
    page.get_by_label("What are you worried about?", exact=True).fill("Say what you saw and heard first.\nThen what you make of it.")
    page.get_by_label("Why is this changed").fill("The board agreed the new threshold document.")
    manager.press("Preview")
    manager.complaints.clear()  # the browser notes the refusal
    manager.look("local guidance refused")
    page.get_by_label("Link to the threshold document").fill("https://www.example.org/help")
    manager.press("Preview")
    manager.look("local guidance preview")
    manager.press("Ask a second person to approve")
    manager.look("local guidance waits")
    there = page.url
    officer = Person(browser, address, "governance", kept).sign_in()
    officer.page.goto(there)
    officer.page.get_by_label("What did you look at").fill("Read it, and called both numbers.")
    officer.look("local guidance to approve")
    officer.press("Approve this version")
    officer.look("local guidance approved")
    school = Person(browser, address, "school", kept).sign_in()
    school.press("Start a referral")
    school.page.get_by_role("link", name="01632 960199").wait_for()
    school.look("danger with guidance")
    school.page.goto(school.page.url.replace("/danger", "/narrative"))
    school.look("narrative with guidance")
