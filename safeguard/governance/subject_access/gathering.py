"""Finding everything that is held about a person, wherever it is kept."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.concerns.fact_kinds import in_words
from safeguard.concerns.history import KINDS as ENTRY_KINDS
from safeguard.concerns.model import (
    Address,
    CaseEvent,
    ChronologyRemark,
    Enrolment,
    PersonStatement,
    Place,
    Relationship,
    RelationshipWord,
    Residence,
    WarningNote,
    WarningNoteStep,
)
from safeguard.governance.subject_access.redaction import Line
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckPerson
from safeguard.mash.checks.words import ANSWERED, BASES, PURPOSES
from safeguard.mash.model import ChildDecision, Decision, Rating
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.discussions.rules import QUESTIONS
from safeguard.meetings.model import CaseSummary
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import full_name
from safeguard.people.model import IdentityChange, MatchVerdict, PersonLink, SourceRecord, VerdictRecord
from safeguard.people.sight import whole
from safeguard.referrals.addenda import KINDS as ADDENDUM_KINDS
from safeguard.referrals.in_words import address_words, sections_of
from safeguard.referrals.model import Addendum, Referral
from safeguard.risk.flag_review import OUTCOMES as FLAG_OUTCOMES
from safeguard.risk.model import Flag, FlagEvidence, FlagStep, ProtectiveFactor
from safeguard.web.rendering import day_words

KINDS: Mapping[str, str] = {
    "referral": "Referral",
    "addendum": "Added to a referral",
    "record": "Register",
    "entry": "Chronology",
    "relationship": "Relationship",
    "address": "Address",
    "place": "School, practice or place",
    "stated": "Death and contact",
    "warning": "Warning note",
    "rating": "Rating",
    "decision": "Decision",
    "check": "Agency check",
    "discussion": "Strategy discussion",
    "flag": "Flag",
    "protective": "Protective factor",
    "identity": "Who is who",
    "summary": "Case summary",
    "looking": "Who has looked",
}
CHANGES = {"merge": "Two people were joined", "split": "A person was parted", "undo": "A joining was taken back"}
# Tables that hang on people and are not read here, and why. A test finds a table that is in neither.
NOT_READ: Mapping[str, str] = {
    "person": "an id and nothing else",
    "register_entry": "an id that links a register's row to its record",
    "match_proposal": "a question not yet answered; what became of it is the link or the verdict",
    "probable_duplicate": "a question not yet answered",
    "episode": "the state of the desk's work; ratings and decisions say what was done",
    "risk_standing": "worked out from the flags",
    "risk_standing_agency": "worked out from the flags",
    "policy_trial_child": "a rehearsal of rules, in which nobody acted on anybody",
    "event_mark": "worked out from the chronology",
    "agency_check_fact": "says which entries of the chronology came with an answer",
    "restriction": "who may see the record, and not the record",
    "restriction_record": "who may see the record, and not the record",
    "conflict_of_interest_record": "about a member of staff",
    "subject_access_request": "the request itself",
    "legal_hold_record": "that records may not be destroyed, and nothing of them",
    "retention_review_person": "that the time of records has ended, and nothing of them",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One part of what is held: `lines` are pairs of question and answer. `about_others`: it seems to tell of somebody else."""

    kind: str
    day: date | None
    title: str
    lines: tuple[Line, ...]
    about_others: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for the same words of the same day. Who has looked changes with every look, so it is taken once."""
        if self.kind == "looking":
            return self.kind
        words = json.dumps([self.kind, str(self.day), self.title, self.lines], ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()


def everything_about(session: Session, person_id: uuid.UUID) -> list[Held]:
    """All parts of what is held about a person as they read now, oldest first.

    Sees what is restricted too: the law asks for all of it, and a person then decides about each part.
    """
    with whole(session):
        records = clusters_of(session, [person_id])[person_id]
        if not records:
            return []
        parts = _Reader(session, person_id, records).parts()
        return sorted(parts, key=lambda one: (one.day or date.max, list(KINDS).index(one.kind)))


def others_about(session: Session, person_id: uuid.UUID) -> frozenset[str]:
    """The names of others alone, without reading all that is held: to be hidden in a part that was found before."""
    with whole(session):
        records = clusters_of(session, [person_id])[person_id]
        return _Reader(session, person_id, records).named() if records else frozenset()


class _Reader:
    """Reads each kind of thing held about one person."""

    def __init__(self, session: Session, person_id: uuid.UUID, records: Sequence[SourceRecord]) -> None:
        self.session = session
        self.person_id = person_id
        self.records = {record.id: record for record in records}
        self.agencies = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
        wanted = {record.referral_id for record in records if record.referral_id}
        self.referrals = list(session.scalars(select(Referral).where(Referral.id.in_(wanted)).order_by(Referral.submitted_at)))
        self.own = {name for record in records for name in _names(record)}
        self.others: set[str] = set()

    def named(self) -> frozenset[str]:
        """Who else is named; referrals and relationships are where others are."""
        for _part in (*self._referrals(), *self._relationships()):
            pass
        return frozenset(self.others - self.own)

    def parts(self) -> Iterator[Held]:
        yield from self._referrals()
        yield from self._addenda()
        yield from self._registers()
        yield from self._entries()
        yield from self._relationships()
        yield from self._addresses()
        yield from self._places()
        yield from self._statements()
        yield from self._warnings()
        yield from self._desk()
        yield from self._checks()
        yield from self._discussions()
        yield from self._flags()
        yield from self._protective()
        yield from self._identity()
        yield from self._summaries()
        yield from self._looking()

    def _referrals(self) -> Iterator[Held]:
        """A part for each section; sections about other people are marked so."""
        for referral in self.referrals:
            theirs = {record.document_key for record in self.records.values() if record.referral_id == referral.id}
            document = referral.document
            people = [*document["children"], *document.get("people", [])]
            groups = (("Child", document["children"]), ("Other person", document.get("people", [])))
            keys = {f"{kind} {number}": one["key"] for kind, group in groups for number, one in enumerate(group, 1)}
            self.others |= {name for person in people if person["key"] not in theirs for name in _said_names(person)}
            for section in sections_of(document):
                key = keys.get(section.title.partition(":")[0])
                yield Held(
                    "referral", _day(referral.submitted_at), f"{referral.reference}, {self.agencies[referral.agency_id]}: {section.title}",
                    section.rows, about_others=key is not None and key not in theirs,
                )

    def _addenda(self) -> Iterator[Held]:
        references = {one.id: one.reference for one in self.referrals}
        rows = self.session.scalars(select(Addendum).where(Addendum.referral_id.in_(references)))
        for row in rows:
            yield Held(
                "addendum", _day(row.at), f"{references[row.referral_id]}, {self.agencies[row.agency_id]}",
                _some((ADDENDUM_KINDS[row.kind], row.words), ("Who told it", row.told_by)),
            )

    def _registers(self) -> Iterator[Held]:
        for record in self.records.values():
            if record.referral_id is None:
                title = f"As stated by {self.agencies[record.agency_id]}"
                yield Held("record", _day(record.stated_at), title, tuple(_record_lines(record)))

    def _entries(self) -> Iterator[Held]:
        events = list(self.session.scalars(select(CaseEvent).where(CaseEvent.source_record_id.in_(self.records))))
        made = select(ChronologyRemark).where(ChronologyRemark.case_event_id.in_([one.id for one in events])).order_by(ChronologyRemark.at)
        remarks = _by(self.session.scalars(made), "case_event_id")
        for event in events:
            yield Held(
                "entry", event.known_on, f"{ENTRY_KINDS[event.kind]}, {self.agencies[event.agency_id]}",
                _some(
                    ("Known on", day_words(event.known_on)),
                    ("Happened on", event.happened_on and day_words(event.happened_on)),
                    ("What it says", event.summary),
                    ("Concerns", ", ".join(CONCERN_CATEGORIES.label(code) for code in event.categories if code in CONCERN_CATEGORIES)),
                    ("Outcome", event.outcome and OUTCOMES.label(event.outcome)),
                    *in_words(event.facts or {}),
                    *(("What the hub made of it", _remark(one)) for one in remarks.get(event.id, ())),
                ),
            )  # fmt: skip

        others = select(ChronologyRemark).where(ChronologyRemark.source_record_id.in_(self.records)).order_by(ChronologyRemark.at)
        for one in self.session.scalars(others):
            yield Held("entry", _day(one.at), "What the hub made of an entry", (("What the hub made of it", _remark(one)),))

    def _statements(self) -> Iterator[Held]:
        """Whether they have died, and how they are reached."""
        rows = self.session.scalars(select(PersonStatement).where(PersonStatement.source_record_id.in_(self.records)))
        for row in rows:
            words = {"died": "Has died", "alive": "Is alive after all"}.get(row.kind, "Email address")
            yield Held(
                "stated", _day(row.stated_at), f"As stated by {self.agencies[row.agency_id]}",
                _some((words, row.value or (row.day and day_words(row.day)) or "Stated"), ("How it is known", row.words)),
            )

    def _relationships(self) -> Iterator[Held]:
        ids = list(self.records)
        rows = list(
            self.session.scalars(
                select(Relationship).where(Relationship.from_record_id.in_(ids) | Relationship.to_record_id.in_(ids))
            )
        )
        ends = {end for row in rows for end in (row.from_record_id, row.to_record_id)} - self.records.keys()
        others = {one.id: one for one in self.session.scalars(select(SourceRecord).where(SourceRecord.id.in_(ends)))}
        self.others |= {name for record in others.values() for name in _names(record)}
        everybody = {**others, **self.records}
        said = select(RelationshipWord).where(RelationshipWord.relationship_id.in_([row.id for row in rows])).order_by(RelationshipWord.at)
        words = _by(self.session.scalars(said), "relationship_id")
        for row in rows:
            first, second = (full_name(everybody[end]) or "Name not known" for end in (row.from_record_id, row.to_record_id))
            yield Held(
                "relationship", _day(row.stated_at), f"As stated by {self.agencies[row.agency_id]}",
                _some(
                    ("Relationship", f"{first}: {RELATIONSHIPS.label(row.kind).lower()} of {second}"),
                    ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until)),
                    *((one.word.capitalize(), one.reason) for one in words.get(row.id, ())),
                ),
                about_others=True,
            )

    def _addresses(self) -> Iterator[Held]:
        rows = self.session.execute(
            select(Residence, Address).join(Address, Address.id == Residence.address_id).where(Residence.source_record_id.in_(self.records))
        )
        for row, address in rows.tuples():
            yield Held(
                "address", _day(row.stated_at), f"As stated by {self.agencies[row.agency_id]}",
                _some(
                    ("Address", address_words({"lines": address.lines, "postcode": address.postcode})),
                    ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until)),
                ),
            )  # fmt: skip

    def _places(self) -> Iterator[Held]:
        rows = self.session.execute(
            select(Enrolment, Place.name).join(Place, Place.id == Enrolment.place_id).where(Enrolment.source_record_id.in_(self.records))
        )
        for row, name in rows.tuples():
            yield Held(
                "place", _day(row.stated_at), f"As stated by {self.agencies[row.agency_id]}",
                _some(("Where", name), ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until))),
            )

    def _warnings(self) -> Iterator[Held]:
        """Notes on them, and on the addresses they were said to live at: those may be about somebody else."""
        homes = select(Residence.address_id).where(Residence.source_record_id.in_(self.records))
        notes = list(
            self.session.scalars(
                select(WarningNote).where(WarningNote.source_record_id.in_(self.records) | WarningNote.address_id.in_(homes))
            )
        )
        found = select(WarningNoteStep).where(WarningNoteStep.note_id.in_([one.id for one in notes])).order_by(WarningNoteStep.at)
        steps = _by(self.session.scalars(found), "note_id")
        for note in notes:
            yield Held(
                "warning", note.since, "For staff who visit",
                _some(
                    ("What it says", note.words), ("Whether they were told of it", note.told_words),
                    *((step.kind.capitalize(), step.reason) for step in steps.get(note.id, ())),
                ),
                about_others=note.source_record_id is None,
            )  # fmt: skip

    def _desk(self) -> Iterator[Held]:
        """Ratings of their referrals, and the decisions for them."""
        references = {one.id: one.reference for one in self.referrals}
        for rating in self.session.scalars(select(Rating).where(Rating.referral_id.in_(references))):
            yield Held(
                "rating", _day(rating.at), f"Rating of {references[rating.referral_id]}",
                (("Rating", rating.rating.capitalize()), ("Rationale", rating.rationale or "")),
            )
        theirs = select(ChildDecision.decision_id).where(ChildDecision.source_record_id.in_(self.records))
        for decision in self.session.scalars(select(Decision).where(Decision.id.in_(theirs))):
            yield Held(
                "decision", _day(decision.at), f"Decision on {references.get(decision.referral_id, 'a referral')}",
                _some(
                    ("Decision", OUTCOMES.label(decision.outcome)), ("Rationale", decision.rationale),
                    ("Why it was decided with matters open", decision.override_reason),
                    ("What the referrer was told", decision.feedback),
                    ("Why the referrer was not told", decision.feedback_withheld_reason),
                ),
            )  # fmt: skip

    def _checks(self) -> Iterator[Held]:
        """What agencies were asked about the person, and every answer."""
        about = select(CheckPerson).where(CheckPerson.source_record_id.in_(self.records))
        told = {one.check_id: one.told for one in self.session.scalars(about)}
        said = select(CheckAnswer).where(CheckAnswer.check_id.in_(told)).order_by(CheckAnswer.place)
        answers = _by(self.session.scalars(said), "check_id")
        for check in self.session.scalars(select(AgencyCheck).where(AgencyCheck.id.in_(told))):
            given = ", ".join(str(words) for words in told[check.id].values() if isinstance(words, str))
            yield Held(
                "check", _day(check.asked_at), f"Asked of {self.agencies[check.agency_id]}",
                _some(
                    ("Question", check.question), ("What it was for", PURPOSES.label(check.purpose)),
                    ("Legal basis", BASES.label(check.basis)), ("What the agency was told of them", given),
                    *((ANSWERED.label(one.outcome), one.words or "No more was said") for one in answers.get(check.id, ())),
                ),
                about_others=bool(answers.get(check.id)),
            )  # fmt: skip

    def _discussions(self) -> Iterator[Held]:
        """Strategy discussions that covered them or are about a referral that names them; all of these tell of others too."""
        covered = select(DiscussionChild.discussion_id).where(DiscussionChild.source_record_id.in_(self.records))
        about = StrategyDiscussion.id.in_(covered) | StrategyDiscussion.referral_id.in_([one.id for one in self.referrals])
        found = list(self.session.scalars(select(StrategyDiscussion).where(about)))
        ids = [one.id for one in found]
        done = select(DiscussionAction).where(DiscussionAction.discussion_id.in_(ids)).order_by(DiscussionAction.place)
        later = select(DiscussionAddendum).where(DiscussionAddendum.discussion_id.in_(ids)).order_by(DiscussionAddendum.at)
        actions, added = (_by(self.session.scalars(wanted), "discussion_id") for wanted in (done, later))
        told = [question for questions in QUESTIONS.values() for question in questions]
        for one in found:
            title = "Strategy discussion" if one.status == "agreed" else "Strategy discussion, draft"
            yield Held(
                "discussion", _day(one.held_at or one.created_at), title,
                _some(
                    *((question.label, str(one.content.get(question.name) or "")) for question in told),
                    *((f"Shared by {row['agency']}", row["words"]) for row in one.content.get("information", [])),
                    *(("Action", f"{row.words} ({row.owner})") for row in actions.get(one.id, ())),
                    *(("Added", row.words) for row in added.get(one.id, ())),
                ),
                about_others=True,
            )  # fmt: skip

    def _flags(self) -> Iterator[Held]:
        flags = list(self.session.scalars(select(Flag).where(Flag.person_id == self.person_id)))
        ids = [flag.id for flag in flags]
        rests = select(FlagEvidence).where(FlagEvidence.flag_id.in_(ids)).order_by(FlagEvidence.place)
        done = select(FlagStep).where(FlagStep.flag_id.in_(ids)).order_by(FlagStep.place)
        evidence, steps = (_by(self.session.scalars(wanted), "flag_id") for wanted in (rests, done))
        for flag in flags:
            yield Held(
                "flag", _day(flag.raised_at), f"{flag.severity.capitalize()} flag {flag.signal}",
                _some(
                    ("What was noticed", flag.sentence),
                    *(("Fact", one.words) for one in evidence.get(flag.id, ())),
                    *((FLAG_OUTCOMES.get(step.outcome or "", "Note"), step.reason) for step in steps.get(flag.id, ()) if step.reason),
                    ("Why it was closed", flag.closed_words),
                ),
            )  # fmt: skip

    def _protective(self) -> Iterator[Held]:
        for factor in self.session.scalars(select(ProtectiveFactor).where(ProtectiveFactor.source_record_id.in_(self.records))):
            yield Held(
                "protective", factor.observed_on, "Protective factor",
                _some(
                    ("What it is", factor.kind.replace("_", " ")), ("Why it counts", factor.reason), ("Why it ended", factor.ended_reason)
                ),
            )

    def _identity(self) -> Iterator[Held]:
        """How it was worked out that these records are one person, and what anybody said about it."""
        links = self.session.scalars(select(PersonLink).where(PersonLink.source_record_id.in_(self.records)))
        for link in links:
            yield Held(
                "identity", _day(link.made_at), f"A record from {self.agencies[self.records[link.source_record_id].agency_id]} was joined",
                (("Reason", link.reason), *(("Compared", one["words"]) for one in link.lines if one.get("words"))),
            )
        said = select(VerdictRecord.verdict_id).where(VerdictRecord.source_record_id.in_(self.records))
        for verdict in self.session.scalars(select(MatchVerdict).where(MatchVerdict.id.in_(said))):
            yield Held("identity", _day(verdict.at), f"Somebody said: {verdict.verdict}", (("Reason", verdict.reason),), about_others=True)
        changes = select(IdentityChange).where(
            (IdentityChange.person_id == self.person_id) | (IdentityChange.other_person_id == self.person_id)
        )
        for change in self.session.scalars(changes):
            yield Held(
                "identity", _day(change.asked_at), CHANGES[change.kind],
                _some(("Reason", change.reason), ("Answer", change.answer_reason)), about_others=True,
            )  # fmt: skip

    def _summaries(self) -> Iterator[Held]:
        references = {one.id: one.reference for one in self.referrals}
        for summary in self.session.scalars(select(CaseSummary).where(CaseSummary.referral_id.in_(references))):
            yield Held(
                "summary", _day(summary.made_at), f"Case summary of {references[summary.referral_id]}, version {summary.number}",
                (("What it holds", "What the other parts hold, as it stood that day"), ("SHA-256", summary.content_sha256)),
            )

    def _looking(self) -> Iterator[Held]:
        """How often each organisation opened something with this person in it: no member of staff is named."""
        rows = self.session.execute(
            select(AuditEvent.agency_id, func.count(), func.min(AuditEvent.at), func.max(AuditEvent.at))
            .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
            .where(AuditSubject.subject_id == str(self.person_id), AuditEvent.agency_id.is_not(None))
            .group_by(AuditEvent.agency_id)
        ).tuples()
        lines = [
            (self.agencies[uuid.UUID(str(agency))], f"{count} {'time' if count == 1 else 'times'}, {day_words(first)} to {day_words(last)}")
            for agency, count, first, last in rows
        ]
        if lines:
            yield Held("looking", None, "Organisations that opened something with this person in it", tuple(sorted(lines)))


def _record_lines(record: SourceRecord) -> Iterator[Line]:
    yield from _some(
        ("Name", full_name(record)), ("Known as", record.known_as),
        ("Date of birth", record.birth_date and day_words(record.birth_date)),
        ("Expected date", record.expected_date and day_words(record.expected_date)), ("NHS number", record.nhs_number),
        ("Unique pupil number", record.upn), ("Sex", record.sex), ("Phone", record.phone), ("Ethnicity", record.ethnicity),
        ("Address", address_words({"lines": record.address_lines, "postcode": record.postcode}) if record.address_lines else None),
        ("UPRN", record.uprn), *((str(name).replace("_", " ").capitalize(), value) for name, value in (record.other or {}).items()),
    )  # fmt: skip


def _remark(remark: ChronologyRemark) -> str:
    return f"{remark.significance.replace('_', ' ').capitalize()}: {remark.analysis}"


def _names(record: SourceRecord) -> set[str]:
    return {name for name in (full_name(record), record.given_names, record.known_as, record.surname) if name}


def _said_names(person: Mapping[str, Any]) -> set[str]:
    both = " ".join(part for part in (person.get("given_names"), person.get("surname")) if part)
    return {name for name in (both, person.get("given_names"), person.get("known_as"), person.get("surname")) if name}


def _some(*lines: tuple[str, Any]) -> tuple[Line, ...]:
    return tuple((asked, str(said)) for asked, said in lines if said)


def _by(rows: Iterable[Any], name: str) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _day(at: datetime | None) -> date | None:
    return london_date(at) if at else None
