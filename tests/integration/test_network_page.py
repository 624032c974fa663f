"""The network page: everything near in the picture and in words, noted in the audit, and the same without scripts."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from safeguard.agencies.service import actor_for
from safeguard.audit.model import AuditEvent
from safeguard.concerns.model import Address, Residence
from safeguard.kernel.database import db, transaction
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.referrals.addenda import add
from safeguard.referrals.model import Referral
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, transaction_at


def _told(app: Flask) -> tuple[str, str]:
    """Maya and Leo, told of by two agencies a year apart: a referral and the first child."""
    with app.app_context():
        for days, slug in ((365, "police"), (0, "oakfield-primary-school")):
            with transaction_at(MONDAY - timedelta(days=days)) as (session, at):
                made = receive(session, agency(session, slug), siblings(client_reference=f"N-{days}"), at=at)
                found = str(made.referral.id), str(made.people[0].person_id)
        db.session.remove()
    return found


def _data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="network-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_picture_and_the_table_tell_the_same(app: Flask, sign_in: Callable[[str], Any]) -> None:
    referral, maya = _told(app)
    screener = sign_in("screener")
    answer = screener.get(f"/referrals/{referral}/network")
    page = answer.get_data(as_text=True)
    data = _data(page)
    assert {node["name"] for node in data["nodes"] if node["focus"]} == {"Maya Fernsby", "Leo Fernsby"}
    assert {link["group"] for link in data["links"]} >= {"family", "home", "contact", "named"}
    table = page[page.index("Everything in the picture, in words") : page.index('id="network-data"')]
    for link in data["links"]:
        # Of a group there is one row for all whom it is about, and one for each of what it holds.
        if link["group"] != "named" and link["kind"] != "Whom it was about" and not link["id"].startswith("events:"):
            assert link["words"] in table, link
    assert table.count(", about Leo Fernsby and Maya Fernsby; it also names Carla Fernsby") == 2
    assert {"2025-11-16", "2026-11-16"} <= set(data["steps"])
    assert {link["known"] for link in data["links"]} <= set(data["steps"])
    assert page.count("<svg") >= 1
    kinds = Counter(node["shape"] for node in data["nodes"])
    assert (kinds["referral"], kinds["agency"]) == (2, 2)
    y = {node["name"]: node["y"] for node in data["nodes"]}
    assert y["Carla Fernsby"] < y["Maya Fernsby"] == y["Leo Fernsby"]
    assert "sha256-" in answer.headers["Content-Security-Policy"]
    assert "sha256-" not in screener.get("/queue").headers["Content-Security-Policy"]
    assert _data(screener.get(f"/people/{maya}/network?hops=2").get_data(as_text=True))["nodes"]


def test_a_view_of_the_network_is_noted_with_everybody_in_it(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, maya = _told(app)
    sign_in("screener").get(f"/people/{maya}/network")
    with app.app_context(), transaction() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "network.viewed")).one()
        assert str(noted.subject_id) == maya
        assert len(noted.details["shown"]) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_runs_as_many_statements_however_much_is_known(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """With nine more referrals, some are drawn and the others taken together: none costs a statement, and none is lost."""
    _referral, maya = _told(app)
    screener = sign_in("screener")
    first, _page = _counted(app, screener, f"/people/{maya}/network?hops=2")
    with app.app_context():
        for days in range(10, 100, 10):
            with transaction_at(MONDAY - timedelta(days=days)) as (session, at):
                receive(session, agency(session, "police"), siblings(client_reference=f"M-{days}"), at=at)
        db.session.remove()
    more, page = _counted(app, screener, f"/people/{maya}/network?hops=2")
    assert more == first
    assert "Only the newest 6 of 11 referrals and contacts are drawn one by one" in page
    assert Counter(node["shape"] for node in _data(page)["nodes"])["referral"] == 6
    assert len(set(re.findall(r"sent referral (SR-[\w-]+) of", page))) == 11


def test_concerns_and_events_are_drawn_together_until_each_is_asked_for(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Two concerns about Maya and Leo are one group that says so; each is a row of the table; and what was added is there too."""
    referral, maya = _told(app)
    with app.app_context(), transaction_at(MONDAY) as (session, at):
        kept = session.get_one(Referral, uuid.UUID(referral))
        add(session, actor_for(session, "school@demo.example"), kept, kind="information", words="Slept in the car", at=at)
    screener = sign_in("screener")
    page = screener.get(f"/referrals/{referral}/network").get_data(as_text=True)
    nodes = {node["shape"]: node for node in _data(page)["nodes"]}
    assert nodes["events"]["name"] == "2 concerns"
    assert nodes["addition"]["name"] == "More information, 16 November 2026"
    assert len(nodes["events"]["holds"]) == 2
    assert {link["target"] for link in _data(page)["links"] if link["source"] == nodes["events"]["id"]} == {
        node["id"] for node in _data(page)["nodes"] if node["focus"] or node["shape"] == "referral"
    }
    sent = {link["target"]: link["known"] for link in _data(page)["links"] if link["kind"] == "Who referred or told"}
    came = {link["target"]: link["known"] for link in _data(page)["links"] if link["id"].startswith("events:")}
    assert {target: known for target, known in came.items() if target in sent} == sent, "a contact is joined from its own day"
    assert all(link["spared"] for link in _data(page)["links"] if link["kind"] == "Whom it was about")
    table = " ".join(page[page.index("Everything in the picture, in words") : page.index('id="network-data"')].split())
    assert "2 concerns are about Leo Fernsby and Maya Fernsby" in table
    assert len(re.findall(r"told of the concern of [^<]*, about Leo Fernsby and Maya Fernsby", table)) == 2
    assert re.search(r"added: more information, 16 November 2026, to referral SR-", table)
    assert "Slept in the car" not in page
    each = screener.get(f"/referrals/{referral}/network?open={nodes['events']['id']}").get_data(as_text=True)
    assert screener.get(f"/referrals/{referral}/network?open=all").get_data(as_text=True).count('"shape": "concern"') == 2
    shapes = Counter(node["shape"] for node in _data(each)["nodes"])
    assert (shapes["concern"], shapes["events"]) == (2, 0)
    assert each.count("Draw all of them together again") == 1
    strange = screener.get(f"/people/{maya}/network?open={uuid.uuid4()}").get_data(as_text=True)
    assert Counter(node["shape"] for node in _data(strange)["nodes"])["events"] == 1
    assert screener.get(f"/people/{maya}/network?open=some").status_code == 404


def test_two_hundred_children_at_one_address_do_not_flood_the_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Those of the child are there, and the page says how many others are said to have lived there; so does what asks of the place."""
    with app.app_context():
        with transaction_at(MONDAY) as (session, _at):
            child, home = _hostel(session, 200)
        db.session.remove()
    screener = sign_in("screener")
    screener.say_purpose(f"/people/{child}")
    page = screener.get(f"/people/{child}/network?hops=3").get_data(as_text=True)
    assert "200 people are said to have lived at 1 Hostel Row: not all of them are shown." in page
    assert Counter(node["shape"] for node in _data(page)["nodes"]) == {"diamond": 1, "place": 1}
    reached = screener.get(f"/reach/{home}").get_data(as_text=True)
    assert "200" in reached
    assert len(re.findall(r"Hostel Child", reached)) < 70
    assert screener.get(f"/people/{child}").status_code == 200


def _hostel(session: Session, count: int) -> tuple[uuid.UUID, uuid.UUID]:
    """So many children with one home: the first of them, and the home."""
    by, home = agency(session).id, uuid.UUID(int=77)
    session.add(Address(id=home, match_key="hostel", lines=["1 Hostel Row"]))
    people = [(uuid.UUID(int=80_000 + number), uuid.UUID(int=90_000 + number)) for number in range(count)]
    session.add_all(Person(id=person, created_at=MONDAY) for person, _record in people)
    session.flush()
    session.add_all(
        SourceRecord(id=record, role="child", given_names="Hostel", surname=f"Child {number}", stated_at=MONDAY, agency_id=by,
                     origin="register", address_lines=[], family=[], other={})
        for number, (_person, record) in enumerate(people)
    )  # fmt: skip
    session.flush()
    for person, record in people:
        link = {"made_by": "matcher", "made_at": MONDAY, "band": "new", "reason": "", "lines": []}
        session.add(PersonLink(source_record_id=record, person_id=person, **link))
        session.add(Residence(source_record_id=record, address_id=home, agency_id=by, stated_at=MONDAY))
    session.flush()
    return people[0][0], home


def _counted(app: Flask, visitor: Any, path: str) -> tuple[int, str]:
    """How many statements a page runs, and the page."""
    ran: list[str] = []
    listen = lambda *words: ran.append(words[2])  # noqa: E731
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", listen)
        page = visitor.get(path).get_data(as_text=True)
        event.remove(db.engine, "before_cursor_execute", listen)
    return len(ran), page


def test_what_makes_no_sense_is_no_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, maya = _told(app)
    screener = sign_in("screener")
    before = screener.get(f"/people/{maya}/network?on=2026-03-01").get_data(as_text=True)
    assert "As it was on 1 March 2026, as far as is known now." in before
    assert Counter(node["shape"] for node in _data(before)["nodes"])["referral"] == 1
    for asked in ("?on=yesterday", "?on=1066-10-14", "?on=2199-01-01"):
        answer = screener.get(f"/people/{maya}/network{asked}")
        assert answer.status_code == 400, asked
        assert "day" in answer.get_data(as_text=True).split('id="on-error"')[1][:200]
    for asked in ("?hops=0", "?hops=9", "?hops=x", "?page=0", "?page=99"):
        assert screener.get(f"/people/{maya}/network{asked}").status_code == 404, asked
    assert sign_in("school").get(f"/people/{maya}/network").status_code == 403
