"""The network page: everything near in the picture and in words, noted in the audit, and the same without scripts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db, transaction
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
        if link["group"] != "named" and link["kind"] != "Whom it was about":
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
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "network.viewed")).one()
        assert str(event.subject_id) == maya
        assert len(event.details["shown"]) == 2


def test_what_makes_no_sense_is_no_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, maya = _told(app)
    screener = sign_in("screener")
    for asked in ("?hops=0", "?hops=9", "?hops=x", "?page=0", "?page=99"):
        assert screener.get(f"/people/{maya}/network{asked}").status_code == 404, asked
    assert sign_in("school").get(f"/people/{maya}/network").status_code == 403
