"""Invitations and new passwords: links that open once, emails that name nobody, accounts looked after by whom they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard import create_app
from safeguard.access.actor import Role
from safeguard.accounts import links, outbox
from safeguard.accounts.giving import MAY_GIVE
from safeguard.accounts.proof_model import AccountLink, Mail
from safeguard.agencies.model import Account
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import settings_for
from tests.integration.help import MONDAY
from tests.pages import Visitor

_NEW = "violet harbour kettle"


def _letters(app: Flask) -> list[outbox.Letter]:
    """Every email that waits, taken as the sender takes it."""
    found = []
    with app.app_context():
        while True:
            with transaction() as session:
                taken = outbox.take(session, "https://mash.council.example")
            if taken is None:
                return found
            with transaction() as session:
                outbox.sent(session, taken.id)
            if taken.letter:
                found.append(taken.letter)


def _code_in(letter: outbox.Letter) -> str:
    return re.search(r"#(\S+)", letter.body)[1]  # type: ignore[index]


def _invited(app: Flask, lead: Any, **more: str) -> Any:
    return lead.submit(
        "/accounts/invite", {"name": "Pat Example", "email": "Pat@oakfield.example", "job_title": "Teacher", "role": "referrer", **more}
    )


def test_somebody_is_invited_sets_a_password_and_signs_in(app: Flask, sign_in: Callable[[str], Any]) -> None:
    lead = sign_in("lead")
    assert "/accounts/" in _invited(app, lead).headers["Location"]
    assert "Invited" in lead.get("/accounts").get_data(as_text=True)
    (letter,) = _letters(app)
    assert letter.to == "pat@oakfield.example"
    assert "https://mash.council.example/link#" in letter.body
    for name in ("Pat", "Oakfield", "Lee", "Teacher", "oakfield"):
        assert name not in letter.subject + letter.body
    visitor = Visitor(app.test_client())
    for password in (PASSWORD, "pat example 1", ""):
        visitor.submit("/sign-in", {"email": "pat@oakfield.example", "password": password})
        assert visitor.get("/referrals").status_code == 302, "no password opens it yet"
    assert visitor.submit("/link", {"code": _code_in(letter), "password": "patexample12"}).status_code == 400
    assert visitor.submit("/link", {"code": _code_in(letter), "password": _NEW}).status_code == 302
    assert visitor.submit("/sign-in", {"email": "pat@oakfield.example", "password": _NEW}).status_code == 302
    assert "Pat Example" in visitor.get("/account").get_data(as_text=True)
    assert visitor.submit("/link", {"code": _code_in(letter), "password": "another harbour kettle"}).status_code == 400
    assert [one.subject for one in _letters(app)] == ["Your password was set"]


def test_what_cannot_be_invited_is_said(app: Flask, sign_in: Callable[[str], Any]) -> None:
    lead = sign_in("lead")
    for change, words in (
        ({"role": "manager"}, "Choose a role that you may give"), ({"role": "emperor"}, "Choose a role"), ({"role": ""}, "Choose a role"),
        ({"email": "school@demo.example"}, "has an account already"), ({"email": "police@demo.example"}, "has an account already"),
        ({"email": "pat at oakfield"}, "like name@example.org"), ({"name": ""}, "Enter their name"),
        ({"name": "x" * 121}, "120 characters"),
    ):  # fmt: skip
        refused = _invited(app, lead, **change)
        assert refused.status_code == 400, change
        assert words in refused.get_data(as_text=True)
    with app.app_context():
        assert not db.session.scalars(select(Mail)).all()


def test_nobody_gives_what_they_may_not_and_no_account_of_another_agency_is_there(app: Flask, sign_in: Callable[[str], Any]) -> None:
    lead, manager = sign_in("lead"), sign_in("manager")
    with app.app_context():
        ids = {email.split("@")[0]: found for email, found in db.session.execute(select(Account.email, Account.id))}
        other = next(one for one in db.session.scalars(select(Account)) if one.email == "police@demo.example")
        assert other.role == "referrer"
    acts = ("close", "role", "sign-out", "invite", "factors")
    not_theirs = ((lead, ("police", "screener", "lead", "administrator")), (manager, ("school", "auditor", "administrator", "manager")))
    for visitor, who in ((visitor, who) for visitor, hidden in not_theirs for who in hidden):
        assert visitor.get(f"/accounts/{ids[who]}").status_code == 404, who
        for act in acts:
            refused = visitor.submit("/accounts/invite", {"role": "referrer"}, to=f"/accounts/{ids[who]}/{act}")
            assert refused.status_code == 404, (who, act)
    assert lead.submit(f"/accounts/{ids['school']}", {"role": "manager"}, to=f"/accounts/{ids['school']}/role").status_code == 400
    assert sign_in("school").get("/accounts").status_code == 403
    assert "police@demo.example" not in lead.get("/accounts").get_data(as_text=True)
    assert "police@demo.example" in sign_in("administrator").get("/accounts").get_data(as_text=True)


def test_a_leaver_is_closed_at_once_and_may_come_back(app: Flask, sign_in: Callable[[str], Any]) -> None:
    lead, school = sign_in("lead"), sign_in("school")
    with app.app_context():
        theirs = db.session.scalar(select(Account.id).where(Account.email == "school@demo.example"))
    page = f"/accounts/{theirs}"
    lead.submit(page, {}, to=f"{page}/invite")
    (letter,) = _letters(app)
    assert lead.submit(page, {}, to=f"{page}/close").status_code == 302
    assert school.get("/referrals").status_code == 302
    visitor = Visitor(app.test_client())
    assert visitor.submit("/link", {"code": _code_in(letter), "password": _NEW}).status_code == 400, "their link is withdrawn"
    assert visitor.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD}).status_code == 400
    assert lead.submit("/accounts/invite", {}, to=f"{page}/invite").status_code == 400
    assert _invited(app, lead, email="school@demo.example", name="Sam Example").status_code == 302
    (letter,) = _letters(app)
    assert visitor.submit("/sign-in", {"email": "school@demo.example", "password": PASSWORD}).status_code == 400, "not by the old password"
    assert visitor.submit("/link", {"code": _code_in(letter), "password": _NEW}).status_code == 302
    assert school.get("/referrals").status_code == 302, "a session from before does not come back with them"


@pytest.mark.parametrize("email", ["school@demo.example", "nobody@demo.example", "x" * 400])
def test_asking_for_a_password_says_the_same_to_everybody(app: Flask, email: str) -> None:
    visitor = Visitor(app.test_client())
    answer = visitor.submit("/forgotten", {"email": email})
    assert answer.status_code == 200
    assert "If that address has an account" in answer.get_data(as_text=True)
    with app.app_context():
        mail = db.session.scalars(select(Mail)).one()
        assert mail.account_id is None
        assert email.encode() not in bytes(mail.address_sealed or b""), "nobody reads from the table who asked"
    assert len(_letters(app)) == (1 if email.startswith("school") else 0)
    for _try in range(2):
        visitor.submit("/forgotten", {"email": email})
    assert visitor.submit("/forgotten", {"email": email}).status_code == 429, "nobody's mailbox is flooded"


def test_a_new_password_ends_every_session_and_the_newest_link_alone_opens(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school, visitor = sign_in("school"), Visitor(app.test_client())
    visitor.submit("/forgotten", {"email": "School@demo.example "})
    visitor.submit("/forgotten", {"email": "school@demo.example"})
    first, second = map(_code_in, _letters(app))
    assert visitor.submit("/link", {"code": first, "password": _NEW}).status_code == 400
    assert school.get("/referrals").status_code == 200, "asking changes nothing"
    assert visitor.submit("/link", {"code": second, "password": _NEW}).status_code == 302
    assert school.get("/referrals").status_code == 302


def test_a_strangers_request_takes_no_invitation_away(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Anybody may ask for a new password for any address; whoever was invited there must still find their way in."""
    with app.app_context():
        with transaction() as session:
            account = session.scalars(select(Account).where(Account.email == "school@demo.example")).one()
            invited = links.make(session, account, "invitation")
            asked = links.make(session, account, "reset")
        with transaction() as session:
            assert links.opened(session, invited) is not None
            again = links.make(session, session.get_one(Account, account.id), "invitation")
            assert links.opened(session, invited) is None, "of invitations the last one alone opens"
        db.session.remove()
    visitor = Visitor(app.test_client())
    assert visitor.submit("/link", {"code": again, "password": _NEW}).status_code == 302
    assert visitor.submit("/link", {"code": asked, "password": _NEW}).status_code == 400, "with one of them used, none opens"


def test_a_link_grows_old(context: Flask) -> None:
    with told_time(MONDAY), transaction() as session:
        account = session.scalars(select(Account).where(Account.email == "school@demo.example")).one()
        code, invited = links.make(session, account, "reset"), links.make(session, account, "invitation")
    with told_time(MONDAY + timedelta(minutes=29)):
        assert links.opened(db.session(), code) is not None
    for hours, opens in ((71, True), (73, False)):
        with told_time(MONDAY + timedelta(hours=hours)):
            assert (links.opened(db.session(), invited) is not None) is opens
    with told_time(MONDAY + timedelta(minutes=31)):
        assert links.opened(db.session(), code) is None
        with transaction() as session:
            assert links.use(session, code) is None
    row = db.session.scalars(select(AccountLink).where(AccountLink.purpose == "reset")).one()
    assert code not in (row.code_sha256, str(row.id))


def test_of_many_who_open_a_link_at_once_one_sets_the_password(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction() as session:
            code = links.make(session, session.scalars(select(Account).where(Account.email == "school@demo.example")).one(), "reset")
        db.session.remove()
    together, got = Barrier(6), []

    def open_it() -> None:
        with app.app_context():
            together.wait()
            with transaction() as session:
                got.append(links.use(session, code) is not None)
            db.session.remove()

    hands = [Thread(target=open_it) for _ in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(got) == [False] * 5 + [True]


def test_emails_go_out_by_the_command_and_wait_where_they_could_not(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    app = create_app(replace(settings_for(database_url), mail=f"file:{folder}", mail_from="no-reply@council.example"))
    Visitor(app.test_client()).submit("/forgotten", {"email": "school@demo.example"})
    folder.write_text("in the way")
    failed = app.test_cli_runner().invoke(args=["mail", "send"])
    assert failed.exit_code == 1
    assert "not handed over 1" in failed.output
    folder.unlink()
    assert "Sent 0" in app.test_cli_runner().invoke(args=["mail", "send"]).output, "not at once again"
    with told_time(now() + timedelta(minutes=6)):
        assert "Sent 1" in app.test_cli_runner().invoke(args=["mail", "send"]).output
    (path,) = folder.iterdir()
    assert "Subject: Set a new password" in path.read_text()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_no_role_gives_itself_more() -> None:
    for role, given in MAY_GIVE.items():
        assert Role.MACHINE not in given
        assert role is Role.ADMINISTRATOR or Role.ADMINISTRATOR not in given
        for one in given - {role, Role.ADMINISTRATOR}:
            assert role is Role.ADMINISTRATOR or MAY_GIVE.get(one, frozenset()) <= given, (role, one)
