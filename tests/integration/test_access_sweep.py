"""Every route, for every role, over what is theirs, another's, restricted, sealed and not there: nothing hidden gets out.

The routes come from the URL map and the roles from the policy; a new route is swept as soon as it exists, and one with an
argument that this file cannot fill fails it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, false, select, true
from werkzeug.routing import UUIDConverter

from safeguard import create_app
from safeguard.access.actor import Actor, Role
from safeguard.access.guard import PUBLIC, stamp_of
from safeguard.access.policy import POLICY, is_for_machines, permits
from safeguard.accounts import tokens
from safeguard.accounts.throttle import QUARTER, Limit
from safeguard.concerns.model import CaseEvent
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import ACCOUNTS, PASSWORD
from safeguard.people import sight, visible
from safeguard.referrals.model import Referral
from safeguard.risk.model import RiskStanding
from tests.conftest import SCHOOL, settings_for
from tests.integration.hidden_world import NAMES, NOBODY, REWORDED, World, make_world
from tests.pages import Visitor, hidden_of
from tests.purposes import say_everything

WHO = {account.role: account.email.split("@")[0] for account in reversed(ACCOUNTS)}
# The named, and information governance, which answers for restrictions and for what a person asks to see of themselves.
NAMED = {Role.MANAGER, Role.DECISION_MAKER, Role.GOVERNANCE}
FIXED = {"part": "decision", "code": "visit", "question": "danger", "key": "c1", "place": 1, "search_id": NOBODY, "trial_id": NOBODY,
         "setting": "guidance", "number": 1, "glass_id": NOBODY, "version": "0" * 16,
         "account_id": NOBODY, "unusual_id": NOBODY, "conflict_id": NOBODY,
         "review_id": NOBODY, "hold_id": NOBODY, "destruction_id": NOBODY, "filename": "app/app.css"}
# They send whoever asks back to the page of the flag, which is not there.
SHOWN_ALL_THE_SAME = {"mash.acknowledge_flag", "mash.give_flag"}


# What is asked of one world is asked by one process, so that each world is made once.
@pytest.fixture(
    scope="module", params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"sweep-{kind}")) for kind in ("sqlite", "postgresql")]
)
def swept(request: pytest.FixtureRequest, copies: Callable[[str], Any]) -> Iterator[tuple[Flask, World, dict[Role, Visitor]]]:
    app = create_app(settings_for(str(copies(request.param).copy())))
    with app.app_context():
        if request.param == "sqlite":
            # Nothing here outlives the test, so nothing is waited for until it is on the disk.
            event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF"))
    world = make_world(app)
    # What the gate before a file would keep from them is tried as well.
    say_everything(app)
    visitors = _everybody(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "CALLS_OF_TOKEN", Limit(100_000, QUARTER))
        if request.param == "postgresql":
            # What is hidden is left out by its ids where it is little and by a query where it is much: each database tries one way.
            patch.setattr("safeguard.people.sight.FEW", 0)
        # What a PDF would be drawn from, as it is: drawing it takes a second each time.
        patch.setattr("safeguard.meetings.pdf.pdf_of", lambda made, **_more: json.dumps(made.summary.content).encode())
        yield app, world, visitors
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _everybody(app: Flask) -> dict[Role, Visitor]:
    """Somebody of each role signed in, and a machine."""
    visitors = {}
    for role, who in WHO.items():
        visitors[role] = Visitor(app.test_client())
        visitors[role].submit("/sign-in", {"email": f"{who}@demo.example", "password": PASSWORD})
    return visitors | {Role.MACHINE: _machine(app)}


def _machine(app: Flask) -> Visitor:
    """Another system of the school that sent every referral, with a token for all there is."""
    scopes = [word for scope in tokens.SCOPES for word in ("--scope", scope)]
    made = app.test_cli_runner().invoke(args=["tokens", "issue", "records@oakfield.example", "--agency", SCHOOL, *scopes])
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.output.strip()}"
    return Visitor(client)


def _paths(app: Flask, method: str, ids: dict[str, Any]) -> list[tuple[str, str]]:
    """Every address that takes `method`, with its arguments filled from `ids`, and its endpoint."""
    found = []
    within = app.test_request_context()
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()):
            continue
        filled = {**FIXED, **ids}
        if rule.endpoint.startswith("referrals.") and "draft_id" in ids:
            filled["referral_id"] = ids["draft_id"]
        # An id that nothing in this world has is swept as one that is not there; say in `hidden_world` what it is.
        filled |= {name: NOBODY for name, kind in rule._converters.items() if name not in filled and isinstance(kind, UUIDConverter)}
        unknown = rule.arguments - set(filled)
        assert not unknown, f"{rule.endpoint} takes {unknown}: say in FIXED what that may be"
        with within:
            found.append((app.url_for(rule.endpoint, **{name: filled[name] for name in rule.arguments}), rule.endpoint))
    return found


def _open_to(app: Flask, role: Role, endpoint: str) -> bool:
    """Whether the policy lets this role through the door of an endpoint; that it keeps others out is tested on its own."""
    stamp = stamp_of(app, endpoint) or ""
    return stamp == PUBLIC or permits(Actor(NOBODY, NOBODY, "", "", role), stamp)


def _text(answer: Any) -> str:
    return answer.get_data(as_text=True).lower() + str(answer.headers).lower()


def _names_nobody(path: str, said: str) -> None:
    """A browser keeps the titles of pages: whoever shares the machine reads them."""
    title = re.search(r"<title[^>]*>(.*?)</title>", said, re.DOTALL)
    assert title is None or not [name for name in NAMES if name in title[1]], (path, title[1])


def _leaks(app: Flask, world: World, role: Role, visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Which address told this role which hidden words."""
    # An address without an id in it is the same for both. The shortest first: lists and people show most of what there is.
    asked = {*_paths(app, "GET", world.plain), *_paths(app, "GET", world.hidden)}
    for path, endpoint in sorted(asked, key=lambda one: (len(one[0]), one)):
        if not _open_to(app, role, endpoint):
            continue
        answer = visitor.get(path)
        assert answer.status_code < 500, (role, path)
        said = _text(answer)
        _names_nobody(path, said)
        # An id that the visitor asked for is no news to them.
        yield from ((path, word) for word in world.words if word in said.replace(path, ""))


def test_nothing_hidden_reaches_whoever_is_not_named(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    app, world, visitors = swept
    leaks = {role: found for role, visitor in visitors.items() if role not in NAMED and (found := list(_leaks(app, world, role, visitor)))}
    assert not leaks
    # And whoever is named sees all of it, so the words are there to be seen.
    seen = {word for _path, word in _leaks(app, world, Role.DECISION_MAKER, visitors[Role.DECISION_MAKER])}
    assert seen == set(world.words)


def test_the_agreed_words_stand_in_place_of_a_sealed_entry(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    _app, world, visitors = swept
    page = visitors[Role.SCREENER].get(f"/people/{world.plain['person_id']}").get_data(as_text=True)
    assert REWORDED in page
    assert "Protected address" in page
    case = visitors[Role.SCREENER].get(f"/referrals/{world.plain['referral_id']}/case").get_data(as_text=True)
    assert "Protected address" in case


def test_hidden_and_not_there_are_one_answer(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    """For every role and every address with an id, whatever the method: the same status and the same page."""
    app, world, visitors = swept
    nothing = dict.fromkeys(world.hidden, NOBODY)
    for role, visitor in visitors.items():
        if role in NAMED:
            continue
        token = hidden_of(visitor.get("/notices").get_data(as_text=True)).get("csrf_token", "")
        for method in ("GET", "POST"):
            for (path, endpoint), (never, _same) in zip(_paths(app, method, world.hidden), _paths(app, method, nothing), strict=True):
                if path == never or endpoint in {"accounts.sign_out", "accounts.hide"} or not _open_to(app, role, endpoint):
                    continue
                send = visitor.client.get if method == "GET" else visitor.client.post
                fields = {"data": {"csrf_token": token}} if method == "POST" else {}
                there, missing = send(path, **fields), send(never, **fields)
                assert there.status_code == missing.status_code, (role, method, path)
                # A page that would be shown to anybody is the same for both; everything else is refused.
                assert there.status_code in {403, 404} or endpoint in SHOWN_ALL_THE_SAME, (role, method, path, there.status_code)
                assert _plain(there, path) == _plain(missing, never), (role, method, path)
                if endpoint in SHOWN_ALL_THE_SAME:
                    visitor.get("/notices")  # what it was told there is not to stand on the next page


def _plain(answer: Any, path: str) -> str:
    """A page without what differs from request to request, and without the address it was asked for."""
    text = answer.get_data(as_text=True).replace(path, "")
    return re.sub(r'nonce="[^"]*"|value="[^"]{20,}"|[0-9a-f-]{36}|[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{12,}', "", text)


def test_each_role_opens_its_own_doors_alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The matrix as served: refused exactly where the policy says no, for every route, role and method.

    No session is known at a door for machines (401); a machine has no token for a form of a page (400).
    Where nothing is there: the doors are the same, and a request has nothing to leave out.
    """
    monkeypatch.setattr(tokens, "CALLS_OF_TOKEN", Limit(100_000, QUARTER))
    for role, visitor in _everybody(app).items():
        token = hidden_of(visitor.get("/notices").get_data(as_text=True)).get("csrf_token", "")
        for method in ("GET", "POST"):
            for path, endpoint in _paths(app, method, {"reference": NOBODY}):
                stamp = stamp_of(app, endpoint)
                if stamp == PUBLIC or endpoint in {"accounts.sign_out", "accounts.hide", "referrals.start", "mash.try_policy"}:
                    continue
                assert stamp in POLICY
                answer = visitor.get(path) if method == "GET" else visitor.post(path, {"csrf_token": token})
                machine = role is Role.MACHINE
                refused = {400, 403} if machine and method == "POST" else {403} if machine or not is_for_machines(stamp) else {401}
                assert (answer.status_code in refused) is not _open_to(app, role, endpoint), (role, method, path, answer.status_code)
                assert answer.status_code < 500, (role, method, path)


@pytest.mark.parametrize("taken", [Referral, RiskStanding, CaseEvent, "person", "address", "event"])
def test_without_one_condition_the_sweep_fails(
    swept: tuple[Flask, World, dict[Role, Visitor]], monkeypatch: pytest.MonkeyPatch, taken: Any
) -> None:
    """A sweep that cannot fail proves nothing: conditions are taken away one at a time, and each time something gives way."""
    app, world, visitors = swept
    if isinstance(taken, str):
        whole = visible.barred
        nothing = {taken: false()}
        monkeypatch.setattr(visible, "barred", lambda actor, kind: whole(actor, kind).where(nothing.get(kind, true())))
    else:
        monkeypatch.delitem(sight._rules, (taken, "events" if taken is CaseEvent else "people"))
    screener = visitors[Role.SCREENER]
    refused = [path for path, _endpoint in _paths(app, "GET", world.hidden) if str(world.hidden["referral_id"]) in path]
    gives_way = any(screener.get(path).status_code == 200 for path in refused)
    assert gives_way or next(_leaks(app, world, Role.SCREENER, screener), None), f"nothing depends on {taken}"


def test_nobody_is_let_in_by_an_id_in_a_query_header_or_body(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    """Ids that travel elsewhere than in the path: queries, form fields, JSON and headers open nothing either."""
    app, world, visitors = swept
    screener = visitors[Role.SCREENER]
    names = (
        "case", "after", "before", "agency", "person", "person_id", "subject", "account", "candidate", "people", "records", "other", "id"
    )
    for value in {str(world.hidden[name]) for name in ("person_id", "referral_id", "record_id", "flag_id", "event_id")}:
        forged = {"X-Original-URL": f"/people/{value}", "X-Account": value}
        for path in ("/queue", "/risk", "/matches/next", f"/flags/{world.plain['flag_id']}", f"/people/{world.plain['person_id']}"):
            asked = screener.client.get(path, query_string=dict.fromkeys(names, value), headers=forged)
            said = _text(asked).replace(value, "")
            assert asked.status_code < 500
            assert not [word for word in world.words if word in said], path
    token = hidden_of(screener.get("/search").get_data(as_text=True))["csrf_token"]
    hidden = str(world.hidden["person_id"])
    for path, endpoint in _paths(app, "POST", world.plain):
        left_out = {"accounts.sign_out", "accounts.hide", "accounts.sign_in", "mash.go_on", "meetings.make"}
        if endpoint in left_out or endpoint.startswith("referrals."):
            continue
        answer = screener.post(path, {"csrf_token": token, **dict.fromkeys(names, hidden)})
        assert answer.status_code < 500, path
        said = _text(answer).replace(hidden, "")
        assert not [word for word in world.words if word in said], path
        sent = screener.client.post(path, json=dict.fromkeys(names, hidden))
        assert sent.status_code in {400, 401, 403, 404, 415}, path


def test_what_everybody_may_see_of_a_flag_that_rests_on_something_hidden(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    _app, world, visitors = swept
    page = visitors[Role.SCREENER].get(f"/flags/{world.plain['flag_id']}").get_data(as_text=True)
    assert "rests in part on a record that is restricted" in page
    assert "A fact from a record that is restricted" in page


def test_the_screener_is_told_whom_to_ask_and_not_who_it_is(swept: tuple[Flask, World, dict[Role, Visitor]]) -> None:
    app, _world, visitors = swept
    with app.app_context():
        referral = db.session.scalars(select(Referral.id).where(Referral.client_reference == "OPEN-1")).one()
    page = visitors[Role.SCREENER].get(f"/referrals/{referral}/case").get_data(as_text=True)
    assert "A restricted record may be concerned. Ask Drew Example or Max Example" in page
