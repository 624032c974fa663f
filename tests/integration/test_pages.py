"""Pages under bad input: nothing typed is lost, nothing is sent twice, and no mistake is a server error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import db
from safeguard.referrals.model import Referral
from tests.documents import siblings


def _draft(app: Flask, school: Any) -> str:
    return str(school.submit("/referrals", {}, to="/referrals/new").headers["Location"].split("/")[2])


def _fill(app: Flask, draft: str) -> None:
    """Put a whole document into the draft, as if every page had been answered."""
    import uuid

    with app.app_context():
        referral = db.session.get(Referral, uuid.UUID(draft))
        assert referral is not None
        document = siblings()
        document.pop("client_reference")
        referral.document = {**referral.document, **document}
        db.session.commit()
        db.session.remove()


def test_sending_twice_makes_one_referral(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    _fill(app, draft)
    from tests.pages import hidden_of

    hidden = hidden_of(school.get(f"/referrals/{draft}/check").get_data(as_text=True))
    for _click in range(3):
        answer = school.post(f"/referrals/{draft}/submit", hidden)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(f"/referrals/{draft}/sent")
    assert "SR-" in school.get(f"/referrals/{draft}/sent").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Referral).where(Referral.status == "submitted")) == 1


def test_an_unfinished_referral_is_not_sent_and_says_why(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    answer = school.submit(f"/referrals/{draft}/check", {}, to=f"/referrals/{draft}/submit")
    assert answer.status_code == 400
    said = answer.get_data(as_text=True)
    assert "Say whether a child is in immediate danger" in said
    assert "Add at least one child" in said


@pytest.mark.parametrize(
    ("answers", "words", "kept"),
    [
        ({"kind": "born", "date-day": "31", "date-month": "2", "date-year": "2016"}, "there is no day 31", 'value="31"'),
        ({"kind": "born", "date-day": "1", "date-month": "1", "date-year": "2099"}, "today or in the past", 'value="2099"'),
        ({"kind": "unborn", "expected_date-day": "1", "expected_date-month": "1", "expected_date-year": "2031"},
         "more than 42 weeks", "2031"),
        ({"kind": "estimated", "age": "seven"}, "whole number", "seven"),
        ({"kind": "born", "date-day": "1", "date-month": "13", "date-year": "2016"}, "there is no month 13", 'value="13"'),
        ({"kind": "born", "date-day": "1", "date-month": "0", "date-year": "2016"}, "there is no month 0", 'value="0"'),
        ({"kind": "born", "date-day": "1", "date-month": "1", "date-year": "0000"}, "there is no year 0000", 'value="0000"'),
        ({"kind": "born", "date-day": "x", "date-month": "y", "date-year": "z"}, "real date", 'value="x"'),
        ({}, "Say", ""),
    ],
)
def test_a_birth_that_cannot_be(app: Flask, sign_in: Callable[[str], Any], answers: dict[str, str], words: str, kept: str) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    name = school.submit(f"/referrals/{draft}/questions/child-name/new", {"given_names": "Maya"})
    page = name.headers["Location"]
    answer = school.submit(page, answers)
    assert answer.status_code == 400
    said = answer.get_data(as_text=True)
    assert words in said
    assert kept in said
    assert "Error:" in said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"date-day": "1", "date-month": "2", "date-year": "1990"}, 'value="1990"'),
        ({"date-day": "1", "date-month": "", "date-year": ""}, 'value="1"'),
        ({"age": "40"}, 'value="40"'),
    ],
)
def test_what_was_typed_without_a_choice_is_kept_and_seen(
    app: Flask, sign_in: Callable[[str], Any], typed: dict[str, str], kept: str
) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    page = school.submit(f"/referrals/{draft}/questions/person-name/new", {"kind": "adult", "given_names": "Carla"}).headers["Location"]
    answer = school.submit(page, typed)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Choose what is known" in said
    box = "app-reveal--estimated" if "age" in typed else "app-reveal--born"
    assert kept in said
    assert box not in said  # the style that hides it until the choice is made
    assert school.submit(page, {}).status_code == 302


def test_a_narrative_too_long_is_kept_on_the_page(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    text = "She told me this. " * 11_000
    answer = school.submit(f"/referrals/{draft}/questions/narrative", {"narrative": text})
    assert answer.status_code == 400
    assert text.strip()[-200:] in answer.get_data(as_text=True)
    assert "20,000 characters or fewer" in answer.get_data(as_text=True)


def test_an_old_page_never_overwrites_a_newer_answer(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    page = f"/referrals/{draft}/questions/narrative"
    from tests.pages import hidden_of

    old = hidden_of(school.get(page).get_data(as_text=True))
    assert school.submit(page, {"narrative": "The newer words."}).status_code == 302
    answer = school.post(page, {**old, "narrative": "The older words."})
    assert answer.status_code == 409
    assert "The older words." in answer.get_data(as_text=True)
    assert "The newer words." in school.get(f"/referrals/{draft}/check").get_data(as_text=True)


def test_going_back_to_the_page_of_a_new_child_changes_that_child(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """Back, then Save: the same page sent twice, with its old hidden fields or read again from the service."""
    from tests.pages import hidden_of

    school = sign_in("school")
    draft = _draft(app, school)
    page = f"/referrals/{draft}/questions/child-name/new?once=abc"
    old = hidden_of(school.get(page).get_data(as_text=True))
    assert school.post(page, {**old, "given_names": "Maya"}).status_code == 302
    again = school.get(page).get_data(as_text=True)
    assert 'value="Maya"' in again
    assert school.post(page, {**hidden_of(again), "given_names": "Mia"}).status_code == 302
    asked = school.post(page, {**old, "given_names": "Maia"})
    assert asked.status_code == 409
    assert school.post(page, {**hidden_of(asked.get_data(as_text=True)), "given_names": "Maia"}).status_code == 302
    other = school.submit(f"/referrals/{draft}/questions/child-name/new", {"given_names": "Leo", "once": "\0"})
    assert other.status_code == 302
    listed = school.get(f"/referrals/{draft}/questions/children").get_data(as_text=True)
    assert "Maia" in listed
    assert "Leo" in listed
    assert "Maya" not in listed
    assert listed.count(">Remove<") == 2


def test_the_way_to_a_new_child_carries_a_key_of_its_own(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    ways = [school.submit(f"/referrals/{draft}/questions/people", {"more": "yes"}).headers["Location"] for _time in range(2)]
    assert all("/person-name/new?once=" in way for way in ways)
    assert ways[0] != ways[1]


def test_no_draft_is_out_of_sight(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    made = {_draft(app, school) for _number in range(27)}
    first = school.get("/referrals").get_data(as_text=True)
    assert "Page 1 of 2, 27 drafts" in first
    second = school.get("/referrals?drafts=2").get_data(as_text=True)
    assert {draft for draft in made if draft in first or draft in second} == made


@pytest.mark.parametrize(
    ("typed", "words", "status"),
    [("SR-1", "like SR-7K3F-9Q2X", 400), ("<b>", "like SR-7K3F-9Q2X", 400), ("SR-0000-0000", "No referral has", 404)],
)
def test_a_reference_that_finds_nothing_is_kept_beside_its_error(
    sign_in: Callable[[str], Any], typed: str, words: str, status: int
) -> None:
    answer = sign_in("screener").get(f"/queue/find?reference={typed}")
    said = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert said.count(words) == 2  # in the summary and beside the field
    assert f'value="{escape(typed)}"' in said


def test_an_unborn_child_is_expected_and_not_born(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    page = school.submit(f"/referrals/{draft}/questions/child-name/new", {"unborn": "yes"}).headers["Location"]
    assert "When is the unborn child expected?" in school.get(page).get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    ["/referrals/not-an-id", "/people/7", "/queue?page=minus", "/queue?page=99999", "/referrals?page=0", "/nowhere"],
)
def test_odd_addresses_are_never_a_server_error(sign_in: Callable[[str], Any], path: str) -> None:
    for who in ("school", "screener"):
        assert sign_in(who).get(path).status_code in {200, 403, 404}


def test_queue_statements_do_not_grow(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """The queue asks the database as often for thirty referrals as for three."""
    from sqlalchemy import event

    from safeguard.referrals.submission import receive
    from tests.documents import about
    from tests.integration.help import agency, transaction_at

    screener, moment = sign_in("screener"), now()
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for some in (range(3), range(3, 33)):
        with app.app_context():
            for number in some:
                with transaction_at() as (session, at):
                    born = f"2015-03-{number % 28 + 1:02d}"
                    document = about("Robin", f"Name{chr(97 + number % 26)}", born, client_reference=f"Q-{number}")
                    receive(session, agency(session), document, at=at)
            db.session.remove()
        asked.clear()
        with told_time(moment):  # at one moment, so that no request is the one that notes when the session was last used
            assert screener.get("/queue").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_immediate_danger_stands_above_the_queue(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """A referral that came in a minute ago has all its time left; a child in danger tonight has not."""
    from safeguard.referrals.submission import receive
    from tests.integration.help import agency, transaction_at

    screener = sign_in("screener")
    with app.app_context():
        for name, danger in (("D-1", {"immediate_danger": "no"}), ("D-2", {"immediate_danger": "yes", "immediate_action": "999"})):
            with transaction_at() as (session, at):
                reference = receive(session, agency(session), siblings(client_reference=name, **danger), at=at).referral.reference
        db.session.remove()
    page = screener.get("/queue").get_data(as_text=True)
    warning = page[page.index("govuk-warning-text__text") : page.index('aria-label="Stage"')]
    assert "1 undecided referral says that a child is in immediate danger" in warning
    assert warning.count("SR-") == 1
    assert str(reference) in warning


def test_an_adult_is_asked_what_is_known_before_the_date(app: Flask, sign_in: Callable[[str], Any]) -> None:
    school = sign_in("school")
    draft = _draft(app, school)
    person = school.submit(f"/referrals/{draft}/questions/person-name/new", {"kind": "adult", "given_names": "Carla"})
    page = school.get(person.headers["Location"]).get_data(as_text=True)
    assert page.index('value="born"') < page.index('name="date-day"')
    assert 'value="unborn"' not in page


def test_a_referrer_is_asked_what_goes_with_the_worries_they_ticked(app: Flask, sign_in: Callable[[str], Any]) -> None:
    """A short page of optional questions; what was said of a worry goes with it when the tick is taken away."""
    school = sign_in("school")
    draft = _draft(app, school)
    _fill(app, draft)
    concerns, facts = (f"/referrals/{draft}/questions/{page}/c1" for page in ("child-concerns", "child-facts"))
    assert school.get(facts).status_code == 404, "nothing goes with neglect"
    onwards = school.submit(concerns, {"concerns": ["physical_injury", "poor_attendance"]}).headers["Location"]
    assert onwards == facts
    asked = school.get(facts).get_data(as_text=True)
    assert "Where on the body" in asked
    assert "paediatric assessment" not in asked, "the desk asks that"
    wrong = school.submit(facts, {"injury-sites": ["ear"], "attendance-percent": "forty"})
    assert wrong.status_code == 400
    said = wrong.get_data(as_text=True)
    assert "Give a whole number from 0 to 100" in said
    assert 'value="forty"' in said
    half = school.submit(facts, {"attendance-weeks": "6"})
    assert "Answer this: attendance in per cent" in half.get_data(as_text=True), "half an answer says what it lacks"
    assert school.submit(facts, {"injury-sites": ["ear"], "injury-hours": "30", "attendance-percent": "40"}).status_code == 302
    assert _facts(app) == {"injury": {"sites": ["ear"], "hours": 30}, "attendance": {"percent": 40}}
    again = school.get(facts).get_data(as_text=True)
    assert 'value="30"' in again
    assert "Hours before care was sought" in school.get(f"/referrals/{draft}/check").get_data(as_text=True)
    school.submit(concerns, {"concerns": ["physical_injury"]})
    assert _facts(app) == {"injury": {"sites": ["ear"], "hours": 30}}
    assert school.submit(facts, {"injury-hours": ""}).headers["Location"].endswith("/questions/children"), "every answer is optional"
    assert _facts(app) is None


def _facts(app: Flask) -> Any:
    with app.app_context():
        document = db.session.scalars(select(Referral)).one().document
        db.session.remove()
    return document["children"][0].get("facts")
