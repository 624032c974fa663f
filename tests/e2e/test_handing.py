"""Handing a case summary to somebody outside, who opens the link of the email in a browser of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
from flask import Flask
from playwright.sync_api import Browser

from safeguard.accounts import outbox
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.mash.case import open_case
from safeguard.meetings.service import make_summary
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, somebody


def test_a_summary_is_handed_over_and_opened_once(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        with transaction() as session:
            referral = receive(session, agency(session), siblings(), at=now()).referral.id
        with transaction() as session:
            worker = somebody(session, "screener")
            make_summary(session, worker, open_case(session, worker, referral, at=now()), authority="A", at=now())
        db.session.remove()
    screener = Person(browser, address, "screener", screens).sign_in()
    screener.page.goto(f"{address}/referrals/{referral}/summaries")
    screener.look("a version to hand over")
    screener.follow("Hand version 1 over by link")
    screener.look("hand over")
    screener.press("Hand it over")
    screener.complaints.clear()  # the browser notes the 400
    screener.look("hand over with nothing said")
    screener.page.get_by_label("Somebody else").check()
    screener.page.get_by_label("Who they are").fill("Alex Morgan, solicitor for the child")
    screener.page.get_by_label("Their email address").fill("alex@chambers.example")
    screener.page.get_by_label("Why are they given it?").fill("The court made them the child's solicitor, and asks for it.")
    screener.press("Hand it over")
    screener.look("handed over")
    password = screener.page.locator(".app-password").inner_text()
    outside = Person(browser, address, "outside", screens)
    outside.page.goto(_link(app, address))
    outside.look("open a document")
    assert outside.page.get_by_label("Code from the email").input_value()
    assert "#" not in outside.page.url
    outside.page.get_by_label("Password").fill("A wrong one")
    outside.press("Get the document")
    outside.complaints.clear()
    outside.look("open with a wrong password")
    outside.page.get_by_label("Password").fill(password.lower())
    with outside.page.expect_download() as waiting:
        outside.press("Get the document")
    with pikepdf.open(Path(str(waiting.value.path())), password=password) as pdf:
        assert pdf.pages
    screener.follow("Go back to where you were")
    screener.look("what became of the link")
    assert "Opened" in screener.page.locator("#handed + table").inner_text()


def _link(app: Flask, address: str) -> str:
    with app.app_context():
        with transaction() as session:
            taken: Any = outbox.take(session, address)
        db.session.remove()
    return str(next(line for line in taken.letter.body.splitlines() if line.startswith("http")))
