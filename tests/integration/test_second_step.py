"""The second step: nobody passes it with a password alone, no code opens twice, and whoever lost the app has codes on paper."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard import create_app
from safeguard.access.actor import Role
from safeguard.accounts import authenticator, factors, links, recovery
from safeguard.accounts.proof_model import Authenticator, Mail, RecoveryCode
from safeguard.agencies.service import account_of
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.kernel.key_ring import SealBroken
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import settings_for
from tests.integration.help import MONDAY, somebody
from tests.pages import Visitor, hidden_of


@pytest.fixture
def strict(database_url: str) -> Iterator[Flask]:
    """The application where whoever works at the desk is asked for a second factor, as in production."""
    app = create_app(replace(settings_for(database_url), second_factor="desk"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _code(app: Flask, at: datetime | None = None, who: str = "screener") -> str:
    with app.app_context():
        found = db.session.scalars(
            select(Authenticator).where(Authenticator.account_id == somebody(db.session(), who).account_id)
        ).one()
        return str(pyotp.TOTP(found.secret or "").at(at or now()))


def _password(app: Flask, who: str = "screener") -> Visitor:
    visitor = Visitor(app.test_client())
    assert visitor.submit("/sign-in", {"email": f"{who}@demo.example", "password": PASSWORD}).status_code == 302
    return visitor


def _set_up(app: Flask, at: datetime = MONDAY) -> tuple[Visitor, list[str]]:
    """Somebody who has just set the app up on their way in, and their recovery codes."""
    with told_time(at):
        visitor = _password(app)
        visitor.get("/sign-in/set-up")
        page = visitor.submit("/sign-in/set-up", {"code": _code(app, at)}).get_data(as_text=True)
    return visitor, re.findall(r"\d-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)


def test_where_a_role_is_asked_a_password_alone_opens_nothing(strict: Flask) -> None:
    visitor = _password(strict)
    for path in ("/queue", "/account", "/account/sessions", "/prove"):
        assert "/sign-in" in visitor.get(path).headers["Location"], path
    assert visitor.get("/sign-in/second-step").headers["Location"].startswith("/sign-in/set-up")
    page = visitor.get("/sign-in/set-up").get_data(as_text=True)
    assert "<svg" in page
    assert visitor.submit("/sign-in/set-up", {"code": "000000"}).status_code == 400
    assert "/sign-in" in visitor.get("/queue").headers["Location"]
    assert _password(strict, "school").get("/referrals").status_code == 200, "a partner's role is not asked"


def test_the_app_is_set_up_on_the_way_in_and_asked_for_from_then_on(strict: Flask) -> None:
    visitor, codes = _set_up(strict)
    assert len(set(codes)) == 10
    with told_time(MONDAY + timedelta(minutes=2)):
        assert visitor.get("/queue").status_code == 200
        again = _password(strict)
        assert again.get("/sign-in/set-up").headers["Location"].startswith("/sign-in/second-step"), "not set up over the first one"
        assert "/sign-in" in again.get("/queue").headers["Location"]
        wrong = again.submit("/sign-in/second-step", {"code": "12345x"})
        assert wrong.status_code == 400
        assert again.submit("/sign-in/second-step?next=/risk", {"code": _code(strict)}).headers["Location"] == "/risk"
        assert again.get("/queue").status_code == 200
        assert "with a second factor" in again.get("/account/sessions").get_data(as_text=True)


def test_no_code_opens_twice_nor_one_from_before_it(strict: Flask) -> None:
    _set_up(strict)
    with told_time(MONDAY + timedelta(minutes=2)):
        code, before = _code(strict), _code(strict, now() - timedelta(seconds=30))
        assert _password(strict).submit("/sign-in/second-step", {"code": code}).status_code == 302
        for used in (code, before):
            assert _password(strict).submit("/sign-in/second-step", {"code": used}).status_code == 400


def test_a_link_by_email_sets_a_password_and_passes_no_second_step(strict: Flask) -> None:
    """Whoever reads somebody's mailbox, and has no app of theirs, is let in nowhere by it."""
    _set_up(strict)
    with told_time(MONDAY + timedelta(minutes=2)):
        with strict.app_context():
            with transaction() as session:
                code = links.make(session, account_of(session, somebody(session)), "reset")
            db.session.remove()
        visitor = Visitor(strict.test_client())
        assert visitor.submit("/link", {"code": code, "password": "violet harbour kettle"}).status_code == 302
        visitor.submit("/sign-in", {"email": "screener@demo.example", "password": "violet harbour kettle"})
        assert visitor.get("/sign-in/set-up").headers["Location"].startswith("/sign-in/second-step"), "the app they have is asked for"
        assert "/sign-in" in visitor.get("/queue").headers["Location"]
        assert visitor.submit("/sign-in/second-step", {"code": _code(strict)}).status_code == 302
        assert visitor.get("/queue").status_code == 200


def test_a_secret_is_shown_to_the_browser_that_sets_the_app_up_and_to_no_other(strict: Flask) -> None:
    """Whoever has the password alone looks at the secret again and again, and waits for its owner to confirm it."""
    with told_time(MONDAY):
        thief, owner = _password(strict), _password(strict)
        shown = [_shown(thief), _shown(owner)]
        assert owner.submit("/sign-in/set-up", {"code": "000000"}).status_code == 400
        assert _shown(owner) == shown[1], "the page may be loaded twice"
        shown += [_shown(thief), _shown(owner)]
        assert len(set(shown)) == 4
        assert _confirmed(thief, shown[2]) == 400
        last = _shown(owner)
        assert _confirmed(owner, last) == 200
        assert owner.get("/queue").status_code == 200
        assert last not in {shown[0], shown[2]}
        assert thief.get("/sign-in/set-up").headers["Location"].startswith("/sign-in/second-step")


def _confirmed(visitor: Visitor, secret: str) -> int:
    return visitor.post("/sign-in/set-up", {"code": pyotp.TOTP(secret).at(now()), **hidden_of(_page(visitor))}).status_code


def _page(visitor: Visitor) -> str:
    return visitor.get("/sign-in/set-up").get_data(as_text=True)


def _shown(visitor: Visitor) -> str:
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", _page(visitor))
    assert found
    return found[0].replace(" ", "")


@pytest.mark.parametrize(("seconds", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephone_may_be_half_a_minute_off(context: Flask, seconds: int, right: bool) -> None:
    with told_time(MONDAY), transaction() as session:
        who = somebody(session).account_id
        app_id, secret = authenticator.secret_to_set_up(session, who, None)
        assert authenticator.secret_to_set_up(session, who, app_id) == (app_id, secret), "the page may be loaded twice"
        assert authenticator.confirm(session, who, app_id, pyotp.TOTP(secret).at(MONDAY - timedelta(minutes=5))) is False
        assert authenticator.confirm(session, who, app_id, pyotp.TOTP(secret).at(MONDAY))
    later = MONDAY + timedelta(minutes=10)
    with told_time(later), transaction() as session:
        typed = pyotp.TOTP(secret).at(later + timedelta(seconds=seconds))
        assert authenticator.code_is_right(session, who, f"{typed[:3]} {typed[3:]}") is right


def test_codes_are_not_guessed(strict: Flask) -> None:
    """Five tries in a quarter of an hour: one in a million each."""
    _set_up(strict)
    visitor = _password(strict)
    for _try in range(5):
        assert visitor.submit("/sign-in/second-step", {"code": "000000"}).status_code == 400
    assert visitor.submit("/sign-in/second-step", {"code": _code(strict)}).status_code == 429


def test_a_recovery_code_lets_in_once(strict: Flask) -> None:
    _visitor, codes = _set_up(strict)
    for code, expected in ((codes[3].lower().replace("-", " "), 302), (codes[3], 400), ("3-0000-0000-0000", 400), (codes[4], 302)):
        assert _password(strict).submit("/sign-in/second-step", {"code": code}).status_code == expected, code
    with strict.app_context():
        assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "account.recovery_used")).all()) == 2
        assert all(row.code_hash.startswith("$argon2id$") for row in db.session.scalars(select(RecoveryCode)))


def test_one_recovery_code_in_two_hands_lets_one_in(context: Flask) -> None:
    made = recovery.new_codes()
    with transaction() as session:
        who = somebody(session).account_id
        recovery.keep(session, who, made)
        one = recovery.kept_for(session, who, made[0][0])
        other = recovery.kept_for(session, who, made[0][0])
        assert one is not None
        assert other is not None
        assert [recovery.use(session, one), recovery.use(session, other)] == [True, False]


def test_a_sign_in_that_waits_too_long_starts_again(strict: Flask) -> None:
    _set_up(strict)
    with told_time(MONDAY + timedelta(hours=1)):
        visitor = _password(strict)
    with told_time(MONDAY + timedelta(hours=1, minutes=11)):
        assert visitor.get("/sign-in/second-step").headers["Location"] == "/sign-in"


def test_a_secret_moved_to_another_account_does_not_open(context: Flask) -> None:
    """Somebody who writes to the database cannot give the manager an app of their own."""
    with transaction() as session:
        mine, theirs = somebody(session, "school").account_id, somebody(session, "manager").account_id
        for who in (mine, theirs):
            authenticator.secret_to_set_up(session, who, None)
        rows = {row.account_id: row for row in session.scalars(select(Authenticator))}
        rows[theirs].secret_sealed = rows[mine].secret_sealed
    with pytest.raises(SealBroken):
        _ = db.session.scalars(select(Authenticator).where(Authenticator.account_id == theirs)).one().secret


def test_taking_the_app_away_asks_first_and_ends_other_sessions(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener, elsewhere = sign_in("screener"), sign_in("screener")
    screener.get("/account/authenticator")
    assert screener.submit("/account/authenticator", {"code": _code(app)}).status_code == 200
    assert elsewhere.get("/account").status_code == 200
    assert "Set up another" not in screener.get("/account").get_data(as_text=True)
    assert screener.submit("/account/authenticator/take-away", {}).status_code == 302
    assert elsewhere.get("/account").status_code == 302
    with app.app_context():
        who = somebody(db.session()).account_id
        assert factors.factors_of(db.session(), who) == factors.Factors(False, 0, 0)
    assert _told(app, who) == 2
    # Whoever looks after the account takes it away for them, and they hear of that too.
    screener.get("/account/authenticator")
    screener.submit("/account/authenticator", {"code": _code(app)})
    assert sign_in("manager").submit(f"/accounts/{who}", {}, to=f"/accounts/{who}/factors").status_code == 302
    assert _told(app, who) == 4


def _told(app: Flask, account_id: uuid.UUID) -> int:
    """How many emails the owner of an account is sent about how they sign in."""
    with app.app_context():
        count = db.session.scalar(select(func.count()).where(Mail.kind == "proof_changed", Mail.account_id == account_id))
        db.session.remove()
    return count or 0


@pytest.mark.parametrize("role", list(Role))
def test_who_is_asked(role: Role) -> None:
    partner = role in {Role.REFERRER, Role.AGENCY_LEAD, Role.RESPONDER}
    asked = [factors.asked_of(role, whom) for whom in ("none", "desk", "all")]
    assert asked == ([False] * 3 if role is Role.MACHINE else [False, not partner, True])
