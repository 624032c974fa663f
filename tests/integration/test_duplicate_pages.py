"""The pages of probable duplicates and of matching quality."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, insert

from safeguard.kernel.database import db
from safeguard.mash.review import answer, open_review
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.people.sweep import begin
from safeguard.people.sweep_model import ProbableDuplicate
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.integration.matches import FAMILIES, proposals, waiting
from tests.integration.two_people import two_people
from tests.pages import hidden_of


def _swept(app: Flask) -> Any:
    with app.app_context():
        two = two_people()
        db.session.remove()
        assert app.test_cli_runner().invoke(args=["matching", "sweep", "--quiet"]).exit_code == 0
        db.session.remove()
    return two


def test_from_the_queue_to_joining_and_to_keeping_apart(app: Flask, sign_in: Callable[[str], Any]) -> None:
    two = _swept(app)
    screener = sign_in("screener")
    one, other = sorted((two.older, two.newer))
    queue = screener.get("/duplicates").get_data(as_text=True)
    assert "1 pair waits" in queue
    assert f"/people/{one}/merge/{other}" in queue
    assert screener.get(f"/people/{one}/merge/{other}").status_code == 200
    page = f"/people/{one}/apart/{other}"
    assert page in queue
    empty = screener.submit(page, {})
    assert empty.status_code == 400
    assert "Choose whether they are different people" in empty.get_data(as_text=True)
    assert "Enter the reason for your answer" in empty.get_data(as_text=True)
    joined_meanwhile = screener.submit(page, {"verdict": "different", "reason": "Cousins", "seen": "0" * 32})
    assert joined_meanwhile.status_code == 409
    told = joined_meanwhile.get_data(as_text=True)
    assert "joined or parted while you were writing" in told
    assert "Cousins" in told
    done = screener.post(page, {**hidden_of(told), "verdict": "different", "reason": "Cousins"}, follow=True)
    assert "will not be asked about again" in done.get_data(as_text=True)
    assert "No possible duplicate is waiting" in done.get_data(as_text=True)
    assert screener.get(f"/people/{one}/apart/{one}").status_code == 404
    assert screener.get(f"/people/{one}/apart/{uuid.uuid4()}").status_code == 404


def test_five_hundred_couples_take_as_many_statements_as_two(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    asked: list[str] = []
    counts = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for couples in (2, 498):
        with app.app_context():
            _couples(couples)
            db.session.remove()
        asked.clear()
        page = screener.get("/duplicates?page=1").get_data(as_text=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "500 pairs wait" in page
    assert "Page 1 of 10" in page
    weights = [float(found) for found in re.findall(r"\(\+([\d.]+) bits\)", page)]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 50


def _couples(couples: int) -> None:
    """People known twice, and the couples that a sweep would have found."""
    ids = [uuid.uuid4() for _ in range(couples * 2)]
    with transaction_at() as (session, at):
        school = agency(session)
        sweep = begin(session, everything=False, at=at)
        records = [
            {"id": uuid.uuid4(), "origin": "register", "agency_id": school.id, "role": "child", "given_names": "Robin",
             "surname": "Marlowe", "address_lines": [], "family": [], "other": {}, "stated_at": at}
            for _ in ids
        ]  # fmt: skip
        session.execute(insert(Person), [{"id": key, "created_at": at} for key in ids])
        session.execute(insert(SourceRecord), records)
        links = [
            {"id": uuid.uuid4(), "source_record_id": record["id"], "person_id": key, "made_by": "matcher", "made_at": at,
             "band": "none", "reason": "", "lines": []}
            for key, record in zip(ids, records, strict=True)
        ]  # fmt: skip
        session.execute(insert(PersonLink), links)
        pairs = [sorted(ids[at_ : at_ + 2]) for at_ in range(0, len(ids), 2)]
        found = [
            {"one_id": one, "other_id": other, "band": "possible", "probability": 0.9, "weight": 3.0 + number / 100,
             "reason": "Same first name", "lines": [], "matcher_version": "test", "found_at": at, "sweep_id": sweep.id}
            for number, (one, other) in enumerate(pairs)
        ]  # fmt: skip
        session.execute(insert(ProbableDuplicate), found)


def test_the_report_counts_what_people_said(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Three families, two candidates each: one same (which settles the other), one different, one unsure; the rest wait."""
    with app.app_context():
        with transaction_at() as (session, at):
            screener = somebody(session)
            for made, verdict in zip(waiting(session, FAMILIES[:3]), ("same", "different", "unsure"), strict=True):
                carla = proposals(session, made.referral.id)[0].source_record_id
                review = open_review(session, screener, made.referral.id, carla, at=at)
                answer(
                    session, screener, made.referral.id, carla, candidate=str(review.candidates[0].person_id),
                    verdict=verdict, reason="Checked", stamp=review.stamp, at=MONDAY + timedelta(days=1),
                )  # fmt: skip
        db.session.remove()
    text = sign_in("manager").get("/matches/quality").get_data(as_text=True)
    told = {
        re.sub(r"\s+", " ", name).strip(): re.sub(r"<[^>]+>|\s+", " ", cell).split()
        for name, cell in re.findall(r'<th scope="row"[^>]*>([^<]+)</th>\s*<td[^>]*>(.*?)</td>', text, re.DOTALL)
    }
    assert told["Matches proposed to people"] == ["6"]
    for name, count in (
        ("of these, confirmed as the same", "1"), ("rejected as different", "1"), ("left open as not sure", "1"),
        ("settled by the answer to another", "1"), ("waiting for a first answer", "2"),
    ):  # fmt: skip
        assert told[name][0] == count, name
    assert told["Confirmed, of those answered same or different"] == ["1", "(50%", "of", "2)"]
    assert "over the newest 3 answered proposals" in text
    assert "No sweep has run yet" in text


def test_empty_pages_say_so(app: Flask, sign_in: Callable[[str], Any]) -> None:
    screener = sign_in("screener")
    assert "No possible duplicate is waiting" in screener.get("/duplicates").get_data(as_text=True)
    assert "Nothing has been matched yet" in screener.get("/matches/quality").get_data(as_text=True)
    assert "No possible match is waiting" in screener.get("/matches").get_data(as_text=True)
    for path in ("/duplicates?page=0x", "/matches?page=-1", "/matches?show=all", "/matches/next?after=x"):
        assert screener.get(path).status_code == 404
