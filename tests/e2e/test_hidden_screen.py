"""Hiding the screen by pressing Escape twice: blank at once, in every window, and what was being typed comes back."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from tests.e2e.conftest import Person


def test_escape_twice_hides_every_window_and_loses_nothing(app: Flask, browser: Browser, address: str, screens: Path) -> None:
    keep = screens if os.environ.get("SCREENS") else None
    school = Person(browser, address, "school", keep).sign_in()
    page = school.page
    school.look("start page with the button that hides")
    other = school.context.new_page()
    other.goto(f"{address}/referrals")
    page.goto(f"{address}/referrals")
    page.get_by_role("button", name="Start a referral").first.click()
    page.get_by_label("Yes").check()
    school.press("Save and continue")
    draft = page.url.partition("/questions")[0]
    box = page.get_by_role("textbox").first
    box.fill("Rang 999 at ten o'clock")
    page.keyboard.press("Escape")
    expect(box).to_be_visible()
    page.wait_for_timeout(900)
    expect(box).to_be_visible()  # once, or twice with time between, closes nothing
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    school.complaints.clear()  # the browser notes that the page was an answer of 401
    school.look("hidden")
    expect(page.get_by_text("Sam Example")).to_have_count(0)
    expect(other.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    school.press("Continue")
    school.press("Save and go on")
    page.goto(f"{address}/referrals")
    school.press("Hide this screen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    page.go_back()  # the page before is not kept by the browser
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    school.press("Continue")
    expect(page.get_by_text("Sam Example")).to_be_visible()
    # The browser tells of printing.
    page.goto(draft)
    with page.expect_response(f"{address}/printed"):
        page.pdf()
    with app.app_context():
        assert db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "page.printed")).all()
        db.session.remove()
