"""Search for a known person: found by what is remembered, too little said so, and nothing typed left lying about."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db
from safeguard.kernel.errors import NotFound, NotPermitted
from safeguard.people.key_index import store_keys
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.search import KEPT, found_page, search
from safeguard.people.search_model import PersonSearch
from safeguard.people.statements import statement_of
from safeguard.referrals.submission import receive
from tests.documents import about, siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at


@pytest.fixture
def known(app: Flask) -> str:
    """The Fernsbys, Maya with her number and Carla with her telephone; their referral's reference."""
    document = siblings()
    document["children"][0] |= {"nhs_number": "9990000018"}
    document["people"][0] |= {"phone": "01632 960201"}
    with app.app_context():
        with transaction_at() as (session, at):
            made = receive(session, agency(session), document, at=at)
            reference = str(made.referral.reference)
        db.session.remove()
    return reference


def _names(session: Any, typed: str, who: str = "screener", named: Any = None) -> tuple[list[str], bool]:
    kept = search(session, somebody(session, who), typed, named=named or {}, at=MONDAY)
    page = found_page(session, somebody(session, who), kept.id, page=1, at=MONDAY)
    return [said[-1].given_names or "" for _found, said in page.found], page.broad


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Maya Fernsby", ["Maya"]),
        ("fernsby, MAYA", ["Maya"]),
        ("Fernsbey Leo", ["Leo"]),
        ("27/3/2015 Fernsby", ["Maya"]),
        ("3/27/2015 Maya", ["Maya"]),
        ("Maia Fernsby 2015", ["Maya"]),
        ("2015 Fernsby", ["Maya"]),
        ("9990000018", ["Maya"]),
        ("0163 296 0201", ["Carla"]),
        ("+44 1632 960201 Carla", ["Carla"]),
        ("27 March 2015", ["Maya"]),
        ("Carla Fernsby 14 May 1990", ["Carla"]),
        ("Leo am43qq", ["Leo"]),
        ("AM4 3QQ", ["Carla", "Leo", "Maya"]),
        ("Fernsby AM4 3QQ", ["Carla", "Leo", "Maya"]),
        ("Maya Fernsbiy", ["Maya"]),
        ("Kaya Fernsby", []),
        ("Carla Fernbsy", ["Carla"]),
        ("Oferrnsby Carla", []),
        ("Carla Pernsby", ["Carla"]),
        ("Karrla Fernsby", ["Carla"]),
        ("Nobody Known", []),
    ],
)
def test_people_are_found_by_what_is_remembered(known: str, context: Flask, typed: str, expected: list[str]) -> None:
    with transaction_at() as (session, _at):
        found, broad = _names(session, typed)
    assert sorted(found) == expected
    assert not broad


def test_a_name_alone_is_too_little_and_a_common_one_too_much(context: Flask) -> None:
    with transaction_at() as (session, at):
        _registered(session, 101, at)
        assert _names(session, "Marlowe") == ([], True)
        assert _names(session, "Robin Marlowe")[1]
        found, broad = _names(session, "Robin Marlowe 1/1/2009")
        assert found
        assert not broad
        assert _names(session, "Robin Marlowe 2009")[0]


def _registered(session: Session, people: int, at: datetime) -> None:
    """So many Robin Marlowes of all ages, as a register would bring them."""
    school = agency(session)
    records = [
        {"id": uuid.uuid4(), "origin": "register", "agency_id": school.id, "role": "child", "given_names": "Robin",
         "surname": "Marlowe", "birth_date": date(2009 + number % 14, number % 12 + 1, number % 28 + 1), "address_lines": [],
         "family": [], "other": {}, "stated_at": at}
        for number in range(people)
    ]  # fmt: skip
    ids = [uuid.uuid4() for _ in records]
    session.execute(insert(Person), [{"id": key, "created_at": at} for key in ids])
    session.execute(insert(SourceRecord), records)
    links = [
        {"id": uuid.uuid4(), "source_record_id": record["id"], "person_id": key, "made_by": "matcher", "made_at": at,
         "band": "none", "reason": "", "lines": []}
        for key, record in zip(ids, records, strict=True)
    ]  # fmt: skip
    session.execute(insert(PersonLink), links)
    store_keys(session, {record["id"]: blocking_keys(statement_of(SourceRecord(**record))) for record in records})


def test_why_each_was_found_is_said(known: str, context: Flask) -> None:
    with transaction_at() as (session, _at):
        kept = search(session, somebody(session), "Maya Fernsby AM4 3QQ 27/3/2015", named={}, at=MONDAY)
        # The order is that of the matcher's weights; what speaks against, or is taken off, gives no reason.
        assert set(kept.found[0]["why"]) == {"Same date of birth", "Same family name", "Same postcode", "Same first name"}


def test_only_the_desk_searches_and_only_its_own_searches_for_half_an_hour(known: str, context: Flask) -> None:
    with transaction_at() as (session, at):
        for who in ("school", "auditor"):
            with pytest.raises(NotPermitted):
                search(session, somebody(session, who), "Maya Fernsby", named={}, at=at)
        kept = search(session, somebody(session), "Maya Fernsby", named={}, at=at)
        for who, later in (("manager", timedelta()), ("screener", KEPT + timedelta(seconds=1))):
            with pytest.raises(NotFound):
                found_page(session, somebody(session, who), kept.id, page=1, at=at + later)
        search(session, somebody(session), "Leo Fernsby", named={}, at=at + KEPT + timedelta(seconds=1))
        assert session.scalars(select(PersonSearch.typed)).all() == ["Leo Fernsby"]


def test_every_night_deletes_what_nobody_can_open_any_more(known: str, context: Flask, tmp_path: Path) -> None:
    with transaction_at() as (session, at):
        search(session, somebody(session), "Maya Fernsby", named={}, at=at)
    db.session.remove()
    with told_time(MONDAY + KEPT + timedelta(seconds=1)):
        done = context.test_cli_runner().invoke(args=["risk", "nightly", "--quiet", "--state", str(tmp_path / "night.json")])
    assert done.exit_code == 0, done.output
    assert db.session.scalars(select(PersonSearch)).all() == []


def test_names_are_in_no_address_log_or_audit(known: str, app: Flask, sign_in: Callable[[str], Any], caplog: Any) -> None:
    screener = sign_in("screener")
    with caplog.at_level(logging.DEBUG):
        answer = screener.submit("/search", {"typed": "Maya Fernsby 27/3/2015"})
        shown = screener.get(answer.headers["Location"])
    assert answer.status_code == 302
    assert "Maya Fernsby" in shown.get_data(as_text=True)
    title = shown.get_data(as_text=True).split("<title")[1].split("</title>")[0]
    with app.app_context():
        rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action.in_(["person.searched", "search.viewed"]))).all()
        asked, viewed = (row.details for row in sorted(rows, key=lambda row: row.seq))
        assert asked["kinds"] == ["birth", "name", "name"]
        assert asked["found"] == len(viewed["shown"]) == 1
        assert asked["search"] == viewed["search"]
        told = f"{answer.headers['Location']} {title} {caplog.text} {asked} {viewed}".lower()
    assert not [word for word in ("maya", "fernsby", "2015") if word in told]


def test_a_reference_leads_to_its_people(known: str, app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    text = screener.submit("/search", {"typed": known.lower()}, follow=True).get_data(as_text=True)
    assert text.count(f"Named in referral {known}") == 3
    assert "Nobody known fits" in screener.submit("/search", {"typed": "SR-0000-0000"}, follow=True).get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a name, date of birth"),
        ("\u200b\u202e ", "Enter a name, date of birth"),
        ("x" * 10_000, "Enter 200 characters or fewer. You entered 10,000"),
        ("%_%", "was not understood"),
        ("' OR 1=1 --", None),
        ("Ma\u200bya \u202eFernsby", None),
        ("🙂", "was not understood"),
        ("<script>alert(1)</script>", None),
        ("\x00", "Enter a name, date of birth"),
        ("31/2/2015", "is not a possible date of birth"),
        ("999 000 0019", "one of its digits is wrong"),
    ],
)
def test_anything_typed_is_answered_calmly_and_kept_in_the_box(
    known: str, app: Flask, sign_in: Callable[[str], Any], typed: str, words: str | None
) -> None:
    answer = sign_in("screener").submit("/search", {"typed": typed}, follow=True)
    text = answer.get_data(as_text=True)
    assert answer.status_code == (400 if words else 200)
    assert (words or "Search results") in text
    assert "<script>alert" not in text
    if typed == "31/2/2015":
        assert 'value="31/2/2015"' in text


def test_results_are_paged_with_a_constant_number_of_statements(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    asked: list[str] = []
    counts = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for start, end in ((0, 2), (2, 30)):
        with app.app_context():
            with transaction_at() as (session, at):
                for number in range(start, end):
                    home = [{"key": "h1", "lines": [f"{number} Mill Lane"], "postcode": "AM4 3QQ"}]
                    born = f"{2009 + number % 14}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
                    one = about("Robin", f"Fam{chr(97 + number)}", born, client_reference=f"P-{number}", addresses=home)
                    receive(session, agency(session), one, at=at)
            db.session.remove()
        with told_time(MONDAY):
            hidden = screener.get("/search").get_data(as_text=True)
            assert "Search for a known person" in hidden
        asked.clear()
        page = screener.submit("/search", {"typed": "AM4 3QQ"}, follow=True).get_data(as_text=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "30 people may fit" in page
    assert "Page 1 of 2" in page


def test_an_old_or_foreign_address_leads_back_to_the_box(app: Flask, sign_in: Callable[[str], Any]) -> None:
    answer = sign_in("screener").get(f"/search/{uuid.uuid4()}", follow_redirects=True)
    assert "That search is no longer kept" in answer.get_data(as_text=True)
