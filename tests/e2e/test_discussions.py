"""The record of a strategy discussion in a browser: its parts, what is missing, and what follows."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.meetings.discussions import service
from safeguard.meetings.discussions.model import StrategyDiscussion
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, somebody, transaction_at
from tests.unit.meetings.test_discussions import WHOLE

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the other draws the same pages
]


def test_written_and_agreed(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context(), transaction_at(now() - timedelta(hours=1)) as (session, at):
        made = receive(session, agency(session, "police"), siblings(), at=at)
        case = made.referral.id
    keep = screens if os.environ.get("SCREENS") else None
    chair = Person(browser, address, "chair", keep).sign_in()
    page = chair.page
    page.goto(f"{address}/referrals/{case}/discussions")
    chair.say_purpose("A strategy discussion")
    chair.look("no discussion yet")
    chair.press("Begin the record of a discussion")
    chair.look("when and who")
    page.get_by_label("Name").first.fill("Jo Example")
    chair.press("Save and continue")
    chair.complaints.clear()  # the browser notes the 400
    chair.look("when with problems")
    page.get_by_role("link", name="The record").click()
    record = page.url
    for part in ("reason", "information", "decision", "actions"):
        page.goto(f"{record}/parts/{part}")
        chair.look(part)
    page.goto(record)
    chair.look("draft with gaps")
    with app.app_context(), transaction_at(now()) as (session, at):
        draft = session.query(StrategyDiscussion).one()
        attendees = [*WHOLE["attendees"][:2], {**WHOLE["attendees"][2], "there": "apologies", "why_not": "On call."}]
        content = {**WHOLE, "attendees": attendees}
        draft.held_at, draft.content = at, content
        session.flush()
        service.agree(session, somebody(session, "chair"), draft.id, override="Tonight.", version=draft.version, at=at)
    page.reload()
    chair.look("agreed")
    page.get_by_role("button", name="Note as done today").click()
    chair.look("action done")
    assert "noted by Charlie Example" in page.locator("main").inner_text()
