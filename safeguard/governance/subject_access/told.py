"""What agencies have told of a person: referrals and additions, registers, the chronology, relationships, addresses and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

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
)
from safeguard.governance.subject_access.held import Held, Sought, by, day_of, names_in, some
from safeguard.governance.subject_access.redaction import Line
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.people.identity import full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.addenda import KINDS as ADDENDUM_KINDS
from safeguard.referrals.in_words import address_words, sections_of
from safeguard.referrals.model import Addendum
from safeguard.web.rendering import day_words


def told(sought: Sought) -> Iterator[Held]:
    """Every part that somebody outside the hub stated, or that the chronology holds."""
    yield from _referrals(sought)
    yield from _addenda(sought)
    yield from _registers(sought)
    yield from _entries(sought)
    yield from _relationships(sought)
    yield from _addresses(sought)
    yield from _places(sought)
    yield from _statements(sought)


def name_others(sought: Sought) -> None:
    """Fill `sought.others`: referrals and relationships are where others are named."""
    for _part in (*_referrals(sought), *_relationships(sought)):
        pass


def _referrals(sought: Sought) -> Iterator[Held]:
    """A part for each section; sections about other people are marked so."""
    for referral in sought.referrals:
        theirs = {record.document_key for record in sought.records.values() if record.referral_id == referral.id}
        document = referral.document
        people = [*document["children"], *document.get("people", [])]
        groups = (("Child", document["children"]), ("Other person", document.get("people", [])))
        keys = {f"{kind} {number}": one["key"] for kind, group in groups for number, one in enumerate(group, 1)}
        sought.others |= {name for person in people if person["key"] not in theirs for name in _said_names(person)}
        for section in sections_of(document):
            key = keys.get(section.title.partition(":")[0])
            yield Held(
                "referral", day_of(referral.submitted_at), f"{referral.reference}, {sought.agencies[referral.agency_id]}: {section.title}",
                section.rows, about_others=key is not None and key not in theirs,
            )


def _addenda(sought: Sought) -> Iterator[Held]:
    references = {one.id: one.reference for one in sought.referrals}
    rows = sought.session.scalars(select(Addendum).where(Addendum.referral_id.in_(references)))
    for row in rows:
        yield Held(
            "addendum", day_of(row.at), f"{references[row.referral_id]}, {sought.agencies[row.agency_id]}",
            some((ADDENDUM_KINDS[row.kind], row.words), ("Who told it", row.told_by)),
        )


def _registers(sought: Sought) -> Iterator[Held]:
    for record in sought.records.values():
        if record.referral_id is None:
            title = f"As stated by {sought.agencies[record.agency_id]}"
            yield Held("record", day_of(record.stated_at), title, tuple(_record_lines(record)))


def _entries(sought: Sought) -> Iterator[Held]:
    events = list(sought.session.scalars(select(CaseEvent).where(CaseEvent.source_record_id.in_(sought.records))))
    made = select(ChronologyRemark).where(ChronologyRemark.case_event_id.in_([one.id for one in events])).order_by(ChronologyRemark.at)
    remarks = by(sought.session.scalars(made), "case_event_id")
    for event in events:
        yield Held(
            "entry", event.known_on, f"{ENTRY_KINDS[event.kind]}, {sought.agencies[event.agency_id]}",
            some(
                ("Known on", day_words(event.known_on)),
                ("Happened on", event.happened_on and day_words(event.happened_on)),
                ("What it says", event.summary),
                ("Concerns", ", ".join(CONCERN_CATEGORIES.label(code) for code in event.categories if code in CONCERN_CATEGORIES)),
                ("Outcome", event.outcome and OUTCOMES.label(event.outcome)),
                *in_words(event.facts or {}),
                *(("What the hub made of it", _remark(one)) for one in remarks.get(event.id, ())),
            ),
        )  # fmt: skip

    others = select(ChronologyRemark).where(ChronologyRemark.source_record_id.in_(sought.records)).order_by(ChronologyRemark.at)
    for one in sought.session.scalars(others):
        yield Held("entry", day_of(one.at), "What the hub made of an entry", (("What the hub made of it", _remark(one)),))


def _relationships(sought: Sought) -> Iterator[Held]:
    ids = list(sought.records)
    rows = list(
        sought.session.scalars(
            select(Relationship).where(Relationship.from_record_id.in_(ids) | Relationship.to_record_id.in_(ids))
        )
    )
    ends = {end for row in rows for end in (row.from_record_id, row.to_record_id)} - sought.records.keys()
    others = {one.id: one for one in sought.session.scalars(select(SourceRecord).where(SourceRecord.id.in_(ends)))}
    sought.others |= {name for record in others.values() for name in names_in(record)}
    everybody = {**others, **sought.records}
    said = select(RelationshipWord).where(RelationshipWord.relationship_id.in_([row.id for row in rows])).order_by(RelationshipWord.at)
    words = by(sought.session.scalars(said), "relationship_id")
    for row in rows:
        first, second = (full_name(everybody[end]) or "Name not known" for end in (row.from_record_id, row.to_record_id))
        yield Held(
            "relationship", day_of(row.stated_at), f"As stated by {sought.agencies[row.agency_id]}",
            some(
                ("Relationship", f"{first}: {RELATIONSHIPS.label(row.kind).lower()} of {second}"),
                ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until)),
                *((one.word.capitalize(), one.reason) for one in words.get(row.id, ())),
            ),
            about_others=True,
        )


def _addresses(sought: Sought) -> Iterator[Held]:
    rows = sought.session.execute(
        select(Residence, Address).join(Address, Address.id == Residence.address_id).where(Residence.source_record_id.in_(sought.records))
    )
    for row, address in rows.tuples():
        yield Held(
            "address", day_of(row.stated_at), f"As stated by {sought.agencies[row.agency_id]}",
            some(
                ("Address", address_words({"lines": address.lines, "postcode": address.postcode})),
                ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until)),
            ),
        )  # fmt: skip


def _places(sought: Sought) -> Iterator[Held]:
    rows = sought.session.execute(
        select(Enrolment, Place.name).join(Place, Place.id == Enrolment.place_id).where(Enrolment.source_record_id.in_(sought.records))
    )
    for row, name in rows.tuples():
        yield Held(
            "place", day_of(row.stated_at), f"As stated by {sought.agencies[row.agency_id]}",
            some(("Where", name), ("Since", row.since and day_words(row.since)), ("Until", row.until and day_words(row.until))),
        )


def _statements(sought: Sought) -> Iterator[Held]:
    """Whether they have died, and how they are reached."""
    rows = sought.session.scalars(select(PersonStatement).where(PersonStatement.source_record_id.in_(sought.records)))
    for row in rows:
        words = {"died": "Has died", "alive": "Is alive after all"}.get(row.kind, "Email address")
        yield Held(
            "stated", day_of(row.stated_at), f"As stated by {sought.agencies[row.agency_id]}",
            some((words, row.value or (row.day and day_words(row.day)) or "Stated"), ("How it is known", row.words)),
        )


def _record_lines(record: SourceRecord) -> Iterator[Line]:
    yield from some(
        ("Name", full_name(record)), ("Known as", record.known_as),
        ("Date of birth", record.birth_date and day_words(record.birth_date)),
        ("Expected date", record.expected_date and day_words(record.expected_date)), ("NHS number", record.nhs_number),
        ("Unique pupil number", record.upn), ("Sex", record.sex), ("Phone", record.phone), ("Ethnicity", record.ethnicity),
        ("Address", address_words({"lines": record.address_lines, "postcode": record.postcode}) if record.address_lines else None),
        ("UPRN", record.uprn), *((str(name).replace("_", " ").capitalize(), value) for name, value in (record.other or {}).items()),
    )  # fmt: skip


def _remark(remark: ChronologyRemark) -> str:
    return f"{remark.significance.replace('_', ' ').capitalize()}: {remark.analysis}"


def _said_names(person: Mapping[str, Any]) -> set[str]:
    both = " ".join(part for part in (person.get("given_names"), person.get("surname")) if part)
    return {name for name in (both, person.get("given_names"), person.get("known_as"), person.get("surname")) if name}
