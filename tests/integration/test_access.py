"""Who may go where: every route is stamped, what is not permitted is refused and noted, and lists show only one's own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.access.guard import PUBLIC, stamp_of
from safeguard.access.policy import POLICY, is_for_machines
from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, transaction_at

_OPEN = {
    "static", "accounts.start", "accounts.sign_in", "accounts.second_step_of_sign_in", "accounts.set_up_at_sign_in",
    "accounts.forgotten", "accounts.link", "accounts.passkey_options", "accounts.passkey_sign_in",
    "accounts.single_sign_on", "accounts.back_from_provider", "governance.handed",
}  # fmt: skip
_SOME_ID = str(uuid.UUID(int=7))


def test_every_route_is_stamped(app: Flask) -> None:
    """The census: an endpoint without a stamp is never served, and only these are open to anybody."""
    stamps = {rule.endpoint: stamp_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert None not in stamps.values(), stamps
    assert {endpoint for endpoint, stamp in stamps.items() if stamp == PUBLIC} == _OPEN
    assert {stamp for stamp in stamps.values() if stamp != PUBLIC} <= set(POLICY)


def test_nobody_is_let_in_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for path, endpoint in _pages(app):
        answer = client.get(path)
        if is_for_machines(stamp_of(app, endpoint)):
            assert answer.status_code == 401, path
            continue
        assert answer.status_code == 302, path
        assert "/sign-in" in answer.headers["Location"], path


@pytest.mark.parametrize(
    ("who", "permissions"),
    [
        ("school", {"account.self", "referral.write", "referral.follow"}),
        ("screener", {"account.self", "desk.view", "desk.take", "desk.add", "desk.match",
                      "desk.rate", "desk.decide", "check.ask", "check.read", "discussion.write",
                      "risk.view", "flag.review", "flag.confirm", "protective.record",
                      "policy.view", "person.view", "person.search", "person.merge", "person.split", "summary.make", "summary.hand",
                      "chronology.write",
                      "item.seal", "restriction.manage", "glass.break", "conflict.declare", "relationship.record", "warning.record",
                      "purpose.say"}),
        ("auditor", {"account.self", "audit.read", "policy.view", "access.matrix", "local.view"}),
    ],
)
def test_each_role_opens_its_own_doors_alone(app: Flask, sign_in: Callable[[str], Any], who: str, permissions: set[str]) -> None:
    visitor = sign_in(who)
    for path, endpoint in _pages(app):
        refused = visitor.get(path).status_code == (401 if is_for_machines(stamp_of(app, endpoint)) else 403)
        assert refused is (stamp_of(app, endpoint) not in permissions), (who, path)
    with app.app_context():
        denied = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "access.denied")).all()
        assert denied
        assert all(row.details["endpoint"] and row.actor_id for row in denied)


def _pages(app: Flask) -> list[tuple[str, str]]:
    """A path for each page that can be asked for."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in _OPEN:
            path = str(rule)
            for name, converter in rule._converters.items():
                value = {"UUIDConverter": _SOME_ID, "IntegerConverter": "1"}.get(type(converter).__name__, "danger")
                path = re.sub(rf"<([a-z]+(\([^)]*\))?:)?{name}>", value, path)
            found.append((path, rule.endpoint))
    return found


def test_partners_see_their_own_referrals_alone(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The police cannot open the school's draft, whatever address they try; the school's lead can."""
    school = sign_in("school")
    start = school.submit("/referrals", {}, to="/referrals/new")
    draft = start.headers["Location"].split("/")[2]
    for path in (f"/referrals/{draft}", f"/referrals/{draft}/check", f"/referrals/{draft}/questions/danger"):
        assert school.get(path).status_code == 200
        assert sign_in("lead").get(path).status_code == 200
        assert sign_in("police").get(path).status_code == 404
    assert draft not in sign_in("police").get("/referrals").get_data(as_text=True)


def test_a_partner_cannot_open_the_hub_s_view_of_a_family(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
            referral_id, person_id = made.referral.id, made.people[0].person_id
        db.session.remove()
    school, screener = sign_in("school"), sign_in("screener")
    for path in (f"/referrals/{referral_id}/case", f"/referrals/{referral_id}/family", f"/people/{person_id}"):
        assert school.get(path).status_code == 403
        assert screener.get(path).status_code == 200


def test_forms_without_their_token_are_refused(app: Flask, sign_in: Callable[[str], Any]) -> None:
    assert sign_in("school").post("/referrals/new", {}).status_code == 400


def test_pages_carry_a_strict_policy(app: Flask, sign_in: Callable[[str], Any]) -> None:
    headers = sign_in("screener").get("/queue").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
