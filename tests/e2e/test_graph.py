"""The pages that ask the concern graph, the family tree, the chronology and the warnings, in a browser at two widths."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.agencies.service import actor_for
from safeguard.concerns.service import record_event
from safeguard.concerns.warnings import ProposedNote, add_note
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import about, siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

_ROOM = {"link": {"online": "Blockworld, room 77"}}
pytestmark = pytest.mark.xdist_group("browser")


def _told(app: Flask) -> dict[str, uuid.UUID]:
    """Maya and Leo with a mother of whom something is recorded, and Wren, of whom the same online space is named."""
    found: dict[str, uuid.UUID] = {}
    with app.app_context():
        with transaction_at(now() - timedelta(days=40)) as (session, at):
            document = siblings(client_reference="G-1")
            document["people"][0] |= {"phone": "01632 960301"}
            made = receive(session, agency(session), document, at=at)
            found = {one.record.document_key or "": one.person_id for one in made.people} | {"referral": made.referral.id}
            maya, mother = made.people[0].record, next(one.record for one in made.people if one.record.role == "adult")
            wren = receive(session, agency(session, "police"), about("Wren", "Plumtree", "2013-02-03", client_reference="G-2"), at=at)
            found["wren"] = wren.people[0].person_id
        with transaction_at(now()) as (session, at):
            police = agency(session, "police").id
            said: dict[str, Any] = {
                "kind": "professional_observation", "known_on": today(), "agency_id": police, "source_code": "6", "at": at,
            }  # fmt: skip
            for record in (maya, wren.people[0].record):
                record_event(session, record_id=record.id, summary="Plays there", facts=_ROOM, **said)
            history = {"fact": "risk_to_children", "status": "alleged", "told": "no", "review_on": today().isoformat()}
            record_event(session, record_id=mother.id, summary="On record", facts={"adult_history": history}, **said)
            note = ProposedNote("in_pairs", "Two people at any visit.", today() + timedelta(days=90), "yes", "By letter.")
            found["note"] = add_note(session, actor_for(session, "screener@demo.example"), note, person_id=found["p1"], at=at).id
        db.session.remove()
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_pages_of_the_graph(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    ids = _told(app)
    screener = Person(browser, address, "screener", screens if os.environ.get("SCREENS") else None).sign_in()
    maya, mother = ids["c1"], ids["p1"]
    for what, path, says in (
        ("person", f"/people/{maya}", "How it reaches"),
        ("family tree", f"/referrals/{ids['referral']}/family", "Carla Fernsby"),
        ("chronology", f"/people/{maya}/chronology", "Plays there"),
        ("chronology form", f"/people/{mother}/chronology/add/adult_history", "To be reviewed by"),
        ("named", f"/people/{maya}/chronology/add/link", "Online space"),
        ("network", f"/people/{maya}/network?hops=2", "names Blockworld, room 77"),
        ("relationships", f"/people/{maya}/relationships", "Carla Fernsby"),
        ("changes", f"/people/{maya}/changes", "Became known"),
        ("connect", f"/people/{maya}/connection", "Leo Fernsby"),
        ("connection", f"/people/{maya}/connection/{ids['wren']}", "the same online space"),
        ("reach of a person", f"/reach/{mother}", "Maya Fernsby"),
        ("groups", "/groups", "Wren Plumtree"),
        ("warnings", "/warnings?view=all", "Which children this connects"),
        ("adults to review", "/warnings/adults", "Carla Fernsby"),
        ("warning", f"/warnings/{ids['note']}", "Two people at any visit."),
        ("as one", f"/people/{maya}/merge/{ids['c2']}", "The family as it would be"),
    ):
        screener.page.goto(address + path)
        assert says in screener.page.locator("main").inner_text(), what
        screener.look(what)
