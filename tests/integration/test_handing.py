"""Files handed over by link: who gets one, what opens it, what does not, and who hears of it."""

from __future__ import annotations

import inspect
import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pikepdf
import pytest
from flask import Flask, Response, jsonify
from sqlalchemy import select

from safeguard.accounts import outbox
from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent
from safeguard.governance.unusual import watch
from safeguard.kernel.clock import now, today, told_time
from safeguard.kernel.database import db, transaction
from safeguard.meetings.handing.model import Handing
from safeguard.meetings.handover import attached
from tests.integration.restricted import restricted
from tests.integration.test_protected_files import _bundle, _summaries
from tests.pages import Visitor

_SHOWN = re.compile(r'class="app-password">([^<]+)<')
_OUTSIDE = {"who": "outside", "name": "Alex Morgan, solicitor", "email": "alex@chambers.example", "purpose": "The court asked", "days": "7"}
_INSIDE = {"who": "account", "email": "Police@demo.example", "purpose": "For the discussion", "days": "7"}
_NOTHING = "This code and password open nothing"


@pytest.fixture(autouse=True)
def quickly_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page, made once: what is tried here is the link."""
    page = pikepdf.Pdf.new()
    page.add_blank_page()
    kept = io.BytesIO()
    page.save(kept)
    monkeypatch.setattr("safeguard.meetings.pdf.pdf_of", lambda made, **_more: kept.getvalue())
    monkeypatch.setattr("safeguard.meetings.pdf.drawn", lambda _page: kept.getvalue())


def _handed(visitor: Visitor, page: str, answers: dict[str, str]) -> str:
    """The password that is shown when something is handed over."""
    answer = visitor.submit(page, answers)
    assert answer.status_code == 200
    return str(_SHOWN.findall(answer.get_data(as_text=True))[0])


def _mailed(app: Flask) -> list[outbox.Letter]:
    """Every email that waits, taken to be sent."""
    letters = []
    with app.app_context():
        while True:
            with transaction() as session:
                taken = outbox.take(session, "https://mash.example")
                if taken is None:
                    break
                outbox.sent(session, taken.id)
            letters += [taken.letter] if taken.letter else []
        db.session.remove()
    return letters


def _code(letter: outbox.Letter) -> str:
    return letter.body.split("#")[1].split()[0]


def _states(visitor: Visitor, page: str) -> list[str]:
    listed = visitor.get(page).get_data(as_text=True).partition("Handed over by link")[2]
    return re.findall(r'<strong class="govuk-tag[^>]*>([^<]+)</strong>', listed.partition("Who downloaded")[0])


def _details(app: Flask, action: str) -> list[dict[str, Any]]:
    with app.app_context():
        found = [row.details for row in db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at))]
        db.session.remove()
    return found


def test_somebody_outside_gets_it_once_and_the_sender_hears(app: Flask, sign_in: Callable[[str], Any]) -> None:
    referral, (mine, _other), leo = _summaries(app)
    screener, outside = sign_in("screener"), Visitor(app.test_client())
    page = f"/referrals/{referral}/summaries"
    password = _handed(screener, f"/summaries/{mine}/hand", _OUTSIDE)
    assert _states(screener, page) == ["Email not sent yet"]
    [letter] = _mailed(app)
    assert letter.to == "alex@chambers.example"
    assert "https://mash.example/handed#" in letter.body
    for word in ("Fernsby", "SR-", "Morgan", "Robin", "chambers", password, str(mine), str(referral)):
        assert word not in letter.subject + letter.body
    assert _states(screener, page) == ["Waiting to be opened"]
    with app.app_context():
        kept = db.session.scalars(select(Handing)).one()
        assert _code(letter) not in str(vars(kept))
        assert password not in str(vars(kept))
        assert b"alex@" not in (kept.email_sealed or b"")
        db.session.remove()
    wrong = [(_code(letter), "AAAA-AAAA-AAAA-AAAA-AAAA"), ("x", password), ("", password), (_code(letter), "")]
    for code, told in wrong:
        answer = outside.submit("/handed", {"code": code, "password": told})
        assert (answer.status_code, answer.mimetype) == (400, "text/html")
    got = outside.submit("/handed", {"code": _code(letter), "password": password.lower().replace("-", " ")})
    assert got.mimetype == "application/pdf"
    assert got.headers["Cache-Control"] == "no-store"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(got.data))
    with pikepdf.open(io.BytesIO(got.data), password=password) as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
    assert _NOTHING in outside.submit("/handed", {"code": _code(letter), "password": password}).get_data(as_text=True)
    assert _states(screener, page) == ["Opened"]
    assert "you handed over by link was opened" in screener.get("/notices").get_data(as_text=True)
    assert [one["reason"] for one in _details(app, "export.refused")] == ["password", "unknown", "opened"]
    assert str(leo) in _details(app, "export.opened")[0]["shown"]
    assert "alex" not in str(_details(app, "export.handed"))
    assert "opened a file that was handed over" in sign_in("auditor").get(f"/audit?subject={leo}").get_data(as_text=True)
    # What was opened cannot be taken back.
    with app.app_context():
        key = db.session.scalars(select(Handing.id)).one()
        db.session.remove()
    answer = screener.submit(page, {}, to=f"/summaries/handed/{key}/take-back", follow=True)
    assert "It was opened already" in answer.get_data(as_text=True)


def test_what_is_over_or_not_theirs_is_one_answer(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Expired, taken back, unknown, another's, of a sender who left, of what was restricted since: the same words and status."""
    referral, (mine, _other), leo = _summaries(app)
    screener, manager, outside, police = sign_in("screener"), sign_in("manager"), Visitor(app.test_client()), sign_in("police")
    page = f"/referrals/{referral}/summaries"
    links = ((screener, _OUTSIDE), (screener, {**_OUTSIDE, "days": "1"}), (manager, _INSIDE), (screener, _OUTSIDE))
    told = [_handed(who, f"/summaries/{mine}/hand", answers) for who, answers in links]
    letters = dict(zip(told, _mailed(app), strict=True))
    assert "https://mash.example/handed/mine#" in letters[told[2]].body
    assert "Jo Example of" in manager.get(page).get_data(as_text=True)

    def tries(visitor: Visitor, password: str, path: str = "/handed") -> str:
        answer = visitor.submit(path, {"code": _code(letters[password]), "password": password})
        assert (answer.status_code, answer.mimetype) == (400, "text/html"), path
        return re.sub(r'value="[^"]*"|nonce="[^"]*"|[0-9a-f]{12,}', "", answer.get_data(as_text=True))

    with app.app_context():
        key = db.session.scalars(select(Handing.id).where(Handing.account_id.is_(None)).order_by(Handing.made_at)).first()
        db.session.remove()
    back = manager.submit(page, {}, to=f"/summaries/handed/{key}/take-back", follow=True)
    assert "The link is taken back" in back.get_data(as_text=True)
    answers = {tries(outside, told[0])}
    with told_time(now() + timedelta(days=1, minutes=1)):
        answers.add(tries(outside, told[1]))
    answers.add(tries(outside, told[2]))  # of somebody with an account, who is not signed in
    unknown = outside.submit("/handed", {"code": "unknown", "password": told[0]}).get_data(as_text=True)
    answers.add(re.sub(r'value="[^"]*"|nonce="[^"]*"|[0-9a-f]{12,}', "", unknown))
    assert len(answers) == 1
    assert _NOTHING in answers.pop()
    assert _NOTHING in tries(police, told[2], "/handed")  # signed in, and at the door for those who have no account
    # Signed in as somebody else, who has the code and the password.
    assert _NOTHING in tries(sign_in("school"), told[2], "/handed/mine")
    assert "/sign-in" in outside.get("/handed/mine").headers["Location"]
    with app.app_context():
        with transaction() as session:
            restricted(session, leo)
        db.session.remove()
    # The manager is named and may know, whoever gets it is not; the screener may not know of it any more.
    assert _NOTHING in tries(police, told[2], "/handed/mine")
    assert _NOTHING in tries(outside, told[3])
    reasons = [one["reason"] for one in _details(app, "export.refused")]
    assert reasons == ["revoked", "expired", "somebody_else", "unknown", "somebody_else", "somebody_else", "withheld", "withheld"]


def test_the_account_it_was_sent_to_opens_it_and_a_leaver_s_links_open_nothing(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, (mine, other), _leo = _summaries(app)
    screener, police = sign_in("screener"), sign_in("police")
    told = [_handed(screener, f"/summaries/{one}/hand", _INSIDE) for one in (mine, other)]
    codes = [_code(letter) for letter in _mailed(app)]
    got = police.submit("/handed/mine", {"code": codes[0], "password": told[0]})
    assert got.mimetype == "application/pdf"
    assert "Jo Example" not in screener.get("/notices").get_data(as_text=True)
    with app.app_context():
        with transaction() as session:
            session.scalars(select(Account).where(Account.email == "screener@demo.example")).one().active = False
        db.session.remove()
    assert _NOTHING in police.submit("/handed/mine", {"code": codes[1], "password": told[1]}).get_data(as_text=True)
    assert [one["reason"] for one in _details(app, "export.refused")] == ["sender_left"]


def test_passwords_are_not_guessed_and_the_sender_is_told(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, (mine, _other), _leo = _summaries(app)
    screener, outside = sign_in("screener"), Visitor(app.test_client())
    password = _handed(screener, f"/summaries/{mine}/hand", _OUTSIDE)
    [letter] = _mailed(app)
    for made_up in (_code(letter), "made-up"):
        statuses = [outside.submit("/handed", {"code": made_up, "password": f"wrong {n}"}).status_code for n in range(6)]
        assert statuses == [400] * 5 + [429]
    assert outside.submit("/handed", {"code": _code(letter), "password": password}).status_code == 429
    notices = screener.get("/notices").get_data(as_text=True)
    assert notices.count("Wrong passwords were given again and again") == 1
    with told_time(now() + timedelta(minutes=16)):
        assert outside.submit("/handed", {"code": _code(letter), "password": password}).mimetype == "application/pdf"


def test_what_is_missing_is_said_and_what_was_typed_stays(app: Flask, sign_in: Callable[[str], Any]) -> None:
    _referral, (mine, _other), leo = _summaries(app)
    screener = sign_in("screener")
    page = f"/summaries/{mine}/hand"
    for changed, words in (
        ({"who": ""}, "Choose who it is for"),
        ({"who": "x"}, "Choose who it is for"),
        ({"name": ""}, "Enter who they are"),
        ({"email": "alex"}, "Enter an email address"),
        ({"days": "31"}, "from 1 to 30"),
        ({"days": "½"}, "from 1 to 30"),
        ({"email": "police@demo.example"}, "has an account with this address"),
        ({"who": "account"}, "Nobody who can sign in here has this address"),
        ({"who": "account", "email": "screener@demo.example"}, "your own address"),
    ):
        answer = screener.submit(page, {**_OUTSIDE, **changed})
        said = answer.get_data(as_text=True)
        assert answer.status_code == 400, changed
        assert words in said, changed
        assert "The court asked" in said
    shown = screener.get(page).get_data(as_text=True)
    once = re.findall(r'name="once" value="([^"]+)"', shown)[0]
    _handed(screener, page, {**_OUTSIDE, "once": once})
    again = screener.submit(page, {**_OUTSIDE, "once": once})
    assert again.status_code == 409
    assert "This page was sent before" in again.get_data(as_text=True)
    assert len(_mailed(app)) == 1
    # Whom it tells of is restricted now, and the manager is named: whoever gets it would not be.
    with app.app_context():
        with transaction() as session:
            restricted(session, leo)
        db.session.remove()
    assert screener.get(page).status_code == 404
    assert "may not be given this file" in sign_in("manager").submit(page, _INSIDE).get_data(as_text=True)


def test_it_asks_who_is_there_and_whoever_may_not_have_the_file_gets_no_link(app: Flask, sign_in: Callable[[str], Any]) -> None:
    referral, (mine, _other), _leo = _summaries(app)
    screener = sign_in("screener")
    for who in ("school", "auditor", "governance"):
        assert sign_in(who).get(f"/summaries/{mine}/hand").status_code == 403
    assert screener.get(f"/summaries/{uuid.UUID(int=7)}/hand").status_code == 404
    with told_time(now() + timedelta(minutes=11)):
        assert "/prove" in screener.get(f"/summaries/{mine}/hand").headers["Location"]
    for _n in range(11):
        _handed(screener, f"/summaries/{mine}/hand", _OUTSIDE)
    first, second = (_states(screener, f"/referrals/{referral}/summaries?page={n}") for n in (1, 2))
    assert (len(first), len(second)) == (10, 1)
    # So many in a day are for somebody to ask about.
    with app.app_context():
        with transaction() as session:
            found = [(one.rule, one.facts) for one in watch(session, today(), at=now())]
        db.session.remove()
    assert ("taken", {"files": 11}) in found


def test_a_bundle_is_handed_over_by_whoever_answers_the_request(app: Flask, sign_in: Callable[[str], Any]) -> None:
    request, bundle = _bundle(app)
    screener, officer = sign_in("screener"), sign_in("governance")
    assert screener.get(f"/subject-access/bundles/{bundle}/hand").status_code == 403
    passwords = [_handed(officer, f"/subject-access/bundles/{bundle}/hand", _OUTSIDE) for _n in range(2)]
    page = f"/subject-access/{request}"
    letters = _mailed(app)
    got = Visitor(app.test_client()).submit("/handed", {"code": _code(letters[0]), "password": passwords[0]})
    with pikepdf.open(io.BytesIO(got.data), password=passwords[0]) as pdf:
        assert [name.rpartition(".")[2] for name in pdf.attachments] == ["json"]
    assert _states(officer, page) == ["Waiting to be opened", "Opened"]
    assert "The subject-access bundle that you handed over" in officer.get("/notices").get_data(as_text=True)
    with app.app_context():
        key = db.session.scalars(select(Handing.id).where(Handing.opened_at.is_(None))).one()
        db.session.remove()
    # One kind is not reached through the other's page.
    assert screener.submit("/queue", {}, to=f"/summaries/handed/{key}/take-back").status_code == 404
    assert screener.submit("/queue", {}, to=f"/subject-access/handed/{key}/take-back").status_code == 403
    answer = officer.submit(page, {}, to=f"/subject-access/handed/{key}/take-back", follow=True)
    assert "The link is taken back" in answer.get_data(as_text=True)
    assert _states(officer, page) == ["Taken back", "Opened"]


def test_every_address_that_gives_a_file_says_in_the_documentation_how_it_is_protected(app: Flask) -> None:
    """Whatever answers with something other than a page reaches one of three functions, and is in the table."""
    documented = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    given = {endpoint for endpoint, view in app.view_functions.items() if _reaches(inspect.unwrap(view), {attached, jsonify, Response})}
    assert {"meetings.download", "subject_access.bundle_unprotected", "governance.handed", "api.status"} <= given
    missing = [one for one in sorted(given) if f"`{one}`" not in documented]
    assert not missing, f"say in docs/security.md how these are protected: {missing}"


def _reaches(function: Any, ends: set[Any], seen: set[int] | None = None) -> bool:
    """Whether a function of the service names one of `ends`, or another of its functions that does."""
    seen = set() if seen is None else seen
    if not isinstance(function, FunctionType) or id(function) in seen or not function.__module__.startswith("safeguard."):
        return False
    seen.add(id(function))
    codes = [function.__code__]
    for code in codes:
        codes += [one for one in code.co_consts if isinstance(one, CodeType)]
    named = {function.__globals__.get(name) for code in codes for name in code.co_names if _hashable(function.__globals__.get(name))}
    return bool(named & ends) or any(_reaches(one, ends, seen) for one in named)


def _hashable(value: object) -> bool:
    return isinstance(value, FunctionType | type)
