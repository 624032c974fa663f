"""What a browser can be made to do, and what a form can be made to carry: forged posts, frames, hosts, redirects, extra fields."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.access.actor import Role
from safeguard.agencies.model import Account
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.mash.model import Rating
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody
from tests.pages import Visitor, hidden_of

# What a browser does is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_ID = uuid.UUID(int=7)


def _posts(app: Flask) -> list[str]:
    rules = [str(rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return [re.sub(r"<(uuid:)?[^<>]*>", lambda part: str(_ID) if part[1] else "1", rule) for rule in rules]


def test_no_post_is_taken_without_its_token(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Every address that takes a post, without a token, with a wrong one, and with another session's."""
    manager, other = sign_in("manager"), sign_in("screener")
    stolen = hidden_of(other.get("/notices").get_data(as_text=True))["csrf_token"]
    for path in _posts(app):
        assert "<" not in path, path
        for token in (None, "x" * 40, stolen):
            answer = manager.post(path, {"csrf_token": token} if token else {})
            # 401: an address for other systems, where no session counts at all.
            assert answer.status_code in ({401} if path.startswith("/api/") else {400, 403}), (path, answer.status_code)


def test_every_answer_forbids_framing_sniffing_and_keeping(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    for path in ("/queue", "/sign-in", "/no-such-page", f"/people/{_ID}", "/audit", "/queue/find?reference=x"):
        headers = screener.client.get(path, headers={"Origin": "https://evil.example"}).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store", path
        assert not [name for name, _value in headers if name.lower().startswith("access-control-")], path


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-For", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_moves_where_a_page_leads(app: Flask, sign_in: Callable[[str], Any], name: str) -> None:
    answer = sign_in("screener").client.get("/", headers={name: "evil.example"})
    assert answer.status_code in {302, 400}
    assert "evil.example" not in answer.headers.get("Location", "") + answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "///evil.example", "https:evil.example", "javascript:alert(1)",
     "/%0d%0aLocation: https://evil.example", "\\\\evil.example", " //evil.example", "/\t/evil.example", "http:///evil.example",
     "evil.example"],
)
def test_signing_in_leads_nowhere_else(app: Flask, target: str) -> None:
    visitor = Visitor(app.test_client())
    page = visitor.client.get("/sign-in", query_string={"next": target})
    fields = {**hidden_of(page.get_data(as_text=True)), "email": "screener@demo.example", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", query_string={"next": target}, data=fields)
    assert answer.status_code == 302
    there = answer.headers["Location"]
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\", "/\t"))
    assert "\n" not in there


def test_fields_that_no_form_has_change_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Mass assignment: the columns of what is stored, sent along with a form, are not listened to."""
    with app.app_context():
        with transaction() as session:
            referral = receive(session, agency(session), siblings(), at=now()).referral.id
            screener, manager = somebody(session), somebody(session, "manager")
        db.session.remove()
    page = f"/referrals/{referral}/rate"
    extra = {
        "account_id": str(manager.account_id), "role": "manager", "at": "2001-01-01", "due_at": "2099-01-01", "id": str(_ID),
        "referral_id": str(_ID), "stage": "DECIDED", "agency_id": str(_ID), "active": "", "status": "draft",
    }  # fmt: skip
    answer = sign_in("screener").submit(page, {"rating": "RED", "rationale": "Two reports in a week", **extra})
    assert answer.status_code == 302
    with app.app_context():
        rating = db.session.scalars(select(Rating)).one()
        assert rating.account_id == screener.account_id
        assert rating.referral_id == referral
        assert rating.due_at.year == now().year or rating.due_at.year == now().year + 1
        account = db.session.scalars(select(Account).where(Account.id == screener.account_id)).one()
        assert account.role == Role.SCREENER
        assert account.active
        db.session.remove()
