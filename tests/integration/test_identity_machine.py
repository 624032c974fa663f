"""Joining, parting, taking back, saying and matching in any order: no record is lost, and what people said always holds.

The machine keeps a model of its own, as simple as it can be: whose each record is, and the last word on each pair.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import combinations, product
from random import Random
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from safeguard import create_app
from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Account, Agency
from safeguard.kernel.database import Base, new_id
from safeguard.kernel.errors import Conflict
from safeguard.people.candidates import candidates_for
from safeguard.people.links import current_links
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.merging import answer, merge, state_of
from safeguard.people.model import IdentityChange, MatchProposal, PersonLink, SourceRecord
from safeguard.people.service import identify
from safeguard.people.splitting import split
from safeguard.people.statements import statement_of
from safeguard.people.undoing import came_from, undo, undoable
from safeguard.people.verdicts import said_of_people, say
from safeguard.referrals.model import Referral
from tests.conftest import settings_for

_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NAMES = [("Amelia", "Smith"), ("Oscar", "Brindle")]
_HOMES = [("14 Willow Close", "AM4 3QQ"), ("3 Mill Lane", "AM9 1ZZ")]


@cache
def _app() -> Flask:
    """What people say is sealed under keys that hang on the ring of an application. Its own database is never opened."""
    return create_app(settings_for(f"sqlite:///{mkdtemp()}/unused.sqlite3"))


@cache
def _database() -> Engine:
    """One empty database in memory; every example works in a transaction of its own and takes it back."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    assert Referral.__tablename__ in Base.metadata.tables
    Base.metadata.create_all(engine)
    return engine


class Identities(RuleBasedStateMachine):
    """A small in-memory database; each step is a service call, and the model says what must have become of it."""

    @initialize()
    def open(self) -> None:
        # The same steps make the same ids, so that a failure found once is found again.
        drawn = Random(2026)
        self.ids = patch("uuid.uuid4", lambda: uuid.UUID(int=drawn.getrandbits(128), version=4))
        self.ids.start()
        self.app = _app().app_context()
        self.app.push()
        self.connection = _database().connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.at = _START
        agency = Agency(id=new_id(), slug="school", name="School", kind="school", sector="2A", source_code="2A")
        self.session.add(agency)
        self.session.flush()
        self.agency_id = agency.id
        self.actors = [self._actor(n) for n in range(2)]
        self.home: dict[uuid.UUID, uuid.UUID] = {}
        self.words: dict[frozenset[uuid.UUID], str] = {}
        self.merges: list[uuid.UUID] = []

    def _actor(self, number: int) -> Actor:
        account = Account(
            id=new_id(), agency_id=self.agency_id, name=f"Worker {number}", email=f"w{number}@demo.example", role="screener",
            password_hash="x", created_at=_START,
        )  # fmt: skip
        self.session.add(account)
        self.session.flush()
        return Actor(account.id, self.agency_id, "School", account.name, Role.SCREENER)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.transaction.rollback()
            self.connection.close()
            self.app.pop()
            self.ids.stop()

    # What can happen

    @rule(name=st.sampled_from(_NAMES), home=st.sampled_from(_HOMES), later=st.booleans())
    def hears_of(self, name: tuple[str, str], home: tuple[str, str], later: bool) -> None:
        """A record comes in; the matcher links it to one person or makes one."""
        if later:
            self.at += timedelta(days=1)
        record = SourceRecord(
            id=new_id(), origin="register", agency_id=self.agency_id, role="child", given_names=name[0], surname=name[1],
            birth_date=date(2015, 3, 27), address_lines=[home[0]], postcode=home[1], family=[], other={}, stated_at=self.at,
        )  # fmt: skip
        found = identify(self.session, None, [record], at=self.at)[0]
        self.home[record.id] = found.person_id

    @precondition(lambda self: len(self._people()) > 1)
    @rule(data=st.data(), second=st.sampled_from(["", "confirm", "refuse"]))
    def joins(self, data: Any, second: str) -> None:
        one, other = data.draw(st.permutations(self._people()))[:2]
        before = dict(self.home)
        change = merge(
            self.session, self.actors[0], one=one, other=other, reason="One.", seen=self._seen(one, other),
            why_two=("Both wait.",) if second else (), at=self.at,
        )  # fmt: skip
        if second:
            assert self._homes() == before, "a wish moves nothing"
            answer(
                self.session, self.actors[1], change.id, confirm=second == "confirm", reason="Seen.",
                seen=self._seen(one, other), version=change.version, at=self.at,
            )  # fmt: skip
        if second != "refuse":
            self._say(self._of(one), self._of(other), "same")
            self.home = {key: change.person_id if whose in {one, other} else whose for key, whose in before.items()}
            self.merges.append(change.id)

    @precondition(lambda self: any(len(self._of(one)) > 1 for one in self._people()))
    @rule(data=st.data())
    def parts(self, data: Any) -> None:
        person = data.draw(st.sampled_from([one for one in self._people() if len(self._of(one)) > 1]))
        mine = self._of(person)
        goes = set(data.draw(st.permutations(mine))[: data.draw(st.integers(1, len(mine) - 1))])
        change = split(
            self.session, self.actors[0], person, record_ids=goes, reason="Two.", seen=self._seen(person), at=self.at
        )
        self._say(goes, set(mine) - goes, "different")
        self.home.update(dict.fromkeys(goes, change.other_person_id))

    @precondition(lambda self: self.merges)
    @rule(data=st.data(), verdict=st.sampled_from(["different", "unsure"]))
    def takes_back(self, data: Any, verdict: str) -> None:
        """Either exactly what was, with what came since where it was told to go, or a refusal that changes nothing."""
        change_id = data.draw(st.sampled_from(self.merges))
        change = self.session.get(IdentityChange, change_id)
        assert change is not None
        stays, joins = change.person_id, change.other_person_id
        links = current_links(self.session, [stays])[stays]
        try:
            undoable(self.session, change_id)
            came = came_from(self.session, change, links)
        except Conflict:
            return
        later = {key: data.draw(st.sampled_from([stays, joins])) for key, whose in came.items() if whose is None}
        goes = {key for key, whose in came.items() if (whose or later[key]) == joins}
        if len(goes) == len(came):
            return
        undo(
            self.session, self.actors[1], change_id, later=later, verdict=verdict, reason="Two.",
            seen=self._seen(stays), at=self.at,
        )  # fmt: skip
        self._say(set(came) - goes, goes, verdict)
        self.home.update(dict.fromkeys(goes, joins))

    @precondition(lambda self: len(self._people()) > 1)
    @rule(data=st.data(), verdict=st.sampled_from(["same", "different", "unsure"]))
    def says(self, data: Any, verdict: str) -> None:
        record = data.draw(st.sampled_from(sorted(self.home)))
        person = data.draw(st.sampled_from(self._people()))
        others = set(self._of(person)) - {record}
        if not others:
            return
        touched = say(
            self.session, self.actors[0], record_id=record, person_id=person, verdict=verdict, reason="Seen.", at=self.at,
            expected_person_id=self.home[record],
        )  # fmt: skip
        self._say({record}, others, verdict)
        if verdict == "same":
            self.home[record] = person
        elif verdict == "different" and self.home[record] == person:
            self.home[record] = next(iter(touched - {person}))

    # What must always hold

    @invariant()
    def every_record_has_the_one_home_it_was_given(self) -> None:
        if hasattr(self, "session"):
            assert self._homes() == self.home

    @invariant()
    def nobody_holds_two_records_said_to_differ(self) -> None:
        for person in self._people() if hasattr(self, "session") else ():
            for pair in combinations(self._of(person), 2):
                assert self.words.get(frozenset(pair)) != "different"

    @invariant()
    def the_last_word_is_what_the_matcher_hears(self) -> None:
        if not hasattr(self, "session"):
            return
        people = self._people()
        said = said_of_people(self.session, people)
        for one, other in combinations(people, 2):
            words = {self.words.get(frozenset(pair)) for pair in product(self._of(one), self._of(other))}
            expected = next((word for word in ("different", "unsure", "same") if word in words), None)
            assert said.get(frozenset((one, other))) == expected
        for record_id in list(self.home)[-2:]:
            record = self.session.get(SourceRecord, record_id)
            assert record is not None
            for candidate in candidates_for(self.session, {record_id: blocking_keys(statement_of(record))}, stored=True)[record_id]:
                words = {self.words.get(frozenset((record_id, one))) for one in self._of(uuid.UUID(candidate.person_id))}
                if "different" in words:
                    assert candidate.verdict == "different"

    @invariant()
    def nothing_waits_about_nobody(self) -> None:
        """What is proposed and open names somebody who has records, and not the one whose record it is."""
        if hasattr(self, "session"):
            waiting = self.session.scalars(select(MatchProposal).where(MatchProposal.answered_at.is_(None)))
            for one in waiting:
                assert one.person_id in set(self.home.values())

    def _homes(self) -> dict[uuid.UUID, uuid.UUID]:
        rows = self.session.execute(
            select(PersonLink.source_record_id, PersonLink.person_id).where(PersonLink.superseded_at.is_(None))
        ).tuples().all()
        assert len({key for key, _person in rows}) == len(rows)
        return dict(rows)

    def _people(self) -> list[uuid.UUID]:
        return sorted(set(self.home.values()))

    def _of(self, person: uuid.UUID) -> list[uuid.UUID]:
        return sorted(key for key, whose in self.home.items() if whose == person)

    def _say(self, one: Any, other: Any, verdict: str) -> None:
        self.words.update({frozenset(pair): verdict for pair in product(one, other)})

    def _seen(self, *people: uuid.UUID) -> str:
        return state_of([link for links in current_links(self.session, people).values() for link in links])


TestIdentities = Identities.TestCase
TestIdentities.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
