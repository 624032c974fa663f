"""Places, online spaces and phones that are named: drawn, joined within a window, and asked which children they connect."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.concerns.marks import marks_of
from safeguard.concerns.model import EventMark
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db
from safeguard.people.model import SourceRecord
from safeguard.referrals.submission import receive
from tests.documents import about
from tests.integration.help import agency, transaction_at
from tests.integration.restricted import restricted

ROOM = "Blockworld, room 77"


def _told(app: Flask) -> dict[str, uuid.UUID]:
    """Maya, whose referral names an online space and a phone; Wren, whose parent gives that number; and Ash, of another family."""
    found: dict[str, uuid.UUID] = {}
    with app.app_context():
        for days, name, phone, facts in (
            (30, "Maya", "01632 960301", {"link": {"online": ROOM, "phone": "01632 960301"}}),
            (20, "Wren", "+44 1632 960301", {}), (10, "Ash", "01632 960555", {}),
        ):  # fmt: skip
            with transaction_at(now() - timedelta(days=days)) as (session, at):
                document = about(name, f"{name}field", "2012-04-05", client_reference=name)
                document["children"][0] |= {"facts": facts, "concerns": ["exploitation_criminal"]}
                document["people"] = [{"key": "p1", "kind": "adult", "given_names": "Kit", "surname": f"{name}field", "phone": phone}]
                document["relationships"] = [{"from": "p1", "to": "c1", "kind": "parent"}]
                document["addresses"] = [{"key": "h1", "lines": [f"{days} Test Row"]}]
                made = receive(session, agency(session), document, at=at)
                found[name] = made.people[0].person_id
        db.session.remove()
    return found


def _page(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_an_online_space_joins_children_and_says_whom_it_connects(app: Flask, sign_in: Callable[[str], Any]) -> None:
    people = _told(app)
    screener = sign_in("screener")
    here = f"/people/{people['Ash']}/chronology/add/link"
    assert "Online space" in _page(screener.get(here))
    day = today() - timedelta(days=5)
    with app.app_context():
        school = agency(db.session(), "police").id
    said = {"agency_id": str(school), "known_on-day": day.day, "known_on-month": day.month, "known_on-year": day.year,
            "happened_on-day": day.day, "happened_on-month": day.month, "happened_on-year": day.year,
            "summary": "Seen to play there", "online": "https://www.blockworld/ROOM-77"}  # fmt: skip
    answer = screener.submit(here, said)
    assert answer.status_code == 302, _page(answer)
    network = _page(screener.get(f"/people/{people['Ash']}/network"))
    assert "names the same online space: " in network
    assert "What is recorded of Ash Ashfield names " in network
    with app.app_context():
        mark = db.session.scalars(select(EventMark.id).where(EventMark.kind == "online")).first()
    assert f'href="/reach/{mark}"' in network or len(re.findall(r'href="/reach/', network)) > 1
    reached = _page(screener.get(f"/reach/{mark}"))
    assert "Maya Mayafield" in reached
    assert "Ash Ashfield" in reached
    assert "Wren" not in reached
    with app.app_context(), transaction_at(now()) as (session, _at):
        restricted(session, people["Maya"])
    # Maya is not there any more, so her mark is not; the other one connects Ash alone.
    with app.app_context():
        marks = list(db.session.scalars(select(EventMark.id).where(EventMark.kind == "online")))
    answers = [screener.get(f"/reach/{one}") for one in marks]
    assert sorted(one.status_code for one in answers) == [200, 404]
    assert all("Mayafield" not in one.get_data(as_text=True) for one in answers)
    assert "Mayafield" not in _page(screener.get(f"/people/{people['Ash']}/network?hops=2"))


def test_a_phone_says_whom_it_connects(app: Flask, sign_in: Callable[[str], Any]) -> None:
    people = _told(app)
    screener = sign_in("screener")
    with app.app_context():
        given = select(SourceRecord.surname, SourceRecord.id).where(SourceRecord.phone.is_not(None))
        records = dict(db.session.execute(given).tuples().all())
        record, none = records["Wrenfield"], records["Ashfield"]
        mark = db.session.scalars(select(EventMark.id).where(EventMark.kind == "phone")).one()
    for asked in (record, mark):
        reached = _page(screener.get(f"/reach/{asked}"))
        assert "Children connected by 01632960301" in reached
        assert "Maya Mayafield" in reached
        assert "Wren Wrenfield" in reached
        assert "Ash" not in reached
        assert "What is recorded of Maya Mayafield names 01632 960301" in reached
        assert "The phone number 01632960301 was given for Kit Wrenfield" in reached
        assert "Kit Wrenfield is parent of Wren Wrenfield" in reached
    assert "Ash Ashfield" in _page(screener.get(f"/reach/{none}"))
    network = _page(screener.get(f"/people/{people['Wren']}/network?hops=2"))
    asks = re.search(r'href="/reach/([^"]+)">Which children this connects<[^>]+>: The same phone number', network)
    assert asks is not None
    assert uuid.UUID(asks[1]) in records.values()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.blockworld.example/r/77", "blockworld.example/R/77", True),
        ("M.blockworld.example", "http://blockworld.example", True),
        ("Snap: wolf_pack", "snap wolf pack", True),
        ("wolf", "wolf", False),
        ("blockworld room 7", "blockworld room 8", False),
    ],
)
def test_when_two_ways_of_writing_mean_one_online_space(one: str, other: str, same: bool) -> None:
    marks = [{mark for _kind, mark, _label in marks_of({"link": {"online": said}})} for said in (one, other)]
    assert bool(marks[0] & marks[1]) is same
