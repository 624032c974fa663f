"""Taking a referral in the queue, handing it on, and bringing back what somebody has who is away."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency


def test_a_referral_is_taken_handed_on_and_brought_back(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        with transaction() as session:
            reference = receive(session, agency(session), siblings(), at=now()).referral.reference
        db.session.remove()
    screener = Person(browser, address, "screener", screens).sign_in()
    screener.look("queue of nobody")
    screener.follow(str(reference))
    screener.look("case of nobody")
    screener.press("Take it")
    screener.look("case of mine")
    screener.follow("Hand it on")
    screener.press("Save")
    screener.complaints.clear()  # the browser notes the 400
    screener.look("hand on with nothing said")
    screener.page.get_by_label("Whose is it from now on?").select_option(label="Max Example")
    screener.page.get_by_label("Why does it change hands?").fill("I am on leave from tomorrow. The school expects a call.")
    screener.press("Save")
    manager = Person(browser, address, "manager", screens).sign_in()
    manager.follow("Notices")
    manager.look("notice of a referral")
    manager.page.goto(f"{address}/workload")
    manager.look("workload")
    manager.follow("Bring them back to the queue")
    manager.look("bring back")
    manager.page.get_by_label("Why do they come back").fill("Away until Monday")
    manager.press("Bring them back")
    manager.page.goto(f"{address}/queue?whose=nobody")
    manager.look("queue with one back")
    manager.follow(str(reference))
    manager.follow("Give it to somebody")
    manager.look("whose it was")
