"""An agency is asked in a browser, answers with a fact, and the child's chronology and flags show it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("catalogue")]


def test_asked_answered_and_in_the_chronology(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context(), transaction_at(now() - timedelta(hours=1)) as (session, at):
        made = receive(session, agency(session, "police"), siblings(), at=at)
        case, maya = f"{address}/referrals/{made.referral.id}/case", made.people[0].person_id
    keep = screens if os.environ.get("SCREENS") else None
    screener = Person(browser, address, "screener", keep).sign_in()
    page = screener.page
    page.goto(case)
    screener.follow("Ask agencies for information")
    screener.press("Ask them")
    screener.complaints.clear()  # the browser notes the 400
    screener.look("ask with problems")
    page.get_by_label("Oakfield Primary School").check()
    page.get_by_label("Aldermoor Police").check()
    page.get_by_label("Maya Fernsby").check()
    page.get_by_label("Their address").check()
    page.get_by_label("School, nursery and attendance").check()
    page.get_by_label("To decide what response the referral needs").check()
    page.get_by_label("Legal obligation: the duty to share").check()
    page.get_by_label("No, and it must not learn of it from you").check()
    screener.press("Ask them")
    page.get_by_text("Who was told what, and why").first.click()
    screener.look("case with checks")
    responder = Person(browser, address, "responder", keep).sign_in()
    responder.look("requests")
    responder.follow("Maya Fernsby")
    responder.look("request")
    assert "Leo Fernsby" not in responder.page.content()
    responder.page.get_by_label("We do not share what was asked").check()
    responder.look("request refused")
    responder.page.get_by_label("We know something").check()
    responder.page.get_by_label("Summary, or your reason").fill("Late most days since September.")
    responder.page.get_by_label("The MASH and a strategy discussion", exact=True).check()
    responder.press("Send the answer")
    responder.page.get_by_text("Injury and the child's words").first.click()
    responder.look("choose a fact")
    responder.follow("What the child said")
    responder.look("fact")
    today = now().date()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        responder.page.get_by_label(part, exact=True).first.fill(str(value))
    responder.page.get_by_label("In the child's own words").fill("I sleep in the car.")
    responder.press("Give this fact")
    responder.look("fact given")
    page.goto(case)
    screener.look("case answered")
    main = page.locator("main").inner_text()
    assert "Late most days since September." in main
    assert "I sleep in the car." in page.locator("#flags ~ section").first.inner_text()
    screener.follow("Agency checks")
    screener.look("checks that wait")
    page.goto(f"{address}/people/{maya}/chronology")
    screener.look("chronology")
    assert "I sleep in the car." in page.locator("main").inner_text()
    page.goto(case)
    screener.follow("Write down what they said by telephone")
    screener.look("write down")
