"""Passkeys (WebAuthn, with user verification): made, answered, taken away. The protocol's checks are those of py_webauthn."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload
from webauthn.helpers import base64url_to_bytes, structs
from webauthn.helpers.exceptions import WebAuthnException

from safeguard.access.actor import Actor
from safeguard.accounts import sessions
from safeguard.accounts.proof_model import Passkey, PasskeyChallenge
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account, signs_in
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import NotFound, Problem, RuleBroken

_ANSWERED_WITHIN = timedelta(minutes=5)
_MOST = 10
LONGEST_ANSWER = 20_000
# What a hostile answer makes the library raise, besides its own errors.
_CANNOT_BE_CHECKED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, slots=True)
class Site:
    """Whom a passkey belongs to: the host name it is bound to, and the one origin it answers to."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked, and the challenge's id, which its session keeps."""

    challenge_id: uuid.UUID
    options: str


def ask_to_make(session: Session, actor: Actor, email: str, site: Site) -> Asked:
    """Ask for a new passkey of `actor`."""
    held = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == actor.account_id)).all()
    challenge = _challenge(session, actor.account_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=actor.account_id.bytes,
        user_name=email,
        challenge=challenge.challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=structs.UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in held],
    )
    return Asked(challenge.id, webauthn.options_to_json(options))


def ask_to_answer(session: Session, site: Site) -> Asked:
    """Ask for an answer by any passkey of this site."""
    challenge = _challenge(session, None)
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge.challenge, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return Asked(challenge.id, webauthn.options_to_json(options))


def make(session: Session, actor: Actor, challenge_id: uuid.UUID | None, answer: str, name: str, site: Site) -> None:
    """Keep the passkey that a browser made.

    Raises:
        RuleBroken: the answer does not fit what was asked, or there are ten already.
    """
    challenge = _taken(session, challenge_id, actor.account_id)
    credential = _read(answer)
    if challenge is None or credential is None:
        raise RuleBroken([Problem("name", "The passkey was not made in time. Try again")])
    try:
        made = webauthn.verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            require_user_verification=True,
        )  # fmt: skip
    except _CANNOT_BE_CHECKED as error:
        raise RuleBroken([Problem("name", "The passkey could not be checked. Try again")]) from error
    held = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == actor.account_id)).all()
    if len(held) >= _MOST or made.credential_id in held:
        raise RuleBroken([Problem("name", f"You have this passkey already, or {_MOST}, which is as many as there may be")])
    session.add(
        Passkey(
            account_id=actor.account_id, credential_id=made.credential_id, public_key=made.credential_public_key,
            sign_count=made.sign_count, name=name, made_at=now(),
        )
    )  # fmt: skip
    session.flush()
    record(session, actor, "account.factor_added", subject_kind="account", subject_id=actor.account_id, kind="passkey")


def answered(session: Session, challenge_id: uuid.UUID | None, answer: str, site: Site) -> Actor | None:
    """Whose passkey answered; None where the answer is wrong, late, or given before. The challenge is used up in any case."""
    challenge = _taken(session, challenge_id, None)
    credential = _read(answer)
    if challenge is None or credential is None:
        return None
    found = session.execute(
        select(Passkey, Account)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential_id == _credential_id(credential), signs_in())
        .options(joinedload(Account.agency))
        .with_for_update(of=Passkey)
    ).first()
    if found is None:
        return None
    passkey, account = found
    try:
        done = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            credential_public_key=passkey.public_key, credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except _CANNOT_BE_CHECKED:
        record(session, actor_of_account(account), "account.factor_failed", subject_kind="account", subject_id=account.id)
        return None
    passkey.sign_count, passkey.last_used_at = done.new_sign_count, now()
    return actor_of_account(account)


def passkeys_of(session: Session, actor: Actor) -> Sequence[Passkey]:
    """The actor's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.account_id == actor.account_id).order_by(Passkey.made_at, Passkey.id)).all()


def take_away(session: Session, actor: Actor, passkey_id: uuid.UUID, *, keep: uuid.UUID | None) -> None:
    """Take one of the actor's passkeys away, and end every session of theirs but one: some may have begun with it.

    Raises:
        NotFound: it is not theirs.
    """
    gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == actor.account_id).returning(Passkey.id)
    if not session.execute(gone).all():
        raise NotFound("no such passkey")
    ended = sessions.end_all(session, actor.account_id, but=keep)
    record(session, actor, "account.factor_removed", subject_kind="account", subject_id=actor.account_id, kind="passkey", sessions=ended)


def _challenge(session: Session, account_id: uuid.UUID | None) -> PasskeyChallenge:
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.made_at < now() - _ANSWERED_WITHIN))
    made = PasskeyChallenge(id=uuid.uuid4(), challenge=secrets.token_bytes(32), account_id=account_id, made_at=now())
    session.add(made)
    session.flush()
    return made


def _taken(session: Session, challenge_id: uuid.UUID | None, account_id: uuid.UUID | None) -> bytes | None:
    """The challenge, which nobody can answer any longer; None where it was answered, is too old, or is another's."""
    whose = PasskeyChallenge.account_id.is_(None) if account_id is None else PasskeyChallenge.account_id == account_id
    young = PasskeyChallenge.made_at > now() - _ANSWERED_WITHIN
    taken = delete(PasskeyChallenge).where(PasskeyChallenge.id == challenge_id, whose, young).returning(PasskeyChallenge.challenge)
    found = session.execute(taken).first()
    return bytes(found.challenge) if found else None


def _read(answer: str) -> dict[str, object] | None:
    """A browser's answer; None where it is not JSON of an object, or far too long."""
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _credential_id(credential: dict[str, object]) -> bytes:
    try:
        return base64url_to_bytes(str(credential.get("rawId", "")))
    except ValueError:
        return b""
