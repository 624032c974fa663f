"""Payloads through every form and document that somebody may fill in, and a look at all that comes out."""

from __future__ import annotations

import csv
import dataclasses
import re
import uuid
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import RequestRedirect

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.kernel.errors import RuleBroken
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.referrals.submission import receive
from tests.conftest import SCHOOL
from tests.documents import siblings
from tests.integration.help import agency, transaction_at
from tests.pages import Visitor
from tests.payloads.corpus import ALL, MARK, PAYLOADS
from tests.payloads.filling import filled_in, same, texts, with_texts
from tests.payloads.looking import Found, look
from tests.purposes import say_everything

WHO = (
    "school", "lead", "police", "responder", "screener", "decider", "manager", "chair", "minutes", "partner", "governance", "auditor",
    "administrator",
)  # fmt: skip
# They would end what is being tried, or hide it from whoever tries.
_LEFT_ALONE = re.compile(
    r"/sign-out|/hide|/close|/sessions|/account|/link|/second-factor|/passkeys|/lift|/conflicts?\b|/retention|/destroy|/emergency|/sign-in|/prove"
)


class Attack:
    """An application in which everything that takes text was given payloads, by everybody who may."""

    def __init__(self, app: Flask, who: tuple[str, ...] = WHO) -> None:
        self.app, self.found, self.turn = app, Found(), 0
        self.visitors = {one: Visitor(app.test_client()) for one in who}
        for one, visitor in self.visitors.items():
            visitor.submit("/sign-in", {"email": f"{one}@demo.example", "password": PASSWORD})

    def next_payload(self) -> str:
        """The payloads in turn, so that each field gets others each time."""
        self.turn += 1
        return ALL[self.turn * 7 % len(ALL)]

    def send_referrals(self, count: int) -> None:
        """Referrals in which every text is a payload; where a rule refuses one, that text is left as it was."""
        with self.app.app_context():
            for number in range(count):
                said = siblings()
                fill_in = {path: self.next_payload() for path in texts(said)}
                for _try in range(4):
                    document = with_texts(said, fill_in, f"XQ7-{number}")
                    try:
                        with transaction_at() as (session, at):
                            receive(session, agency(session), document, at=at)
                        self.found.sent["texts in referrals"] += len(fill_in)
                        break
                    except RuleBroken as refused:
                        at_fault = {problem.field for problem in refused.problems}
                        fill_in = {path: words for path, words in fill_in.items() if not any(same(path, one) for one in at_fault)}
            db.session.remove()

    def walk(self, *, each: int, forms: bool) -> None:
        """Follow every link that each visitor is shown, `each` pages of a kind at most, and look at all; then send `forms`."""
        for who, visitor in self.visitors.items():
            waiting, known, kinds = ["/"], {"/"}, Counter[str]()
            todo: dict[Any, tuple[str, Any]] = {}
            while waiting:
                path = waiting.pop(0)
                answer = visitor.get(path)
                tree = look(answer, f"{who} GET {path}", self.found)
                onward = [answer.headers["Location"]] if "Location" in answer.headers else []
                if tree is not None:
                    onward += [one.get("href") or "" for one in tree.iter("a")]
                    self._note_forms(tree, path, todo)
                for there in sorted({href.partition("#")[0] for href in onward} - known):
                    kind = self._kind(there, "GET")
                    if there.startswith("/") and not there.startswith("/static") and not _LEFT_ALONE.search(there) and kinds[kind] < each:
                        kinds[kind] += 1
                        known.add(there)
                        waiting.append(there)
            self.found.kinds |= set(kinds)
            for action, form in todo.values() if forms else ():
                self._send(who, visitor, action, form)

    def _note_forms(self, tree: Any, path: str, todo: dict[Any, tuple[str, Any]]) -> None:
        """Keep the forms of a page that are of another kind than those kept before."""
        for form in tree.iter("form"):
            action = form.get("action") or path
            if (form.get("method") or "").lower() == "post" and not _LEFT_ALONE.search(action):
                names = tuple(sorted({one.get("name") or "" for one in form.iter()}))
                todo.setdefault((self._kind(action, "POST"), names), (action, form))

    def _send(self, who: str, visitor: Visitor, action: str, form: Any) -> None:
        for choice in (0, -1):
            filled = filled_in(form, self.next_payload, choice)
            answer = visitor.client.post(action, data=filled)
            look(answer, f"{who} POST {action}", self.found)
            self.found.sent["forms taken" if answer.status_code in {302, 303} else "forms refused"] += 1
            if answer.status_code in {302, 303}:
                return

    def _kind(self, path: str, method: str) -> str:
        try:
            endpoint, arguments = self.app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
        except RequestRedirect:
            return "redirect"
        except Exception:  # an address that leads nowhere is looked at as well
            return "nowhere"
        # A step of a form is a page of its own.
        return f"{endpoint} {next((arguments[name] for name in ('question', 'part', 'code', 'setting') if name in arguments), '')}"

    def search(self) -> None:
        """Every payload as a search, a reference and an argument, which come back on the page."""
        visitor = self.visitors["screener"]
        for payload in ALL:
            for path, name in (("/search", "name"), ("/queue", "reference"), ("/risk", "page")):
                answer = visitor.client.get(path, query_string={name: payload.encode(errors="replace").decode()})
                look(answer, f"search {path} {payload[:20]!r}", self.found)

    def ask_as_a_machine(self) -> None:
        """Every payload in what another system sends and asks for, answered in JSON."""
        words = ["tokens", "issue", "xq7@demo.example", "--agency", SCHOOL, "--scope", "referral.send", "--scope", "referral.status"]
        bears = {"Authorization": f"Bearer {self.app.test_cli_runner().invoke(args=words).output.strip()}"}
        client = self.app.test_client()
        for payload in ALL:
            words_sent = payload.encode(errors="replace").decode()
            sent = client.post("/api/referrals", json={"client_reference": words_sent, words_sent: words_sent}, headers=bears)
            look(sent, f"sent as JSON {payload[:20]!r}", self.found)
            look(client.get(f"/api/referrals/{quote(words_sent, safe='')}", headers=bears), f"asked {payload[:20]!r}", self.found)

    def write_for_links(self) -> None:
        """Payloads where an email is asked for, and an address that has an account, so that there is one to look at."""
        stranger = Visitor(self.app.test_client())
        for address in ("school@demo.example", *(f"school@demo.example{payload}" for payload in PAYLOADS["header"])):
            look(stranger.submit("/forgotten", {"email": address}), f"a link for {address!r}", self.found)

    def mail(self, folder: Path) -> None:
        """Send what waits, and look at each email: one address, and nothing in it that anybody typed."""
        settings = self.app.config["SETTINGS"]
        self.app.config["SETTINGS"] = dataclasses.replace(settings, mail=f"file:{folder}")
        self.app.test_cli_runner().invoke(args=["mail", "send"])
        self.app.config["SETTINGS"] = settings
        for path in folder.glob("*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            self.found.seen["emails"] += 1
            said = f"{letter['Subject']} {letter.get_content()}"
            if MARK in said or {"Bcc", "Cc", "X-Xq7"} & set(letter.keys()) or len(letter["To"].addresses) != 1:
                self.found.wrong.append(f"an email says {said[:200]!r}")

    def read_the_audit(self) -> None:
        """What somebody typed stands in no row of the audit: it holds ids, codes and counts."""
        for row in db.session.scalars(select(AuditEvent).execution_options(yield_per=500)):
            self.found.seen["rows of the audit"] += 1
            if MARK in str(row.details).lower():
                self.found.wrong.append(f"the audit of {row.action} holds what was typed: {str(row.details)[:160]}")


def register_report(app: Flask, folder: Path, found: Found) -> None:
    """A register whose cells are payloads, and an archive given as one: the report opens in a spreadsheet without a formula."""
    cells, report = folder / "register.csv", folder / "report.csv"
    with cells.open("w", encoding="utf-8", newline="", errors="replace") as handle:
        writer = csv.writer(handle)
        writer.writerow(["local_id", "given_names", "surname", "birth_date", "address_1"])
        writer.writerows([payload, payload, f"{payload}{number}"[-60:], "2015-03-27", payload] for number, payload in enumerate(ALL))
    for file in (cells, _archive(folder)):
        words = ["people", "import", str(file), "--agency", SCHOOL, "--register", "census", "--apply", "--quiet", "--report", str(report)]
        ran = app.test_cli_runner().invoke(args=words)
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            found.wrong.append(f"{file.name}: {ran.exception!r}"[:200])
        if file is cells:
            with report.open(encoding="utf-8", newline="") as handle:
                for row in csv.reader(handle):
                    found.seen["cells of CSV"] += len(row)
                    found.wrong += [f"a cell begins a formula: {cell[:40]!r}" for cell in row if cell[:1] in set("=+-@\t\r")]


def _archive(folder: Path) -> Path:
    import zipfile

    file = folder / f"{uuid.uuid4().hex}.csv"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../etc/xq7", "0" * 5_000_000)
    return file


def attacked(app: Flask, folder: Path, *, referrals: int, each: int, who: tuple[str, ...] = WHO, wide: bool = True) -> Found:
    """Give everything that takes text a payload, and look at everything that comes out."""
    attack = Attack(app, who)
    attack.send_referrals(referrals)
    attack.walk(each=each, forms=True)
    # Some were stopped by the question what a file is for, and typed there: now they go on.
    say_everything(app)
    if wide:
        attack.walk(each=each, forms=True)
        attack.search()
        attack.ask_as_a_machine()
        attack.write_for_links()
        register_report(app, folder, attack.found)
    attack.walk(each=each, forms=False)
    with app.app_context():
        attack.mail(folder)
        attack.read_the_audit()
        db.session.remove()
    return attack.found
