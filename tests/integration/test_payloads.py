"""Text that attacks whoever shows it comes out as text. A part of what `python -m tests.bench payloads` tries for every role."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from safeguard.governance.local.pages import PAGES
from safeguard.kernel.clock import now
from safeguard.kernel.database import db
from safeguard.referrals.journey import QUESTIONS
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.in_clear import holding, named
from tests.integration.help import agency, transaction_at
from tests.payloads.attack import Attack, attacked, register_report
from tests.payloads.corpus import ALL, MARK, PRODUCT
from tests.payloads.local import set_payloads
from tests.payloads.looking import Found, look

_RAW = (
    "<script>xq7()</script>", "<xq7>", "<p onfocus=xq7()>", "<a href=javascript:xq7()>x</a>", "<a href=//xq7.example>x</a>", PRODUCT,
    "<base href=//xq7.example>", '<meta http-equiv="refresh" content="0;url=//xq7.example">', "\u202egnp.exe", "x\x00", "sqlite3.Error",
    "<img src=https://xq7.example/x>", "<!--<xq7>--!><xq7>",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_typed_comes_out_as_words(app: Flask, tmp_path: Path) -> None:
    found = attacked(app, tmp_path, referrals=3, each=1, who=("school", "screener"), wide=False)
    assert sorted(set(found.wrong)) == []
    # And there was something to see: payloads were taken, and stand on pages letter for letter.
    assert found.sent["forms taken"] > 20
    assert len(found.shown) > 20
    assert len(found.kinds) > 50
    # Whatever form it was typed into, no word lies in clear in a column of which docs/sealing.md does not say why.
    with app.app_context():
        there = holding(MARK)
    assert "source_record.surname" in there
    assert not there - named()
    assert found.seen["rows of the audit"] > 100


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_cell_of_a_report_is_a_formula_and_an_archive_is_no_register(app: Flask, tmp_path: Path) -> None:
    found = Found()
    register_report(app, tmp_path, found)
    assert found.wrong == []
    assert found.seen["cells of CSV"] > len(ALL)


@pytest.mark.parametrize("raw", _RAW)
def test_the_look_would_notice(raw: str) -> None:
    """A page that shows a payload as it is."""
    headers = {"Content-Security-Policy": "script-src 'self' 'nonce-abc'", "X-Content-Type-Options": "nosniff"}
    answer = Response(f"<!doctype html><title>x</title><p>{raw}</p>", mimetype="text/html", headers=headers)
    found = Found()
    look(TestResponse(answer.iter_encoded(), "200 OK", answer.headers, None), "here", found)  # type: ignore[arg-type]
    assert found.wrong


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_partnership_sets_comes_out_as_words(app: Flask) -> None:
    """Payloads in every local setting: on the pages that set them, and on the referral form and at the desk, which show them."""
    with app.app_context():
        count = set_payloads(now())
        with transaction_at(now()) as (session, at):
            sent = receive(session, agency(session), siblings(), at=at).referral.id
        db.session.remove()
    attack = Attack(app, ("school", "screener", "manager"))
    school = attack.visitors["school"]
    of = school.submit("/referrals", {}, to="/referrals/new").headers["Location"].partition("/questions")[0]
    new = school.submit(f"{of}/questions/child-name/new?once=abc", {"given_names": "Maya"}).headers["Location"]
    child = new.partition("/child-birth/")[2].partition("?")[0]
    asked = [f"{of}/questions/{name}" + (f"/{child}" if one.place == "children" else "") for name, one in QUESTIONS.items()]
    pages = {
        "school": [of, f"{of}/check", *asked], "screener": [f"/referrals/{sent}/case", f"/referrals/{sent}/decide"],
        "manager": ["/local-settings", *(f"/local-settings/{code}{page}" for code in PAGES for page in ("", "/1", "/new"))],
    }  # fmt: skip
    for who, paths in pages.items():
        for path in paths:
            look(attack.visitors[who].get(path), path, attack.found)
    assert count > 100
    assert len(attack.found.shown) > 50
    assert attack.found.wrong == []
