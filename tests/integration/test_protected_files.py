"""Files that leave the service under a password: what opens them, what does not, and what the audit has of it."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.governance.subject_access import service
from safeguard.governance.subject_access.bundle import make_bundle
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.database import db, transaction
from safeguard.mash.case import open_case
from safeguard.meetings import handover
from safeguard.meetings.service import make_summary
from safeguard.referrals.submission import receive
from tests.documents import about, siblings
from tests.integration.help import agency, somebody
from tests.pages import Visitor, hidden_of

_SHOWN = re.compile(r'class="app-password">([^<]+)<')


def _summaries(app: Flask) -> tuple[uuid.UUID, list[uuid.UUID], uuid.UUID]:
    """A referral, a summary of it and one of another referral, and a child of the first."""
    with app.app_context():
        with transaction() as session:
            documents = siblings(), about("Tomas", "Quill", "2019-05-02", client_reference="another-family")
            sent = [receive(session, agency(session), one, at=now()) for one in documents]
        with transaction() as session:
            worker = somebody(session, "screener")
            made = [
                make_summary(session, worker, open_case(session, worker, one.referral.id, at=now()), authority="A", at=now()).summary.id
                for one in sent
            ]
            found = sent[0].referral.id, made, sent[0].people[1].person_id
        db.session.remove()
    return found


def _bundle(app: Flask) -> tuple[uuid.UUID, uuid.UUID]:
    """A request of a child's, and its bundle, in which everything is given."""
    with app.app_context():
        with transaction() as session:
            person = receive(session, agency(session), siblings(), at=now()).people[0].person_id
        with transaction() as session:
            officer, at = somebody(session, "governance"), now()
            asked = service.open_request(session, officer, person, asker="self", proof="Passport", received_on=london_date(at), at=at)
            for part in service.request_for(session, officer, asked.id).parts:
                service.decide(
                    session, officer, part.item.id, choice="disclose", exemption=None, reason="Known to them", phrases=(), seen=0, at=at
                )
            found = asked.id, make_bundle(session, officer, asked.id, authority="Aldermoor", at=at).id
        db.session.remove()
    return found


def _offered(visitor: Visitor, page: str, to: str) -> tuple[str, dict[str, str], str]:
    """The password that is shown, the fields of the form that gets the file, and the whole page."""
    answer = visitor.submit(page, {}, to=to)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.get_data(as_text=True)
    return _SHOWN.findall(said)[0], hidden_of(said), said


def _opened(data: bytes, password: str) -> pikepdf.Pdf:
    """The PDF, which nothing but `password` opens."""
    for wrong in ("", password.replace("-", ""), password.lower()):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(data), password=wrong)
    pdf = pikepdf.open(io.BytesIO(data), password=password)
    assert pdf.encryption.stream_method.name == "aesv3"
    assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
    assert pdf.allow.accessibility
    assert pdf.Root.MarkInfo.Marked
    return pdf


def _noted(app: Flask, about: uuid.UUID, prefix: str) -> list[str]:
    with app.app_context():
        query = select(AuditEvent.action).join(AuditSubject, AuditSubject.seq == AuditEvent.seq).order_by(AuditEvent.seq)
        found = [*db.session.scalars(query.where(AuditSubject.subject_id == str(about), AuditEvent.action.like(prefix)))]
        db.session.remove()
    return found


def test_a_summary_opens_with_its_password_alone(
    app: Flask, sign_in: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    referral, (mine, other), leo = _summaries(app)
    screener = sign_in("screener")
    page = f"/referrals/{referral}/summaries"
    before = screener.get(page).get_data(as_text=True)
    assert f"/summaries/{mine}/password" in before
    assert "Nobody has downloaded one yet" in before
    password, fields, _said = _offered(screener, page, f"/summaries/{mine}/password")
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){4}[2-9A-HJKMNP-Z]{4}", password)
    answer = screener.post(f"/summaries/{mine}/protected.pdf", fields)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].endswith('-v1-protected.pdf"')
    assert b"Case summary" not in answer.data
    with _opened(answer.data, password) as pdf:
        assert "Case summary" in str(pdf.docinfo["/Title"])
        with pikepdf.open(io.BytesIO(screener.submit(f"/summaries/{mine}/unprotected", {"why": "court"}).data)) as plain:
            assert len(pdf.pages) == len(plain.pages)
            assert pdf.open_metadata().pdfa_status == plain.open_metadata().pdfa_status
            assert pdf.open_metadata()["pdfuaid:part"] == "1"
    for why in ("", "x"):
        assert "Choose why it has no password" in screener.submit(f"/summaries/{other}/unprotected", {"why": why}).get_data(as_text=True)
    assert screener.submit(f"/summaries/{other}/unprotected", {"why": "print"}).mimetype == "application/pdf"
    listed = sign_in("manager").get(page).get_data(as_text=True).partition("Who downloaded them")[2]
    ways = re.findall(r'data-label="Downloaded">[^<]*, by ([^<]+)</td>\s*<td[^>]*>([^<]+)<', listed)
    assert "A court needs it without a password" in listed
    assert ways == [("Robin Example", "Without a password"), ("Robin Example", "Under a password")]
    monkeypatch.setattr("safeguard.meetings.service.PAGE", 1)
    one, two = (sign_in("manager").get(f"{page}?downloads={number}").get_data(as_text=True) for number in (1, 2))
    assert ("Without a password</td>" in one, "Under a password</td>" in one) == (False, False)
    assert "A court needs it" not in two
    assert (one.count("Page 1 of 2"), two.count("Page 2 of 2")) == (1, 1)
    assert f"{page}?page=1&amp;downloads=2#downloads" in one or f"{page}?downloads=2&amp;page=1#downloads" in one
    assert sign_in("manager").get(f"{page}?downloads=x").status_code == 404
    # Whoever the summary tells of is found by the audit; the password is in none of its rows.
    assert _noted(app, leo, "export.%") == ["export.password_made", "export.summary"]
    with app.app_context():
        assert password not in str([row.details for row in db.session.scalars(select(AuditEvent))])
        db.session.remove()
    assert "downloaded a case summary under a password" in sign_in("auditor").get(f"/audit?subject={leo}").get_data(as_text=True)


def test_a_password_gets_one_document_for_one_account_and_a_short_time(
    app: Flask, sign_in: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old, changed, another's, for another document, chosen by oneself, none: each is answered with a new password, and no file."""
    referral, (mine, other), leo = _summaries(app)
    screener, manager = sign_in("screener"), sign_in("manager")
    password, fields, _said = _offered(screener, f"/referrals/{referral}/summaries", f"/summaries/{mine}/password")
    theirs = hidden_of(manager.get(f"/referrals/{referral}/summaries").get_data(as_text=True))
    here = f"/summaries/{mine}/protected.pdf"
    answers = [
        screener.post(f"/summaries/{other}/protected.pdf", fields),
        manager.post(here, {**fields, **theirs}),
        *(screener.post(here, {**fields, "password": sent}) for sent in ("", "a", password, f"x{fields['password']}", "\x00é", "[1]")),
        screener.post(here, {"csrf_token": fields["csrf_token"]}),
    ]
    monkeypatch.setattr(handover, "MINUTES", -1)
    answers.append(screener.post(here, fields))
    for answer in answers:
        said = answer.get_data(as_text=True)
        assert (answer.status_code, answer.mimetype) == (409, "text/html")
        assert "can no longer be used" in said
        assert _SHOWN.findall(said)[0] != password
    assert "export.summary" not in _noted(app, leo, "export.%")


def test_who_may_not_have_it_gets_neither_password_nor_file(app: Flask, sign_in: Callable[[str], Any]) -> None:
    referral, (mine, _other), leo = _summaries(app)
    screener = sign_in("screener")
    _password, fields, _said = _offered(screener, f"/referrals/{referral}/summaries", f"/summaries/{mine}/password")
    for who, status in (("school", 403), ("auditor", 403), ("governance", 403)):
        visitor = sign_in(who)
        token = hidden_of(visitor.get("/account").get_data(as_text=True))
        for path in ("password", "protected.pdf"):
            assert visitor.post(f"/summaries/{mine}/{path}", {**fields, **token}).status_code == status, (who, path)
    nobody = uuid.UUID(int=7)
    for path in (f"/summaries/{nobody}/password", f"/summaries/{nobody}/protected.pdf"):
        assert screener.post(path, fields).status_code == 404
    assert _noted(app, leo, "export.%") == ["export.password_made"]


def test_a_bundle_goes_out_under_a_password_with_its_json_inside(app: Flask, sign_in: Callable[[str], Any]) -> None:
    request, bundle = _bundle(app)
    officer = sign_in("governance")
    page = f"/subject-access/{request}"
    assert f"/subject-access/bundles/{bundle}/password" in officer.get(page).get_data(as_text=True)
    password, fields, _said = _offered(officer, page, f"/subject-access/bundles/{bundle}/password")
    answer = officer.post(f"/subject-access/bundles/{bundle}/protected.pdf", fields)
    plain = officer.submit(f"/subject-access/bundles/{bundle}/unprotected", {"file_type": "json", "why": "cannot"}).data
    with _opened(answer.data, password) as pdf:
        [(name, attached)] = pdf.attachments.items()
        assert attached.get_file().read_bytes() == plain
        assert name == f"{json.loads(plain)['reference']}-1.json"
    assert officer.post(f"/subject-access/bundles/{bundle}/protected.pdf", {**fields, "password": "x"}).status_code == 409
    screener = sign_in("screener")
    token = hidden_of(screener.get("/queue").get_data(as_text=True))
    assert screener.post(f"/subject-access/bundles/{bundle}/protected.pdf", {**fields, **token}).status_code == 403
    with app.app_context():
        asked = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("export.%")).order_by(AuditEvent.at)).all()
        db.session.remove()
    assert sorted(asked) == ["export.bundle", "export.password_made", "export.password_made"]
