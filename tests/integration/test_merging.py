"""Joining people, a second person's word, parting them, taking a joining back: on both databases."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from safeguard.audit.model import AuditEvent
from safeguard.kernel.database import db
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.merge_preview import merge_preview
from safeguard.people.candidates import candidates_for
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.merging import answer, merge, waiting_for
from safeguard.people.model import MatchProposal, SourceRecord
from safeguard.people.splitting import split
from safeguard.people.statements import statement_of
from safeguard.people.undoing import undo
from safeguard.people.verdicts import said_of_people, say
from safeguard.risk.model import Flag
from safeguard.risk.service import evaluate
from tests.integration.help import somebody, transaction_at
from tests.integration.two_people import JUNE, OCTOBER, SEPTEMBER, TwoPeople, homes, seen, tell_of, two_people

pytestmark = pytest.mark.usefixtures("context")
WHY = "The school and the mother both say that she moved in August."


def _merge(two: TwoPeople, *, why_two: tuple[str, ...] = (), who: str = "screener") -> Any:
    with transaction_at(OCTOBER) as (session, at):
        return merge(
            session, somebody(session, who), one=two.newer, other=two.older, reason=WHY,
            seen=seen(session, two.older, two.newer), why_two=why_two, at=at,
        )  # fmt: skip


def _open_proposals() -> set[tuple[uuid.UUID, uuid.UUID]]:
    rows = db.session.execute(
        select(MatchProposal.source_record_id, MatchProposal.person_id).where(MatchProposal.answered_at.is_(None))
    )
    return set(rows.tuples())


def _verdict_between(one: uuid.UUID, other: uuid.UUID) -> str | None:
    return said_of_people(db.session(), [one, other]).get(frozenset((one, other)))


def test_joining_keeps_who_was_known_first_and_answers_what_was_proposed() -> None:
    two = two_people()
    assert _open_proposals() == {(two.newer_record, two.older)}
    change = _merge(two)
    assert (change.status, change.person_id, change.other_person_id) == ("done", two.older, two.newer)
    assert homes(db.session()) == {two.older_record: two.older, two.newer_record: two.older}
    assert _open_proposals() == set()


def test_taking_it_back_is_the_state_before_and_nothing_joins_them_again() -> None:
    two = two_people()
    before = homes(db.session())
    change = _merge(two)
    _undo(change.id, two, {})
    assert homes(db.session()) == before
    assert _verdict_between(two.older, two.newer) == "different"
    # The matcher sees the verdict from either side.
    for record_id, other in ((two.newer_record, two.older), (two.older_record, two.newer)):
        record = db.session.get(SourceRecord, record_id)
        assert record is not None
        found = candidates_for(db.session(), {record_id: blocking_keys(statement_of(record))}, stored=True)[record_id]
        assert {one.person_id: one.verdict for one in found}[str(other)] == "different"


def _undo(change_id: uuid.UUID, two: TwoPeople, later: dict[uuid.UUID, uuid.UUID], verdict: str = "different") -> None:
    with transaction_at(OCTOBER) as (session, at):
        undo(
            session, somebody(session, "manager"), change_id, later=later, verdict=verdict, reason="The other girl rang.",
            seen=seen(session, two.older), at=at,
        )  # fmt: skip


def test_not_sure_after_taking_back_asks_again() -> None:
    two = two_people()
    change = _merge(two)
    _undo(change.id, two, {}, "unsure")
    assert _verdict_between(two.older, two.newer) == "unsure"
    assert _open_proposals() == {(two.newer_record, two.older)}


def test_what_was_added_since_goes_where_a_person_says() -> None:
    two = two_people()
    change = _merge(two)
    later = tell_of("Amelia", "Smith", "2015-03-27", "T-3", OCTOBER).people[0]
    assert later.person_id == two.older
    for missing in ({}, {later.record.id: uuid.uuid4()}):
        with pytest.raises(RuleBroken, match="whose record"):
            _undo(change.id, two, missing)
    _undo(change.id, two, {later.record.id: two.newer})
    assert homes(db.session()) == {two.older_record: two.older, two.newer_record: two.newer, later.record.id: two.newer}
    with pytest.raises(Conflict, match="already"):
        _undo(change.id, two, {})


def test_a_wish_waits_for_somebody_else() -> None:
    two = two_people()
    before = homes(db.session())
    with transaction_at(OCTOBER) as (session, _at):
        why_two = merge_preview(session, two.older, two.newer).why_two
    assert len(why_two) == 1
    assert "waiting for a decision" in why_two[0]
    wish = _merge(two, why_two=why_two)
    assert wish.status == "waiting"
    assert homes(db.session()) == before
    with pytest.raises(Conflict, match="already"):
        _merge(two, why_two=why_two)
    with pytest.raises(RuleBroken, match="colleague"):
        _answer(wish.id, two, "screener", confirm=True)
    with pytest.raises(RuleBroken, match="reason"):
        _answer(wish.id, two, "manager", confirm=True, reason=" ")
    assert homes(db.session()) == before
    done = _answer(wish.id, two, "manager", confirm=True)
    assert (done.status, done.answer_reason) == ("done", "I rang the school.")
    assert set(homes(db.session()).values()) == {two.older}
    with pytest.raises(Conflict, match="answered"):
        _answer(wish.id, two, "manager", confirm=False)
    did = set(db.session.scalars(select(AuditEvent.action)))
    assert {"person.merge_asked", "person.merged"} <= did


def _answer(change_id: uuid.UUID, two: TwoPeople, who: str, *, confirm: bool, reason: str = "I rang the school.") -> Any:
    with transaction_at(OCTOBER) as (session, at):
        version = waiting.version if (waiting := waiting_for(session, two.older, two.newer)) else 1
        return answer(
            session, somebody(session, who), change_id, confirm=confirm, reason=reason,
            seen=seen(session, two.older, two.newer), version=version, at=at,
        )  # fmt: skip


def test_a_refused_wish_moves_nothing_and_may_be_asked_again() -> None:
    two = two_people()
    wish = _merge(two, why_two=("Both wait",))
    assert _answer(wish.id, two, "manager", confirm=False).status == "refused"
    assert len(set(homes(db.session()).values())) == 2
    assert _merge(two, why_two=("Both wait",)).status == "waiting"


def test_what_changed_since_the_page_was_shown_is_not_joined_unseen() -> None:
    two = two_people()
    with transaction_at(OCTOBER) as (session, _at):
        old = seen(session, two.older, two.newer)
    tell_of("Amelia", "Smith", "2015-03-27", "T-3", OCTOBER)
    with pytest.raises(Conflict, match="added"), transaction_at(OCTOBER) as (session, at):
        merge(session, somebody(session), one=two.newer, other=two.older, reason=WHY, seen=old, why_two=(), at=at)


def test_nobody_is_joined_with_nobody() -> None:
    two = two_people()
    for other in (two.older, uuid.uuid4()):
        with pytest.raises(NotFound), transaction_at(OCTOBER) as (session, at):
            merge(session, somebody(session), one=two.older, other=other, reason=WHY, seen="", why_two=(), at=at)
    _merge(two)
    with pytest.raises(Conflict), transaction_at(OCTOBER) as (session, at):
        merge(
            session, somebody(session), one=two.older, other=two.newer, reason=WHY,
            seen=seen(session, two.older, two.newer), why_two=(), at=at,
        )  # fmt: skip


def test_different_from_a_person_holds_when_that_person_is_joined_to_another() -> None:
    """A colleague said that the September girl is not the June girl; then the June girl is joined to a third."""
    two = two_people()
    _say(two.newer_record, two.older, two.newer, "different")
    third = tell_of("Amelia", "Smyth", "2015-03-27", "T-9", JUNE.replace(month=5), addresses=_far()).people[0]
    with transaction_at(OCTOBER) as (session, at):
        merge(
            session, somebody(session), one=two.older, other=third.person_id, reason=WHY,
            seen=seen(session, two.older, third.person_id), why_two=(), at=at,
        )  # fmt: skip
    home = homes(db.session())
    assert home[two.older_record] == home[third.record.id] != home[two.newer_record]
    assert _verdict_between(home[two.older_record], home[two.newer_record]) == "different"


def _far() -> list[dict[str, Any]]:
    return [{"key": "h1", "lines": ["77 Quay Road"], "postcode": "AM1 2BB"}]


def _say(record: uuid.UUID, person: uuid.UUID, expected: uuid.UUID, verdict: str) -> None:
    with transaction_at(SEPTEMBER) as (session, at):
        say(
            session, somebody(session), record_id=record, person_id=person, verdict=verdict, reason="Seen together.",
            at=at, expected_person_id=expected,
        )  # fmt: skip


def test_a_split_is_remembered_against_a_referral_that_fits_both() -> None:
    """Parted for good: what comes in next joins one of them or neither, and the two stay two."""
    two = two_people()
    _merge(two)
    with transaction_at(OCTOBER) as (session, at):
        change = split(
            session, somebody(session), two.older, record_ids={two.newer_record}, reason="Two girls of that name.",
            seen=seen(session, two.older), at=at,
        )  # fmt: skip
    apart = change.other_person_id
    assert homes(db.session()) == {two.older_record: two.older, two.newer_record: apart}
    assert _verdict_between(two.older, apart) == "different"
    tell_of("Amelia", "Smith", "2015-03-27", "T-3", OCTOBER)
    home = homes(db.session())
    assert home[two.older_record] == two.older
    assert home[two.newer_record] == apart
    assert _verdict_between(two.older, apart) == "different"


def test_the_two_parts_of_a_split_are_not_flagged_as_each_other_s_sibling() -> None:
    """Both were told of at one address: what went with one part is no concern about a sister that the other's record lacks."""
    first = tell_of("Amelia", "Smith", "2015-03-27", "T-1", JUNE).people[0]
    second = tell_of("Amelia", "Smith", "2015-03-27", "T-2", SEPTEMBER).people[0]
    assert first.person_id == second.person_id
    with transaction_at(OCTOBER) as (session, at):
        change = split(
            session, somebody(session), first.person_id, record_ids={second.record.id}, reason="Two girls of that name.",
            seen=seen(session, first.person_id), at=at,
        )  # fmt: skip
        evaluate(session, somebody(session), [first.person_id, change.other_person_id], at=at)
        assert session.scalars(select(Flag.id).where(Flag.signal == "S24")).all() == []


@pytest.mark.parametrize("chosen", ["none", "all"])
def test_a_split_leaves_two_people(chosen: str) -> None:
    two = two_people()
    _merge(two)
    records = set() if chosen == "none" else {two.older_record, two.newer_record}
    with pytest.raises(RuleBroken, match="record"), transaction_at(OCTOBER) as (session, at):
        split(
            session, somebody(session), two.older, record_ids=records, reason="Two girls.",
            seen=seen(session, two.older), at=at,
        )  # fmt: skip
    assert set(homes(db.session()).values()) == {two.older}


def test_a_possible_match_of_somebody_else_follows_the_joining_and_back() -> None:
    two = two_people()
    other = tell_of("Amelia", "Smith", "2015-03-27", "T-5", OCTOBER, addresses=_far()).people[0]
    asked = {pair for pair in _open_proposals() if pair[0] == other.record.id}
    assert asked == {(other.record.id, two.older), (other.record.id, two.newer)}
    change = _merge(two)
    assert _open_proposals() == {(other.record.id, two.older)}
    _undo(change.id, two, {})
    assert _open_proposals() == asked


def test_what_the_joining_proposed_is_not_left_behind_when_it_is_taken_back() -> None:
    """A third girl may be the September one and not the June one: that is asked of whoever holds the September record."""
    two = two_people()
    other = tell_of("Amelia", "Smith", "2015-03-27", "T-5", OCTOBER, addresses=_far()).people[0]
    _say(other.record.id, two.older, other.person_id, "different")
    asked = _open_proposals()
    assert asked == {(two.newer_record, two.older), (other.record.id, two.newer)}
    third = tell_of("Amelia", "Smyth", "2015-03-27", "T-9", JUNE.replace(month=5), addresses=_elm_row()).people[0]
    assert third.person_id not in {two.older, two.newer, other.person_id}
    asked = {pair for pair in _open_proposals() if pair[0] == other.record.id}
    with transaction_at(OCTOBER) as (session, at):
        change = merge(
            session, somebody(session), one=two.newer, other=third.person_id, reason=WHY,
            seen=seen(session, two.newer, third.person_id), why_two=(), at=at,
        )  # fmt: skip
    joined = {pair for pair in _open_proposals() if pair[0] == other.record.id}
    assert joined == {(other.record.id, change.person_id)}
    with transaction_at(OCTOBER) as (session, at):
        undo(
            session, somebody(session), change.id, later={}, verdict="different", reason="Not she.",
            seen=seen(session, change.person_id), at=at,
        )  # fmt: skip
    assert {pair for pair in _open_proposals() if pair[0] == other.record.id} == asked


def _elm_row() -> list[dict[str, Any]]:
    return [{"key": "h1", "lines": ["9 Elm Row"], "postcode": "AM5 5EE"}]
