"""Whatever a flag cites can be read where the flag is: housemates' concerns, and what is said of an adult's children."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import about, siblings
from tests.integration.help import agency, transaction_at

AUTUMN = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)


def test_a_housemate_s_concerns_are_in_the_history_and_say_why(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Zofia is no relation: she only lives at Maya's address."""
    with app.app_context():
        with transaction_at(AUTUMN) as (session, at):
            zofia = receive(session, agency(session, "police"), about("Zofia", "Kowalska", "2019-06-30", client_reference="H-1"), at=at)
        with transaction_at() as (session, at):
            maya = receive(session, agency(session), siblings(client_reference="H-2"), at=at)
            reference, maya_id, referral = zofia.referral.reference, maya.people[0].person_id, maya.referral.id
        db.session.remove()
    screener = sign_in("screener")
    for path in (f"/referrals/{referral}/family", f"/people/{maya_id}"):
        page = screener.get(path).get_data(as_text=True)
        history = page[page.index("Chronology, newest first") :]
        assert "Zofia Kowalska (lives in the same home)" in history
        assert str(reference) in history
        assert "Maya Fernsby (lives" not in history


def test_an_adult_s_page_tells_of_the_children_and_the_flags_that_rest_on_them(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The mother is referred with two families: S25 cites her links, and her own page says so."""
    other = siblings(client_reference="A-2", addresses=[{"key": "h1", "lines": ["3 Mill Lane"], "postcode": "AM7 2BD"}])
    other["children"] = [{**other["children"][0], "given_names": "Zofia", "birth": {"kind": "born", "date": "2019-06-30"}}]
    other["relationships"] = [{"from": "p1", "to": "c1", "kind": "parents_partner"}]
    with app.app_context():
        for document in (siblings(client_reference="A-1"), other):
            with transaction_at() as (session, at):
                made = receive(session, agency(session, "police"), document, at=at)
                mother = made.people[-1].person_id
                raised = {flag.signal for flag in made.flags}
        db.session.remove()
    page = sign_in("screener").get(f"/people/{mother}").get_data(as_text=True)
    assert "Chronology, newest first" in page
    history = page[page.index("Chronology, newest first") :]
    assert "Zofia Fernsby" in history
    assert "Maya Fernsby" in history
    assert "S25" in raised
    assert "Flags of others that rest on what is known of Carla Fernsby" in page
