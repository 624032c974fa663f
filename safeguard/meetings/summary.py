"""What a case summary says: everything the front door knows of one referral on one day, as plain data."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from safeguard.concerns.care_standing import care_standings
from safeguard.concerns.genogram.tree import FamilyTree
from safeguard.concerns.graph import place_words
from safeguard.concerns.history import Entry, History
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.concerns.picture import Picture
from safeguard.kernel.clock import LONDON
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.dates import long_date
from safeguard.mash.case import Case
from safeguard.mash.checks.queries import Request
from safeguard.meetings.discussions.queries import Discussion
from safeguard.people.identity import age_words, full_name
from safeguard.people.model import SourceRecord
from safeguard.referrals.addenda import KINDS as ADDENDUM_KINDS
from safeguard.referrals.addenda import Told
from safeguard.referrals.in_words import sections_of, spaced_nhs_number
from safeguard.risk.model import Flag, FlagEvidence
from safeguard.risk.signals import SIGNAL_CARDS

MARKING = "OFFICIAL-SENSITIVE"
# Summaries of form 1 have no family tree, those of form 2 no agency checks.
FORM = 3
_RATINGS = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green"}
_FLAG_STATUS = {"open": "Open", "reviewed": "Reviewed", "renewed": "Replaced by a newer flag", "withdrawn": "Its facts no longer hold"}


def content_of(
    case: Case,
    around: Neighbourhood,
    picture: Picture,
    history: History,
    tree: FamilyTree,
    checks: Sequence[Request],
    discussions: Sequence[Discussion],
    *,
    authority: str,
    on: date,
) -> dict[str, Any]:
    """The content of a summary: JSON data only, the same for the same facts on the same day."""
    return {
        "form": FORM,
        "marking": MARKING,
        "authority": authority,
        "as_at": on.isoformat(),
        "reference": case.referral.reference,
        "received": _moment(case.referral.submitted_at),
        "agency": case.agency.name,
        "author": case.author,
        "rating": _RATINGS.get(case.rating or "", "Not rated"),
        "children": [_person(case, around, record, on) for record in case.subjects],
        "people": [_person(case, around, record, on) for record in case.others],
        "unanswered_matches": [_unanswered(case, record) for record in case.waiting],
        "referral": [{"title": section.title, "rows": [list(row) for row in section.rows]} for section in sections_of(case.document)],
        "added": [_added(told) for told in case.addenda],
        "flags": [_flag(case, flag, evidence) for flag, evidence in case.flags if flag.status != "renewed"],
        "chronology": [_entry(entry) for entry in history.oldest_first],
        "tree": _tree(tree),
        "figure": _figure(picture),
        "facts": [_fact(fact) for fact in picture.facts],
        "ratings": [
            {"rating": _RATINGS[rating.rating], "by": name, "at": _moment(rating.at), "rationale": rating.rationale}
            for rating, name in reversed(case.ratings)
        ],
        "checks": [_check(one) for one in checks if one.state != "withdrawn"],
        "discussions": [_discussion(one) for one in reversed(discussions) if one.agreed],
        "decisions": [_decision(case, *made) for made in reversed(case.decisions)],
    }


def content_sha256(content: dict[str, Any]) -> str:
    """SHA-256 of `content` as JSON with sorted keys and no spaces: what a reader can check a printed summary against."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _person(case: Case, around: Neighbourhood, record: SourceRecord, on: date) -> dict[str, Any]:
    person_id = case.person_id(record)
    identity = case.identities[person_id]
    homes = [row.address_id for row in around.residences if row.person_id == person_id and (row.until is None or row.until > on)]
    earlier = case.cluster_sizes[person_id] - 1
    return {
        "name": identity.name,
        "stated": full_name(record),
        "also": [name for name in (identity.known_as, *identity.other_names) if name and name != identity.name],
        "role": {"subject": "Child in this referral", "child": "Other child", "adult": "Adult"}[record.role],
        "born": long_date(identity.birth_date) if identity.birth_date else "",
        "age": age_words(identity, on),
        "sex": SEXES.label(identity.sex) if identity.sex in SEXES and identity.sex else "Not known",
        "nhs_number": spaced_nhs_number(identity.nhs_number) or "",
        "address": place_words(around, homes[-1]) if homes else "Not known",
        "relationships": _relationships(around, person_id),
        "care": _care(around, person_id, on),
        "known": f"Known from {earlier} earlier {'record' if earlier == 1 else 'records'}" if earlier else "New to the hub",
        "match": case.links[record.id].why,
    }


def _care(around: Neighbourhood, person_id: uuid.UUID, on: date) -> list[str]:
    """How somebody stands with children's social care, each status with who told of it last."""
    found = care_standings((event for event in around.events if event.person_id == person_id), on=on)
    return [
        f"{one.words} since {_day(one.since)} (told by {around.agencies[one.agency_id].name}, {_day(one.told_on)}"
        f"{'; somebody else told that it ended that day' if one.disputed else ''})"
        for one in found
    ]


def _relationships(around: Neighbourhood, person_id: uuid.UUID) -> list[str]:
    """Each relationship once, parents first, with the agencies that stated it."""
    said: dict[tuple[int, str, str], list[str]] = {}
    for edge in around.relationships:
        kind, other = edge.kind, edge.to_person
        if person_id == edge.to_person:
            kind, other = RELATIONSHIPS.reciprocal(edge.kind), edge.from_person
        elif person_id != edge.from_person:
            continue
        place = RELATIONSHIPS.codes.index(kind) if kind in RELATIONSHIPS else len(RELATIONSHIPS)
        said.setdefault((place, kind, around.people[other].name), []).append(around.agencies[edge.agency_id].name)
    return [
        f"{_capital(RELATIONSHIPS.phrase(kind))} {name} ({', '.join(dict.fromkeys(by))})"
        for (_place, kind, name), by in sorted(said.items())
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _unanswered(case: Case, record: SourceRecord) -> dict[str, Any]:
    return {
        "name": full_name(record),
        "may_be": [
            case.identities[proposal.person_id].name
            for proposal in case.proposals[record.id]
            if proposal.answered_at is None and proposal.person_id in case.identities
        ],
    }


def _added(told: Told) -> dict[str, Any]:
    return {
        "what": ADDENDUM_KINDS[told.addendum.kind],
        "by": f"{told.author}, {told.agency}",
        "told_by": told.addendum.told_by or "",
        "at": _moment(told.addendum.at),
        "words": told.addendum.words,
    }


def _check(one: Request) -> dict[str, Any]:
    """What an agency was asked and the answer that stands; the words of one that stays within the MASH are not in it."""
    standing = one.standing
    kept = standing is not None and standing.within_the_mash
    return {
        "agency": one.agency,
        "about": one.names,
        "question": one.check.question,
        "asked": f"{_moment(one.check.asked_at)}, by {one.asked_by}. {one.purpose}. {one.basis}",
        "answer": "Not answered yet" if standing is None else "Answered. The answer stays within the MASH" if kept else standing.words,
        "why_not": "" if standing is None or kept else standing.refusal,
        "words": "" if standing is None or kept else standing.answer.words,
        "by": "" if standing is None else ", ".join(filter(None, [standing.answer.told_by or standing.by, _moment(standing.answer.at)])),
        "facts": [f"{name}: {event.summary}" for name, event in standing.facts] if standing else [],
    }


def _discussion(one: Discussion) -> dict[str, Any]:
    """An agreed record, as the page shows it."""
    rows = [row for part in ("when", "reason", "decision", "actions") for row in one.said(part)]
    due = one.row.conference_due
    return {
        "held": _moment(one.row.held_at),
        "children": one.names,
        "decision": one.decision + (f". Conference due by {long_date(due)}" if due else ""),
        "agreed": f"{one.agreed_by}, {_moment(one.row.agreed_at)}",
        "missing": ", ".join(one.missing),
        "override": one.row.override,
        "attendees": [
            [row["name"], f"{row['agency']}, {row['role']}", "Took part" if row["there"] == "present" else f"Apologies: {row['why_not']}"]
            for row in one.content.get("attendees", [])
        ],
        "information": [[row["agency"], row["words"]] for row in one.content.get("information", [])],
        "rows": [list(row) for row in rows],
        "actions": [
            [action.words, action.owner, _day(action.due_on), _day(action.done_on) if action.done_on else "Open"]
            for action, _by in one.actions
        ],
        "added": [[by, _moment(added.at), added.words] for added, by in one.added],
    }


def _flag(case: Case, flag: Flag, evidence: list[FlagEvidence] | Any) -> dict[str, Any]:
    card = SIGNAL_CARDS.get(flag.signal)
    return {
        "signal": flag.signal,
        "name": card.name if card else flag.signal,
        "severity": {"RED": "Red", "AMBER": "Amber", "INFO": "Information"}[flag.severity],
        "children": list(case.children_of_flag(flag)),
        "sentence": flag.sentence,
        "evidence": [item.words for item in evidence],
        "clears": flag.clears,
        "rule": f"{flag.signal}, {flag.policy_version}",
        "raised": _moment(flag.raised_at),
        "status": _FLAG_STATUS[flag.status],
        "outcome": flag.outcome_reason or "",
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "day": _day(entry.day),
        "happened": _day(entry.happened_on) if entry.happened_on and entry.happened_on != entry.day else "",
        "kind": entry.kind,
        "names": [f"{name} ({entry.note})" if entry.note else name for name in entry.names],
        "agency": entry.agency,
        "words": entry.words,
        "reference": entry.reference or "",
        "remarks": [
            {"words": ". ".join(filter(None, [remark.significance, remark.analysis])), "by": f"{remark.by}, {_day(remark.on)}"}
            for remark in entry.remarks
        ],
    }


def _figure(picture: Picture) -> dict[str, Any]:
    figure = asdict(picture.figure)
    figure["boxes"] = [{**box, "id": str(box["id"])} for box in figure["boxes"]]
    drawn: dict[str, Any] = json.loads(json.dumps(figure))
    return {**drawn, "title": picture.title, "left_out": picture.left_out}


def _tree(tree: FamilyTree) -> dict[str, Any]:
    told = {name: value for name, value in asdict(tree).items() if name != "people"}
    drawn: dict[str, Any] = json.loads(json.dumps(told, default=str))
    return drawn


def _fact(fact: Any) -> list[str]:
    return [f"{fact.who_words} {fact.what} {fact.whom_words}", ", ".join(fact.said_by), _day(fact.day)]


def _decision(case: Case, decision: Any, name: str, children: Any) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES.label(decision.outcome),
        "children": [full_name(record) for record in case.subjects if record.id in children],
        "by": name,
        "at": _moment(decision.at),
        "rationale": decision.rationale,
        "override": decision.override_reason or "",
    }
