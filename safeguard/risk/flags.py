"""Keeping flags in step with findings: raise, renew, withdraw. What a person decided about a flag is never altered."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.concerns.model import CaseEvent
from safeguard.concerns.neighbourhood import Neighbourhood
from safeguard.kernel.database import new_id
from safeguard.kernel.record_key import RecordKey
from safeguard.people.model import PersonLink
from safeguard.risk.model import Flag, FlagEvidence
from safeguard.risk.renewal import fingerprint, is_news, known_from, mark
from safeguard.risk.review_clock import review_due
from safeguard.risk.review_level import Level
from safeguard.risk.signals import Finding
from safeguard.risk.timeline import Adult

WITHDRAWN: Mapping[str, str] = {
    "cleared": "The facts no longer meet the rule.",
    "parted": "It was built on records that have since been found to be about somebody else.",
    "joined": "Every record of this person was joined to another person, whose record carries what still applies.",
    "adult": "This is an adult's record: a flag stays with an adult only until a child's own record can carry it.",
    "died": "An adult it rested on has died, so no link with them is current.",
    "policy": "The policy in force now does not raise this.",
}


@dataclass(slots=True)
class Keeper:
    """The flags there are of some people, with their evidence, and the acts that keep them in step with findings."""

    session: Session
    actor: Actor | None
    at: datetime
    policy_version: str
    linked_at: Mapping[str, datetime]
    flags: Mapping[tuple[uuid.UUID, str], list[Flag]]
    marks: Mapping[uuid.UUID, list[tuple[str, str]]]

    @classmethod
    def load(
        cls, session: Session, actor: Actor | None, around: Neighbourhood, people: Sequence[uuid.UUID],
        *, policy_version: str, at: datetime,
    ) -> Keeper:
        """Load the flags of `people`, oldest first, and those answered for people whose records were joined to theirs."""
        now_of = _forerunners(session, around, people)
        flags: dict[tuple[uuid.UUID, str], list[Flag]] = defaultdict(list)
        rows = session.scalars(
            select(Flag)
            .where(Flag.person_id.in_([*people, *now_of]), Flag.status.in_(("open", "reviewed")))
            .order_by(Flag.raised_at, Flag.id)
        ).all()
        for flag in rows:
            flags[flag.person_id, flag.signal].append(flag)
            if flag.status == "reviewed" and flag.person_id in now_of:
                flags[now_of[flag.person_id], flag.signal].append(flag)
        marks: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
        if rows:
            for item in session.scalars(select(FlagEvidence).where(FlagEvidence.flag_id.in_([one.id for one in rows]))):
                marks[item.flag_id].append((item.kind, (item.words or "") if item.kind == "edge" else item.evidence_id))
        linked_at = _linked_at(session, [one for one in rows if one.status == "open"], marks)
        return cls(session, actor, at, policy_version, linked_at, flags, marks)

    def keep(
        self, person_id: uuid.UUID, findings: Iterable[Finding], *, dead: Iterable[Adult] = (), unread: Collection[str] = ()
    ) -> list[Flag]:
        """Bring one child's flags in step with what was found now. Returns the flags raised.

        `dead` are the adults linked with the child who have died: a flag that ends because of that says so. Flags of the
        signals in `unread` stay as they are, with their clock, until a person answers them.
        """
        open_now = {
            signal: flag for (owner, signal), flags in self.flags.items() if owner == person_id
            for flag in flags if flag.status == "open"
        }
        # History that is read late knows less than a later day did, and takes nothing of that day back.
        live = {signal: flag for signal, flag in open_now.items() if flag.raised_at <= self.at}
        found = {one.signal: one for one in findings if one.signal in live or one.signal not in open_now}
        for signal, flag in live.items():
            if self._misplaced(flag):
                self._close(flag, "withdrawn", "parted")
            elif signal not in found and signal not in unread:
                self._close(flag, "withdrawn", self._reason(flag, dead))
        raised = []
        for finding in found.values():
            standing = live.get(finding.signal)
            if standing is not None and standing.status != "open":
                standing = None
            if self._is_news(person_id, finding, standing):
                raised.append(self._raise(person_id, finding, standing))
        return raised

    def _reason(self, flag: Flag, dead: Iterable[Adult]) -> str:
        """Why a flag that is found no more is withdrawn."""
        if flag.policy_version != self.policy_version:
            return "policy"
        marks = set(self.marks[flag.id])
        of_dead = {("event", event.id) for adult in dead for event in adult.events}
        links = [words for kind, words in marks if kind == "edge"]
        named = any(words.startswith(f"{adult.name} and ") for adult in dead for words in links)
        return "died" if named or marks & of_dead else "cleared"

    def leave(self, person_id: uuid.UUID, *, reason: str) -> None:
        """Withdraw what is open for a person who carries no flags any more."""
        for (owner, _signal), flags in self.flags.items():
            for flag in flags:
                if owner == person_id and flag.status == "open":
                    self._close(flag, "withdrawn", reason)
        self.session.flush()

    def _misplaced(self, flag: Flag) -> bool:
        """Whether an event behind it has been moved to another person since the flag was raised."""
        return any(
            kind == "event" and (moved := self.linked_at.get(ident)) is not None and moved > flag.raised_at
            for kind, ident in self.marks[flag.id]
        )

    def _is_news(self, person_id: uuid.UUID, finding: Finding, standing: Flag | None) -> bool:
        """Whether the finding says more than the open flag does, or, without one, than the answered ones did."""
        answered = [flag for flag in self.flags.get((person_id, finding.signal), ()) if flag.status == "reviewed"]
        before = [standing] if standing else answered
        known = known_from((flag.severity, self.marks[flag.id]) for flag in before)
        return is_news(finding.severity.name, [mark(item) for item in finding.evidence], known)

    def _raise(self, person_id: uuid.UUID, finding: Finding, renews: Flag | None) -> Flag:
        due = review_due(Level.SAME_DAY, self.at) if finding.severity.name == "RED" else None
        if renews is not None:
            self._close(renews, "renewed", None)
            # The clock that ran goes on: news never buys time.
            if renews.due_at is not None:
                due = min(renews.due_at, due or renews.due_at)
        self.session.flush()
        key = RecordKey.of(self.session, "person", person_id)
        flag = Flag(
            id=new_id(),
            person_id=person_id,
            key=key,
            signal=finding.signal,
            severity=finding.severity.name,
            told={"sentence": finding.sentence, "clears": finding.clears, "gaps": list(finding.gaps)},
            policy_version=finding.policy_version,
            fingerprint=fingerprint(finding.severity.name, finding.evidence),
            raised_at=self.at,
            status="open",
            status_at=self.at,
            due_at=due,
            owner_id=renews.owner_id if renews else None,
        )
        self.session.add(flag)
        self.session.flush()
        self.session.add_all(
            FlagEvidence(flag_id=flag.id, key_id=key.id, key=key, place=place, kind=item.kind, evidence_id=item.id, words=item.words)
            for place, item in enumerate(finding.evidence)
        )
        audit(
            self.session, self.actor, "flag.raised", subject_kind="person", subject_id=person_id, flag=str(flag.id),
            signal=finding.signal, severity=flag.severity, policy=finding.policy_version,
            renews=str(renews.id) if renews else None,
        )
        return flag

    def _close(self, flag: Flag, status: str, reason: str | None) -> None:
        """End an open flag. One that waited for a second person ends too: its first answer stays among the steps."""
        flag.status, flag.status_at, flag.changed_at = status, self.at, self.at
        if flag.waiting_since is not None:
            flag.waiting_since = flag.outcome = flag.outcome_reason = flag.reviewed_by = None
        if reason is not None:
            flag.closed_reason, flag.closed_words = reason, _why(flag, reason)
            audit(
                self.session, self.actor, "flag.cleared", subject_kind="person", subject_id=flag.person_id,
                flag=str(flag.id), signal=flag.signal, reason=reason,
            )


def _why(flag: Flag, reason: str) -> str:
    return f"{WITHDRAWN[reason]} {flag.clears}" if reason == "cleared" else WITHDRAWN[reason]


def _linked_at(
    session: Session, flags: Sequence[Flag], marks: Mapping[uuid.UUID, Sequence[tuple[str, str]]]
) -> dict[str, datetime]:
    """When the record of each event behind these flags was linked to the person it belongs to now."""
    ids = {uuid.UUID(ident) for flag in flags for kind, ident in marks[flag.id] if kind == "event"}
    if not ids:
        return {}
    rows = session.execute(
        select(CaseEvent.id, PersonLink.made_at)
        .join(PersonLink, PersonLink.source_record_id == CaseEvent.source_record_id)
        .where(CaseEvent.id.in_(ids), PersonLink.superseded_at.is_(None))
    ).tuples()
    return {str(event): made_at for event, made_at in rows}


def _forerunners(
    session: Session, around: Neighbourhood, people: Sequence[uuid.UUID]
) -> dict[uuid.UUID, uuid.UUID]:
    """People whose every record was joined to one of `people`, and to whom: what was answered for them stays answered."""
    person_of = {record.id: person_id for person_id in people for record in around.records.get(person_id, ())}
    if not person_of:
        return {}
    rows = session.execute(
        select(PersonLink.person_id, PersonLink.source_record_id).where(
            PersonLink.source_record_id.in_(person_of), PersonLink.superseded_at.is_not(None)
        )
    ).tuples()
    earlier = {before: person_of[record] for before, record in rows if before != person_of[record]}
    if not earlier:
        return {}
    current = session.scalars(
        select(PersonLink.person_id).where(PersonLink.person_id.in_(earlier), PersonLink.superseded_at.is_(None))
    )
    return {before: now for before, now in earlier.items() if before not in set(current)}
