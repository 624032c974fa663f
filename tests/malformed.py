"""Generated malformed requests: every route, method and role, with hostile paths, arguments, forms, bodies and headers. Seeded."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from safeguard.governance.subject_access.bundle import make_bundle
from safeguard.governance.subject_access.service import decide, open_request, request_for
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.database import db, new_id
from safeguard.mash.case import open_case
from safeguard.meetings.handing.rules import Proposed
from safeguard.meetings.handing.service import Document, hand_over
from safeguard.meetings.service import make_summary
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.drafts import start
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody, transaction_at
from tests.pages import Visitor, hidden_of
from tests.purposes import say_everything

WHO = ("school", "lead", "screener", "manager", "governance", "auditor", "administrator", "chair")
_VALUES = (
    "", " ", "\x00", "a\x00b", "\u202etxt", "\ud800", "‘’“”", "0", "-1", "1" * 30, "1e309", "NaN", "١٢٣", "31", "2026-02-30", "0001-01-01",
    "9999-12-31", "null", "true", "[]", "{}", '{"a":1}', "'", '"', "';--", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}",
    "../../etc/passwd", "%00", "%", "\r\nX: y", "=1+1", "A" * 5_000, "é" * 3_000, "on", "yes", "no", "9990000000", str(uuid.UUID(int=0)),
)  # fmt: skip
_TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain",
    "application/json; charset=utf-7", "application/x-www-form-urlencoded; charset=utf-16", "", "x", "application/xml",
)  # fmt: skip
_HEADERS = (
    ("If-None-Match", '"x'), ("If-Modified-Since", "yesterday"), ("Range", "bytes=9-1"), ("Accept-Language", "x" * 2_000),
    ("Cookie", "=;;=\x01"),
    ("Content-Length", "-1"), ("X-Forwarded-For", "1.2.3.4, ::1, x"), ("Referer", "http://[::1"), ("Origin", "null"), ("Accept", "*/*;q=x"),
    ("Authorization", "Bearer \x7f"), ("Authorization", "Basic ????"), ("Content-Encoding", "gzip"), ("X-Request-Id", "a b\tc"),
)  # fmt: skip
_ARGUMENTS = ("page", "before", "stage", "then", "q", "of", "kind")
_PARTS = (
    "c1", "p1", "visit", "%00", "%ED%A0%80", "..%2f..", "9" * 300, "-1", "%27", "%E2%80%AE", "a%0d%0ab", str(uuid.UUID(int=7)),
)  # fmt: skip
_BODIES = (
    b"", b"\x00\xff", b"{", b'{"a": [1', b"--x\r\n\r\n", b"a=%ZZ&=&&b", b"csrf_token=x" * 500, "é".encode("utf-16"),
)  # fmt: skip
_NAME = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent, in a line, and the status of the answer."""

    sent: str
    status: int


def _documents(referral_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, str]:
    """A case summary, a bundle, a link to a file, and an account, by the name that routes give their ids."""
    with transaction_at() as (session, at):
        worker, officer = somebody(session, "screener"), somebody(session, "governance")
        summary = make_summary(session, worker, open_case(session, worker, referral_id, at=at), authority="A", at=at).summary
        asked = open_request(session, officer, person_id, asker="self", proof="Seen", received_on=london_date(at), at=at)
        for part in request_for(session, officer, asked.id).parts:
            decide(session, officer, part.item.id, choice="disclose", exemption=None, reason="x", phrases=(), seen=0, at=at)
        bundle = make_bundle(session, officer, asked.id, authority="A", at=at)
        wish = Proposed(inside=False, name="Somebody", email="somebody@else.example", purpose="x", days=30)
        document = Document("summary", summary.id, referral_id, [person_id])
        handing = hand_over(session, worker, document, wish, handing_id=new_id(), at=now()).handing
        session.flush()
        found = {"summary_id": summary.id, "request_id": asked.id, "bundle_id": bundle.id, "handing_id": handing.id}
        return {name: str(key) for name, key in found.items()} | {"account_id": str(worker.account_id)}


class World:
    """An application with a referral, a draft and files of both kinds, somebody of each role signed in, and the fields of pages seen.

    `only`: of which routes, by a pattern that their endpoints match; every route where it is empty.
    """

    def __init__(self, app: Flask, only: str = "") -> None:
        self.app = app
        self.only = re.compile(only)
        with app.app_context():
            with transaction_at() as (session, at):
                made = receive(session, agency(session), siblings(), at=at)
                draft = start(session, somebody(session, "school"), at=at)
                there = [made.referral.id, draft.id, *(one.person_id for one in made.people), made.people[0].record.id]
                self.ids = [str(one) for one in there]
            self.own = _documents(made.referral.id, made.people[0].person_id)
            db.session.remove()
        say_everything(app)
        self.visitors = {who: Visitor(app.test_client()) for who in WHO}
        for who in WHO:
            self._sign_in(who)
        self.fields: dict[str, list[str]] = {}

    def _sign_in(self, who: str) -> None:
        self.visitors[who].submit("/sign-in", {"email": f"{who}@demo.example", "password": PASSWORD})

    def send(self, chance: random.Random) -> Answer:
        """One malformed request."""
        left_out = {"static", "accounts.sign_out", "accounts.hide"}
        rules = [one for one in self.app.url_map.iter_rules() if one.endpoint not in left_out]
        rule = chance.choice([one for one in rules if self.only.search(one.endpoint)])
        method = chance.choice(sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
        if chance.random() < 0.1:
            method = chance.choice(("POST", "PUT", "GET", "DELETE", "PATCH"))
        who = chance.choice(WHO)
        visitor = self.visitors[who]
        if chance.random() < 0.02:
            self._sign_in(who)
        path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: self._part(chance, found[1]), str(rule))
        query = "&".join(f"{chance.choice(_ARGUMENTS)}={self._part(chance)}" for _n in range(chance.randrange(3)))
        address = f"{path}?{query}" if query else path
        options = self._body(chance, visitor, path) if method in {"POST", "PUT"} else {}
        headers = [chance.choice(_HEADERS) for _n in range(chance.choice((0, 0, 1, 2)))]
        try:
            status = visitor.client.open(address, method=method, headers=headers, **options).status_code
        except (UnicodeError, ValueError, AssertionError) as error:
            # The client could not put it on the wire.
            if not _of_the_client(error):
                raise
            status = 0
        return Answer(f"{who} {method} {address[:120]!r} {str(options)[:160]} {headers}", status)

    def _part(self, chance: random.Random, name: str = "") -> str:
        """An id that is there, one that is not, or something hostile, as it stands in an address."""
        if chance.random() < 0.6:
            return self.own.get(name) or chance.choice(self.ids)
        return chance.choice(_PARTS)

    def _body(self, chance: random.Random, visitor: Visitor, path: str) -> dict[str, Any]:
        if chance.random() < 0.25:
            return {"data": chance.choice(_BODIES), "content_type": chance.choice(_TYPES)}
        if path not in self.fields:
            shown = visitor.client.get(path)
            page = shown.get_data(as_text=True) if shown.mimetype == "text/html" else ""
            self.fields[path] = sorted(set(_NAME.findall(page)))
        token = hidden_of(visitor.client.get("/notices").get_data(as_text=True)).get("csrf_token", "")
        names = [*self.fields[path], "version", "seen", "reason", "kind", "until-day", "x"]
        form: dict[str, Any] = {name: self._value(chance) for name in chance.sample(names, k=chance.randrange(1, len(names) + 1))}
        return {"data": {**form, "csrf_token": token}}

    def _value(self, chance: random.Random) -> Any:
        one = chance.choice(_VALUES) if chance.random() < 0.8 else chance.choice(self.ids)
        one = one.encode("utf-8", errors="replace").decode()
        return [one, chance.choice(_VALUES[:5])[:1] or "x", one] if chance.random() < 0.1 else one


def _of_the_client(error: BaseException) -> bool:
    """Whether an error came from the test's own client, before the application saw anything."""
    trace, last = error.__traceback__, ""
    while trace is not None:
        last = trace.tb_frame.f_code.co_filename
        if "/safeguard/" in last and "/tests/" not in last:
            return False
        trace = trace.tb_next
    return True


def answers(app: Flask, count: int, *, seed: int, only: str = "") -> Iterator[Answer]:
    """So many malformed requests, one after the other, with what came of each. `only`: as in `World`."""
    world, chance = World(app, only), random.Random(seed)
    for _number in range(count):
        yield world.send(chance)
