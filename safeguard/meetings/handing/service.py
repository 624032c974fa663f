"""Handing a file over by link: making the link, writing its email, taking it back, listing, and looking at who would open it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor
from safeguard.accounts import outbox
from safeguard.accounts.sessions import sha256
from safeguard.agencies.model import Account, Agency
from safeguard.agencies.service import actor_of_account, signs_in
from safeguard.audit.service import record as audit
from safeguard.concerns.withheld import tells_of_hidden
from safeguard.kernel.clock import london_date, now
from safeguard.kernel.dates import long_date
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.kernel.numbers import pages_of
from safeguard.meetings.handing.model import Handing
from safeguard.meetings.handing.rules import Proposed, password_typed, problems_of, state_of
from safeguard.meetings.handover import new_password
from safeguard.people.restricted.notices import tell
from safeguard.people.sight import acting_for, whole

PAGE = 10
MAIL = "handed"
SUBJECT_KINDS = {"summary": "referral", "bundle": "subject_access_request"}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may be handed over: `kind` "summary" or "bundle", whose referral or request, and whom it tells of."""

    kind: str
    id: uuid.UUID
    about_id: uuid.UUID
    people: Collection[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made, and the password that is shown this once. `to`: the recipient in words."""

    handing: Handing
    to: str
    password: str


@dataclass(frozen=True, slots=True)
class Row:
    """A link as the list shows it."""

    handing: Handing
    to: str
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a code and a password open, by whom; or `refused`: why nothing, for the audit alone."""

    handing: Handing | None
    sender: Actor | None = None
    refused: str = ""


def hand_over(
    session: Session, actor: Actor, document: Document, asked: Proposed, *, handing_id: uuid.UUID, at: datetime
) -> Made:
    """Make a link for one recipient, and have its email sent.

    Args:
        handing_id: of the page that asked: a page that is sent twice hands over once.

    Raises:
        RuleBroken: something is missing, there is no such account, or that account may not be given the file.
        Conflict: the page was sent before.
    """
    problems = problems_of(asked)
    if problems:
        raise RuleBroken(problems)
    if session.get(Handing, handing_id) is not None:
        raise Conflict("this page was sent before")
    account = _account(session, asked.email)
    if asked.inside:
        account = _may_be_given(session, actor, document, account)
    elif account is not None:
        raise RuleBroken([Problem("email", "Somebody has an account with this address: choose that they have one, so that they sign in")])
    password = new_password()
    made = Handing(
        id=handing_id, kind=document.kind, document_id=document.id, about_id=document.about_id,
        account_id=account.id if account and asked.inside else None, password_sha256=sha256(password), made_by=actor.account_id, made_at=at,
        expires_at=at + timedelta(days=asked.days or 0),
    )  # fmt: skip
    made.purpose = asked.purpose
    if made.account_id is None:
        made.name, made.email = asked.name, asked.email
    session.add(made)
    session.flush()
    outbox.put(session, MAIL, about_id=made.id)
    _note(session, actor, made, "export.handed", shown=document.people, days=asked.days, inside=asked.inside)
    return Made(made, f"{account.name} of {account.agency.name}" if account and asked.inside else asked.name, password)


def _account(session: Session, email: str) -> Account | None:
    found = select(Account).where(Account.email == email.lower(), signs_in()).options(joinedload(Account.agency))
    return session.scalar(found)


def _may_be_given(session: Session, actor: Actor, document: Document, account: Account | None) -> Account:
    if account is None:
        raise RuleBroken([Problem("email", "Nobody who can sign in here has this address")])
    if account.id == actor.account_id:
        raise RuleBroken([Problem("email", "This is your own address: download the file instead")])
    if _is_hidden_from(session, actor_of_account(account), document.people):
        raise RuleBroken([Problem("email", "This person may not be given this file. Information governance can tell you more")])
    return account


def _is_hidden_from(session: Session, reader: Actor, people: Collection[uuid.UUID]) -> bool:
    with acting_for(session, reader):
        return tells_of_hidden(session, people)


def letter(session: Session, handing_id: uuid.UUID, address: str) -> outbox.Letter | None:
    """The email of a link, with a code made for it; None where the link is no longer good. It names nobody and nothing."""
    handing = session.get(Handing, handing_id)
    at = now()
    if handing is None or how_it_stands(handing, at) not in {"unsent", "waiting"}:
        return None
    to = handing.email
    if handing.account_id is not None:
        to = session.scalar(select(Account.email).where(Account.id == handing.account_id, signs_in()))
    if to is None:
        return None
    code = secrets.token_urlsafe(24)
    handing.code_sha256 = sha256(code)
    page = "handed/mine" if handing.account_id else "handed"
    return outbox.letter_of(
        to, MAIL, link=f"{address}/{page}#{code}", code=code, day=long_date(london_date(handing.expires_at))
    )


def how_it_stands(handing: Handing, at: datetime) -> str:
    """The state of a link, as in `rules.STATES`."""
    return state_of(
        sent=handing.code_sha256 is not None, opened_at=handing.opened_at, revoked_at=handing.revoked_at, expires_at=handing.expires_at,
        at=at,
    )  # fmt: skip


def page_of(session: Session, documents: Collection[uuid.UUID], page: int, *, at: datetime) -> tuple[list[Row], int]:
    """A page of the links to these documents, newest first, and how many pages there are."""
    theirs = Handing.document_id.in_(list(documents))
    total = session.scalar(select(func.count()).select_from(Handing).where(theirs)) or 0
    found = session.scalars(
        select(Handing).where(theirs).order_by(Handing.made_at.desc(), Handing.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return _rows(session, found, at), pages_of(total, PAGE)


def _rows(session: Session, found: Sequence[Handing], at: datetime) -> list[Row]:
    ids = {key for one in found for key in (one.account_id, one.made_by) if key}
    people = {
        key: (name, agency)
        for key, name, agency in session.execute(
            select(Account.id, Account.name, Agency.name).join(Agency, Agency.id == Account.agency_id).where(Account.id.in_(ids))
        )
    }
    return [
        Row(one, " of ".join(people[one.account_id]) if one.account_id else one.name or "", people[one.made_by][0], how_it_stands(one, at))
        for one in found
    ]


def handing_of(session: Session, handing_id: uuid.UUID, kind: str) -> Handing:
    """One link.

    Raises:
        NotFound: there is none of that kind that the reader may know of.
    """
    found = session.scalar(select(Handing).where(Handing.id == handing_id, Handing.kind == kind))
    if found is None:
        raise NotFound("handing")
    return found


def take_back(session: Session, actor: Actor, handing: Handing, *, at: datetime) -> None:
    """Have a link open nothing from now on. Whether the actor may is asked of the file before.

    Raises:
        Conflict: it was opened already.
    """
    taken = session.execute(
        update(Handing)
        .where(Handing.id == handing.id, Handing.opened_at.is_(None), Handing.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=actor.account_id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(handing)
    if handing.opened_at is not None:
        raise Conflict("it was opened already")
    if getattr(taken, "rowcount", 0):
        _note(session, actor, handing, "export.revoked")


def looked_up(session: Session, code: str, password: str, opener: Actor | None, *, at: datetime) -> Found:
    """What a code and a password open now, without using them up; the file itself is not looked at yet."""
    with whole(session):  # whether the opener may know of it is asked below, and its refusal is noted
        handing = session.scalar(select(Handing).where(Handing.code_sha256 == sha256(code)))
    if handing is None:
        return Found(None, refused="unknown")
    state = how_it_stands(handing, at)
    if state != "waiting":
        return Found(handing, refused=state)
    if handing.account_id != (opener.account_id if opener else None):
        return Found(handing, refused="somebody_else")
    if not secrets.compare_digest(handing.password_sha256, sha256(password_typed(password))):
        return Found(handing, refused="password")
    sender = session.scalar(select(Account).where(Account.id == handing.made_by, signs_in()).options(joinedload(Account.agency)))
    if sender is None:
        return Found(handing, refused="sender_left")
    return Found(handing, actor_of_account(sender))


def is_kept_from(session: Session, opener: Actor | None, people: Collection[uuid.UUID]) -> bool:
    """Whether whoever opens it, with an account, may not know of somebody whom the file tells of."""
    return opener is not None and _is_hidden_from(session, opener, people)


def use_up(session: Session, found: Found, opener: Actor | None, people: Collection[uuid.UUID], *, at: datetime) -> bool:
    """Use a link up, and tell whoever sent it. Of two who open it at once, one gets False."""
    handing = found.handing
    assert handing is not None  # looked up, and not refused
    used = session.execute(
        update(Handing)
        .where(Handing.id == handing.id, Handing.opened_at.is_(None), Handing.revoked_at.is_(None), Handing.expires_at > at)
        .values(opened_at=at)
        .execution_options(synchronize_session=False)
    )
    if not getattr(used, "rowcount", 0):
        return False
    tell(session, [handing.made_by], f"handed_{handing.kind}", handing.about_id, by=opener, at=at)
    _note(session, opener, handing, "export.opened", shown=people)
    return True


def refuse(session: Session, found: Found, opener: Actor | None, *, over: bool, at: datetime) -> None:
    """Note that something was refused, and why; tell the sender, where the tries at a link are used up (`over`)."""
    if found.handing is None:
        audit(session, opener, "export.refused", reason=found.refused)
        return
    _note(session, opener, found.handing, "export.refused", reason=found.refused)
    if over:
        tell(session, [found.handing.made_by], "handed_guessed", found.handing.about_id, by=None, at=at)


def _note(
    session: Session, actor: Actor | None, handing: Handing, action: str, *, shown: Collection[uuid.UUID] = (), **more: object
) -> None:
    audit(
        session, actor, action, subject_kind=SUBJECT_KINDS[handing.kind], subject_id=handing.about_id, shown=shown,
        handing=str(handing.id), document=str(handing.document_id), **more,
    )  # fmt: skip
