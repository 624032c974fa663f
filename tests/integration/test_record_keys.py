"""What a referral says is kept under a key of its own: nothing readable in the database, turned, destroyed, and bound to its row."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, inspect, select, text

from safeguard import create_app
from safeguard.kernel.database import db, transaction
from safeguard.kernel.key_ring import KeyRing, SealBroken, key_of, new_key
from safeguard.kernel.record_key import UNDER_RECORD_KEYS, Destroyed, RecordKey
from safeguard.meetings.model import CaseSummary
from safeguard.referrals.addenda import add
from safeguard.referrals.model import Addendum, Referral
from safeguard.referrals.submission import receive
from tests.conftest import settings_for
from tests.documents import siblings
from tests.integration.help import agency, somebody, transaction_at

ADDED = "Heliotrope said so on Tuesday"
TOLD_BY = "A Quillfeather"
MADE = "Marzipan summary"
NARRATIVE = "The Zabaglione was cold and the Kedgeree was gone."
VIEWS = "Maya said that Persimmon helps."
RARE = ("Zabaglione", "Kedgeree", "Persimmon", "Heliotrope", "Quillfeather", "Marzipan")


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
    db.session.remove()
    return found


def _dump() -> str:
    """Everything in every table, as text."""
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        values = [one for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')) for one in row]
    return "\n".join(bytes(one).decode("latin-1") if isinstance(one, bytes | memoryview) else str(one) for one in values)


def test_a_dump_of_the_database_holds_no_word_of_what_was_told(context: Flask) -> None:
    made = _stored()
    dump = _dump()
    assert "Fernsby" in dump, "names are in the records that are matched"
    assert not [word for word in RARE if word in dump]
    assert db.session.get_one(Referral, made["referral"]).document == made["document"]
    addendum = db.session.get_one(Addendum, made["addendum"])
    assert (addendum.words, addendum.told_by) == (ADDED, TOLD_BY)
    assert db.session.get_one(CaseSummary, made["summary"]).content == {"says": MADE}


def test_going_down_opens_and_going_up_seals_again(context: Flask) -> None:
    made = _stored()
    downgrade(revision="0025")
    dump = _dump()
    assert all(word in dump for word in RARE)
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
    for statement in ("UPDATE referral SET document_sealed = document_sealed", "UPDATE addendum SET words_sealed = words_sealed"):
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
    assert "1 values were turned" in both.test_cli_runner().invoke(args=["keys", "rotate"]).output
    for keys, opens in ((new, True), (ring, False)):
        other = create_app(replace(settings_for(database_url), data_keys=keys))
        with other.app_context():
            referral = db.session.get_one(Referral, made["referral"])
            assert bytes(referral.document_sealed) == before
            assert key_of(bytes(db.session.get_one(RecordKey, made["referral"]).wrapped)) == "new"
            if opens:
                assert referral.document == made["document"]
            else:
                with pytest.raises(SealBroken):
                    _ = referral.document
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
        ("referral", "document_sealed"), ("addendum", "words_sealed"), ("case_summary", "content_sealed"),
    }  # fmt: skip
    assert all(hasattr(kind, "key") for kind, _column in UNDER_RECORD_KEYS)
