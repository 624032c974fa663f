"""Single sign-on against a provider that really answers, and against everything it must not be believed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from safeguard import create_app
from safeguard.access.actor import Role
from safeguard.access.single_sign_on import SingleSignOn, read
from safeguard.accounts import links
from safeguard.accounts.model import SignInSession
from safeguard.accounts.proof_model import Authenticator, FederatedIdentity, Mail
from safeguard.agencies.model import Account
from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.ops.demo.accounts import PASSWORD
from tests.conftest import SCHOOL, settings_for
from tests.integration.provider import CLIENT_ID, CLIENT_SECRET, TRICKS, Provider, a_provider, asked_of, through
from tests.pages import Visitor


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with a_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.claims, running.trick, running.asked = {"sub": "person-1"}, "", {}
    return running


@pytest.fixture
def make(database_url: str, provider: Provider) -> Iterator[Any]:
    made: list[Flask] = []

    def app(second_factor: str = "none", **more: Any) -> Flask:
        single = SingleSignOn(issuer=provider.address, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, **more)
        found = create_app(
            replace(settings_for(database_url), single_sign_on=single, second_factor=second_factor, address="http://localhost")
        )
        made.append(found)
        return found

    yield app
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def app_of(session: Any, account_id: Any) -> None:
    """Give an account an authenticator app."""
    made = Authenticator(id=uuid.uuid4(), account_id=account_id, made_at=now(), confirmed_at=now())
    made.secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    session.add(made)


def _there_and_back(provider: Provider, visitor: Visitor, page: str, to: str, **answers: str) -> Any:
    sent = visitor.submit(page, answers, to=to)
    assert sent.headers["Location"].startswith(f"{provider.address}/authorize"), sent.headers["Location"]
    return visitor.get(through(provider, sent.headers["Location"]))


def _linked(app: Flask, email: str, subject: str = "person-1") -> None:
    with app.app_context():
        with transaction() as session:
            account = session.scalars(select(Account).where(Account.email == email)).one()
            issuer = app.config["SETTINGS"].single_sign_on.issuer
            session.add(FederatedIdentity(account_id=account.id, issuer=issuer, subject=subject, linked_at=now()))
        db.session.remove()


def test_somebody_linked_signs_in_with_pkce_state_and_nonce(make: Any, provider: Provider) -> None:
    app = make()
    _linked(app, "screener@demo.example")
    visitor = Visitor(app.test_client())
    assert _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation?next=/risk").headers["Location"] == "/risk"
    assert visitor.get("/queue").status_code == 200
    asked = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/sign-in/organisation/back"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20


def test_what_must_not_be_believed_lets_nobody_in(make: Any, provider: Provider) -> None:
    app = make()
    _linked(app, "screener@demo.example")
    for trick in TRICKS:
        visitor = Visitor(app.test_client())
        provider.trick = trick
        answer = _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation")
        assert answer.headers["Location"] == "/sign-in", trick
        assert "Single sign-on did not work" in visitor.get("/sign-in").get_data(as_text=True), trick
        assert visitor.get("/queue").status_code == 302, trick
    with app.app_context():
        assert not db.session.scalars(select(SignInSession)).all()


def test_a_provider_that_describes_itself_as_another_is_not_asked(make: Any, provider: Provider) -> None:
    provider.trick = "described as another"
    assert Visitor(make().test_client()).submit("/sign-in", {}, to="/sign-in/organisation").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("change", ["no state", "other state", "anothers browser", "twice", "no code", "provider says no"])
def test_an_answer_counts_once_and_in_the_browser_that_asked(make: Any, provider: Provider, change: str) -> None:
    app = make()
    _linked(app, "screener@demo.example")
    visitor, other = Visitor(app.test_client()), Visitor(app.test_client())
    back = through(provider, visitor.submit("/sign-in", {}, to="/sign-in/organisation").headers["Location"])
    state = asked_of(back)["state"]
    if change == "twice":
        visitor.get(back)
        visitor.submit("/queue", {}, to="/sign-out")
    target = {
        "no state": "/sign-in/organisation/back?code=the-code",
        "other state": f"/sign-in/organisation/back?code=the-code&state={state[::-1]}",
        "no code": f"/sign-in/organisation/back?state={state}",
        "provider says no": f"/sign-in/organisation/back?state={state}&error=access_denied",
    }.get(change, back)
    who = other if change == "anothers browser" else visitor
    assert who.get(target).headers["Location"] == "/sign-in"
    assert who.get("/queue").status_code == 302


def test_an_email_address_links_nothing(make: Any, provider: Provider) -> None:
    """The provider says that somebody has the manager's address, even a verified one, even with a role and an agency."""
    provider.claims = {"sub": "thief", "email": "manager@demo.example", "email_verified": True, "roles": ["boss"], "organisation": "hub"}
    for app in (make(), make(roles={"boss": Role.MANAGER}, agencies={"hub": "front-door"})):
        visitor = Visitor(app.test_client())
        assert _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation").headers["Location"] == "/sign-in"
        assert visitor.get("/queue").status_code == 302
        with app.app_context():
            assert not db.session.scalars(select(FederatedIdentity)).all()


def test_one_links_ones_own_account_when_just_proved_and_no_other_then_has_it(make: Any, provider: Provider) -> None:
    app = make()
    visitor = Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    with app.app_context():
        with transaction() as session:
            session.execute(update(SignInSession).values(proved_at=now() - timedelta(hours=1)))
        db.session.remove()
    assert visitor.submit("/account", {}, to="/account/organisation/link").status_code == 401, "asked again first"
    visitor.submit("/prove", {"password": PASSWORD})
    assert _there_and_back(provider, visitor, "/account", "/account/organisation/link").headers["Location"] == "/account"
    thief = Visitor(app.test_client())
    thief.submit("/sign-in", {"email": "police@demo.example", "password": PASSWORD})
    _there_and_back(provider, thief, "/account", "/account/organisation/link")
    with app.app_context():
        (kept,) = db.session.scalars(select(FederatedIdentity)).all()
        assert kept.account_id == db.session.scalars(select(Account.id).where(Account.email == "screener@demo.example")).one()
    elsewhere = Visitor(app.test_client())
    _there_and_back(provider, elsewhere, "/sign-in", "/sign-in/organisation")
    assert elsewhere.get("/queue").status_code == 200
    visitor.submit("/account", {}, to="/account/organisation/unlink")
    assert elsewhere.get("/queue").status_code == 302, "what was begun by the link has ended with it"
    assert visitor.get("/queue").status_code == 200
    with app.app_context():
        told = db.session.scalars(select(Mail.account_id).where(Mail.kind == "proof_changed")).all()
        assert list(told) == [kept.account_id] * 2, "linked and unlinked: its owner hears of both, and nobody of what was refused"
        db.session.remove()
    again = Visitor(app.test_client())
    assert _there_and_back(provider, again, "/sign-in", "/sign-in/organisation").headers["Location"] == "/sign-in"


def test_an_answer_asked_for_by_one_links_nobody_else(make: Any, provider: Provider) -> None:
    """One signs out on the way, and another signs in at the same browser."""
    app = make()
    visitor = Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    back = through(provider, visitor.submit("/account", {}, to="/account/organisation/link").headers["Location"])
    visitor.submit("/account", {}, to="/sign-out")
    visitor.submit("/sign-in", {"email": "police@demo.example", "password": PASSWORD})
    visitor.get(back)
    with app.app_context():
        assert not db.session.scalars(select(FederatedIdentity)).all()


def test_an_invitation_may_be_taken_up_by_single_sign_on_once(make: Any, provider: Provider) -> None:
    app = make()
    with app.app_context():
        with transaction() as session:
            account = session.scalars(select(Account).where(Account.email == "lead@demo.example")).one()
            code = links.make(session, account, "invitation")
        db.session.remove()
    visitor = Visitor(app.test_client())
    assert _there_and_back(provider, visitor, "/link", "/sign-in/organisation", code=code).headers["Location"] == "/referrals"
    provider.claims = {"sub": "person-2"}
    other = Visitor(app.test_client())
    assert _there_and_back(provider, other, "/link", "/sign-in/organisation", code=code).headers["Location"] == "/sign-in"


def test_an_invitation_passes_no_second_factor_by_another_identity(make: Any, provider: Provider) -> None:
    """Whoever reads the mailbox of somebody who was invited again has an account at the provider too, with a telephone of their own."""
    app = make()
    with app.app_context():
        with transaction() as session:
            account = session.scalars(select(Account).where(Account.email == "lead@demo.example")).one()
            app_of(session, account.id)
            code = links.make(session, account, "invitation")
        db.session.remove()
    provider.claims = {"sub": "thief", "amr": ["mfa"]}
    visitor = Visitor(app.test_client())
    assert _there_and_back(provider, visitor, "/link", "/sign-in/organisation", code=code).headers["Location"] == "/sign-in"
    assert "has a second factor" in visitor.get("/sign-in").get_data(as_text=True)
    with app.app_context():
        assert not db.session.scalars(select(FederatedIdentity)).all()
        with transaction() as session:
            assert links.opened(session, code) is not None, "it is not used up, and still sets a password"
        db.session.remove()


@pytest.mark.parametrize(("amr", "proved"), [(["pwd"], False), (["pwd", "mfa"], True)])
def test_proving_again_is_as_strong_as_the_account_asks(make: Any, provider: Provider, amr: Any, proved: bool) -> None:
    app = make()
    _linked(app, "screener@demo.example")
    provider.claims["amr"] = ["mfa"]
    visitor = Visitor(app.test_client())
    _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation")
    with app.app_context():
        with transaction() as session:
            session.execute(update(SignInSession).values(proved_at=now() - timedelta(hours=1)))
            app_of(session, session.scalars(select(Account.id).where(Account.email == "screener@demo.example")).one())
        db.session.remove()
    provider.claims["amr"] = amr
    answer = _there_and_back(provider, visitor, "/prove", "/prove/organisation?next=/account/password")
    assert answer.headers["Location"] == ("/account/password" if proved else "/prove?next=/account/password")
    assert (visitor.get("/account/password").status_code == 200) is proved
    assert ("did not say that a second factor was given" in visitor.get("/prove").get_data(as_text=True)) is not proved


def test_nothing_is_linked_by_an_answer_that_the_provider_gave_without_asking(make: Any, provider: Provider) -> None:
    """Somebody else was signed in at the provider in this browser since the morning."""
    app = make()
    visitor = Visitor(app.test_client())
    visitor.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    for at in (None, int((now() - timedelta(hours=3)).timestamp())):
        provider.claims = {"sub": "colleague", "auth_time": at}
        _there_and_back(provider, visitor, "/account", "/account/organisation/link")
        with app.app_context():
            assert not db.session.scalars(select(FederatedIdentity)).all()


def test_roles_and_agencies_are_given_by_the_settings_alone(make: Any, provider: Provider) -> None:
    app = make(roles={"Boss": Role.AGENCY_LEAD, "Staff": Role.REFERRER}, agencies={"URN 1": SCHOOL})
    told = {"sub": "new", "email": "New.Person@oakfield.example", "name": "New Person"}
    provider.claims = {**told, "roles": "Staff", "organisation": ["URN 1"]}
    visitor = Visitor(app.test_client())
    assert _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation").headers["Location"] == "/referrals"
    assert "New Person, Referrer, Oakfield Primary School" in visitor.get("/referrals").get_data(as_text=True)
    provider.claims["roles"] = ["Staff", "Boss"]
    again = Visitor(app.test_client())
    _there_and_back(provider, again, "/sign-in", "/sign-in/organisation")
    assert "Agency safeguarding lead" in again.get("/referrals").get_data(as_text=True)
    assert visitor.get("/referrals").status_code == 302, "the session in the old role has ended"
    doubted = {"sub": "doubted", "email": "head@oakfield.example", "email_verified": False}
    elsewhere = {"sub": "other", "email": "other@oakfield.example", "organisation": "URN 2"}
    for change in (doubted, {"roles": ["Cook"]}, {"roles": None}, elsewhere):
        provider.claims = {**provider.claims, **change}
        nobody = Visitor(app.test_client())
        assert _there_and_back(provider, nobody, "/sign-in", "/sign-in/organisation").headers["Location"] == "/sign-in", change


def test_a_closed_account_stays_closed(make: Any, provider: Provider) -> None:
    app = make()
    _linked(app, "screener@demo.example")
    app.test_cli_runner().invoke(args=["accounts", "close", "screener@demo.example"])
    visitor = Visitor(app.test_client())
    assert _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation").headers["Location"] == "/sign-in"


@pytest.mark.parametrize(("amr", "admitted"), [(["pwd"], False), (None, False), (["pwd", "mfa"], True)])
def test_a_second_factor_counts_where_the_provider_says_it_was_given(make: Any, provider: Provider, amr: Any, admitted: bool) -> None:
    app = make(second_factor="desk")
    _linked(app, "screener@demo.example")
    provider.claims["amr"] = amr
    visitor = Visitor(app.test_client())
    answer = _there_and_back(provider, visitor, "/sign-in", "/sign-in/organisation")
    assert (visitor.get("/queue").status_code == 200) is admitted
    assert answer.headers["Location"].startswith("/queue" if admitted else "/sign-in/second-step")


def test_settings_that_cannot_be_used_are_said() -> None:
    good = {
        "SAFEGUARD_OIDC_ISSUER": "https://login.council.example", "SAFEGUARD_OIDC_CLIENT_ID": "x", "SAFEGUARD_OIDC_CLIENT_SECRET": "y" * 20,
        "SAFEGUARD_OIDC_ROLES": "Social workers=screener, CN=Boss=manager",
    }  # fmt: skip
    found = read(good)
    assert found is not None
    assert found.roles == {"Social workers": Role.SCREENER, "CN=Boss": Role.MANAGER}
    assert "yyyy" not in repr(found)
    assert read({}) is None
    for change in (
        {"SAFEGUARD_OIDC_ISSUER": "http://login.council.example"}, {"SAFEGUARD_OIDC_ISSUER": "http://127.0.0.1:1"},
        {"SAFEGUARD_OIDC_CLIENT_ID": ""}, {"SAFEGUARD_OIDC_CLIENT_SECRET": "short"}, {"SAFEGUARD_OIDC_ROLES": "x=emperor"},
        {"SAFEGUARD_OIDC_ROLES": "x=machine"}, {"SAFEGUARD_OIDC_AGENCIES": "x"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="SAFEGUARD_OIDC"):
            read({**good, **change})
