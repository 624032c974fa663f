"""Emails that wait to be sent. They name nobody and nothing: an address is all that says whom they are for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.accounts import links
from safeguard.accounts.proof_model import Mail
from safeguard.agencies.model import Account
from safeguard.agencies.service import signs_in
from safeguard.kernel.clock import now
from safeguard.local.in_use import in_use
from safeguard.local.wording import EMAILS, WORDING, email_subject, email_words

_MOST_TRIES = 5
_TRIED_AGAIN_AFTER = timedelta(minutes=5)
# Nobody still waits for a link after this; a password set long ago is no news.
_STALE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Letter:
    """An email as it is sent: address, subject and plain text."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An email that somebody is about to send; the letter is None where the address has no account, and nothing is sent."""

    id: uuid.UUID
    letter: Letter | None


Writer = Callable[[Session, uuid.UUID, str], Letter | None]
_WRITERS = "safeguard_letter_writers"
_FOOT = "\n\nThis mailbox is not read. If you did not expect this, tell whoever looks after the accounts of your agency.\n"
# Kind of email: its subject, and what it says; those that `wording.EMAILS` names are a local setting. None speaks of a case or a person.
_INVITED = """You have been invited to the safeguarding partnership's referral service.

To set your password, open this address within {days} days:
{link}

If the page asks for a code, it is:
{code}"""
_RESET = """Somebody asked for a new password for this address. If it was not you, do nothing: your password stays as it is.

To set a new one, open this address within {minutes} minutes:
{link}

If the page asks for a code, it is:
{code}"""
_NEW_BROWSER = """Somebody signed in to your account from a browser that had not signed in to it before. If it was you, do nothing.

If it was not, sign in, open "Your account" and "Where you are signed in", end what you do not know, and set a new password."""
_GUESSED = """Wrong passwords or codes were given for your account again and again. Nobody was let in by them.

If it was you, wait a quarter of an hour, or ask for a link to set a new password. If it was not, your account is as it was: you can
sign in from a browser you have used before."""
_HANDED = """Somebody who works with you has a document for you, at the safeguarding partnership's referral service. It can be opened once,
until {day}:
{link}

If the page asks for a code, it is:
{code}

You also need a password, which whoever sent it tells you another way. Nobody will ask you for it by email."""
_WAITS = """Somebody proposed a change to the settings of the safeguarding partnership's referral service. It waits for a second person:
please sign in and open your notices."""
_WORDS = {
    "invitation": ("You have been invited", _INVITED),
    "reset": ("Set a new password", _RESET),
    "password_set": ("Your password was set", "A new password was set for your account, which was signed out everywhere else."),
    "local_waits": ("A change waits for a second person", _WAITS),
    "local_answered": ("Your proposal was answered", "A change to the settings that you proposed was answered. Sign in to read how."),
    "handed": ("A document waits for you", _HANDED),
    "new_browser": ("A new browser signed in to your account", _NEW_BROWSER),
    "guessed": ("Somebody tried to sign in to your account", _GUESSED),
    "proof_changed": ("How you sign in was changed", "A second factor, passkey or single sign-on of your account was added or taken away."),
}


def written_by(app: Flask, kind: str, writer: Writer) -> None:
    """Have emails of a kind written by `writer`, of a room above, which is given what the email is about and the service's address."""
    app.extensions.setdefault(_WRITERS, {})[kind] = writer


def put(
    session: Session, kind: str, *, account_id: uuid.UUID | None = None, address: str | None = None, about_id: uuid.UUID | None = None
) -> None:
    """Have an email of that kind sent: to an account, to an address somebody typed, or to whom the writer of its kind finds."""
    at = now()
    mail = Mail(id=uuid.uuid4(), kind=kind, account_id=account_id, about_id=about_id, made_at=at, due_at=at, tries=0)
    mail.address = address
    session.add(mail)


def take(session: Session, address: str) -> Taken | None:
    """The email that has waited longest, put together; for a while nobody else takes it. None where none waits.

    Args:
        address: of the service, such as https://mash.council.example.
    """
    at = now()
    mail = session.scalar(
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.due_at <= at, Mail.tries < _MOST_TRIES, Mail.made_at > at - _STALE)
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if mail is None:
        return None
    mail.tries, mail.due_at = mail.tries + 1, at + _TRIED_AGAIN_AFTER
    if mail.about_id is not None:
        return Taken(mail.id, current_app.extensions[_WRITERS][mail.kind](session, mail.about_id, address))
    account = _account_for(session, mail)
    return Taken(mail.id, _letter(session, mail, account, address) if account else None)


def sent(session: Session, mail_id: uuid.UUID) -> None:
    """The email was handed over, or has nobody to go to."""
    mail = session.scalars(select(Mail).where(Mail.id == mail_id)).one()
    mail.sent_at, mail.address_sealed = now(), None


def _account_for(session: Session, mail: Mail) -> Account | None:
    if mail.account_id:
        return session.scalar(select(Account).where(Account.id == mail.account_id, signs_in()))
    return session.scalar(select(Account).where(Account.email == mail.address, signs_in()))


def _letter(session: Session, mail: Mail, account: Account, address: str) -> Letter:
    if mail.kind in EMAILS:
        content = in_use(session, WORDING, now()).content
        return Letter(account.email, email_subject(content, mail.kind), email_words(content, mail.kind) + _FOOT)
    if mail.kind not in links.LASTS:
        return letter_of(account.email, mail.kind)
    code, lasts = links.make(session, account, mail.kind), links.LASTS[mail.kind]
    return letter_of(
        account.email, mail.kind, link=f"{address}/link#{code}", code=code, days=lasts.days, minutes=lasts.seconds // 60
    )


def letter_of(to: str, kind: str, **words: object) -> Letter:
    """The email of a kind to an address; `words` are what stands in its text, such as a link."""
    subject, text = _WORDS[kind]
    return Letter(to, subject, text.format(**words) + _FOOT)
