"""Answering a request for one's own data in a browser; axe looks at every state of the pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import today
from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

pytestmark = pytest.mark.xdist_group("browser")


def test_answering_a_request(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            maya = receive(session, agency(session), siblings(), at=at).people[0].person_id
        db.session.remove()
    officer = Person(browser, address, "governance", screens if os.environ.get("SCREENS") else None).sign_in()
    page = officer.page
    officer.follow("Subject access")
    officer.look("no request")
    page.goto(f"{address}/people/{maya}")
    officer.say_purpose("Somebody’s rights over their own data")
    officer.look("person for an officer")
    officer.follow("Open a subject access request")
    officer.look("open a request")
    page.get_by_label("The person themselves").check()
    page.get_by_label("How do you know").fill("Passport seen at the council's office")
    for part, value in (("Day", today().day), ("Month", today().month), ("Year", today().year)):
        page.get_by_label(part, exact=True).fill(str(value))
    officer.press("Open the request")
    officer.look("request")
    there = page.url
    page.get_by_role("link", name="Referral").nth(2).click()
    page.wait_for_load_state()
    officer.look("part")
    page.get_by_label("Give it with words hidden").check()
    page.get_by_label("Other words to hide").fill("food")
    officer.press("Save and go to the next part")
    page.get_by_text("Choose the exemption").first.wait_for()
    officer.complaints.clear()  # the browser notes the 400
    officer.look("part without an exemption")
    page.get_by_label("The exemption").select_option("other_person")
    page.get_by_label("Why it holds here").fill("It tells what her mother said")
    officer.press("Save and go to the next part")
    page.goto(there)
    officer.look("request with a choice")
    page.get_by_text("Close the request").first.click()
    officer.look("closing")
