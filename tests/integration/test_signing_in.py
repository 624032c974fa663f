"""Signing in: one message for every failure, tries counted, a fresh session, an idle one forgotten, all of it audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from safeguard import create_app
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db
from tests.conftest import settings_for
from tests.pages import Visitor, hidden_of


def _visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def test_wrong_password_and_unknown_address_look_the_same(app: Flask) -> None:
    pages = []
    for email in ("school@demo.example", "nobody@demo.example"):
        answer = _visitor(app).submit("/sign-in", {"email": email, "password": "not-the-password"})
        assert answer.status_code == 400
        pages.append("The email address or password is not right" in answer.get_data(as_text=True))
    assert pages == [True, True]
    with app.app_context():
        assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "account.sign_in_failed")).all()) == 2


def test_too_many_tries_are_slowed_down(app: Flask) -> None:
    visitor = _visitor(app)
    for _try in range(10):
        visitor.submit("/sign-in", {"email": "school@demo.example", "password": "guess"})
    answer = visitor.submit("/sign-in", {"email": "school@demo.example", "password": "willow-lantern-42"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_session_is_new_after_signing_in(app: Flask) -> None:
    visitor = _visitor(app)
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("session")
    visitor.submit("/sign-in", {"email": "school@demo.example", "password": "willow-lantern-42"})
    after = visitor.client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"


def test_where_it_is_real_the_cookie_goes_over_tls_alone_and_to_this_host(database_url: str) -> None:
    real = create_app(replace(settings_for(database_url), environment="production"))
    answer = real.test_client().get("/sign-in", base_url="https://localhost")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    with real.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_password_manager_may_fill_in_and_pasting_is_not_stopped(app: Flask) -> None:
    visitor = _visitor(app)
    for path, kind in (("/sign-in", "current-password"), ("/sign-in", "username"), ("/link", "new-password")):
        page = visitor.get(path).get_data(as_text=True)
        assert f'autocomplete="{kind}"' in page, path
        assert "onpaste" not in page
    scripts = "".join(file.read_text(encoding="utf-8") for file in (Path(app.static_folder or "") / "app").glob("*.js"))
    assert "paste" not in scripts


def test_an_idle_session_is_forgotten(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    assert screener.get("/queue").status_code == 200
    with told_time(now() + timedelta(minutes=31)):
        assert screener.get("/queue").status_code == 302


def _lapsed_form(app: Flask, school: Any) -> tuple[str, Any]:
    """A narrative typed on a page whose session lapsed before it was sent: the page it belongs to, and the answer."""
    page = "/referrals/" + school.submit("/referrals", {}, to="/referrals/new").headers["Location"].split("/")[2] + "/questions/narrative"
    hidden = hidden_of(school.get(page).get_data(as_text=True))
    later = now() + timedelta(minutes=31)
    with told_time(later):
        answer = school.post(page, {**hidden, "narrative": "She told me <this>.\nAnd that."})
    return page, answer


def test_what_was_typed_survives_a_lapsed_session(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    page, answer = _lapsed_form(app, school)
    assert answer.status_code == 401
    said = answer.get_data(as_text=True)
    assert "Your last answer is not lost" in said
    signed_in = school.post(
        "/sign-in", {**hidden_of(said), "email": "school@demo.example", "password": "willow-lantern-42"}
    ).get_data(as_text=True)
    assert "She told me &lt;this&gt;.\nAnd that." in signed_in
    assert f'action="{page}"' in signed_in
    answers = {**hidden_of(signed_in), "version": "1", "narrative": "She told me <this>.\r\nAnd that."}
    assert school.post(page, answers).status_code == 302
    assert "She told me &lt;this&gt;." in school.get(page).get_data(as_text=True)


def test_what_was_typed_opens_for_nobody_else(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _page, answer = _lapsed_form(app, sign_in("school"))
    hidden = hidden_of(answer.get_data(as_text=True))
    for typed in (hidden["unsent"], hidden["unsent"][:-2], "x", ""):
        visitor = _visitor(app)
        asked = {"email": "police@demo.example", "password": "willow-lantern-42", "unsent": typed}
        signed_in = visitor.submit("/sign-in", asked)
        assert signed_in.status_code == 302
        assert "She told me" not in signed_in.get_data(as_text=True)


def test_after_signing_out_nothing_is_carried(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    hidden = hidden_of(school.get("/referrals").get_data(as_text=True))
    kept = school.client.get_cookie("session")
    school.post("/sign-out", hidden)
    school.client.set_cookie("session", kept.value)
    answer = school.post("/referrals/new", hidden)
    assert answer.status_code == 401
    assert 'name="unsent"' not in answer.get_data(as_text=True)


def test_signing_out_ends_the_session_for_good(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    kept = screener.client.get_cookie("session")
    screener.submit("/queue", {}, to="/sign-out")
    assert screener.get("/queue").status_code == 302
    screener.client.set_cookie("session", kept.value)
    assert screener.get("/queue").status_code == 302, "a copied cookie must not open the door again"


def test_next_never_leads_off_the_site(app: Flask) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = _visitor(app).submit(
            f"/sign-in?next={target}", {"email": "school@demo.example", "password": "willow-lantern-42"}
        )
        assert "evil" not in answer.headers["Location"]


def test_passwords_are_kept_as_argon2id(app: Flask) -> None:
    with app.app_context():
        for account in db.session.scalars(select(Account)):
            assert account.password_hash.startswith("$argon2id$")
