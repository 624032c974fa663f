"""The risk pages in a browser: the list, a Red dismissed and looked at twice, a draft policy tried and adopted."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.referrals.submission import receive
from safeguard.risk.policy import Policy
from safeguard.risk.service import evaluate
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.flagging import Findings, events_of, finding
from tests.integration.help import agency, transaction_at

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("catalogue")]


def _flagged(app: Flask, findings: Findings) -> None:
    """Maya and Leo, told of by three agencies in three months; Maya with a Red flag."""
    with app.app_context():
        people = []
        for back, slug in ((80, "police"), (50, "health-visiting"), (1, "oakfield-primary-school")):
            with transaction_at(now() - timedelta(days=back)) as (session, at):
                made = receive(session, agency(session, slug), siblings(client_reference=f"E-{back}"), at=at)
                people = [one.person_id for one in made.people[:2]]
        with transaction_at(now()) as (session, at):
            maya, leo = (events_of(session, person) for person in people)
            findings.set(
                {
                    people[0]: [finding("S05", "RED", maya), finding("S24", "AMBER", maya)],
                    people[1]: [finding("S02", "AMBER", leo), finding("S24", "AMBER", leo)],
                }
            )
            evaluate(session, None, people, at=at)


def test_a_red_looked_at_twice(app: Flask, address: str, browser: Browser, screens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _flagged(app, Findings(monkeypatch))
    keep = screens if os.environ.get("SCREENS") else None
    screener = Person(browser, address, "screener", keep).sign_in()
    page = screener.page
    screener.follow("Risk")
    screener.look("risk")
    page.get_by_text("Narrow the list").first.click()
    page.get_by_text("The year in words").first.click()
    screener.look("risk narrowed")
    screener.follow("New concern after closing")
    screener.look("red flag")
    screener.press("I take this flag")
    page.get_by_label("Not relevant here").check()
    page.get_by_label("Reason").fill("The school spoke of a film.")
    screener.press("Record your answer")
    screener.look("person with flags")
    assert "Waiting for a second person" in page.locator("main").inner_text()
    manager = Person(browser, address, "manager", keep).sign_in()
    manager.follow("Risk")
    manager.follow("Waiting for a second person (1)")
    manager.look("waiting")
    manager.follow("New concern after closing")
    manager.look("second person")
    manager.page.get_by_label("No, send it back to be answered again").check()
    manager.page.get_by_label("Why", exact=True).fill("Ask the child first.")
    manager.press("Record your view")
    manager.follow("Answer several flags of this family")
    manager.press("Record these answers")
    manager.complaints.clear()  # the browser notes the 400
    manager.look("several answers")
    manager.page.go_back()
    manager.page.goto(f"{address}/risk")
    assert "sent_back" not in manager.page.locator("main").inner_text()


def test_a_draft_policy_tried_and_adopted(
    app: Flask, address: str, browser: Browser, screens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        for back, slug in ((80, "police"), (50, "health-visiting"), (3, "oakfield-primary-school")):
            with transaction_at(now() - timedelta(days=back)) as (session, at):
                receive(session, agency(session, slug), siblings(client_reference=f"E-{back}"), at=at)
    keep = screens if os.environ.get("SCREENS") else None
    manager = Person(browser, address, "manager", keep).sign_in()
    page = manager.page
    manager.follow("Risk")
    manager.follow("The policy behind it")
    manager.look("policy")
    manager.follow("Try a draft over the past year")
    manager.look("draft")
    shipped = Policy.load()
    draft = shipped.text.replace(shipped.version, "browser-2").replace("[S03]\non = true", "[S03]\non = false")
    page.get_by_label("The draft, as TOML").fill(draft.replace("recent = 90", "recent = ninety"))
    manager.press("Try this draft")
    manager.complaints.clear()  # the browser notes the 400
    manager.look("draft that makes no sense")
    page.get_by_label("The draft, as TOML").fill(draft)
    manager.press("Try this draft")
    page.get_by_role("heading", name="Trial of policy browser-2").wait_for(timeout=30_000)  # it goes on by itself
    manager.look("trial")
    page.get_by_label("Why is this policy adopted, and who agreed to it?").fill("Agreed in November.")
    manager.press("Adopt policy browser-2")
    manager.look("adopted")
    assert "Risk policy browser-2" in page.locator("main").inner_text()
