"""Match review: the worklist, the page of one person, every answer, and the page that has grown old."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Uuid, bindparam, event, select, text

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.kernel.errors import Conflict, NotPermitted, RuleBroken
from safeguard.mash.review import ALL, answer, open_review, waiting_count
from safeguard.mash.worklist import next_waiting, worklist
from safeguard.people.model import MatchVerdict, PersonLink
from safeguard.referrals.submission import receive
from tests.documents import about
from tests.in_clear import holding
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.integration.matches import FAMILIES, proposals, waiting
from tests.integration.two_people import homes, two_people
from tests.pages import hidden_of

LATER = MONDAY + timedelta(days=1)


def _carla(made: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """The referral, and the record of the Carla in it."""
    return made.referral.id, next(one.record.id for one in made.people if one.record.given_names == "Carla")


def test_the_worklist_is_by_time_left_and_leads_from_one_to_the_next(context: Flask) -> None:
    with transaction_at() as (session, _at):
        made = waiting(session, FAMILIES[:3])
        screener = somebody(session)
        found = worklist(session, screener, unsure=False, page=1, at=LATER)
        expected = [_carla(one)[1] for one in made]
        assert [row.record.id for row in found.rows] == expected
        assert (found.waiting, found.unsure, found.pages) == (3, 0, 1)
        assert all(row.candidates == 2 and row.likeliest and row.likeliest.name.startswith("Carla") for row in found.rows)
        assert all("no date of birth" in row.reason for row in found.rows)
        steps = [next_waiting(session, screener, after=one) for one in (None, *expected)]
        assert [step.record_id for step in steps if step] == [*expected, expected[0]]
        with pytest.raises(NotPermitted):
            worklist(session, somebody(session, "school"), unsure=False, page=1, at=LATER)


def test_candidates_stand_beside_what_was_stated_with_weights_and_family(context: Flask) -> None:
    with transaction_at() as (session, _at):
        referral, carla = _carla(waiting(session)[0])
        review = open_review(session, somebody(session), referral, carla, at=LATER)
        assert [one.number for one in review.candidates] == [1, 2]
        assert {one.identity.birth_date.year for one in review.candidates if one.identity.birth_date} == {1990, 1965}
        best = review.candidates[0]
        names = [line.words for line in best.evidence.by_fact["Name"]]
        assert names == ["Same first name", "Same family name"]
        assert best.evidence.lines + best.evidence.start == pytest.approx(best.evidence.weight)
        mother = next(one for one in review.candidates if one.identity.birth_date and one.identity.birth_date.year == 1990)
        assert [near.words.split(",")[0] for near in mother.context.family] == ["Child: Leo Fernsby", "Child: Maya Fernsby"]
        assert {near.key for near in mother.context.homes} <= set(review.context.keys)
        assert [row.fact for row in review.rows][:2] == ["Name", "Date of birth"]


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_an_answer_is_kept_and_closes_what_it_answers(context: Flask, verdict: str) -> None:
    with transaction_at() as (session, at):
        referral, carla = _carla(waiting(session)[0])
        screener = somebody(session)
        review = open_review(session, screener, referral, carla, at=LATER)
        before, other = review.link.person_id, review.candidates[0].person_id
        answer(
            session, screener, referral, carla, candidate=str(other), verdict=verdict, reason="Rang the school",
            stamp=review.stamp, at=at,
        )  # fmt: skip
        current = (PersonLink.source_record_id == carla, PersonLink.superseded_at.is_(None))
        linked = session.scalar(select(PersonLink.person_id).where(*current))
        assert linked == (other if verdict == "same" else before)
        assert waiting_count(session, carla) == (0 if verdict == "same" else 1)
        closed = {one.person_id for one in proposals(session, referral) if one.answered_at}
        assert len(closed) == {"same": 2, "different": 1, "unsure": 0}[verdict]


def test_the_reason_is_shown_where_it_was_and_lies_in_no_column_in_clear(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            referral, carla = _carla(waiting(session)[0])
            review = open_review(session, somebody(session), referral, carla, at=LATER)
            person = review.candidates[0].person_id
            answer(
                session, somebody(session), referral, carla, candidate=str(person), verdict="same", reason="Yarborough told the school",
                stamp=review.stamp, at=at,
            )  # fmt: skip
            current = (PersonLink.source_record_id == carla, PersonLink.superseded_at.is_(None))
            key = session.scalars(select(PersonLink.id).where(*current)).one()
        db.session.remove()
        assert holding("yarborough") == set()
        change = "UPDATE person_link SET superseded_at = made_at, said_sealed = NULL WHERE id = :key"
        with db.engine.connect() as connection, pytest.raises(Exception, match="never changed"):
            connection.execute(text(change).bindparams(bindparam("key", key, Uuid())))
    screener = sign_in("screener")
    pages = (f"/referrals/{referral}/case", f"/referrals/{referral}/match/{carla}", f"/people/{person}/identity")
    assert [screener.get(page).get_data(as_text=True).count("Yarborough told the school") for page in pages] == [1, 1, 2]


def test_same_asks_a_second_person_where_both_have_a_referral_waiting(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        two = two_people()
        db.session.remove()
    page = f"/referrals/{two.newer_referral}/match/{two.newer_record}"
    screener = sign_in("screener")
    said = {"candidate": str(two.older), "verdict": "same", "reason": "The school confirms it", "then": "case"}
    asked = screener.submit(page, said)
    assert asked.status_code == 302
    with app.app_context():
        assert homes(db.session())[two.newer_record] == two.newer
        db.session.remove()
    text = screener.get(page).get_data(as_text=True)
    assert "A colleague must confirm that this is Amelia Smith. Both have a referral waiting" in text
    again = screener.submit(page, said)
    assert (again.status_code, "waits for a colleague" in again.get_data(as_text=True)) == (400, True)
    confirmed = sign_in("manager").submit(asked.location, {"answer": "confirm", "reason": "Seen the register"})
    assert confirmed.status_code == 302
    with app.app_context():
        assert homes(db.session()) == {two.older_record: two.older, two.newer_record: two.older}
        assert waiting_count(db.session(), two.newer_record) == 0


def test_a_person_found_by_search_is_put_beside_the_record_and_can_be_answered_for(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, at):
            referral, carla = _carla(waiting(session, FAMILIES[:1])[0])
            other = receive(session, agency(session), about("Ottoline", "Quimbyton", "2014-02-11", client_reference="O-1"), at=at)
            person = other.people[0].person_id
        db.session.remove()
    screener = sign_in("screener")
    page = f"/referrals/{referral}/match/{carla}"
    link = f"/search?referral_id={referral}&amp;record_id={carla}"
    assert link in screener.get(page).get_data(as_text=True)
    found = screener.submit(link.replace("&amp;", "&"), {"typed": "Ottoline Quimbyton"}, follow=True).get_data(as_text=True)
    assert "Compare" in found
    add = f"{page}/beside/{person}"
    assert add in found
    for said in ("stands beside the others now", "stands beside this record already"):
        assert screener.post(add, hidden_of(found)).status_code == 302
        shown = screener.get(page).get_data(as_text=True)
        assert said in shown
        assert "Ottoline Quimbyton" in shown
    answered = screener.submit(page, {"candidate": str(person), "verdict": "different", "reason": "A child", "then": "case"})
    assert answered.status_code == 302
    with app.app_context():
        kept = db.session.scalars(select(MatchVerdict).where(MatchVerdict.person_id == person)).one()
        assert kept.verdict == "different"
        rows = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "match.proposed")).all()
        assert [row["made_by"] for row in rows if "made_by" in row] == ["person"]


def test_a_family_is_proposed_for_a_child_nobody_knows_yet(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The mother may be known; the child is new. Whose family it may be is said on the referral, and audited."""
    with app.app_context():
        with transaction_at() as (session, at):
            made = waiting(session, FAMILIES[:1])
            document = about("Jonah", "Fernsby", "2020-02-11", client_reference="NEW-1")
            carla = {
                "key": "p1", "kind": "adult", "given_names": "Carla", "surname": "Fernsby", "sex": "F",
                "birth": {"kind": "unknown"}, "address": "h1",
            }  # fmt: skip
            home = {"addresses": [{"key": "h1", "lines": ["1 Willow Close", "Aldermoor"], "postcode": "AM1 0QQ"}]}
            related = {"people": [carla], "relationships": [{"from": "p1", "to": "c1", "kind": "mother"}]}
            new = receive(session, agency(session), {**document, **home, **related}, at=at)
            assert made
        db.session.remove()
    text = sign_in("screener").get(f"/referrals/{new.referral.id}/case").get_data(as_text=True)
    assert "Jonah Fernsby is new, and their family may be known" in text
    assert "if that is who is meant" in text
    assert "Child: Leo Fernsby" in text
    with app.app_context():
        rows = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "match.viewed")).all()
        assert any(len(row.get("shown", ())) >= 2 for row in rows)


def test_unsure_of_everybody_leaves_the_queue_and_stays_in_sight(context: Flask) -> None:
    with transaction_at() as (session, at):
        referral, carla = _carla(waiting(session, FAMILIES[:1])[0])
        screener = somebody(session)
        stamp = open_review(session, screener, referral, carla, at=at).stamp
        answer(session, screener, referral, carla, candidate=ALL, verdict="unsure", reason="Waiting for health", stamp=stamp, at=at)
        found = worklist(session, screener, unsure=True, page=1, at=LATER)
        assert (found.waiting, found.unsure, len(found.rows)) == (0, 1, 1)
        assert next_waiting(session, screener, after=None) is None


def test_none_of_these_keeps_the_record_apart_from_all(context: Flask) -> None:
    with transaction_at() as (session, at):
        referral, carla = _carla(waiting(session)[0])
        screener = somebody(session)
        review = open_review(session, screener, referral, carla, at=at)
        with pytest.raises(RuleBroken) as refused:
            answer(session, screener, referral, carla, candidate=ALL, verdict="same", reason="x", stamp=review.stamp, at=at)
        assert [problem.field for problem in refused.value.problems] == ["candidate"]
        answer(session, screener, referral, carla, candidate=ALL, verdict="different", reason="Neither", stamp=review.stamp, at=at)
        said = session.execute(select(MatchVerdict.person_id, MatchVerdict.verdict)).tuples().all()
        assert dict(said) == {one.person_id: "different" for one in review.candidates}
        assert all(one.answered_at for one in proposals(session, referral))


def test_what_somebody_else_answered_meanwhile_is_a_conflict(context: Flask) -> None:
    """Even an answer that moves nothing: the second person must know of it before theirs stands."""
    with transaction_at() as (session, at):
        referral, carla = _carla(waiting(session)[0])
        review = open_review(session, somebody(session), referral, carla, at=at)
        first = str(review.candidates[0].person_id)
        said = {"candidate": first, "reason": "Looked it up", "stamp": review.stamp, "at": at}
        answer(session, somebody(session, "manager"), referral, carla, verdict="unsure", **said)
        with pytest.raises(Conflict):
            answer(session, somebody(session), referral, carla, verdict="same", **said)


def test_a_stale_page_keeps_what_was_typed(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        with transaction_at() as (session, _at):
            referral, carla = _carla(waiting(session)[0])
        db.session.remove()
    page = f"/referrals/{referral}/match/{carla}"
    screener, manager = sign_in("screener"), sign_in("manager")
    hidden = hidden_of(screener.get(page).get_data(as_text=True))
    text = manager.get(page).get_data(as_text=True)
    person = text.split('name="candidate" type="radio" value="')[1].split('"')[0]
    said = {"candidate": person, "verdict": "different", "reason": "The birthdays differ", "then": "next"}
    assert manager.submit(page, said).status_code == 302
    stale = screener.post(page, {**hidden, **said, "reason": "My long and careful reason"})
    told = stale.get_data(as_text=True)
    assert stale.status_code == 409
    assert "Somebody answered for this person" in told
    assert "My long and careful reason" in told
    again = screener.post(page, {**hidden_of(told), **said, "reason": "My long and careful reason"})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"candidate": ""}, "Choose which person your answer is about"),
        ({"candidate": str(uuid.UUID(int=5))}, "Choose which person your answer is about"),
        ({"verdict": ""}, "Choose whether the two are the same person"),
        ({"verdict": "perhaps"}, "Choose whether the two are the same person"),
        ({"reason": "\u200b \u202e"}, "Enter the reason for your answer"),
        ({"reason": "x" * 10_001}, "characters or fewer"),
        ({"candidate": "all", "verdict": "same"}, "Choose the one person who is the same"),
    ],
)
def test_a_half_answer_names_what_is_missing(app: Flask, sign_in: Callable[[str], Any], change: dict[str, str], words: str) -> None:
    with app.app_context():
        with transaction_at() as (session, _at):
            referral, carla = _carla(waiting(session)[0])
        db.session.remove()
    page = f"/referrals/{referral}/match/{carla}"
    screener = sign_in("screener")
    text = screener.get(page).get_data(as_text=True)
    person = text.split('name="candidate" type="radio" value="')[1].split('"')[0]
    refused = screener.submit(page, {"candidate": person, "verdict": "same", "reason": "Said so", **change})
    assert refused.status_code == 400
    assert words in refused.get_data(as_text=True)


def test_the_worklist_asks_as_much_of_the_database_for_many_as_for_few(app: Flask, sign_in: Callable[[str], Any]) -> None:
    counts = []
    screener = sign_in("screener")
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for start, end in ((0, 2), (2, 8)):
        with app.app_context():
            with transaction_at(MONDAY + timedelta(minutes=start)) as (session, at):
                waiting(session, FAMILIES[start:end], at, first=start)
            db.session.remove()
        asked.clear()
        assert screener.get("/matches").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with app.app_context():
        rows = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "worklist.viewed")).all()
        assert [row["rows"] for row in rows] == [2, 8]
