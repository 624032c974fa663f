"""Feeding one event to the services, at its moment: referrals are received, everything else is recorded; then signals are read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.concerns.model import CaseEvent, Relationship, Residence
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.service import record_event, record_relationship, record_residences
from safeguard.kernel.clock import told_time
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.database import db, new_id, transaction
from safeguard.ops.replay.as_facts import decision_of, facts_of
from safeguard.ops.replay.cast import Cast
from safeguard.ops.replay.dates import Placed
from safeguard.ops.replay.record import CHILD, UNBORN, Told
from safeguard.ops.replay.stage import Stage
from safeguard.ops.replay.vocabulary import AGENCIES, OTHER_AGENCY, OTHER_OUTCOME, OUTCOMES, PUBLIC, ROUTINE, reporter_of
from safeguard.people.candidates import people_of
from safeguard.people.model import SourceRecord
from safeguard.people.service import identify
from safeguard.people.verdicts import say
from safeguard.referrals.submission import receive
from safeguard.risk.facts import timelines_of
from safeguard.risk.hindsight.walk import missing_on
from safeguard.risk.policy import Policy
from safeguard.risk.service import evaluate

_OPENS = time(10, tzinfo=UTC)
# The household that moves with the child; everybody else's home is not what an event's address says.
_MOVES_ALONG = frozenset({CHILD, "mother", "sibling", "half_sibling"})
_LONGEST_PREGNANCY = timedelta(weeks=42)


class Feeder:
    """Tells one chronology to the services, event by event, and remembers which event of the file said what."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self._stage, self._cast = stage, cast
        self._people: dict[str, uuid.UUID] = {}
        self._records: dict[str, uuid.UUID] = {}
        self._homes: dict[str, str] = {}
        self._pairs: set[tuple[str, str]] = set()
        self.told_by: dict[str, str] = {}

    @property
    def child(self) -> uuid.UUID | None:
        """The person that the chronology is about, once something was said of them."""
        return self._people.get(CHILD)

    @property
    def everybody(self) -> Mapping[str, uuid.UUID]:
        """The person behind each role met so far."""
        return self._people

    def feed(self, placed: Placed, turn: int) -> None:
        """Tell one event; `turn` counts the events of its day."""
        at = datetime.combine(placed.on, _OPENS) + timedelta(minutes=20 * turn)
        event = placed.event
        with told_time(at), transaction() as session:
            if event.is_concern and event.reached_social_care:
                self._refer(session, event, at)
            else:
                self._note(session, event, at)
        with told_time(at), transaction() as session:
            self._decide(session, event, at + timedelta(minutes=10))
            self._remember(session, event)
        db.session.expunge_all()

    def wait(self, start: date, days: int, policy: Policy) -> None:
        """The nights from `start` on in which nothing new is said: only what is missing can be flagged, or be missing no more.

        What is known does not change, so it is loaded once; the service is asked on those nights when it would find
        something else than the night before.
        """
        if CHILD not in self._people:
            return
        with transaction() as session:
            timeline = timelines_of(neighbourhood(session, [self._people[CHILD]], hops=2), at=start).get(self._people[CHILD])
        db.session.expunge_all()
        if timeline is None:
            return
        before: frozenset[tuple[str, str]] | None = None
        for day in (start + timedelta(days=number) for number in range(days)):
            found = frozenset((one.signal, one.severity.name) for one in missing_on(timeline, day, policy))
            if found != before and (before is not None or found):
                self._night(day)
            before = found

    def _night(self, day: date) -> None:
        at = datetime.combine(day, time(23), tzinfo=UTC)
        with told_time(at), transaction() as session:
            evaluate(session, None, [self._people[CHILD]], at=at)
        db.session.expunge_all()

    def _roles(self, event: Told) -> tuple[str, ...]:
        """The people of an event, the one it is about first; a concern about an adult is a concern about the child."""
        subject = CHILD if event.subject == UNBORN else event.subject
        roles = (subject, *event.others)
        about_child = event.is_concern and event.reached_social_care and not self._cast.member(subject).is_child
        return tuple(dict.fromkeys((CHILD, *roles) if about_child else roles))

    def _refer(self, session: Session, event: Told, at: datetime) -> None:
        agency = self._stage.agency(session, event.agency)
        roles = self._roles(event)
        keys = {role: f"p{number}" for number, role in enumerate(roles)}
        submission = receive(session, agency, self._document(event, roles, keys, at.date()), at=at)
        by_key = {one.record.document_key: one.record for one in submission.people}
        self._know(session, {role: by_key[key] for role, key in keys.items()}, at)
        if event.address:
            self._homes.update({role: event.address for role in roles if self._cast.member(role).kind in _MOVES_ALONG})
        self._pairs |= {(role, roles[0]) for role in roles[1:]}

    def _document(self, event: Told, roles: tuple[str, ...], keys: Mapping[str, str], on: date) -> dict[str, Any]:
        """The event as the referral that its agency would have sent."""
        about, *others = roles
        who, source = event.agency.replace("_", " ").capitalize(), AGENCIES.get(event.agency, OTHER_AGENCY)[3]
        if event.agency in PUBLIC:
            reporter, source = reporter_of(event.agency, event.others)
            who = self._cast.member(reporter).name if reporter else "A caller who gave no name"
        home = [{"key": "h1", **self._cast.home(event.address)}] if event.address else []
        concerns = [code for code in event.categories if code in CONCERN_CATEGORIES and code != ROUTINE]
        return {
            "client_reference": event.id,
            "source_code": source,
            "immediate_danger": "no",
            "referrer": {"name": who, "phone": "01632 960000"},
            "children": [{**self._person(about, keys, on, home), "concerns": concerns or ["unspecified_concern"]}],
            "people": [
                {**self._person(role, keys, on, home), "kind": "child" if self._cast.member(role).is_child else "adult"}
                for role in others
            ],
            "relationships": [
                {"from": keys[role], "to": keys[about], "kind": self._kind(role, about)} for role in others
            ],
            "addresses": home,
            "concern": {"narrative": event.narrative or "Nothing further was written."},
            "voice": {"seen": "not_known"},
            "awareness": {"parents_told": "not_known"},
        }  # fmt: skip

    def _kind(self, role: str, about: str) -> str:
        """What `role` is to the child the event is about: to a brother or sister mostly the same as to the child."""
        kind = self._cast.member(role).kind
        if kind == CHILD:
            return "sibling" if "sibling" in self._cast.member(about).kind else "not_known"
        return kind

    def _person(self, role: str, keys: Mapping[str, str], on: date, home: list[dict[str, Any]]) -> dict[str, Any]:
        member = self._cast.member(role)
        birth = self._birth(role, on)
        said: dict[str, Any] = {"key": keys[role], "surname": member.surname, "birth": birth}
        if birth["kind"] != "unborn":
            said |= {"given_names": member.given_names, "sex": member.sex, "nhs_number": member.nhs_number}
        if home and member.kind in _MOVES_ALONG:
            said["address"] = "h1"
        return said

    def _birth(self, role: str, on: date) -> dict[str, Any]:
        """What is known of the birth on that day; nothing, where the pregnancy still lay ahead."""
        birth = self._cast.birth(role, on)
        if birth["kind"] == "unborn" and date.fromisoformat(birth["expected_date"]) - on > _LONGEST_PREGNANCY:
            return {"kind": "unknown"}
        return birth

    def _note(self, session: Session, event: Told, at: datetime) -> None:
        """An agency's own record, an observation or an activity: the people it names, then the event."""
        agency = self._stage.agency(session, event.agency)
        roles = self._roles(event)
        moved = [role for role in roles if self._is_news(role, event)]
        records = {role: self._record(role, event, agency.id, at) for role in moved}
        if records:
            identify(session, None, list(records.values()), at=at)
            record_residences(session, [one for one in records.values() if one.address_lines])
            self._know(session, records, at)
        self._relate(session, roles)
        kept = event.outcome if event.kind == "decision_or_activity" else "none"
        self._event(session, event, kept, at)
        evaluate(session, self._stage.desk, [self._people[role] for role in roles], at=at)

    def _is_news(self, role: str, event: Told) -> bool:
        moves = event.address is not None and self._cast.member(role).kind in _MOVES_ALONG
        return role not in self._records or (moves and self._homes.get(role) != event.address)

    def _record(self, role: str, event: Told, agency_id: uuid.UUID, at: datetime) -> SourceRecord:
        member, birth = self._cast.member(role), self._birth(role, at.date())
        moves = event.address is not None and member.kind in _MOVES_ALONG
        home = self._cast.home(event.address) if moves and event.address else {"lines": [], "postcode": None}
        if moves and event.address:
            self._homes[role] = event.address
        unborn = birth["kind"] == "unborn"
        return SourceRecord(
            id=new_id(),
            referral_id=None,
            document_key=None,
            origin="replay",
            agency_id=agency_id,
            role="subject" if role == CHILD else "child" if member.is_child else "adult",
            given_names=None if unborn else member.given_names,
            surname=member.surname,
            birth_date=date.fromisoformat(birth["date"]) if "date" in birth else None,
            expected_date=date.fromisoformat(birth["expected_date"]) if unborn else None,
            sex=None if unborn else member.sex,
            nhs_number=None if unborn else member.nhs_number,
            address_lines=home["lines"],
            postcode=home["postcode"],
            family=[],
            other={},
            stated_at=at,
        )

    def _relate(self, session: Session, roles: tuple[str, ...]) -> None:
        """State how the people of an event stand to the one it is about, the first time they are named together."""
        about = roles[0]
        if not self._cast.member(about).is_child:
            return
        for role in roles[1:]:
            if (role, about) not in self._pairs:
                self._pairs.add((role, about))
                one, other = (session.get(SourceRecord, self._records[key]) for key in (role, about))
                if one and other:
                    record_relationship(
                        session, from_record=one, to_record=other, kind=self._kind(role, about),
                        parental_responsibility="not_known", lives_with="not_known", referral_id=None,
                    )  # fmt: skip

    def _know(self, session: Session, records: Mapping[str, SourceRecord], at: datetime) -> None:
        """The file says who is who, so where the matcher was not certain the desk says "the same person"."""
        found = people_of(session, [record.id for record in records.values()])
        joined: list[uuid.UUID] = []
        for role, record in records.items():
            self._records[role] = record.id
            person = self._people.setdefault(role, found[record.id])
            if person != found[record.id]:
                say(
                    session, self._stage.desk, record_id=record.id, person_id=person, verdict="same",
                    reason="The chronology names one person", at=at, expected_person_id=found[record.id],
                )  # fmt: skip
                joined.append(person)
        if joined:
            evaluate(session, self._stage.desk, joined, at=at)

    def _event(self, session: Session, event: Told, outcome: str, at: datetime) -> None:
        code, closes, _rating = OUTCOMES.get(outcome, OTHER_OUTCOME)
        words = ", ".join(CONCERN_CATEGORIES.label(one) for one in event.categories if one in CONCERN_CATEGORIES)
        record_event(
            session,
            record_id=self._records[self._roles(event)[0]],
            kind=event.kind,
            known_on=at.date(),
            agency_id=self._stage.agencies[event.agency],
            source_code=AGENCIES.get(event.agency, OTHER_AGENCY)[3],
            summary=words or "Contact",
            at=at,
            categories=[one for one in event.categories if one in CONCERN_CATEGORIES],
            outcome=code,
            closes=closes,
            facts={**facts_of(event), **(decision_of(event) if event.kind == "decision_or_activity" else {})},
        )

    def _decide(self, session: Session, event: Told, at: datetime) -> None:
        """What was decided on a concern or an observation, as a decision of its own on the same day."""
        code, closes, _rating = OUTCOMES.get(event.outcome, OTHER_OUTCOME)
        if code is None or event.kind == "decision_or_activity":
            return
        role = self._roles(event)[0]
        referral = session.scalar(select(CaseEvent.referral_id).where(CaseEvent.source_record_id == self._records[role]).limit(1))
        record_event(
            session,
            record_id=self._records[role],
            kind="decision_or_activity",
            known_on=at.date(),
            agency_id=self._stage.desk.agency_id,
            source_code="5A",
            referral_id=referral if event.is_concern and event.reached_social_care else None,
            outcome=code,
            closes=closes,
            summary=event.outcome.replace("_", " ").capitalize(),
            at=at,
            facts=decision_of(event),
        )
        evaluate(session, self._stage.desk, [self._people[role]], at=at)

    def _remember(self, session: Session, event: Told) -> None:
        """Every row that is there now and was not before was said by this event."""
        for table in (CaseEvent, Relationship, Residence):
            ids: Iterable[uuid.UUID] = session.scalars(select(table.id))
            for key in ids:
                self.told_by.setdefault(str(key), event.id)
