"""Sessions: fixed by nobody, replayed by nobody, seen and ended by their owner, ended at once on every process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from safeguard import create_app
from safeguard.access.actor import Role
from safeguard.access.assurance import Assurance, Proof, is_fresh, proved
from safeguard.accounts import administration, sessions
from safeguard.accounts.model import SignInSession
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import settings_for
from tests.integration.help import MONDAY
from tests.pages import Visitor, hidden_of

_HALF_HOUR, _TWELVE = timedelta(minutes=30), timedelta(hours=12)


def _cookie(visitor: Any) -> str:
    return str(visitor.client.get_cookie("session").value)


def _another(app: Flask, cookie: str) -> Visitor:
    client = app.test_client()
    client.set_cookie("session", cookie)
    return Visitor(client)


def _let_in(visitor: Any) -> bool:
    return bool(visitor.get("/account").status_code == 200)


def test_a_cookie_planted_before_signing_in_opens_nothing_after(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    visitor.get("/sign-in")
    planted = _cookie(visitor)
    visitor.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    assert _let_in(visitor)
    assert not _let_in(_another(app, planted))


def test_the_database_opens_no_session(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Whoever reads the table has hashes; none of them, nor an id, is a token."""
    sign_in("screener")
    with app.app_context():
        row = db.session.scalars(select(SignInSession)).one()
        for text in (row.token_sha256, str(row.id), row.id.hex):
            assert sessions.open_session(db.session(), text, idle=_HALF_HOUR, absolute=_TWELVE) is None


def test_one_signs_out_of_one_session_or_of_all_others(app: Flask, sign_in: Callable[[str], Any]) -> None:
    here, there, elsewhere, colleague = sign_in("screener"), sign_in("screener"), sign_in("screener"), sign_in("manager")
    page = here.get("/account/sessions").get_data(as_text=True)
    assert page.count("Last used") == 3
    assert page.count("This one") == 1
    with app.app_context():
        mine = db.session.scalars(select(SignInSession).order_by(SignInSession.created_at)).all()
    assert here.submit("/account/sessions", {}, to=f"/account/sessions/{mine[1].id}/end").status_code == 302
    assert (_let_in(here), _let_in(there), _let_in(elsewhere)) == (True, False, True)
    assert here.submit("/account/sessions", {}, to=f"/account/sessions/{mine[1].id}/end").status_code == 404, "once"
    assert here.submit("/account/sessions", {}, to=f"/account/sessions/{mine[3].id}/end").status_code == 404, "a colleague's"
    here.submit("/account/sessions", {}, to="/account/sessions/end")
    assert (_let_in(here), _let_in(elsewhere), _let_in(colleague)) == (True, False, True)
    with app.app_context():
        ended = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "account.sessions_ended")).all()
        assert [one["sessions"] for one in ended] == [1, 1]


def test_no_session_outlives_its_day_however_busy(context: Flask) -> None:
    with told_time(MONDAY), transaction() as session:
        account = administration.open_account_of(session, "screener@demo.example")
        token = sessions.begin(session, account, level="password", device="A browser")
    for minutes in range(20, 800, 20):
        with told_time(MONDAY + timedelta(minutes=minutes)), transaction() as session:
            found = sessions.open_session(session, token, idle=_HALF_HOUR, absolute=_TWELVE)
            assert (found is not None) == (minutes <= 720), minutes
            sessions.touch(session, token)


@pytest.mark.parametrize("what", ["closed", "role", "everywhere"])
def test_a_leaver_and_whoever_has_another_role_is_refused_at_the_next_request_on_every_process(
    app: Flask, database_url: str, sign_in: Callable[[str], Any], what: str
) -> None:
    """Two applications with connections of their own on one database, as two processes have."""
    other = create_app(settings_for(database_url))
    visitor = sign_in("screener")
    there = _another(other, _cookie(visitor))
    assert _let_in(visitor)
    assert _let_in(there)
    with app.app_context(), transaction() as session:
        account = administration.open_account_of(session, "screener@demo.example")
        assert account is not None
        if what == "closed":
            administration.close(session, None, account)
        elif what == "role":
            administration.give_role(session, None, account, Role.AUDITOR)
        else:
            assert sessions.end_all(session, account.id) == 1
    assert not _let_in(there)
    assert not _let_in(visitor)
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_whoever_looks_after_an_account_ends_its_sessions_everywhere(app: Flask, sign_in: Callable[[str], Any]) -> None:
    manager, here, there = sign_in("manager"), sign_in("screener"), sign_in("screener")
    with app.app_context():
        who = db.session.scalars(select(Account.id).where(Account.email == "screener@demo.example")).one()
        db.session.remove()
    assert here.get("/queue").status_code == there.get("/queue").status_code == 200
    assert manager.submit(f"/accounts/{who}", {}, to=f"/accounts/{who}/sign-out").status_code == 302
    assert "/sign-in" in here.get("/queue").headers["Location"]
    assert "/sign-in" in there.get("/queue").headers["Location"]
    assert manager.get("/queue").status_code == 200
    assert sign_in("screener").get("/queue").status_code == 200, "the account is not closed"


def test_a_session_that_awaits_its_second_factor_lets_nobody_in(context: Flask) -> None:
    with transaction() as session:
        account = administration.open_account_of(session, "screener@demo.example")
        token = sessions.begin(session, account, level="password", device="A browser", awaits=True)
    assert sessions.open_session(db.session(), token, idle=_HALF_HOUR, absolute=_TWELVE) is None
    assert sessions.lapsed_account(db.session(), token) is None
    assert sessions.awaiting(db.session(), token) is not None
    with told_time(now() + timedelta(minutes=11)):
        assert sessions.awaiting(db.session(), token) is None
    with transaction() as session:
        fresh = sessions.prove(session, token, level="second_factor")
    found = sessions.open_session(db.session(), fresh, idle=_HALF_HOUR, absolute=_TWELVE)
    assert found is not None
    assert found.proof.level is Assurance.SECOND_FACTOR
    assert sessions.open_session(db.session(), token, idle=_HALF_HOUR, absolute=_TWELVE) is None, "the token changed"


def _grow_stale(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(SignInSession).values(proved_at=now() - timedelta(minutes=11)))


def test_a_step_worth_stealing_a_session_for_asks_again_and_the_token_changes(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    assert screener.get("/account/password").status_code == 200
    _grow_stale(app)
    asked = screener.get("/account/password")
    assert asked.headers["Location"] == "/prove?next=/account/password"
    before = _cookie(screener)
    assert screener.submit("/prove?next=/account/password", {"password": "wrong"}).status_code == 400
    assert screener.get("/account/password").status_code == 302
    proof = screener.submit("/prove?next=/account/password", {"password": PASSWORD})
    assert proof.headers["Location"] == "/account/password"
    assert screener.get("/account/password").status_code == 200
    assert not _let_in(_another(app, before)), "the cookie from before opens nothing"
    for target in ("https://evil.example/", "//evil.example"):
        assert "evil" not in screener.submit(f"/prove?next={target}", {"password": PASSWORD}).headers["Location"]


def test_what_was_typed_comes_along_when_one_is_asked_again(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    hidden = hidden_of(screener.get("/account/password").get_data(as_text=True))
    _grow_stale(app)
    asked = screener.post("/account/password", {**hidden, "password": "violet harbour kettle"})
    assert asked.status_code == 401
    page = asked.get_data(as_text=True)
    assert "violet" not in page, "no password travels in a page"
    proof = screener.post("/prove", {**hidden_of(page), "password": PASSWORD})
    assert 'action="/account/password"' in proof.get_data(as_text=True)


def test_changing_the_password_ends_every_other_session(app: Flask, sign_in: Callable[[str], Any]) -> None:
    here, there = sign_in("screener"), sign_in("screener")
    assert here.submit("/account/password", {"password": "password 2026"}).status_code == 400
    assert here.submit("/account/password", {"password": "violet harbour kettle"}).status_code == 302
    assert (_let_in(here), _let_in(there)) == (True, False)
    again = Visitor(app.test_client())
    assert again.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD}).status_code == 400
    assert again.submit("/sign-in", {"email": "screener@demo.example", "password": "violet harbour kettle"}).status_code == 302


def test_a_machine_is_never_fresh() -> None:
    at = now()
    assert proved(Proof(Assurance.MACHINE, at), at) == (Assurance.MACHINE, at)
    assert proved(None, at) == (None, None)
    assert is_fresh(Proof(Assurance.PASSWORD, at), at + timedelta(minutes=10))
    assert not is_fresh(Proof(Assurance.SECOND_FACTOR, at), at + timedelta(minutes=11))


def test_seen_times_are_written_once_a_minute(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    with app.app_context():
        before = db.session.scalar(select(func.max(SignInSession.last_seen_at)))
    screener.get("/account")
    with app.app_context():
        assert db.session.scalar(select(func.max(SignInSession.last_seen_at))) == before
