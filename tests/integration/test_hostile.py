"""Whatever stands in an address, the answer is a page: no argument and no part of a path is a server error on either database."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

import safeguard
from safeguard.access.guard import stamp_of
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, transaction_at
from tests.pages import Visitor, hidden_of

# As they stand in an address: NUL, a split header, a lone surrogate, a quotation mark, numbers and days beyond all bounds.
_HOSTILE = ["%00", "ok%0d%0aX:%20y", "%ED%A0%80", "%27%22%3B--", "9" * 400, "-1", "9999-12-31", "0001-01-01", "%C3%A9%E2%80%AE"]
_WHOSE = {"referral": "school", "desk": "screener", "person": "screener", "summary": "screener", "audit": "auditor", "account": "school"}
_ASKED = re.compile(r'(?:args\.get\(|_argument\(|page_number\()"(\w+)"')


def _arguments_of(app: Flask, endpoint: str) -> set[str]:
    """The arguments that the room of an endpoint reads anywhere."""
    room = Path(safeguard.__file__).parent / endpoint.partition(".")[0]
    return {name for file in room.glob("*.py") for name in _ASKED.findall(file.read_text(encoding="utf-8"))}


def _addresses(app: Flask, some_id: dict[str, str]) -> list[tuple[str, str]]:
    """Every page with every argument and every free part of its path made hostile: (who asks, address)."""
    found = []
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app, rule.endpoint)
        if "GET" not in (rule.methods or ()) or stamp is None or "." not in stamp:
            continue
        who = _WHOSE.get(stamp.partition(".")[0], "screener")
        path = str(rule)
        for name, value in some_id.items():
            path = path.replace(f"<uuid:{name}>", value)
        path = re.sub("<uuid:[a-z_]+>", str(uuid.UUID(int=7)), path)
        for free in re.findall("<[a-z_]+>", path):
            found += [(who, re.sub("<[a-z_]+>", "danger", path.replace(free, value))) for value in _HOSTILE]
        path = re.sub("<[a-z_]+>", "danger", path)
        found += [(who, f"{path}?{name}={value}") for name in sorted(_arguments_of(app, rule.endpoint)) for value in _HOSTILE]
    return found


def test_no_address_is_a_server_error(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
            ids = {"referral_id": str(made.referral.id), "person_id": str(made.people[0].person_id)}
        db.session.remove()
    visitors = {who: sign_in(who) for who in set(_WHOSE.values())}
    addresses = _addresses(app, ids)
    asked = {address.partition("?")[2].partition("=")[0] for _who, address in addresses}
    assert {"page", "stage", "reference", "then", "subject", "before"} <= asked
    wrong = [(address, status) for who, address in addresses if (status := visitors[who].get(address).status_code) >= 500]
    assert wrong == []


@pytest.mark.parametrize("target", ["/ok%0d%0aX", "/%00", "//elsewhere.example", "/%E2%80%AEx", "/%5Celsewhere.example", "%0a/x"])
def test_signing_in_never_leads_astray(app: Flask, target: str) -> None:
    visitor = Visitor(app.test_client())
    hidden = hidden_of(visitor.get("/sign-in").get_data(as_text=True))
    answer = visitor.post(f"/sign-in?next={target}", {**hidden, "email": "auditor@demo.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/audit"


def test_signing_in_leads_on_to_where_one_was_going(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    hidden = hidden_of(visitor.get("/sign-in").get_data(as_text=True))
    answer = visitor.post(f"/sign-in?next={quote('/audit?before=7')}", {**hidden, "email": "auditor@demo.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/audit?before=7"
