"""The desk's pages of the graph: stating and answering relationships, warnings for visiting staff, and the questions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from safeguard.concerns.genogram.tree import family_tree_of
from safeguard.concerns.model import CaseEvent, PersonStatement, Relationship, RelationshipWord, WarningNote
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.picture import picture_of
from safeguard.concerns.service import record_event
from safeguard.concerns.warnings import ProposedNote, add_note, approve_note, note_in_full
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db
from safeguard.kernel.dates import long_date
from safeguard.mash.case import open_case
from safeguard.meetings.service import make_summary
from safeguard.people.model import Person, PersonLink, SourceRecord
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, somebody
from tests.integration.help import transaction_at as transaction_when


@pytest.fixture
def family(app: Flask) -> dict[str, uuid.UUID]:
    with app.app_context():
        with transaction_when(now()) as (session, at):
            made = receive(session, agency(session), siblings(), at=at)
            found = {one.record.document_key or "": one.person_id for one in made.people}
            found["agency"], found["referral"] = agency(session).id, made.referral.id
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


def test_a_circle_of_parents_is_refused_where_it_is_typed(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    """A grandmother without a date of birth cannot be the child of her grandchild; nothing is stored."""
    with app.app_context(), transaction_when(now()) as (session, at):
        mother = neighbourhood(session, [family["p1"]], hops=0).records[family["p1"]][-1]
        nan, record = Person(id=uuid.UUID(int=70), created_at=at), uuid.UUID(int=71)
        said = {"role": "adult", "given_names": "Nan", "surname": "Fernsby", "address_lines": [], "family": [], "other": {}}
        session.add_all([nan, SourceRecord(id=record, stated_at=at, agency_id=family["agency"], origin="register", **said)])
        session.flush()
        session.add(PersonLink(source_record_id=record, person_id=nan.id, made_by="matcher", made_at=at, band="new", reason="", lines=[]))
        session.add(
            Relationship(from_record_id=record, to_record_id=mother.id, kind="mother", parental_responsibility="not_asked",
                         lives_with="not_known", agency_id=family["agency"], stated_at=at)
        )  # fmt: skip
        nan_id = nan.id
    answers = {"kind": "child_of", "other_id": str(family["c1"]), "agency_id": str(family["agency"]), "parental_responsibility": "yes"}
    screener = sign_in("screener")
    screener.say_purpose(f"/people/{nan_id}")
    refused = screener.submit(f"/people/{nan_id}/relationships/add", answers)
    assert refused.status_code == 400
    assert "Somebody would be their own ancestor" in _page(refused)
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


def test_a_death_is_stated_refused_where_it_cannot_be_and_taken_back(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    screener, mother, child = sign_in("screener"), family["p1"], family["c1"]
    path = f"/people/{mother}/death"
    empty = screener.submit(path, {"kind": ""})
    assert empty.status_code == 400
    for said in ("Say whether this person has died", "Choose which agency says so", "Enter how it is known"):
        assert said in _page(empty)
    answers = {"kind": "died", "agency_id": str(family["agency"]), "words": "Told by the grandmother"}
    for year, why in (("1950", "Nobody can die before they are born"), ("2199", "today or in the past")):
        refused = screener.submit(path, {**answers, "day-day": "1", "day-month": "2", "day-year": year})
        assert refused.status_code == 400
        assert why in _page(refused)
        assert "Told by the grandmother" in _page(refused)
    day = today() - timedelta(days=3)
    done = screener.submit(path, {**answers, "day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)})
    assert done.status_code == 302
    assert "Died on" in _page(screener.get(f"/people/{mother}"))
    network = _page(screener.get(f"/people/{child}/network"))
    assert "(died on " in network
    assert "Told by the grandmother" in _page(screener.get(f"/people/{mother}/chronology"))
    with app.app_context(), transaction_when(now()) as (session, _at):
        around = neighbourhood(session, [child], hops=2)
        assert around.deaths[mother].day == day
        assert mother not in around.homes(today())
        tree = family_tree_of(around, at=today())
        assert [symbol.id for symbol in tree.drawn.symbols if symbol.deceased] == [mother]
        assert "Crossed through" in " ".join(tree.key)
        boxes = {box.id: " ".join(box.note) for box in picture_of(around, at=today()).figure.boxes}
        assert "died on" in boxes[mother].lower()
    assert screener.submit(path, {**answers, "kind": "alive", "words": "It was her aunt"}).status_code == 302
    assert "Died on" not in _page(screener.get(f"/people/{mother}"))


def test_an_adults_risk_is_shown_with_the_way_it_reaches_the_child(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    screener, mother, child = sign_in("screener"), family["p1"], family["c1"]
    assert "May pose a risk" not in _page(screener.get(f"/people/{child}"))
    with app.app_context(), transaction_when(now()) as (session, at):
        record = neighbourhood(session, [mother], hops=0).records[mother][-1]
        record_event(
            session, record_id=record.id, kind="professional_observation", known_on=today(), agency_id=family["agency"], source_code="3A",
            summary="On record.", at=at, facts={"adult_history": {"fact": "risk_to_children", "status": "alleged", "told": "no",
                                                                  "review_on": (today() - timedelta(days=1)).isoformat()}},
        )  # fmt: skip
    page = _page(screener.get(f"/people/{child}"))
    because = "Carla Fernsby is mother of Maya Fernsby"
    for words in ("May pose a risk to children", "alleged", "The review is due", because, "They were not told"):
        assert words in page
    assert "How it reaches" in _page(screener.get(f"/people/{mother}"))
    assert "1 record of adults who may pose a risk to children: review is due" in _page(screener.get("/warnings"))
    due = _page(screener.get("/warnings/adults"))
    for words in ("Carla Fernsby", "May pose a risk to children, alleged", "Record how it stands now"):
        assert words in due
    ahead = today() + timedelta(days=300)
    again = {"agency_id": str(family["agency"]), "known_on-day": today().day, "known_on-month": today().month,
             "known_on-year": today().year, "fact": "risk_to_children", "status": "proven", "review_on-day": ahead.day,
             "review_on-month": ahead.month, "review_on-year": ahead.year}  # fmt: skip
    assert screener.submit(f"/people/{mother}/chronology/add/adult_history", again).status_code == 302
    assert "Nothing is due for review" in _page(screener.get("/warnings/adults")), "recorded anew, it is reviewed"
    for who in (child, mother):
        box = _page(screener.get(f"/people/{who}"))
        assert "The review is due" not in box, "the newer record of the same is what is reviewed"
        assert ("Recorded anew since" in box, f"To be reviewed by {long_date(ahead)}" in box) == (True, True)
    with app.app_context():
        newer = db.session.scalars(select(CaseEvent.id).order_by(CaseEvent.recorded_at.desc())).first()
        db.session.remove()
    wrong = {"agency_id": str(family["agency"]), "known_on-day": today().day, "known_on-month": today().month,
             "known_on-year": today().year, "withdrawn": "y", "why_corrected": "Another person"}  # fmt: skip
    assert screener.submit(f"/people/{mother}/chronology/{newer}/correct", wrong).status_code == 302
    assert "The review is due" in _page(screener.get(f"/people/{child}")), "what took its place was entered in error"
    assert "May pose a risk to children, alleged" in _page(screener.get("/warnings/adults"))
    with app.app_context(), transaction_when(now()) as (session, at):
        died = {"kind": "died", "day": today(), "agency_id": family["agency"], "stated_at": at}
        session.add(PersonStatement(source_record_id=record.id, **died))
    gone = _page(screener.get(f"/people/{mother}"))
    assert "no relationship or home of theirs counts any more: it reaches no child by them" in gone
    assert "How it reaches" not in _page(screener.get(f"/people/{child}")), "nobody who has died is followed"
    network = _page(screener.get(f"/people/{child}/network"))
    assert "Carla Fernsby (died on" in network
    assert f'"goneKnown": "{today()}"' in network, "how it grew shows her alive until anybody said so"
    assert '"plain": "Carla Fernsby"' in network
    assert "Crossed out: has died" in network
    assert "was mother of Maya Fernsby" in network


def test_what_is_recorded_of_an_adult_is_reviewed_within_a_year(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    screener, here, day = sign_in("screener"), f"/people/{family['p1']}/chronology/add/adult_history", today()
    said = {"agency_id": str(family["agency"]), "known_on-day": day.day, "known_on-month": day.month, "known_on-year": day.year,
            "fact": "risk_to_children", "status": "alleged", "details": "Kept words"}  # fmt: skip

    def review(on: date) -> dict[str, Any]:
        return {**said, "review_on-day": on.day, "review_on-month": on.month, "review_on-year": on.year}

    for sent, problem in (
        (said, "Enter the day by which it is to be reviewed: within a year"),
        (review(day), "The day of review must be after today and within a year"),
        (review(day + timedelta(days=367)), "The day of review must be after today and within a year"),
    ):
        refused = screener.submit(here, sent)
        assert refused.status_code == 400
        assert problem in _page(refused)
        assert "Kept words" in _page(refused)
    assert screener.submit(here, {**said, "status": "overturned"}).status_code == 302
    assert screener.submit(here, review(day + timedelta(days=365))).status_code == 302
    assert "Nothing is due for review" in _page(screener.get("/warnings/adults"))
    assert sign_in("school").get("/warnings/adults").status_code == 403


def test_warnings_to_approve_and_overdue_are_listed(app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]) -> None:
    with app.app_context():
        with transaction_when(now() - timedelta(days=300)) as (session, at):
            screener = somebody(session)
            proposed = ProposedNote("animal", "Two dogs", at.date() + timedelta(days=200), "no", "Unsafe")
            add_note(session, screener, proposed, person_id=family["p1"], at=at)
        with transaction_when(now()) as (session, at):
            fresh = ProposedNote("in_pairs", "No light", at.date() + timedelta(days=365), "yes", "By letter")
            home = neighbourhood(session, [family["c1"]], hops=0).homes(today())[family["c1"]]
            note = add_note(session, somebody(session), fresh, address_id=home, at=at)
            approve_note(session, somebody(session, "manager"), note.id, reason="Seen", at=at)
    desk = sign_in("screener")
    overdue = _page(desk.get("/warnings"))
    assert "Two dogs" in overdue
    assert "No light" not in overdue
    assert "Review overdue (1)" in overdue
    assert "Waiting for approval (1)" in overdue
    everything = _page(desk.get("/warnings?view=all"))
    assert "Which children this connects" in everything
    assert 'href="/reach/' in everything
    assert "No light" in everything
    assert "14 Willow Close" in everything
    assert "No review is due" in _page(desk.get("/warnings?view=soon"))
    assert desk.get("/warnings?view=none").status_code == 404
    assert sign_in("school").get("/warnings").status_code == 403


def test_every_question_is_reached_from_a_page(app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]) -> None:
    screener, child, mother = sign_in("screener"), family["c1"], family["p1"]
    page = screener.get(f"/people/{child}").get_data(as_text=True)
    with app.app_context(), transaction_when(now()) as (session, _at):
        home = neighbourhood(session, [child], hops=0).homes(today())[child]
    for link in (f"/people/{child}/connection", f"/reach/{home}", f"/reach/{child}", f"/people/{child}/changes"):
        assert f'href="{link}"' in page, link
    choose = screener.get(f"/people/{child}/connection")
    assert f'value="{mother}"' in choose.get_data(as_text=True)
    assert screener.get(f"/people/{child}/connection?other={mother}").headers["Location"] == f"/people/{child}/connection/{mother}"
    assert screener.get(f"/people/{child}/connection?other=nobody").status_code == 400
    assert f"connect={child}" in choose.get_data(as_text=True)
    assert "Children connected by 14 Willow Close" in _page(screener.get(f"/reach/{home}"))
    merging = _page(screener.get(f"/people/{child}/merge/{family['c2']}"))
    assert "The family as it would be" in merging
    assert "themselves" in merging  # the two are stated to be brother and sister


def test_a_plan_stands_on_every_page_of_the_child_until_it_ends(
    app: Flask, sign_in: Callable[[str], Any], family: dict[str, uuid.UUID]
) -> None:
    """Who told of it and when stands beside it; a brother's page shows it too, and so does the summary for a meeting."""
    screener, child, brother = sign_in("screener"), family["c1"], family["c2"]
    here, day = f"/people/{child}/chronology/add/standing", today()
    said = {"agency_id": str(family["agency"]), "known_on-day": day.day, "known_on-month": day.month, "known_on-year": day.year}
    assert "Child protection plan</strong>" not in _page(screener.get(f"/people/{child}"))
    assert screener.submit(here, {**said, "standing": "cp_plan"}).status_code == 302
    told = f"since {long_date(day)}, told by Oakfield Primary School."
    for path in (f"/people/{child}", f"/people/{brother}", f"/referrals/{family['referral']}/family"):
        page = _page(screener.get(path))
        assert "Child protection plan</strong>" in page, path
        assert told in page, path
    with app.app_context(), transaction_when(now()) as (session, at):
        actor = somebody(session)
        content = make_summary(session, actor, open_case(session, actor, family["referral"], at=at), authority="A", at=at).summary.content
        assert [bool(one["care"]) for one in content["children"]] == [True, False]
        assert content["children"][0]["care"][0].startswith("Child protection plan since ")
    assert screener.submit(here, {**said, "standing": "cp_plan_ended"}).status_code == 302
    for path in (f"/people/{child}", f"/people/{brother}"):
        assert "Child protection plan</strong>" not in _page(screener.get(path)), path
