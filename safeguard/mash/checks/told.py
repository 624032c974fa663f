"""What agency checks add to chronologies: one entry for what was asked at once, and one for each answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.agencies.model import Agency
from safeguard.concerns.history import Entry
from safeguard.kernel.clock import london_date
from safeguard.mash.checks import words
from safeguard.mash.checks.model import AgencyCheck, CheckAnswer, CheckPerson
from safeguard.mash.chronology_sources import HUB, KINDS, ByReferral
from safeguard.people.candidates import people_of

_MOST_OF_A_QUESTION = 300


def checks_told(session: Session, _actor: Actor, referrals: ByReferral) -> Iterable[Entry]:
    """Who was asked what about these people, and what they answered, in four statements.

    An answer that stays within the MASH is there, and what it says is not: chronologies are read in strategy discussions.
    """
    rows = session.execute(
        select(AgencyCheck, Agency.name)
        .join(Agency, Agency.id == AgencyCheck.agency_id)
        .where(AgencyCheck.referral_id.in_(referrals))
        .order_by(AgencyCheck.asked_at, AgencyCheck.id)
    ).tuples().all()
    # What is asked is sealed, so the database cannot order by it.
    rows = sorted(rows, key=lambda row: (row[0].asked_at, row[0].question or ""))
    checks = {check.id: (check, agency) for check, agency in rows}
    people = _people(session, list(checks), referrals, {key: check.referral_id for key, (check, _agency) in checks.items()})
    for (_at, question, _referral), together in groupby(rows, key=lambda row: (row[0].asked_at, row[0].question, row[0].referral_id)):
        yield _asked(question, list(together), referrals, people)
    answers = session.scalars(
        select(CheckAnswer).where(CheckAnswer.check_id.in_(checks)).order_by(CheckAnswer.at, CheckAnswer.place)
    )
    for answer in answers:
        check, agency = checks[answer.check_id]
        yield _entry(answer.id, london_date(answer.at), agency, _answer_words(answer), check, referrals, people)


def _people(
    session: Session, check_ids: Sequence[uuid.UUID], referrals: ByReferral, of: dict[uuid.UUID, uuid.UUID]
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Of each check those it asks about whose chronology this is; all of the referral's where it asks about others alone."""
    rows = session.scalars(select(CheckPerson).where(CheckPerson.check_id.in_(check_ids))).all()
    whose = people_of(session, {row.source_record_id for row in rows})
    found: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in check_ids}
    for row in rows:
        if row.source_record_id in whose:
            found[row.check_id].add(whose[row.source_record_id])
    return {key: found[key] & set(referrals[of[key]][1]) or set(referrals[of[key]][1]) for key in check_ids}


def _asked(
    question: str, together: Sequence[tuple[AgencyCheck, str]], referrals: ByReferral, people: dict[uuid.UUID, set[uuid.UUID]]
) -> Entry:
    check = together[0][0]
    short = question if len(question) <= _MOST_OF_A_QUESTION else f"{question[:_MOST_OF_A_QUESTION].rstrip()}…"
    asked = ", ".join(sorted(agency for _check, agency in together))
    said = f"Asked {asked}: {' '.join(short.split())}"
    return _entry(check.id, london_date(check.asked_at), HUB, said, check, referrals, people)


def _answer_words(answer: CheckAnswer) -> str:
    kind = words.ANSWERED.label(answer.outcome)
    again = "Answered anew" if answer.place > 1 else "Answered"
    if answer.sharing == words.MASH_ONLY:
        return f"{again}. The answer stays within the MASH."
    reason = f" ({words.REFUSALS.label(answer.refusal)})" if answer.refusal else ""
    by = f" Told by {answer.told_by}." if answer.told_by else ""
    return f"{again}: {kind}{reason}. {answer.words}".strip() + by


def _entry(
    row: uuid.UUID, day: date, agency: str, said: str, check: AgencyCheck, referrals: ByReferral, people: dict[uuid.UUID, set[uuid.UUID]]
) -> Entry:
    reference, everybody, names = referrals[check.referral_id]
    # Two people of one name share it in the list: then all names stand for all of them.
    named = dict(zip(everybody, names, strict=True)) if len(everybody) == len(names) else {}
    theirs = tuple(key for key in everybody if key in people[check.id])
    return Entry(
        day=day, happened_on=None, kind=KINDS.label("check"), code="check", rows=(row,), people=theirs,
        names=tuple(named[key] for key in theirs) if named else names, agency=agency, words=said, reference=reference,
        referral_id=check.referral_id, in_focus=True,
    )  # fmt: skip

