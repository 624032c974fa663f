"""Who looked at this child? Every page that showed somebody's history is found by them, and the audit is searched in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.audit.service import verify
from safeguard.kernel.database import db, transaction
from safeguard.referrals.submission import Submission, receive
from tests.documents import siblings
from tests.integration.help import agency, transaction_at
from tests.pages import hidden_of


@pytest.fixture
def sent(app: Flask) -> Submission:
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
        db.session.remove()
    return made


def _rows_about(app: Flask, subject: object) -> list[str]:
    with app.app_context():
        query = select(AuditEvent.action).join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        found = list(db.session.scalars(query.where(AuditSubject.subject_id == str(subject)).order_by(AuditEvent.seq)))
        db.session.remove()
    return found


def test_whoever_is_shown_is_found(app: Flask, sign_in: Callable[[str], Any], sent: Submission) -> None:
    """Maya's page tells of Leo, and so do the case, the family and the summary: all are found by Leo's id."""
    maya, leo = (one.person_id for one in sent.people[:2])
    screener = sign_in("screener")
    before = len(_rows_about(app, leo))
    case = f"/referrals/{sent.referral.id}"
    for path in (f"/people/{maya}", f"{case}/case", f"{case}/family"):
        assert "Leo Fernsby" in screener.get(path).get_data(as_text=True)
    screener.submit(f"{case}/summaries", {}, to=f"{case}/summary")
    listed = screener.get(f"{case}/summaries").get_data(as_text=True)
    download = next(one for part in listed.split('href="') if (one := part.split('"')[0]).endswith("/unprotected"))
    assert screener.submit(download, {"why": "print"}).mimetype == "application/pdf"
    found = _rows_about(app, leo)[before:]
    for action in ("person.viewed", "referral.viewed", "family.viewed", "summary.made", "summary.downloaded"):
        assert action in found, action
    page = sign_in("auditor").get(f"/audit?subject={leo}").get_data(as_text=True)
    assert "downloaded a case summary" in page


def test_what_is_printed_is_kept_for_everybody_on_the_page(app: Flask, sign_in: Callable[[str], Any], sent: Submission) -> None:
    maya, leo = (one.person_id for one in sent.people[:2])
    screener, manager = sign_in("screener"), sign_in("manager")
    page = screener.get(f"/people/{maya}").get_data(as_text=True)
    shown = hidden_of(page)
    named = re.findall(r'data-page="([0-9a-f]+)"', page)
    assert len(named) == 1

    def printed(by: Any, token: str, page: str) -> int:
        return int(by.post("/printed", {"csrf_token": token, "page": page}).status_code)

    assert printed(screener, shown["csrf_token"], named[0]) == 204
    assert _rows_about(app, maya).count("page.printed") == _rows_about(app, leo).count("page.printed") == 1
    # Nobody says of somebody else that they printed, nor of a page that never was; the answer is the same.
    token = hidden_of(manager.get("/queue").get_data(as_text=True))["csrf_token"]
    for other in (named[0], "0" * 16, "", "\x00", "x" * 10_000):
        assert printed(manager, token, other) == 204
    assert _rows_about(app, maya).count("page.printed") == 1
    assert screener.post("/printed", {"page": named[0]}).status_code == 400
    assert "Printed a page" in sign_in("auditor").get(f"/audit/people/{leo}").get_data(as_text=True)


def test_looking_for_a_reference_and_mending_a_draft_are_noted(app: Flask, sign_in: Callable[[str], Any], sent: Submission) -> None:
    screener, school = sign_in("screener"), sign_in("school")
    screener.get(f"/queue/find?reference={sent.referral.reference}")
    assert "referral.sought" in _rows_about(app, sent.referral.id)
    draft = school.submit("/referrals", {}, to="/referrals/new").headers["Location"].split("/")[2]
    page = f"/referrals/{draft}/questions/happened"
    school.get(page)
    before = len(_rows_about(app, draft))
    assert school.submit(page, {"happened_on-day": "40", "happened_on-month": "1", "happened_on-year": "2026"}).status_code == 400
    assert _rows_about(app, draft)[before:] == ["referral.draft_viewed"] * 2  # opened to be filled in, and shown again


def test_the_audit_is_searched_without_a_name_in_the_address(app: Flask, sign_in: Callable[[str], Any], sent: Submission) -> None:
    sign_in("screener").get(f"/referrals/{sent.referral.id}/case")
    auditor = sign_in("auditor")
    answer = auditor.submit("/audit", {"about": f" {str(sent.referral.reference).lower()} ", "email": "screener@demo.example"})
    assert answer.status_code == 302
    assert "@" not in answer.headers["Location"]
    assert "%40" not in answer.headers["Location"]
    page = auditor.get(answer.headers["Location"]).get_data(as_text=True)
    body = page[page.index("<tbody") :]
    assert body.count("opened a referral") == 1
    assert "imported a referral" not in body  # by the service, not by the screener
    day = {"since-day": "1", "since-month": "1", "since-year": "2100"}
    later = auditor.get(auditor.submit("/audit", day).headers["Location"]).get_data(as_text=True)
    assert "Nothing is recorded that fits" in later


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"about": "Zofia"}, "Enter a referral"),
        ({"about": "SR-0000-0000"}, "No referral has the reference"),
        ({"email": "nobody@demo.example"}, "No account has this email address"),
        ({"since-day": "2", "since-month": "2", "since-year": "2026", "until-day": "1", "until-month": "2", "until-year": "2026"},
         "first day or later"),
        ({"until-day": "31", "until-month": "12", "until-year": "9999"}, "before 3000"),
        ({"action": "dance"}, "Choose what was done"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_says_why_and_keeps_it(sign_in: Callable[[str], Any], answers: dict[str, str], words: str) -> None:
    answer = sign_in("auditor").submit("/audit", answers)
    assert answer.status_code == 400
    said = answer.get_data(as_text=True)
    assert words in said
    assert all(value in said for value in answers.values() if value != "dance")


def test_the_table_that_finds_rows_is_checked_too(app: Flask, sent: Submission) -> None:
    """Its triggers refuse; where somebody gets past them, the check says so."""
    with app.app_context():
        with transaction() as session:
            assert verify(session)[1] is None
        with db.engine.begin() as connection:
            drop = "DROP TRIGGER audit_event_subject_refuse_delete"
            connection.execute(text(drop if db.engine.dialect.name == "sqlite" else f"{drop} ON audit_event_subject"))
            connection.execute(text("DELETE FROM audit_event_subject WHERE seq = (SELECT max(seq) FROM audit_event_subject)"))
        with transaction() as session:
            broken = verify(session)[1]
        assert broken is not None
        assert "does not agree" in broken.words
        db.session.remove()


def test_an_anchor_shows_that_the_newest_rows_were_taken_away(app: Flask, sent: Submission, tmp_path: Path) -> None:
    """What remains of the chain holds; only a line kept elsewhere tells."""
    run = app.test_cli_runner().invoke
    line = run(args=["audit", "anchor"]).output.strip()
    kept = tmp_path / "anchors.txt"
    kept.write_text(f"{line}\n\n{line}\n", encoding="utf-8")
    for told in (line, str(kept)):
        assert run(args=["audit", "verify", "--anchor", told]).exit_code == 0
    with app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"
        with db.engine.begin() as connection:
            for table in ("audit_event", "audit_event_subject"):
                connection.execute(text(f"DROP TRIGGER {table}_refuse_delete" + (f" ON {table}" if postgresql else "")))
            newest = "(SELECT max(seq) FROM audit_event)"
            connection.execute(text(f"DELETE FROM audit_event_subject WHERE seq = {newest}"))
            connection.execute(text(f"DELETE FROM audit_event WHERE seq = {newest}"))
        db.session.remove()
    assert run(args=["audit", "verify"]).exit_code == 0
    done = run(args=["audit", "verify", "--anchor", line])
    assert done.exit_code == 1
    assert "is missing" in done.output


@pytest.mark.parametrize("line", ["", "nowhere.txt", "audit-anchor 1 2 3 4", "audit-anchor x", f"audit-anchor {'9' * 30} a 2026-11-24 b"])
def test_what_is_no_anchor_is_said(context: Flask, line: str) -> None:
    done = context.test_cli_runner().invoke(args=["audit", "verify", "--anchor", line])
    assert done.exit_code == 1
    assert "Error: " in done.output
    assert "Traceback" not in done.output


def test_an_anchor_of_another_key_is_refused(context: Flask) -> None:
    line = context.test_cli_runner().invoke(args=["audit", "anchor"]).output.strip()
    forged = line.replace("audit-anchor ", "audit-anchor 1", 1)
    done = context.test_cli_runner().invoke(args=["audit", "verify", "--anchor", forged])
    assert done.exit_code == 1
    assert "signature" in done.output
