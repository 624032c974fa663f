"""What a referral says is kept under a key of its own: nothing readable in the database, turned, destroyed, and bound to its row."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, inspect, select, text
from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.concerns.model import (
    CaseEvent,
    ChronologyRemark,
    PersonStatement,
    Relationship,
    RelationshipWord,
    WarningNote,
    WarningNoteStep,
)
from safeguard.concerns.service import record_event
from safeguard.governance.retention.model import LegalHold, RetentionReview
from safeguard.governance.subject_access.model import SubjectAccessChoice, SubjectAccessItem, SubjectAccessRequest, SubjectAccessStep
from safeguard.kernel.database import db, transaction
from safeguard.kernel.key_ring import KeyRing, SealBroken, key_of, new_key
from safeguard.kernel.record_key import UNDER_RECORD_KEYS, Destroyed, RecordKey
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckPerson, CheckStep
from safeguard.mash.model import Decision, Rating
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, StrategyDiscussion
from safeguard.meetings.model import CaseSummary
from safeguard.people.candidates import people_of
from safeguard.people.model import IdentityChange, MatchVerdict, Person, PersonLink, SourceRecord
from safeguard.people.restricted.model import BreakGlass, Conflict, Restriction, RestrictionStep, UnusualLooking
from safeguard.referrals.addenda import add
from safeguard.referrals.model import Addendum, Referral
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag, FlagEvidence, FlagStep, ProtectiveFactor
from tests.conftest import settings_for
from tests.documents import siblings
from tests.in_clear import named, texts
from tests.integration.help import agency, somebody, transaction_at

ADDED = "Heliotrope said so on Tuesday"
TOLD_BY = "A Quillfeather"
MADE = "Marzipan summary"
NARRATIVE = "The Zabaglione was cold and the Kedgeree was gone."
VIEWS = "Maya said that Persimmon helps."
RARE = (
    "Zabaglione", "Kedgeree", "Persimmon", "Heliotrope", "Quillfeather", "Marzipan", "Gallimaufry", "Halcyon", "Eiderdown", "Fritillary",
    "Bergamot", "Damson", "Juniper", "Kumquat", "Larkspur", "Marjoram", "Nasturtium", "Oregano", "Pimpernel", "Quince", "Rosemary",
    "Saffron", "Tarragon", "Valerian", "Sorrel", "Amaranth", "Borage", "Chervil", "Dittany", "Elderberry", "Fenugreek", "Galangal",
    "Hyssop", "Lovage", "Mugwort", "Myrtle", "Aconite", "Betony", "Campion", "Daphne", "Erica", "Foxglove", "Gentian", "Hawkweed", "Iris",
    "Jasmine", "Kalmia", "Lupin", "Mallow", "Nettle", "Orchis", "Peony", "Ragwort", "Sedum", "Teasel",
)  # fmt: skip


def _stored() -> dict[str, Any]:
    """A referral that was sent, with an addition and a summary: their ids."""
    with transaction_at() as (session, at):
        said = siblings()
        said["concern"]["narrative"], said["voice"]["views"] = NARRATIVE, VIEWS
        sent = receive(session, agency(session), said, at=at).referral
        hub = somebody(session)
        added = add(session, hub, sent, kind="information", words=ADDED, told_by=TOLD_BY, at=at)
        summary = CaseSummary(
            id=uuid.uuid4(), referral_id=sent.id, key=sent.key, number=1, content={"says": MADE}, content_sha256="0" * 64,
            made_by=hub.account_id, made_at=at,
        )  # fmt: skip
        session.add(summary)
        session.flush()
        found = {"referral": sent.id, "addendum": added.id, "summary": summary.id, "document": dict(sent.document)}
        found["work"] = _worked_on(session, sent.id, sent.key, hub, at)
        record = session.scalars(select(SourceRecord).where(SourceRecord.referral_id == sent.id, SourceRecord.role == "subject")).first()
        assert record is not None
        person_id = people_of(session, [record.id])[record.id]
        other_id = session.scalars(select(Person.id).where(Person.id != person_id)).first()
        assert other_id is not None
        found["known"] = _known_of(session, person_id, record.id, hub, at)
        found["governed"] = _governed(session, person_id, other_id, found["known"][CaseEvent], hub, at)
    db.session.remove()
    return found


def _worked_on(session: Session, referral_id: uuid.UUID, key: Any, hub: Any, at: Any) -> dict[Any, uuid.UUID]:
    """A rating, a decision, an answer of an agency and a discussion with what hangs on it, each with words of its own: their ids."""
    rows: list[Any] = [
        Rating(referral_id=referral_id, key=key, rating="RED", rationale="Gallimaufry", due_at=at, clock_version="t",
               account_id=hub.account_id, at=at),
        Decision(referral_id=referral_id, key=key, outcome="nfa", rationale="Halcyon", override_reason="Eiderdown", feedback="Fritillary",
                 feedback_withheld_reason="Bergamot", account_id=hub.account_id, at=at),
    ]  # fmt: skip
    check = AgencyCheck(
        id=uuid.uuid4(), referral_id=referral_id, key=key, agency_id=hub.agency_id, question="Sorrel", purpose="response",
        basis="public_task", family_told="no", fingerprint="0", clock_version="t", asked_by=hub.account_id, asked_at=at, half_at=at,
        due_at=at,
    )  # fmt: skip
    talk = StrategyDiscussion(
        id=uuid.uuid4(), referral_id=referral_id, key=key, status="draft", content={"analysis": "Juniper"},
        override="Lovage",
        created_by=hub.account_id, created_at=at,
    )  # fmt: skip
    session.add_all([check, talk])
    session.flush()
    rows += [
        CheckAnswer(check_id=check.id, key=key, place=1, outcome="known", words="Damson", sharing="mash", told_by="Mr Damson",
                    account_id=hub.account_id, at=at),
        DiscussionAction(discussion_id=talk.id, key=key, place=1, words="Kumquat", owner="Mugwort", due_on=at.date()),
        DiscussionAddendum(discussion_id=talk.id, key=key, words="Larkspur", account_id=hub.account_id, at=at),
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return {StrategyDiscussion: talk.id, **{type(row): row.id for row in rows}}


def _known_of(session: Session, person_id: uuid.UUID, record_id: uuid.UUID, hub: Any, at: Any) -> dict[Any, uuid.UUID]:
    """An entry of a person's chronology with a remark, and a flag with what it rests on and was done about it: their ids."""
    entry = record_event(
        session, record_id=record_id, kind="professional_observation", known_on=at.date(), agency_id=hub.agency_id, source_code="5B",
        summary="Marjoram", facts={"seen": {"by": "teacher", "how": "Nasturtium"}}, at=at,
    )  # fmt: skip
    key, key_of_check = RecordKey.of(session, "person", person_id), session.scalars(select(AgencyCheck.referral_id)).one()
    flag = Flag(
        id=uuid.uuid4(), person_id=person_id, key=key, signal="S00", severity="RED", policy_version="t", fingerprint="0", raised_at=at,
        told={"sentence": "Pimpernel", "clears": "Quince", "gaps": ["Rosemary"]}, status="withdrawn", status_at=at,
        outcome_reason="Saffron", closed_words="Tarragon",
    )  # fmt: skip
    session.add(flag)
    session.flush()
    rows: list[Any] = [
        ChronologyRemark(case_event_id=entry.id, key_id=entry.key_id, key=entry.key, significance="significant", analysis="Oregano",
                         account_id=hub.account_id, at=at),
        FlagEvidence(flag_id=flag.id, key_id=key.id, key=key, place=0, kind="event", evidence_id=str(entry.id), words="Marjoram again"),
        FlagStep(flag_id=flag.id, key_id=key.id, key=key, place=1, act="answered", reason="Valerian", account_id=hub.account_id, at=at),
    ]  # fmt: skip
    note = WarningNote(
        id=uuid.uuid4(), source_record_id=record_id, kind="animal", since=at.date(), review_on=at.date(), told="no",
        agency_id=hub.agency_id, recorded_by=hub.account_id, recorded_at=at,
    )  # fmt: skip
    note.key = RecordKey.of(session, "warning", note.id)
    note.words, note.told_words = "Amaranth", "Borage"
    tie = session.scalars(select(Relationship)).first()
    check_id = session.scalars(select(AgencyCheck.id)).one()
    assert tie is not None
    of_record, of_tie = (RecordKey.of(session, "record", one) for one in (record_id, tie.from_record_id))
    session.add(note)
    session.flush()
    rows += [
        WarningNoteStep(note_id=note.id, key=note.key, kind="ended", reason="Chervil", account_id=hub.account_id, at=at),
        RelationshipWord(relationship_id=tie.id, key_id=of_tie.id, key=of_tie, word="confirmed", reason="Dittany",
                         agency_id=hub.agency_id, account_id=hub.account_id, at=at),
        PersonStatement(source_record_id=record_id, key=of_record, kind="alive", words="Elderberry", agency_id=hub.agency_id, stated_at=at),
        ProtectiveFactor(source_record_id=record_id, key=of_record, kind="other", observed_on=at.date(), reason="Fenugreek",
                         account_id=hub.account_id, at=at, ended_reason="Galangal"),
        CheckStep(check_id=check_id, key=session.get(RecordKey, key_of_check), act="chased", reason="Hyssop",
                  account_id=hub.account_id, at=at),
        CheckPerson(check_id=check_id, source_record_id=record_id, key=session.get(RecordKey, key_of_check), place=1,
                    told={"name": "Myrtle"}),
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    made = {type(row): row.id for row in rows if not isinstance(row, CheckPerson)}
    return {WarningNote: note.id, CaseEvent: entry.id, Flag: flag.id, **made}


def _governed(session: Session, person_id: uuid.UUID, other_id: uuid.UUID, event_id: uuid.UUID, hub: Any, at: Any) -> dict[Any, uuid.UUID]:
    """What is hidden, held, ended, asked for and joined, each with reasons: the ids."""
    ids = {kind: uuid.uuid4() for kind in (Restriction, Conflict, UnusualLooking, LegalHold, RetentionReview, SubjectAccessRequest)}
    keys = {kind: RecordKey.of(session, "own", key) for kind, key in ids.items()}
    change_id = uuid.uuid4()
    change_key, of_person = RecordKey.of(session, "own", change_id), RecordKey.of(session, "person", person_id)
    by, request = {"account_id": hub.account_id}, ids[SubjectAccessRequest]
    item = SubjectAccessItem(id=uuid.uuid4(), request_id=request, place=1, kind="entry", about_others=False, fingerprint="0")
    item.content = "[]"
    glass = BreakGlass(restriction_id=ids[Restriction], key=keys[Restriction], reason="Campion", opened_at=at, until=at,
                       outcome="justified", outcome_reason="Daphne", **by)  # fmt: skip
    step = RestrictionStep(restriction_id=ids[Restriction], key=keys[Restriction], place=1, act="placed", reason="Betony", at=at, **by)
    asked = SubjectAccessStep(request_id=request, key=keys[SubjectAccessRequest], place=1, act="opened", reason="Mallow", at=at, **by)
    choice = SubjectAccessChoice(item_id=item.id, key=keys[SubjectAccessRequest], place=1, choice="disclose", reason="Nettle", at=at, **by)
    verdict = MatchVerdict(person_id=person_id, key=of_person, verdict="same", reason="Sedum", at=at, **by)
    session.add_all([
        Restriction(id=ids[Restriction], key=keys[Restriction], kind="event", case_event_id=event_id, instead="Aconite", placed_at=at),
        Conflict(id=ids[Conflict], key=keys[Conflict], kind="declared", reason="Erica", noted_at=at, ended_reason="Foxglove", **by),
        UnusualLooking(id=ids[UnusualLooking], key=keys[UnusualLooking], rule="volume", day=at.date(), facts={}, found_at=at,
                       outcome_reason="Gentian", **by),
        LegalHold(id=ids[LegalHold], key=keys[LegalHold], everybody=False, reason="Hawkweed", placed_by=hub.account_id, placed_at=at,
                  lifted_by=hub.account_id, lifted_at=at, lifted_reason="Iris"),
        RetentionReview(id=ids[RetentionReview], key=keys[RetentionReview], class_code="c", rule="r", ended_on=at.date(), found_at=at,
                        status="kept", reason="Jasmine", answer_reason="Kalmia"),
        SubjectAccessRequest(id=request, key=keys[SubjectAccessRequest], reference="SA-000001", person_id=person_id, asker="self",
                             proof="Lupin", received_on=at.date(), due_on=at.date(), status="open", opened_by=hub.account_id, opened_at=at),
        IdentityChange(id=change_id, key=change_key, kind="merge", status="waiting", person_id=person_id, other_person_id=other_id,
                       reason="Orchis", why_two="Peony", answer_reason="Ragwort", asked_by=hub.account_id, asked_at=at),
    ])  # fmt: skip
    session.flush()
    session.add_all([glass, step, asked, item, verdict])
    session.flush()
    record_id = session.get_one(CaseEvent, event_id).source_record_id
    link = PersonLink(source_record_id=record_id, person_id=other_id, key=RecordKey.of(session, "record", record_id), made_by="person",
                      made_at=at, band="match", reason="", said="Teasel", lines=[], superseded_at=at, **by)  # fmt: skip
    session.add_all([choice, link])
    session.flush()
    rows = (glass, step, asked, choice, verdict, link)
    return {**ids, IdentityChange: change_id, **{type(row): row.id for row in rows}}


def _words_governed(made: dict[Any, uuid.UUID]) -> list[Any]:
    found = {kind: db.session.get_one(kind, made[kind]) for kind in made}
    return [
        words for kind, names in (
            (Restriction, ("instead",)), (RestrictionStep, ("reason",)), (BreakGlass, ("reason", "outcome_reason")),
            (Conflict, ("reason", "ended_reason")), (UnusualLooking, ("outcome_reason",)), (LegalHold, ("reason", "lifted_reason")),
            (RetentionReview, ("reason", "answer_reason")), (SubjectAccessRequest, ("proof",)), (SubjectAccessStep, ("reason",)),
            (SubjectAccessChoice, ("reason",)), (IdentityChange, ("reason", "why_two", "answer_reason")), (MatchVerdict, ("reason",)),
            (PersonLink, ("why",)),
        )
        for words in (getattr(found[kind], name) for name in names)
    ]  # fmt: skip


GOVERNED = list(RARE[36:])


def _words_known(made: dict[Any, uuid.UUID]) -> list[Any]:
    """What was kept of them, read again."""
    entry, remark, flag, rests, step = (
        db.session.get_one(kind, made[kind]) for kind in (CaseEvent, ChronologyRemark, Flag, FlagEvidence, FlagStep)
    )
    return [
        entry.summary, entry.facts, remark.analysis, flag.sentence, flag.clears, flag.gaps, flag.outcome_reason, flag.closed_words,
        rests.words, step.reason, *_words_besides(made),
    ]  # fmt: skip


def _words_besides(made: dict[Any, uuid.UUID]) -> list[Any]:
    note, ended, tie, said, factor, chased = (
        db.session.get_one(kind, made[kind])
        for kind in (WarningNote, WarningNoteStep, RelationshipWord, PersonStatement, ProtectiveFactor, CheckStep)
    )
    asked = db.session.scalars(select(CheckPerson)).one()
    check, talk, action = (db.session.scalars(select(kind)).one() for kind in (AgencyCheck, StrategyDiscussion, DiscussionAction))
    return [
        note.words, note.told_words, ended.reason, tie.reason, said.words, factor.reason, factor.ended_reason, chased.reason,
        asked.told, check.question, talk.override, action.owner,
    ]  # fmt: skip


KNOWN = [
    "Marjoram", {"seen": {"by": "teacher", "how": "Nasturtium"}}, "Oregano", "Pimpernel", "Quince", ["Rosemary"], "Saffron", "Tarragon",
    "Marjoram again", "Valerian", "Amaranth", "Borage", "Chervil", "Dittany", "Elderberry", "Fenugreek", "Galangal", "Hyssop",
    {"name": "Myrtle"}, "Sorrel", "Lovage", "Mugwort",
]  # fmt: skip


def _words_of_work(made: dict[Any, uuid.UUID]) -> list[Any]:
    """What was kept, read again."""
    rating, decision, answer, talk, action, later = (
        db.session.get_one(kind, made[kind])
        for kind in (Rating, Decision, CheckAnswer, StrategyDiscussion, DiscussionAction, DiscussionAddendum)
    )
    return [
        rating.rationale, decision.rationale, decision.override_reason, decision.feedback, decision.feedback_withheld_reason,
        answer.words, answer.told_by, talk.content, action.words, later.words,
    ]  # fmt: skip


WORK = [
    "Gallimaufry", "Halcyon", "Eiderdown", "Fritillary", "Bergamot", "Damson", "Mr Damson", {"analysis": "Juniper"}, "Kumquat", "Larkspur",
]  # fmt: skip


def _dump() -> str:
    """Everything in every table, as text."""
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        values = [one for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')) for one in row]
    return "\n".join(bytes(one).decode("latin-1") if isinstance(one, bytes | memoryview) else str(one) for one in values)


def _reasons_of_links() -> set[tuple[str, str]]:
    """What stands in clear about links, and who made them."""
    with db.engine.connect() as connection:
        return {(made_by, reason) for made_by, reason in connection.execute(text("SELECT made_by, reason FROM person_link"))}


def test_a_dump_of_the_database_holds_no_word_of_what_was_told(context: Flask) -> None:
    made = _stored()
    dump = _dump()
    assert "Fernsby" in dump, "names are in the records that are matched"
    assert not [word for word in RARE if word in dump]
    assert db.session.get_one(Referral, made["referral"]).document == made["document"]
    addendum = db.session.get_one(Addendum, made["addendum"])
    assert (addendum.words, addendum.told_by) == (ADDED, TOLD_BY)
    assert db.session.get_one(CaseSummary, made["summary"]).content == {"says": MADE}
    assert _words_of_work(made["work"]) == WORK
    assert _words_known(made["known"]) == KNOWN
    assert _words_governed(made["governed"]) == GOVERNED


def test_the_file_itself_holds_no_word_of_what_was_told(app: Flask, database_url: str) -> None:
    """Not in a page of the database that is free again, either, nor in its journal."""
    if not database_url.startswith("sqlite"):
        pytest.skip("one file is SQLite's")
    with app.app_context():
        _stored()
        db.engine.dispose()
    place = Path(database_url.removeprefix("sqlite:///"))
    lying = b"".join(one.read_bytes() for one in place.parent.glob(f"{place.name}*"))
    assert b"Fernsby" in lying
    assert not [word for word in RARE if word.encode() in lying]


def test_what_was_sealed_later_is_taken_out_of_the_files_themselves(app: Flask, database_url: str) -> None:
    """Before, words that a migration sealed lie in pages that are free; afterwards in none."""
    with app.app_context():
        made = _stored()
        db.session.remove()
        downgrade(revision="0037")
        upgrade()
        db.session.remove()
        if database_url.startswith("sqlite"):
            _free_pages_with(database_url, "Zabaglione")
        assert [word for word in RARE if word.encode() in _lying(database_url)], "the test shows nothing where nothing lies there"
        said = app.test_cli_runner().invoke(args=["keys", "clean"])
        assert "tables were written anew" in said.output, said.output
        assert not [word for word in RARE if word.encode() in _lying(database_url)]
        assert _words_governed(made["governed"]) == GOVERNED
        db.session.remove()


def _free_pages_with(database_url: str, word: str) -> None:
    """Leave a word in pages of the SQLite file that are free, as a connection leaves them that does not write zeros over them."""
    db.engine.dispose()
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE old_words (words TEXT)")
        connection.executemany("INSERT INTO old_words VALUES (?)", [(word * 50,)] * 200)
        connection.execute("DROP TABLE old_words")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _lying(database_url: str) -> bytes:
    """Every byte of the files that the database lies in."""
    if database_url.startswith("sqlite"):
        place = Path(database_url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in place.parent.glob(f"{place.name}*"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        ours = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't') AND oid > 16383"
        files = connection.execute(text(ours)).scalars().all()
        read = [connection.execute(text("SELECT pg_read_binary_file(:one)"), {"one": one}).scalar_one() for one in files if one]
    return b"".join(bytes(one) for one in read)


def test_every_column_of_text_is_sealed_or_named_with_a_reason(app: Flask) -> None:
    unnamed = set(texts()) - named()
    assert not unnamed, f"seal these, or say in docs/sealing.md why they are in clear: {sorted(unnamed)}"


def test_going_down_opens_and_going_up_seals_again(context: Flask) -> None:
    made = _stored()
    reasons = _reasons_of_links()
    for revision, first in (("0042", 54), ("0041", 36), ("0040", 24), ("0037", 15), ("0032", 6)):
        downgrade(revision=revision)
        dump = _dump()
        assert [word for word in RARE if word in dump] == list(RARE[first:])
        assert _reasons_of_links() == reasons - {("person", "")} | {("person", "Teasel")}
        upgrade()
        assert _reasons_of_links() == reasons
        db.session.remove()
        assert _words_of_work(made["work"]) == WORK
        assert _words_known(made["known"]) == KNOWN
        assert _words_governed(made["governed"]) == GOVERNED
        db.session.remove()
    downgrade(revision="0025")
    dump = _dump()
    assert all(word in dump for word in RARE[:6])
    upgrade()
    db.session.remove()
    dump = _dump()
    assert not [word for word in RARE if word in dump]
    referral = db.session.get_one(Referral, made["referral"])
    assert referral.document == made["document"]
    assert referral.children == "Maya Fernsby and Leo Fernsby"
    addendum = db.session.get_one(Addendum, made["addendum"])
    assert (addendum.words, addendum.told_by) == (ADDED, TOLD_BY)
    with transaction_at() as (session, at):
        again = add(session, somebody(session), session.get_one(Referral, made["referral"]), kind="information", words=ADDED,
                    told_by=TOLD_BY, at=at)  # fmt: skip
        assert again.id == made["addendum"], "the same words are still known"
    for statement in ("UPDATE referral SET document_sealed = document_sealed", "UPDATE addendum SET words_sealed = words_sealed",
                      "UPDATE agency_check_answer SET words_sealed = words_sealed",
                      "UPDATE person_link SET said_sealed = NULL, superseded_at = made_at WHERE said_sealed IS NOT NULL"):  # fmt: skip
        with db.engine.connect() as connection, pytest.raises(Exception, match="never changed"):
            connection.execute(text(statement))


def test_keys_of_records_turn_and_the_frozen_rows_are_not_touched(app: Flask, database_url: str) -> None:
    with app.app_context():
        made = _stored()
        before = bytes(db.session.get_one(Referral, made["referral"]).document_sealed)
        db.session.remove()
        db.engine.dispose()
    ring, new = settings_for("").data_keys, KeyRing.read(f"new:{new_key()}")
    both = create_app(replace(settings_for(database_url), data_keys=KeyRing((*new.keys, *ring.keys))))
    # The keys of the referral, of the records that the entry and the relationship hang on, of the person whom the flag is about, of the
    # warning, and seven of their own; and what is found for a request, which hangs on the ring itself.
    assert "13 values were turned" in both.test_cli_runner().invoke(args=["keys", "rotate"]).output
    for keys, opens in ((new, True), (ring, False)):
        other = create_app(replace(settings_for(database_url), data_keys=keys))
        with other.app_context():
            referral = db.session.get_one(Referral, made["referral"])
            assert bytes(referral.document_sealed) == before
            assert key_of(bytes(db.session.get_one(RecordKey, made["referral"]).wrapped)) == "new"
            if opens:
                assert referral.document == made["document"]
                assert _words_of_work(made["work"]) == WORK
                assert _words_known(made["known"]) == KNOWN
                assert _words_governed(made["governed"]) == GOVERNED
            else:
                for kind, words in ((Referral, "document"), (CaseEvent, "summary"), (Flag, "sentence"), (ChronologyRemark, "analysis")):
                    with pytest.raises(SealBroken):
                        getattr(db.session.get_one(kind, made["referral"] if kind is Referral else made["known"][kind]), words)
            db.session.remove()
            db.engine.dispose()


def test_neither_a_key_nor_a_text_opens_in_another_record(context: Flask) -> None:
    first = _stored()["referral"]
    with transaction_at() as (session, at):
        document = {**siblings(), "client_reference": "another"}
        second = receive(session, agency(session), document, at=at).referral
        other, words = session.get_one(RecordKey, second.id), bytes(session.get_one(Referral, first).document_sealed)
        assert other.wrapped != session.get_one(RecordKey, first).wrapped
        with pytest.raises(SealBroken):
            other.open(words, f"referral.document_sealed:{first}")
        with pytest.raises(SealBroken):
            session.get_one(RecordKey, first).open(words, f"referral.document_sealed:{second.id}")
        other.wrapped = session.get_one(RecordKey, first).wrapped
    db.session.remove()
    with pytest.raises(SealBroken):
        _ = db.session.get_one(Referral, second.id).document


def test_destroying_the_key_destroys_the_words_and_pages_say_that_there_is_nothing(
    app: Flask, sign_in: Callable[[str], Any]
) -> None:
    with app.app_context():
        made = _stored()
        with transaction() as session:
            session.execute(delete(RecordKey).where(RecordKey.id == made["referral"]))
        for kind, key in ((Referral, "referral"), (Addendum, "addendum"), (CaseSummary, "summary")):
            row: Any = db.session.get_one(kind, made[key])
            with pytest.raises(Destroyed):
                _ = row.document if kind is Referral else row.content if kind is CaseSummary else row.words
        db.session.remove()
    screener = sign_in("screener")
    assert screener.get(f"/referrals/{made['referral']}/case").status_code == 404
    assert screener.get("/queue").status_code == 200


def test_a_list_of_referrals_opens_names_alone(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from safeguard.referrals.queries import followed

    _stored()
    opened: list[str] = []
    real = RecordKey.open
    monkeypatch.setattr(RecordKey, "open", lambda key, sealed, place: (opened.append(place), real(key, sealed, place))[1])
    lead = replace(somebody(db.session(), "lead"), agency_id=db.session.scalars(select(Referral.agency_id)).one())
    lines = followed(db.session(), lead, page=1).lines
    assert [line.children for line in lines] == ["Maya Fernsby and Leo Fernsby"]
    assert [place.partition(":")[0] for place in opened] == ["referral.children_sealed"]


def test_every_column_under_a_record_key_belongs_to_a_row_that_has_one() -> None:
    assert {(kind.__tablename__, column) for kind, column in UNDER_RECORD_KEYS} >= {
        ("referral", "document_sealed"), ("addendum", "words_sealed"), ("case_summary", "content_sealed"), ("rating", "rationale_sealed"),
        ("decision", "feedback_sealed"), ("agency_check_answer", "words_sealed"), ("strategy_discussion", "content_sealed"),
        ("strategy_discussion_action", "words_sealed"), ("strategy_discussion_addendum", "words_sealed"), ("case_event", "told_sealed"),
        ("chronology_remark", "analysis_sealed"), ("flag", "told_sealed"), ("flag_evidence", "words_sealed"),
        ("flag_step", "reason_sealed"),
    }  # fmt: skip
    assert all(hasattr(kind, "key") for kind, _column in UNDER_RECORD_KEYS)
