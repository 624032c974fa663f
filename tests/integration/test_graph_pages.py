"""The desk's pages of the graph: stating and answering relationships, warnings for visiting staff, and the questions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from safeguard.concerns.model import RelationshipWord, WarningNote
from safeguard.concerns.warnings import note_in_full
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency
from tests.integration.help import transaction_at as transaction_when


@pytest.fixture
def family(app: Flask) -> dict[str, uuid.UUID]:
    with app.app_context():
        with transaction_when(now()) as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
            found = {one.record.document_key or "": one.person_id for one in made.people}
            found["agency"] = agency(session).id
        db.session.remove()
    return found


def _page(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_a_relationship_is_stated_contradicted_and_ended(app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]) -> None:
    screener, mother, child = sign_in("screener"), family["p1"], family["c1"]
    add = f"/people/{mother}/relationships/add"
    assert screener.get(add).status_code == 200
    empty = screener.submit(add, {"kind": "", "other_id": ""})
    assert empty.status_code == 400
    for said in ("Choose how they are related", "Choose the other person", "Choose which agency says so"):
        assert said in _page(empty)
    answers = {"kind": "aunt_or_uncle", "other_id": str(child), "agency_id": str(family["agency"]), "parental_responsibility": "no"}
    assert screener.submit(add, answers).status_code == 302
    listed = _page(screener.get(f"/people/{mother}/relationships"))
    assert listed.count("<strong>Disputed</strong>") == 2
    with app.app_context():
        statement = db.session.execute(text("SELECT id FROM relationship WHERE kind = 'aunt_or_uncle'")).scalar_one()
    where = f"/people/{mother}/relationships/{uuid.UUID(str(statement))}"
    later = today() + timedelta(days=2)
    future = {"word": "ended", "reason": "Told by the school", "ended_on-day": str(later.day), "ended_on-month": str(later.month),
              "ended_on-year": str(later.year)}  # fmt: skip
    refused = screener.submit(where, future)
    assert refused.status_code == 400
    assert "today or in the past" in _page(refused)
    assert "Told by the school" in _page(refused)
    past = {"ended_on-day": "1", "ended_on-month": "2", "ended_on-year": "2024"}
    done = screener.submit(where, {"word": "ended", "reason": "A mistake", **past})
    assert done.status_code == 302
    listed = _page(screener.get(f"/people/{mother}/relationships"))
    assert "<strong>Ended</strong>" in listed
    assert "Disputed" not in listed
    with app.app_context():
        assert db.session.scalars(select(RelationshipWord.word)).all() == ["ended"]
    assert sign_in("school").get(add).status_code == 403


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"other_id": "itself"}, "Choose the other person"),
        ({"kind": "child_of"}, "cannot be younger"),  # that the child is the mother's parent
        ({"kind": "nonsense"}, "Choose how they are related"),
        ({"since-day": "1", "since-month": "1", "since-year": "2199"}, "today or in the past"),
        ({"since-day": "2", "since-month": "1", "since-year": "2020", "until-day": "1", "until-month": "1", "until-year": "2020"},
         "cannot end before it begins"),
        ({"agency_id": "; DROP TABLE person"}, "Choose which agency says so"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID], changes: dict[str, str], says: str
) -> None:
    mother = family["p1"]
    answers = {"kind": "mother", "other_id": str(family["c1"]), "agency_id": str(family["agency"]), "parental_responsibility": "yes"}
    answers |= {name: str(mother) if value == "itself" else value for name, value in changes.items()}
    refused = sign_in("screener").submit(f"/people/{mother}/relationships/add", answers)
    assert refused.status_code == 400
    assert says in _page(refused) or (changes.get("other_id") and "themselves" in _page(refused))
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM relationship WHERE recorded_by IS NOT NULL")).scalar_one() == 0


def test_a_warning_is_in_force_approved_by_another_and_ended(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    screener, manager, mother = sign_in("screener"), sign_in("manager"), family["p1"]
    add, review = f"/people/{mother}/warnings/add", today() + timedelta(days=200)
    day = {"review_on-day": str(review.day), "review_on-month": str(review.month), "review_on-year": str(review.year)}
    answers = {"kind": "animal", "words": "Two large dogs loose in the yard", "told": "no", "told_words": "It would raise the risk", **day}
    far = screener.submit(add, {**answers, "review_on-year": str(review.year + 3)})
    assert far.status_code == 400
    assert "within a year" in _page(far)
    placed = screener.submit(add, answers)
    assert placed.status_code == 302
    where = placed.headers["Location"]
    assert "Two large dogs" in _page(screener.get(f"/people/{mother}"))
    assert "I approve it" not in _page(screener.get(where))
    assert screener.submit(where, {"act": "approved", "reason": "Myself"}).status_code == 400
    assert manager.submit(where, {"act": "approved", "reason": "The visit log shows it"}).status_code == 302
    page = _page(screener.get(where))
    assert "In force" in page
    assert "Nobody yet" not in page
    assert screener.submit(where, {"act": "reviewed", "reason": "Still there"}).status_code == 400
    assert screener.submit(where, {"act": "reviewed", "reason": "Still there", **day}).status_code == 302
    assert screener.submit(where, {"act": "ended", "reason": "The dogs are gone"}).status_code == 302
    assert "Two large dogs" not in _page(screener.get(f"/people/{mother}"))
    with app.app_context():
        note = db.session.scalars(select(WarningNote)).one()
        assert [step.kind for step, _who in note_in_full(db.session(), note.id).steps] == ["approved", "reviewed", "ended"]


def test_a_warning_on_an_address_shows_with_who_lives_there(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    screener, review = sign_in("screener"), today() + timedelta(days=30)
    with app.app_context():
        address = uuid.UUID(str(db.session.execute(text("SELECT id FROM address LIMIT 1")).scalar_one()))
    day = {"review_on-day": str(review.day), "review_on-month": str(review.month), "review_on-year": str(review.year)}
    answers = {"kind": "in_pairs", "words": "No light on the stairs", "told": "yes", "told_words": "By letter", **day}
    assert screener.submit(f"/addresses/{address}/warnings/add", answers).status_code == 302
    assert "No light on the stairs" in _page(screener.get(f"/people/{family['c1']}"))
    assert screener.get(f"/addresses/{uuid.uuid4()}/warnings/add").status_code == 404


def test_the_questions_have_pages(sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]) -> None:
    screener, child, brother, mother = sign_in("screener"), family["c1"], family["c2"], family["p1"]
    assert "was recorded for the first time" in _page(screener.get(f"/people/{child}/changes"))
    assert screener.get(f"/people/{child}/changes?since=soon").status_code == 400
    assert "1 shortest way" in _page(screener.get(f"/people/{child}/connection/{brother}"))
    reached = _page(screener.get(f"/reach/{mother}"))
    assert "Maya Fernsby" in reached
    assert "1 concern" in reached
    assert "No children are joined" in _page(screener.get("/groups"))
    for missing in (f"/people/{uuid.uuid4()}/changes", f"/people/{child}/connection/{uuid.uuid4()}", f"/reach/{uuid.uuid4()}"):
        assert screener.get(missing).status_code == 404
