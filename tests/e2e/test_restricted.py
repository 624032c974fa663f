"""Restricting a record, opening one in an emergency and answering for both, in a real browser; axe looks at every page."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, expect

from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency


def test_a_record_is_restricted_opened_in_an_emergency_and_reviewed(
    app: Flask, browser: Browser, address: str, screens: Path
) -> None:
    keep = screens if os.environ.get("SCREENS") else None
    with app.app_context():
        with transaction() as session:
            made = receive(session, agency(session), siblings(), at=now())
            maya, reference = made.people[0].person_id, made.referral.reference or ""
        db.session.remove()
    manager = Person(browser, address, "manager", keep).sign_in()
    manager.page.goto(f"{address}/people/{maya}")
    manager.follow("Restrict this record")
    manager.look("restrict")
    manager.press("Restrict the record")
    manager.complaints.clear()  # the browser notes that the page was an answer of 400
    manager.look("restrict with what is missing")
    page = manager.page
    page.get_by_label("Reason").fill("Her aunt is a social worker at the hub.")
    page.get_by_label("Drew Example, MASH decision-maker").check()
    for part, value in (("Day", "1"), ("Month", "3"), ("Year", str(today().year + 1))):
        page.get_by_role("textbox", name=part).fill(value)
    manager.press("Restrict the record")
    manager.look("a restriction")
    page.goto(f"{address}/restrictions")
    manager.look("restrictions")

    screener = Person(browser, address, "screener", keep).sign_in()
    screener.page.goto(f"{address}/people/{maya}")
    expect(screener.page.get_by_role("heading", level=1)).to_contain_text("not found", ignore_case=True)
    screener.complaints.clear()
    screener.page.goto(f"{address}/emergency")
    screener.page.get_by_label("Referral reference").fill(reference)
    screener.page.get_by_label("Why can it not wait?").fill("A nurse says that she is bleeding, and nobody named answers.")
    screener.press("Open it for an hour")
    screener.look("an emergency")
    screener.page.goto(f"{address}/people/{maya}")
    expect(screener.page.get_by_role("heading", level=1)).to_contain_text("Maya Fernsby")
    screener.follow("I know this family")
    screener.look("conflict")
    screener.page.goto(f"{address}/your-home")
    screener.look("home")

    governance = Person(browser, address, "governance", keep).sign_in()
    for place in ("reviews", "conflicts", "notices", "permissions", f"audit/people/{maya}"):
        governance.page.goto(f"{address}/{place}")
        governance.look(place.split("/")[0] + (" of a person" if "/" in place else ""))
