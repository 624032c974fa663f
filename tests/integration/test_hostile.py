"""Whatever stands in an address, the answer is a page: no argument and no part of a path is a server error on either database."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

from safeguard.access.guard import stamp_of
from safeguard.kernel.database import db
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.drafts import start
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody, transaction_at
from tests.malformed import answers
from tests.pages import Visitor, hidden_of

# As they stand in an address: NUL, a split header, a lone surrogate, a quotation mark, numbers and days beyond all bounds.
_HOSTILE = ["%00", "ok%0d%0aX:%20y", "%ED%A0%80", "%27%22%3B--", "9" * 400, "-1", "9999-12-31", "0001-01-01", "%C3%A9%E2%80%AE"]
_WHOSE = {"referral": "school", "desk": "screener", "person": "screener", "summary": "screener", "audit": "auditor", "account": "school"}


class _Noting(ImmutableMultiDict[str, str]):
    """The arguments of an address, which keep in mind which of them were asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        self.asked.add(key)
        return super().getlist(key, *args, **kwargs)


class _NotingRequest(Request):
    parameter_storage_class = _Noting


def _pages(app: Flask, some_id: dict[str, str]) -> list[tuple[str, str]]:
    """Every page, with ids that are there: (who asks, path, which may hold free parts)."""
    found = []
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app, rule.endpoint)
        if "GET" not in (rule.methods or ()) or stamp is None or "." not in stamp:
            continue
        path = str(rule)
        for name, value in some_id.items():
            path = path.replace(f"<uuid:{name}>", value)
        path = re.sub("<uuid:[a-z_]+>", str(uuid.UUID(int=7)), path)
        path = re.sub(r"<int(\([^)]*\))?:", "<", path)
        found.append((_WHOSE.get(stamp.partition(".")[0], "screener"), path))
    return found


def _tried(visitor: Any, path: str) -> Iterator[tuple[str, int]]:
    """This page with every free part of its path, and every argument that it asks for, made hostile: (address, status)."""
    for free in re.findall("<[a-z_]+>", path):
        for value in _HOSTILE:
            address = re.sub("<[a-z_]+>", "danger", path.replace(free, value))
            yield address, visitor.get(address).status_code
    path = re.sub("<[a-z_]+>", "danger", path)
    _Noting.asked.clear()
    yield path, visitor.get(path).status_code
    tried: set[str] = set()
    while new := sorted(_Noting.asked - tried):
        for name in new:
            for value in _HOSTILE:
                yield f"{path}?{name}={value}", visitor.get(f"{path}?{name}={value}").status_code
        tried |= set(new)


def test_no_address_is_a_server_error(app: Flask, sign_in: Callable[[str], Any]) -> None:
    app.request_class = _NotingRequest
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
            sent, draft = str(made.referral.id), str(start(session, somebody(session, "school"), at=at).id)
            ids = {"person_id": str(made.people[0].person_id)}
        db.session.remove()
    visitors = {who: sign_in(who) for who in set(_WHOSE.values())}
    pages = {page for referral_id in (sent, draft) for page in _pages(app, {**ids, "referral_id": referral_id})}
    pages -= {(who, path) for who, path in pages if draft in path and who != "school"}
    answers = [answer for who, path in sorted(pages) for answer in _tried(visitors[who], path)]
    asked = {address.partition("?")[2].partition("=")[0] for address, _status in answers}
    assert {"page", "stage", "reference", "then", "subject", "before", "kind", "outward"} <= asked
    assert [answer for answer in answers if answer[1] >= 500] == []


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


def test_a_number_beyond_all_bounds_is_no_page(sign_in: Callable[[str], Any]) -> None:
    assert sign_in("screener").get(f"/risk/policy/{'9' * 300}").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_malformed_requests_are_no_server_error(app: Flask) -> None:
    """A few of those that `python -m tests.bench malformed` sends by the ten thousand."""
    sent = list(answers(app, 250, seed=7))
    assert [one for one in sent if one.status >= 500] == []
    assert {200, 400, 404} <= {one.status for one in sent}
