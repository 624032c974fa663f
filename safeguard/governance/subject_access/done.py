"""What the hub has made and done: warnings, ratings, decisions, checks, discussions, flags, who is who, and who has looked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import func, or_, select

from safeguard.agencies.model import Account
from safeguard.audit.model import AuditEvent, AuditSubject
from safeguard.concerns.model import (
    CaseEvent,
    Residence,
    WarningNote,
    WarningNoteStep,
)
from safeguard.governance.retention.model import LegalHold, LegalHoldRecord
from safeguard.governance.subject_access.held import Held, Sought, by, day_of, some
from safeguard.governance.subject_access.model import SubjectAccessRequest
from safeguard.kernel.clock import london_date
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.mash.allocation.model import Allocation
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckPerson
from safeguard.mash.checks.words import ANSWERED, BASES, PURPOSES
from safeguard.mash.model import ChildDecision, Decision, Rating
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.words import PURPOSES as LOOKED_FOR
from safeguard.meetings.discussions.model import DiscussionAction, DiscussionAddendum, DiscussionChild, StrategyDiscussion
from safeguard.meetings.discussions.rules import QUESTIONS
from safeguard.meetings.handing.model import Handing
from safeguard.meetings.model import CaseSummary
from safeguard.people.links import with_words
from safeguard.people.model import IdentityChange, MatchVerdict, PersonLink, VerdictRecord
from safeguard.people.restricted.model import Restriction, RestrictionRecord, RestrictionStep
from safeguard.risk.flag_review import OUTCOMES as FLAG_OUTCOMES
from safeguard.risk.model import Flag, FlagEvidence, FlagStep, ProtectiveFactor
from safeguard.web.rendering import day_words

CHANGES = {"merge": "Two people were joined", "split": "A person was parted", "undo": "A joining was taken back"}

HANDED = {"summary": "a case summary", "bundle": "what was found for a request for their own data"}


def done(sought: Sought) -> Iterator[Held]:
    """Every part that the hub wrote or worked out."""
    yield from _warnings(sought)
    yield from _desk(sought)
    yield from _checks(sought)
    yield from _discussions(sought)
    yield from _flags(sought)
    yield from _protective(sought)
    yield from _identity(sought)
    yield from _summaries(sought)
    yield from _handed(sought)
    yield from _kept_apart(sought)
    yield from _looking(sought)


def _warnings(sought: Sought) -> Iterator[Held]:
    """Notes on them, and on the addresses they were said to live at: those may be about somebody else."""
    homes = select(Residence.address_id).where(Residence.source_record_id.in_(sought.records))
    notes = list(
        sought.session.scalars(
            select(WarningNote).where(WarningNote.source_record_id.in_(sought.records) | WarningNote.address_id.in_(homes))
        )
    )
    found = select(WarningNoteStep).where(WarningNoteStep.note_id.in_([one.id for one in notes])).order_by(WarningNoteStep.at)
    steps = by(sought.session.scalars(found), "note_id")
    for note in notes:
        yield Held(
            "warning", note.since, "For staff who visit",
            some(
                ("What it says", note.words), ("Whether they were told of it", note.told_words),
                *((step.kind.capitalize(), step.reason) for step in steps.get(note.id, ())),
            ),
            about_others=note.source_record_id is None,
        )  # fmt: skip


def _desk(sought: Sought) -> Iterator[Held]:
    """Ratings of their referrals, why those went from worker to worker, and the decisions for them."""
    references = {one.id: one.reference for one in sought.referrals}
    for rating in sought.session.scalars(select(Rating).where(Rating.referral_id.in_(references))):
        yield Held(
            "rating", day_of(rating.at), f"Rating of {references[rating.referral_id]}",
            (("Rating", rating.rating.capitalize()), ("Rationale", rating.rationale or "")),
        )
    held_by = select(Allocation).where(Allocation.referral_id.in_(references)).order_by(Allocation.at)
    for allocation in sought.session.scalars(held_by):
        words = some(("Why it was given to them", allocation.reason), ("Why it was taken from them", allocation.end_reason))
        if words:
            title = f"{references[allocation.referral_id]} was given to a worker"
            yield Held("allocation", day_of(allocation.at), title, words)
    theirs = select(ChildDecision.decision_id).where(ChildDecision.source_record_id.in_(sought.records))
    for decision in sought.session.scalars(select(Decision).where(Decision.id.in_(theirs))):
        yield Held(
            "decision", day_of(decision.at), f"Decision on {references.get(decision.referral_id, 'a referral')}",
            some(
                ("Decision", OUTCOMES.label(decision.outcome)), ("Rationale", decision.rationale),
                ("Why it was decided with matters open", decision.override_reason),
                ("What the referrer was told", decision.feedback),
                ("Why the referrer was not told", decision.feedback_withheld_reason),
            ),
        )  # fmt: skip


def _checks(sought: Sought) -> Iterator[Held]:
    """What agencies were asked about the person, and every answer."""
    about = select(CheckPerson).where(CheckPerson.source_record_id.in_(sought.records))
    told = {one.check_id: one.told for one in sought.session.scalars(about)}
    said = select(CheckAnswer).where(CheckAnswer.check_id.in_(told)).order_by(CheckAnswer.place)
    answers = by(sought.session.scalars(said), "check_id")
    for check in sought.session.scalars(select(AgencyCheck).where(AgencyCheck.id.in_(told))):
        given = ", ".join(str(words) for words in told[check.id].values() if isinstance(words, str))
        yield Held(
            "check", day_of(check.asked_at), f"Asked of {sought.agencies[check.agency_id]}",
            some(
                ("Question", check.question), ("What it was for", PURPOSES.label(check.purpose)),
                ("Legal basis", BASES.label(check.basis)), ("What the agency was told of them", given),
                *((ANSWERED.label(one.outcome), one.words or "No more was said") for one in answers.get(check.id, ())),
            ),
            about_others=bool(answers.get(check.id)),
        )  # fmt: skip


def _discussions(sought: Sought) -> Iterator[Held]:
    """Strategy discussions that covered them or are about a referral that names them; all of these tell of others too."""
    covered = select(DiscussionChild.discussion_id).where(DiscussionChild.source_record_id.in_(sought.records))
    about = StrategyDiscussion.id.in_(covered) | StrategyDiscussion.referral_id.in_([one.id for one in sought.referrals])
    found = list(sought.session.scalars(select(StrategyDiscussion).where(about)))
    ids = [one.id for one in found]
    done = select(DiscussionAction).where(DiscussionAction.discussion_id.in_(ids)).order_by(DiscussionAction.place)
    later = select(DiscussionAddendum).where(DiscussionAddendum.discussion_id.in_(ids)).order_by(DiscussionAddendum.at)
    actions, added = (by(sought.session.scalars(wanted), "discussion_id") for wanted in (done, later))
    told = [question for questions in QUESTIONS.values() for question in questions]
    for one in found:
        title = "Strategy discussion" if one.status == "agreed" else "Strategy discussion, draft"
        yield Held(
            "discussion", day_of(one.held_at or one.created_at), title,
            some(
                *((question.label, str(one.content.get(question.name) or "")) for question in told),
                *((f"Shared by {row['agency']}", row["words"]) for row in one.content.get("information", [])),
                *(("Action", f"{row.words} ({row.owner})") for row in actions.get(one.id, ())),
                *(("Added", row.words) for row in added.get(one.id, ())),
            ),
            about_others=True,
        )  # fmt: skip


def _flags(sought: Sought) -> Iterator[Held]:
    flags = list(sought.session.scalars(select(Flag).where(Flag.person_id == sought.person_id)))
    ids = [flag.id for flag in flags]
    rests = select(FlagEvidence).where(FlagEvidence.flag_id.in_(ids)).order_by(FlagEvidence.place)
    done = select(FlagStep).where(FlagStep.flag_id.in_(ids)).order_by(FlagStep.place)
    evidence, steps = (by(sought.session.scalars(wanted), "flag_id") for wanted in (rests, done))
    for flag in flags:
        yield Held(
            "flag", day_of(flag.raised_at), f"{flag.severity.capitalize()} flag {flag.signal}",
            some(
                ("What was noticed", flag.sentence),
                *(("Fact", one.words) for one in evidence.get(flag.id, ())),
                *((FLAG_OUTCOMES.get(step.outcome or "", "Note"), step.reason) for step in steps.get(flag.id, ()) if step.reason),
                ("Why it was closed", flag.closed_words),
            ),
        )  # fmt: skip


def _protective(sought: Sought) -> Iterator[Held]:
    for factor in sought.session.scalars(select(ProtectiveFactor).where(ProtectiveFactor.source_record_id.in_(sought.records))):
        yield Held(
            "protective", factor.observed_on, "Protective factor",
            some(
                ("What it is", factor.kind.replace("_", " ")), ("Why it counts", factor.reason), ("Why it ended", factor.ended_reason)
            ),
        )


def _identity(sought: Sought) -> Iterator[Held]:
    """How it was worked out that these records are one person, and what anybody said about it."""
    links = sought.session.scalars(select(PersonLink).where(PersonLink.source_record_id.in_(sought.records))).all()
    with_words(sought.session, links)
    for link in links:
        yield Held(
            "identity", day_of(link.made_at), f"A record from {_stated_by(sought, link.source_record_id)} was joined",
            (("Reason", link.why), *(("Compared", one["words"]) for one in link.lines if one.get("words"))),
        )
    said = select(VerdictRecord.verdict_id).where(VerdictRecord.source_record_id.in_(sought.records))
    for verdict in sought.session.scalars(select(MatchVerdict).where(MatchVerdict.id.in_(said))):
        yield Held("identity", day_of(verdict.at), f"Somebody said: {verdict.verdict}", some(("Reason", verdict.reason)), about_others=True)
    changes = select(IdentityChange).where(
        (IdentityChange.person_id == sought.person_id) | (IdentityChange.other_person_id == sought.person_id)
    )
    for change in sought.session.scalars(changes):
        yield Held(
            "identity", day_of(change.asked_at), CHANGES[change.kind],
            some(("Reason", change.reason), ("Answer", change.answer_reason)), about_others=True,
        )  # fmt: skip


def _summaries(sought: Sought) -> Iterator[Held]:
    references = {one.id: one.reference for one in sought.referrals}
    for summary in sought.session.scalars(select(CaseSummary).where(CaseSummary.referral_id.in_(references))):
        yield Held(
            "summary", day_of(summary.made_at), f"Case summary of {references[summary.referral_id]}, version {summary.number}",
            (("What it holds", "What the other parts hold, as it stood that day"), ("SHA-256", summary.content_sha256)),
        )


def _handed(sought: Sought) -> Iterator[Held]:
    """To whom a file that tells of them was handed by link, and what for; of somebody with an account, their organisation alone."""
    requests = select(SubjectAccessRequest.id).where(SubjectAccessRequest.person_id == sought.person_id)
    about = or_(Handing.about_id.in_([one.id for one in sought.referrals]), Handing.about_id.in_(requests))
    rows = sought.session.execute(
        select(Handing, Account.agency_id).outerjoin(Account, Account.id == Handing.account_id).where(about).order_by(Handing.made_at)
    )
    for row, agency in rows.tuples():
        yield Held(
            "handed", day_of(row.made_at), f"A file was handed over: {HANDED[row.kind]}",
            some(
                ("To", sought.agencies[agency] if agency else row.name), ("What for", row.purpose),
                ("Opened on", row.opened_at and day_words(london_date(row.opened_at))),
            ),
            about_others=agency is None,
        )  # fmt: skip


def _kept_apart(sought: Sought) -> Iterator[Held]:
    """Why their record, a home or an entry of theirs is restricted, and why nothing of them may be destroyed."""
    homes = select(Residence.address_id).where(Residence.source_record_id.in_(sought.records))
    entries = select(CaseEvent.id).where(CaseEvent.source_record_id.in_(sought.records))
    theirs = select(RestrictionRecord.restriction_id).where(RestrictionRecord.source_record_id.in_(sought.records))
    wanted = select(Restriction).where(
        or_(Restriction.id.in_(theirs), Restriction.address_id.in_(homes), Restriction.case_event_id.in_(entries))
    )
    restrictions = list(sought.session.scalars(wanted))
    done = select(RestrictionStep).where(RestrictionStep.restriction_id.in_([one.id for one in restrictions]))
    steps = by(sought.session.scalars(done.order_by(RestrictionStep.place)), "restriction_id")
    for one in restrictions:
        lines = (("What others read instead", one.instead), *((step.act.capitalize(), step.reason) for step in steps.get(one.id, ())))
        yield Held("restriction", day_of(one.placed_at), "A restriction", some(*lines), about_others=True)
    on = select(LegalHoldRecord.hold_id).where(LegalHoldRecord.source_record_id.in_(sought.records))
    for hold in sought.session.scalars(select(LegalHold).where(LegalHold.id.in_(on))):
        words = some(("Why nothing may be destroyed", hold.reason), ("Why that ended", hold.lifted_reason))
        yield Held("hold", day_of(hold.placed_at), "A legal hold", words, about_others=True)


def _looking(sought: Sought) -> Iterator[Held]:
    """How often each organisation opened something with this person in it, and what for: no member of staff is named."""
    rows = sought.session.execute(
        select(AuditEvent.agency_id, func.count(), func.min(AuditEvent.at), func.max(AuditEvent.at))
        .join(AuditSubject, AuditSubject.seq == AuditEvent.seq)
        .where(AuditSubject.subject_id == str(sought.person_id), AuditEvent.agency_id.is_not(None))
        .group_by(AuditEvent.agency_id)
    ).tuples()
    lines = [
        (sought.agencies[uuid.UUID(str(agency))], f"{count} {'time' if count == 1 else 'times'}, {day_words(first)} to {day_words(last)}")
        for agency, count, first, last in rows
    ]
    if lines:
        yield Held("looking", None, "Organisations that opened something with this person in it", tuple(sorted(lines)))
    asked = or_(
        LookingPurpose.person_id == sought.person_id, LookingPurpose.referral_id.in_([one.id for one in sought.referrals])
    )
    for said in sought.session.scalars(select(LookingPurpose).where(asked).order_by(LookingPurpose.said_at)):
        words = some(("What for", LOOKED_FOR.label(said.purpose)), ("In their words", said.words))
        yield Held("purpose", day_of(said.said_at), "Somebody said what they opened this for", words, about_others=bool(said.words_sealed))


def _stated_by(sought: Sought, record_id: uuid.UUID) -> str:
    return sought.agencies[sought.records[record_id].agency_id]
