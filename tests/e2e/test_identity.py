"""Joining two people with a second person's word, taking it back, joining again and parting: in a browser, with axe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.database import db
from tests.e2e.conftest import Person
from tests.integration.two_people import OCTOBER, homes, tell_of, two_people

pytestmark = pytest.mark.xdist_group("browser")


def test_join_take_back_and_part(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    keep = screens if os.environ.get("SCREENS") else None
    with app.app_context():
        two = two_people()
        before = homes(db.session())
        db.session.remove()
    screener = Person(browser, address, "screener", keep).sign_in()
    manager = Person(browser, address, "manager", keep).sign_in()
    screener.page.goto(f"{address}/people/{two.newer}/merge/{two.older}")
    screener.look("merge")
    screener.press("Ask a colleague to confirm")
    screener.complaints.clear()  # the browser notes the 400
    screener.look("merge without a reason")
    _reason(screener, "The mother says that they moved in August, and gave both addresses.")
    screener.press("Ask a colleague to confirm")
    screener.look("merge asked for")
    manager.page.goto(f"{address}/queue")
    manager.follow("1 joining to confirm")
    manager.look("merges")
    manager.follow("Amelia Smith and Amelia Smith")
    manager.look("merge to answer")
    manager.page.get_by_label("Yes, join them").check()
    _reason(manager, "I rang the school: one girl, two addresses.")
    manager.press("Record your answer")
    manager.look("person joined")
    with app.app_context():
        later = tell_of("Amelia", "Smith", "2015-03-27", "T-3", OCTOBER).people[0].record.id
        db.session.remove()
    manager.follow("History of identity")
    manager.page.get_by_text("Field by field").first.click()
    manager.look("identity")
    manager.follow("Take this joining back")
    manager.look("undo")
    manager.page.get_by_label("The person who was joined to them").check()
    manager.page.get_by_label("They are different people").check()
    _reason(manager, "The other girl came to the door.")
    manager.press("Take it back")
    manager.look("identity after undo")
    with app.app_context():
        assert homes(db.session()) == {**before, later: two.newer}
        db.session.remove()
    _part(manager, address, str(two.newer))
    with app.app_context():
        assert len(set(homes(db.session()).values())) == 3
        db.session.remove()


def _part(manager: Person, address: str, person_id: str) -> None:
    manager.page.goto(f"{address}/people/{person_id}")
    manager.follow("Part this person in two")
    manager.look("split")
    manager.press("See what goes where")
    manager.complaints.clear()  # the browser notes the 400
    manager.look("split with nothing chosen")
    manager.page.locator("input[name=records]").first.check()
    manager.press("See what goes where")
    manager.look("split check")
    _reason(manager, "The October referral is about her cousin.")
    manager.press("Part them")
    manager.look("person parted")
    manager.page.locator("td[data-label=Stated] a").first.click()
    manager.page.wait_for_load_state()
    manager.look("record")


def _reason(person: Person, words: str) -> None:
    person.page.locator("textarea[name=reason]").fill(words)
