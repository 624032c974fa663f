"""One referral as the desk sees it: what was said, who it is about, where it stands, what was made of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.policy import permits
from safeguard.agencies.model import Account, Agency
from safeguard.kernel.errors import NotFound
from safeguard.mash.allocation.queries import Worker, worker_of
from safeguard.mash.clocks import TimeLeft, response_left, time_left
from safeguard.mash.model import ChildDecision, Decision, Episode, Rating
from safeguard.people.candidates import clusters_of
from safeguard.people.identity import Identity, identity_of
from safeguard.people.links import with_words
from safeguard.people.model import MatchProposal, MatchVerdict, PersonLink, SourceRecord
from safeguard.people.restricted.concerned import whom_to_ask
from safeguard.referrals.addenda import Told, addenda_of
from safeguard.referrals.model import Referral
from safeguard.risk.flag_queries import flags_of
from safeguard.risk.model import Flag, FlagEvidence


@dataclass(frozen=True, slots=True)
class Case:
    """A submitted referral opened at the desk. `records` are its people in the order they were entered.

    `worker`: whose it is. `ask` names whom to ask about a record that may be of somebody this reader may not know of.
    """

    referral: Referral
    agency: Agency
    author: str
    records: Sequence[SourceRecord]
    links: Mapping[uuid.UUID, PersonLink]
    identities: Mapping[uuid.UUID, Identity]
    cluster_sizes: Mapping[uuid.UUID, int]
    proposals: Mapping[uuid.UUID, Sequence[MatchProposal]]
    verdicts: Mapping[uuid.UUID, Sequence[tuple[MatchVerdict, str]]]
    flags: Sequence[tuple[Flag, Sequence[FlagEvidence]]]
    episode: Episode | None
    ratings: Sequence[tuple[Rating, str]]
    decisions: Sequence[tuple[Decision, str, Sequence[uuid.UUID]]]
    decided: Mapping[uuid.UUID, Decision]
    ask: Mapping[uuid.UUID, Sequence[str]]
    worker: Worker | None
    addenda: Sequence[Told]
    at: datetime

    @property
    def document(self) -> Mapping[str, Any]:
        return self.referral.document

    @property
    def subjects(self) -> Sequence[SourceRecord]:
        """The children the referral is about."""
        return [record for record in self.records if record.role == "subject"]

    @property
    def others(self) -> Sequence[SourceRecord]:
        return [record for record in self.records if record.role != "subject"]

    @property
    def stage(self) -> str:
        return self.episode.stage if self.episode else "RECEIVED"

    @property
    def rating(self) -> str | None:
        return self.episode.rating if self.episode else None

    @property
    def version(self) -> int:
        """The version that a change made on this page must meet; 0 before anybody has acted."""
        return self.episode.version if self.episode else 0

    @property
    def due_at(self) -> datetime:
        due = self.episode.due_at if self.episode else self.referral.response_due_at
        assert due is not None  # a submitted referral always has its statutory clock
        return due

    @property
    def left(self) -> TimeLeft | None:
        """Time left on the current clock; None once decided."""
        return None if self.stage == "DECIDED" else time_left(self.due_at, self.at)

    @property
    def response_left(self) -> TimeLeft | None:
        """Time left on the statutory clock, where a rating has set another one."""
        due = self.referral.response_due_at
        assert due is not None  # a submitted referral always has its statutory clock
        return response_left(self.rating, self.stage, due, self.at)

    @property
    def open_flags(self) -> Sequence[Flag]:
        return [flag for flag, _evidence in self.flags if flag.status == "open"]

    @property
    def waiting(self) -> Sequence[SourceRecord]:
        """People of the referral who may be somebody known, and nobody has said yet."""
        return [
            record
            for record in self.records
            if any(proposal.answered_at is None for proposal in self.proposals.get(record.id, ()))
        ]

    def person_id(self, record: SourceRecord) -> uuid.UUID:
        """The person that a record of this referral belongs to now."""
        return self.links[record.id].person_id

    def children_of_flag(self, flag: Flag) -> Sequence[str]:
        """The names, as stated here, of the children whose person the flag is about."""
        names = [self.identities[self.person_id(r)].name for r in self.subjects if self.person_id(r) == flag.person_id]
        return list(dict.fromkeys(names))


def open_case(session: Session, actor: Actor, referral_id: uuid.UUID, *, at: datetime) -> Case:
    """Load a submitted referral with everything the desk needs, in a fixed number of statements.

    Raises:
        NotFound: there is none that `actor` may open.
    """
    if not permits(actor, "desk.view"):
        raise NotFound("referral")
    referral, agency, author = _submitted(session, referral_id)
    records = sorted(
        session.scalars(select(SourceRecord).where(SourceRecord.referral_id == referral_id)),
        key=lambda record: _document_order(referral, record),
    )
    ids = [record.id for record in records]
    links = {
        link.source_record_id: link
        for link in session.scalars(
            select(PersonLink).where(PersonLink.source_record_id.in_(ids), PersonLink.superseded_at.is_(None))
        )
    }
    with_words(session, links.values())
    proposals = _proposals(session, ids)
    shown = {link.person_id for link in links.values()}
    shown |= {proposal.person_id for offered in proposals.values() for proposal in offered}
    clusters = clusters_of(session, shown)
    subjects = [links[record.id].person_id for record in records if record.role == "subject"]
    decisions, decided = _decisions(session, referral_id)
    return Case(
        referral=referral,
        agency=agency,
        author=author or "the agency’s own system",
        records=records,
        links=links,
        identities={key: identity_of(said) for key, said in clusters.items() if said},
        cluster_sizes={key: len(said) for key, said in clusters.items()},
        proposals=proposals,
        verdicts=_verdicts(session, ids),
        flags=flags_of(session, subjects),
        episode=session.get(Episode, referral_id, populate_existing=True),
        ratings=_ratings(session, referral_id),
        decisions=decisions,
        decided=decided,
        ask=whom_to_ask(session, actor, ids),
        worker=worker_of(session, referral_id),
        addenda=addenda_of(session, referral_id),
        at=at,
    )


def _submitted(session: Session, referral_id: uuid.UUID) -> tuple[Referral, Agency, str | None]:
    """A submitted referral with its agency and the name of its author, who may be a system."""
    found = session.execute(
        select(Referral, Agency, Account.name)
        .join(Agency, Agency.id == Referral.agency_id)
        .outerjoin(Account, Account.id == Referral.created_by)
        .where(Referral.id == referral_id, Referral.status == "submitted")
    ).first()
    if found is None:
        raise NotFound("referral")
    return found.tuple()


def _document_order(referral: Referral, record: SourceRecord) -> int:
    keys = [one["key"] for one in (*referral.document["children"], *referral.document.get("people", []))]
    return keys.index(record.document_key) if record.document_key in keys else len(keys)


def _proposals(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[MatchProposal]]:
    proposals: dict[uuid.UUID, list[MatchProposal]] = {}
    for row in session.scalars(
        select(MatchProposal)
        .where(MatchProposal.source_record_id.in_(ids))
        .order_by(MatchProposal.weight.desc(), MatchProposal.id)
    ):
        proposals.setdefault(row.source_record_id, []).append(row)
    return proposals


def _verdicts(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[MatchVerdict, str]]]:
    verdicts: dict[uuid.UUID, list[tuple[MatchVerdict, str]]] = {}
    for verdict, name in session.execute(
        select(MatchVerdict, Account.name)
        .join(Account, Account.id == MatchVerdict.account_id)
        .where(MatchVerdict.source_record_id.in_(ids))
        .order_by(MatchVerdict.at)
    ).tuples():
        assert verdict.source_record_id is not None  # asked for by record
        verdicts.setdefault(verdict.source_record_id, []).append((verdict, name))
    return verdicts


def _ratings(session: Session, referral_id: uuid.UUID) -> list[tuple[Rating, str]]:
    rows = session.execute(
        select(Rating, Account.name)
        .join(Account, Account.id == Rating.account_id)
        .where(Rating.referral_id == referral_id)
        .order_by(Rating.at.desc())
    )
    return list(rows.tuples())


def _decisions(
    session: Session, referral_id: uuid.UUID
) -> tuple[list[tuple[Decision, str, list[uuid.UUID]]], dict[uuid.UUID, Decision]]:
    """Every decision with who made it and for whom, newest first; and the one that stands for each child."""
    rows = session.execute(
        select(Decision, Account.name)
        .join(Account, Account.id == Decision.account_id)
        .where(Decision.referral_id == referral_id)
        .order_by(Decision.at.desc())
    ).tuples()
    made = {decision.id: (decision, name) for decision, name in rows}
    children: dict[uuid.UUID, list[uuid.UUID]] = {key: [] for key in made}
    standing: dict[uuid.UUID, Decision] = {}
    for row in session.scalars(select(ChildDecision).where(ChildDecision.decision_id.in_(made))):
        children[row.decision_id].append(row.source_record_id)
        if not row.superseded:
            standing[row.source_record_id] = made[row.decision_id][0]
    return [(decision, name, children[key]) for key, (decision, name) in made.items()], standing
