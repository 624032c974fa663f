"""The pages for joining and parting people: what they show, what they refuse, and how often they ask the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from safeguard.concerns.model import PersonStatement
from safeguard.kernel.database import db, transaction
from safeguard.people.identifiers import make_nhs_number
from safeguard.people.model import SourceRecord
from safeguard.referrals.submission import receive
from tests.documents import about
from tests.integration.help import agency, transaction_at
from tests.integration.two_people import OCTOBER, TwoPeople, homes, tell_of, two_people


@pytest.fixture
def two(app: Flask) -> TwoPeople:
    with app.app_context():
        made = two_people()
        db.session.remove()
    return made


def _homes(app: Flask) -> dict[Any, Any]:
    with app.app_context():
        found = homes(db.session())
        db.session.remove()
    return found


def test_joining_asks_a_colleague_where_both_have_a_referral_waiting(
    app: Flask, sign_in: Callable[[str], Any], two: TwoPeople
) -> None:
    screener, manager = sign_in("screener"), sign_in("manager")
    page = f"/people/{two.newer}/merge/{two.older}"
    for one in (two.older, two.newer):
        assert "May be the same as 1 other person" in screener.get(f"/people/{one}").get_data(as_text=True)
    shown = screener.get(page).get_data(as_text=True)
    for words in ("Join two people into one?", "14 Willow Close", "3 Mill Lane", "known for longer", "Ask a colleague to confirm"):
        assert words in shown, words
    refused = screener.submit(page, {"reason": "  "})
    assert refused.status_code == 400
    assert "Enter the reason for joining them" in refused.get_data(as_text=True)
    asked = screener.submit(page, {"reason": "The mother confirmed both addresses."})
    assert asked.status_code == 302
    wish = asked.headers["Location"]
    assert "you asked for this yourself" in screener.get(wish).get_data(as_text=True).lower()
    assert screener.submit(wish, {"answer": "confirm", "reason": "Yes."}).status_code == 409
    assert len(set(_homes(app).values())) == 2
    listed = manager.get("/people/merges").get_data(as_text=True)
    assert "Amelia Smith and Amelia Smith" in listed
    assert "1 joining to confirm" in manager.get("/queue").get_data(as_text=True)
    assert manager.submit(wish, {"answer": "confirm", "reason": ""}).status_code == 400
    done = manager.submit(wish, {"answer": "confirm", "reason": "Checked with the school."})
    assert done.headers["Location"].endswith(f"/people/{two.older}")
    assert set(_homes(app).values()) == {two.older}
    history = manager.get(f"/people/{two.older}/identity").get_data(as_text=True)
    for words in ("Two people joined", "The mother confirmed both addresses.", "Checked with the school."):
        assert words in history, words
    gone = manager.get(f"/people/{two.newer}")
    assert gone.status_code == 302
    assert gone.headers["Location"].endswith(f"/people/{two.newer}/identity")
    assert "Nothing is linked to this person any more" in manager.get(gone.headers["Location"]).get_data(as_text=True)


def _join(screener: Any, manager: Any, two: TwoPeople) -> str:
    wish = screener.submit(f"/people/{two.newer}/merge/{two.older}", {"reason": "One girl."}).headers["Location"]
    assert "The family as it would be" in manager.get(wish).get_data(as_text=True), "whoever answers sees it too"
    assert manager.submit(wish, {"answer": "confirm", "reason": "Yes, one girl."}).status_code == 302
    return str(wish)


def test_a_person_is_parted_after_looking(app: Flask, sign_in: Callable[[str], Any], two: TwoPeople) -> None:
    screener, manager = sign_in("screener"), sign_in("manager")
    _join(screener, manager, two)
    page = f"/people/{two.older}/split"
    with app.app_context():
        with transaction() as session:
            record = session.get(SourceRecord, two.newer_record)
            assert record is not None
            said = {"source_record_id": record.id, "agency_id": record.agency_id, "stated_at": record.stated_at}
            session.add_all([
                PersonStatement(kind="email", value="kit@mail.example", **said),
                PersonStatement(kind="died", day=date(2026, 10, 2), **said),
            ])  # fmt: skip
        db.session.remove()
    assert "Which records are about somebody else?" in screener.get(page).get_data(as_text=True)
    for wrong in ({}, {"records": [str(two.older_record), str(two.newer_record)]}, {"records": ["nonsense"]}):
        answer = screener.submit(page, wrong)
        assert answer.status_code == 400
        assert "There is a problem" in answer.get_data(as_text=True)
    look = screener.submit(page, {"records": [str(two.newer_record)]})
    assert look.status_code == 200
    shown = look.get_data(as_text=True)
    assert "Becomes a new person" in shown
    assert "3 Mill Lane" in shown
    goes = shown[shown.index("Death and email") :]
    assert goes.index("None") < goes.index("Died on 2 Oct 2026") < goes.index("Email kit@mail.example")
    assert set(_homes(app).values()) == {two.older}, "looking moves nothing"
    from tests.pages import hidden_of

    hidden = hidden_of(shown)
    assert screener.post(page, {**hidden, "reason": ""}).status_code == 400
    done = screener.post(page, {**hidden, "reason": "Two girls, seen together."})
    assert done.status_code == 302
    assert len(set(_homes(app).values())) == 2
    again = screener.post(page, {**hidden, "reason": "Two girls, seen together."})
    assert again.status_code in {400, 404}, "the same click twice parts nobody further"
    assert len(set(_homes(app).values())) == 2


def test_a_joining_is_taken_back_on_its_page(app: Flask, sign_in: Callable[[str], Any], two: TwoPeople) -> None:
    screener, manager = sign_in("screener"), sign_in("manager")
    before = _homes(app)
    wish = _join(screener, manager, two)
    with app.app_context():
        later = tell_of("Amelia", "Smith", "2015-03-27", "T-3", OCTOBER).people[0].record.id
        db.session.remove()
    page = f"{wish}/undo"
    assert "Added since they were joined" in screener.get(page).get_data(as_text=True)
    answers = {"verdict": "different", "reason": "Her cousin of the same name."}
    refused = screener.submit(page, answers)
    assert refused.status_code == 400
    assert "Choose whose record this is" in refused.get_data(as_text=True)
    assert screener.submit(page, {**answers, f"later_{later.hex}": "somebody"}).status_code == 400
    assert screener.submit(page, {**answers, f"later_{later.hex}": str(two.older)}).status_code == 302
    assert _homes(app) == {**before, later: two.older}
    assert screener.get(page).status_code == 302


def test_a_record_is_shown_as_it_was_stated(sign_in: Callable[[str], Any], two: TwoPeople) -> None:
    shown = sign_in("screener").get(f"/records/{two.newer_record}").get_data(as_text=True)
    for words in ("Record as stated", "Amelia Smith", "27 March 2015", "3 Mill Lane", "Oakfield Primary School"):
        assert words in shown, words
    assert sign_in("school").get(f"/records/{two.newer_record}").status_code == 403


def test_a_number_that_two_people_claim_is_shown_on_both(app: Flask, sign_in: Callable[[str], Any]) -> None:
    number = {"nhs_number": make_nhs_number(12)}
    with app.app_context():
        ids = []
        for given, born, reference in (("Maya", "2015-03-27", "N-1"), ("Oscar", "2009-01-31", "N-2")):
            document = about(given, given, born, client_reference=reference, addresses=[])
            document["children"][0] |= number
            document["children"][0].pop("address")
            with transaction_at(OCTOBER) as (session, at):
                ids.append(receive(session, agency(session), document, at=at).people[0].person_id)
        db.session.remove()
    assert ids[0] != ids[1]
    screener = sign_in("screener")
    for one, other in (ids, reversed(ids)):
        shown = screener.get(f"/people/{one}").get_data(as_text=True)
        assert "The NHS number is stated for another person as well" in shown
        assert f"/people/{one}/merge/{other}" in shown


def test_the_number_of_statements_does_not_grow_with_the_records(
    app: Flask, sign_in: Callable[[str], Any], two: TwoPeople
) -> None:
    screener = sign_in("screener")
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    pages = [
        f"/people/{two.newer}/merge/{two.older}", f"/people/{two.older}/split", f"/people/{two.older}/identity",
        f"/people/{two.older}",
    ]  # fmt: skip
    counts = []
    for some in (range(1), range(1, 12)):
        with app.app_context():
            for number in some:
                tell_of("Amelia", "Smith", "2015-03-27", f"M-{number}", OCTOBER)
            db.session.remove()
        counts.append([])
        for page in pages:
            asked.clear()
            assert screener.get(page).status_code == 200
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
