"""Destroying a file: first the keys, so that what they sealed opens nowhere, then every row that hangs on it.

The database lets these rows go only while a certificate stands unfinished in the same transaction. The audit keeps its
rows, which name nobody, and still verifies.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from safeguard.concerns.model import (
    Address,
    CaseEvent,
    ChronologyRemark,
    Enrolment,
    EventMark,
    PersonStatement,
    Relationship,
    RelationshipWord,
    Residence,
    WarningNote,
    WarningNoteStep,
)
from safeguard.governance.retention.file import File
from safeguard.governance.retention.model import LegalHold, LegalHoldRecord, RetentionReviewPerson
from safeguard.governance.subject_access.model import (
    SubjectAccessBundle,
    SubjectAccessChoice,
    SubjectAccessItem,
    SubjectAccessRequest,
    SubjectAccessStep,
)
from safeguard.kernel.record_key import RecordKey
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckFact, CheckPerson, CheckStep
from safeguard.mash.model import ChildDecision, Decision, Episode, Rating
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.handing.model import Handing
from safeguard.meetings.model import CaseSummary
from safeguard.people.model import (
    IdentityChange,
    MatchKey,
    MatchKeyList,
    MatchProposal,
    MatchVerdict,
    Person,
    PersonLink,
    SourceRecord,
    VerdictRecord,
)
from safeguard.people.restricted.model import (
    AccessNotice,
    BreakGlass,
    Conflict,
    ConflictRecord,
    Restriction,
    RestrictionReader,
    RestrictionRecord,
    RestrictionStep,
)
from safeguard.people.sweep_model import ProbableDuplicate, SweptLink
from safeguard.referrals.model import Addendum, Referral
from safeguard.registers.model import RegisterEntry
from safeguard.risk.model import (
    Flag,
    FlagEvidence,
    FlagStep,
    PolicyTrialChild,
    ProtectiveFactor,
    RiskStanding,
    RiskStandingAgency,
)

Deletion = tuple[Any, ColumnElement[bool]]


def destroy(session: Session, file: File) -> dict[str, int]:
    """Delete a file, keys first; how many rows of each table. People of whom another file tells stay, with what it says.

    What two people were joined by stays where one of them stays. Call it as `whole`, while the certificate is not finished.
    """
    counts: Counter[str] = Counter()
    ids = _Ids(session, file)
    for entity, condition in (*_sealed(ids), *_on_the_way(ids), *_of_the_person(ids), *_themselves(ids)):
        gone = session.execute(delete(entity).where(condition).execution_options(synchronize_session=False))
        counts[entity.__tablename__] += int(getattr(gone, "rowcount", 0))
    # Addresses at which nobody is left.
    for address in ids.addresses:
        stays = [
            select(one.id).where(one.address_id == address).limit(1) for one in (Residence, WarningNote, Restriction)
        ]
        if all(session.scalar(one) is None for one in stays):
            session.execute(delete(Address).where(Address.id == address).execution_options(synchronize_session=False))
            counts["address"] += 1
    session.expire_all()
    return {name: count for name, count in sorted(counts.items()) if count}


class _Ids:
    """The ids of everything that hangs on a file, read before any of it goes."""

    def __init__(self, session: Session, file: File) -> None:
        def read(column: Any, *where: ColumnElement[bool]) -> set[uuid.UUID]:
            return set(session.scalars(select(column).where(*where)))

        self.kind = session.get_bind().dialect.name
        self.referrals, self.records = file.referrals, file.records
        staying = read(PersonLink.person_id, PersonLink.superseded_at.is_(None), PersonLink.source_record_id.not_in(file.records),
                       PersonLink.person_id.in_(read(PersonLink.person_id, PersonLink.source_record_id.in_(file.records))))  # fmt: skip
        self.people = read(PersonLink.person_id, PersonLink.source_record_id.in_(file.records)) - staying
        self.links = read(PersonLink.id, or_(PersonLink.source_record_id.in_(self.records), PersonLink.person_id.in_(self.people)))
        self.events = read(CaseEvent.id, or_(CaseEvent.source_record_id.in_(self.records), CaseEvent.referral_id.in_(self.referrals)))
        self.flags = read(Flag.id, Flag.person_id.in_(self.people))
        self.decisions = read(Decision.id, Decision.referral_id.in_(self.referrals))
        ends = or_(Relationship.from_record_id.in_(self.records), Relationship.to_record_id.in_(self.records))
        self.relationships = read(Relationship.id, or_(ends, Relationship.referral_id.in_(self.referrals)))
        self.warnings = read(WarningNote.id, WarningNote.source_record_id.in_(self.records))
        self.addresses = read(Residence.address_id, Residence.source_record_id.in_(self.records))
        self.verdicts = read(VerdictRecord.verdict_id, VerdictRecord.source_record_id.in_(self.records)) | read(
            MatchVerdict.id, or_(MatchVerdict.person_id.in_(self.people), MatchVerdict.source_record_id.in_(self.records))
        )
        self.checks = read(AgencyCheck.id, AgencyCheck.referral_id.in_(self.referrals))
        self.answers = read(CheckAnswer.id, CheckAnswer.check_id.in_(self.checks))
        self.discussions = read(StrategyDiscussion.id, StrategyDiscussion.referral_id.in_(self.referrals))
        self.requests = read(SubjectAccessRequest.id, SubjectAccessRequest.person_id.in_(self.people))
        self.items = read(SubjectAccessItem.id, SubjectAccessItem.request_id.in_(self.requests))
        self.restrictions = read(Restriction.id, Restriction.case_event_id.in_(self.events)) | _alone(
            session, RestrictionRecord.restriction_id, RestrictionRecord.source_record_id, self.records
        )
        self.conflicts = _alone(session, ConflictRecord.conflict_id, ConflictRecord.source_record_id, self.records)
        self.holds = _alone(session, LegalHoldRecord.hold_id, LegalHoldRecord.source_record_id, self.records)
        self.changes = read(
            IdentityChange.id, IdentityChange.person_id.in_(self.people), IdentityChange.other_person_id.in_(self.people)
        ) - _used_elsewhere(session, self)
        joined = (
            read(column, column.in_(self.people), IdentityChange.id.not_in(self.changes))
            for column in (IdentityChange.person_id, IdentityChange.other_person_id)
        )
        self.stay_as_ids = set().union(*joined)
        self.purposes = read(
            LookingPurpose.id, or_(LookingPurpose.person_id.in_(self.people), LookingPurpose.referral_id.in_(self.referrals))
        )
        self.keyed = (
            self.referrals | self.records | self.people | self.warnings | self.restrictions | self.conflicts | self.holds | self.requests
            | self.changes | self.purposes
        )  # fmt: skip


def _alone(session: Session, group: Any, record: Any, records: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The groups that hang on these records and on no others."""
    touched = set(session.scalars(select(group).where(record.in_(records))))
    others = set(session.scalars(select(group).where(group.in_(touched), record.not_in(records))))
    return touched - others


def _used_elsewhere(session: Session, ids: _Ids) -> set[uuid.UUID]:
    """The changes of identity that rows which stay still name."""
    links = select(PersonLink.change_id).where(PersonLink.change_id.is_not(None), PersonLink.id.not_in(ids.links))
    verdicts = select(MatchVerdict.change_id).where(MatchVerdict.change_id.is_not(None), MatchVerdict.id.not_in(ids.verdicts))
    both = (IdentityChange.person_id.in_(ids.people), IdentityChange.other_person_id.in_(ids.people))
    undone = select(IdentityChange.undoes_id).where(IdentityChange.undoes_id.is_not(None), ~and_(*both))
    mine = select(IdentityChange.id).where(*both)
    return {
        one
        for query, column in ((links, PersonLink.change_id), (verdicts, MatchVerdict.change_id), (undone, IdentityChange.undoes_id))
        for one in session.scalars(query.where(column.in_(mine)))
        if one is not None
    }


def _sealed(ids: _Ids) -> Iterator[Deletion]:
    """The keys, and what was made of what they sealed."""
    yield RecordKey, RecordKey.id.in_(ids.keyed)
    yield CaseSummary, CaseSummary.referral_id.in_(ids.referrals)
    yield Addendum, Addendum.referral_id.in_(ids.referrals)


def _on_the_way(ids: _Ids) -> Iterator[Deletion]:
    """What somebody at the desk did or asked."""
    about = ids.people | ids.records | ids.referrals | ids.flags | ids.events | ids.restrictions | ids.requests
    yield AccessNotice, AccessNotice.about_id.in_(about)
    yield Handing, Handing.about_id.in_(ids.referrals | ids.requests)
    for step in (BreakGlass, RestrictionReader, RestrictionStep):
        yield step, step.restriction_id.in_(ids.restrictions)
    yield RestrictionRecord, or_(
        RestrictionRecord.source_record_id.in_(ids.records), RestrictionRecord.restriction_id.in_(ids.restrictions)
    )
    yield Restriction, Restriction.id.in_(ids.restrictions)
    yield ConflictRecord, ConflictRecord.source_record_id.in_(ids.records)
    yield Conflict, Conflict.id.in_(ids.conflicts)
    yield LegalHoldRecord, LegalHoldRecord.source_record_id.in_(ids.records)
    yield LegalHold, LegalHold.id.in_(ids.holds)
    yield SubjectAccessChoice, SubjectAccessChoice.item_id.in_(ids.items)
    for part in (SubjectAccessItem, SubjectAccessBundle, SubjectAccessStep):
        yield part, part.request_id.in_(ids.requests)
    yield SubjectAccessRequest, SubjectAccessRequest.id.in_(ids.requests)
    yield CheckFact, or_(CheckFact.answer_id.in_(ids.answers), CheckFact.case_event_id.in_(ids.events))
    yield CheckAnswer, CheckAnswer.id.in_(ids.answers)
    yield CheckStep, CheckStep.check_id.in_(ids.checks)
    yield CheckPerson, or_(CheckPerson.check_id.in_(ids.checks), CheckPerson.source_record_id.in_(ids.records))
    yield AgencyCheck, AgencyCheck.id.in_(ids.checks)
    for later in (DiscussionAction, DiscussionAddendum):
        yield later, later.discussion_id.in_(ids.discussions)
    yield DiscussionChild, or_(DiscussionChild.discussion_id.in_(ids.discussions), DiscussionChild.source_record_id.in_(ids.records))
    yield StrategyDiscussion, StrategyDiscussion.id.in_(ids.discussions)
    yield ChildDecision, or_(ChildDecision.source_record_id.in_(ids.records), ChildDecision.decision_id.in_(ids.decisions))
    for work in (Decision, Rating, Episode, Allocation):
        yield work, work.referral_id.in_(ids.referrals)
    yield LookingPurpose, LookingPurpose.id.in_(ids.purposes)
    rests_on = [str(one) for one in ids.events | ids.referrals | ids.records]
    yield FlagEvidence, or_(FlagEvidence.flag_id.in_(ids.flags), FlagEvidence.evidence_id.in_(rests_on))
    yield FlagStep, FlagStep.flag_id.in_(ids.flags)
    yield Flag, Flag.id.in_(ids.flags)


def _of_the_person(ids: _Ids) -> Iterator[Deletion]:
    """What was said and worked out of them."""
    yield EventMark, EventMark.case_event_id.in_(ids.events)
    yield ChronologyRemark, or_(ChronologyRemark.case_event_id.in_(ids.events), ChronologyRemark.source_record_id.in_(ids.records))
    yield CaseEvent, CaseEvent.id.in_(ids.events)
    yield RelationshipWord, RelationshipWord.relationship_id.in_(ids.relationships)
    yield Relationship, Relationship.id.in_(ids.relationships)
    yield WarningNoteStep, WarningNoteStep.note_id.in_(ids.warnings)
    yield WarningNote, WarningNote.id.in_(ids.warnings)
    for said in (Residence, Enrolment, PersonStatement, ProtectiveFactor, RegisterEntry):
        yield said, said.source_record_id.in_(ids.records)
    for worked_out in (RiskStanding, RiskStandingAgency, PolicyTrialChild, RetentionReviewPerson):
        yield worked_out, worked_out.person_id.in_(ids.people)
    yield ProbableDuplicate, or_(ProbableDuplicate.one_id.in_(ids.people), ProbableDuplicate.other_id.in_(ids.people))
    keys = MatchKey if ids.kind == "sqlite" else MatchKeyList
    yield keys, keys.source_record_id.in_(ids.records)


def _themselves(ids: _Ids) -> Iterator[Deletion]:
    """Who they are. A person whose joining with somebody who stays is on record stays as an id and nothing else."""
    yield MatchProposal, or_(MatchProposal.person_id.in_(ids.people), MatchProposal.source_record_id.in_(ids.records))
    yield VerdictRecord, VerdictRecord.verdict_id.in_(ids.verdicts)
    yield MatchVerdict, MatchVerdict.id.in_(ids.verdicts)
    yield SweptLink, SweptLink.link_id.in_(ids.links)
    yield PersonLink, PersonLink.id.in_(ids.links)
    yield IdentityChange, IdentityChange.id.in_(ids.changes)
    yield SourceRecord, SourceRecord.id.in_(ids.records)
    yield Referral, Referral.id.in_(ids.referrals)
    yield Person, Person.id.in_(ids.people - ids.stay_as_ids)
