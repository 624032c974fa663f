"""The family network in a browser: filters, the days it grew by, evidence, pins and keys; and the same page without scripts."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_exploring_a_network(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    with app.app_context():
        for days, slug in ((300, "police"), (1, "oakfield-primary-school")):
            with transaction_at(now() - timedelta(days=days)) as (session, at):
                made = receive(session, agency(session, slug), siblings(client_reference=f"N-{days}"), at=at)
                path = f"/referrals/{made.referral.id}/network"
        db.session.remove()
    screener = Person(browser, address, "screener", screens if os.environ.get("SCREENS") else None).sign_in()
    page = screener.page
    page.goto(address + path)
    page.locator("#network[data-ready]").wait_for()
    screener.look("network")
    shown = page.locator("#network-count")
    everything = shown.inner_text()
    page.get_by_label("Homes").uncheck()
    assert shown.inner_text() != everything
    page.get_by_label("Homes").check()
    page.locator("#network-time").focus()
    page.keyboard.press("Home")
    assert "as known by" in shown.inner_text()
    page.keyboard.press("End")
    assert shown.inner_text() == everything
    page.get_by_label("Choose somebody or something").select_option(label="Carla Fernsby")
    evidence = page.locator("#network-evidence").inner_text()
    assert "Carla Fernsby is mother of Maya Fernsby" in evidence
    assert "Said by" in evidence
    screener.press("Pin")
    assert page.get_by_role("button", name="Unpin").get_attribute("aria-pressed") == "true"
    page.locator("#network-canvas").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    screener.look("network explored")
    page.get_by_role("button", name="Show how it grew").click()
    page.get_by_role("button", name="Stop").wait_for()
    assert "as known by" in shown.inner_text()
    page.get_by_role("button", name="Show how it grew").wait_for()
    assert shown.inner_text() == everything
    page.emulate_media(media="print")
    assert page.locator("svg.app-figure").is_visible(), "paper has the still picture"
    assert page.locator("table.app-network__table").is_visible()
    assert not page.locator("#network-canvas").is_visible()
    assert not page.locator(".app-network__tools").is_visible()
    if screener.screens:
        page.pdf(path=screener.screens / "network.pdf")
    page.emulate_media(media="screen")
    still = Person(browser, address, "screener", scripts=False).sign_in()
    still.page.goto(address + path)
    assert still.page.locator("svg.app-figure").is_visible()
    assert not still.page.locator(".app-network__tools").is_visible()
