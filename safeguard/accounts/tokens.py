"""Service tokens: what a machine shows instead of signing in. Hashed, for some scopes, until a day, shown once."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Role
from safeguard.access.assurance import Assurance, Proof
from safeguard.access.bearer import Bearer
from safeguard.access.policy import POLICY, is_for_machines
from safeguard.accounts.proof_model import ServiceToken
from safeguard.accounts.sessions import sha256
from safeguard.accounts.throttle import BAD_TOKEN_FROM_NETWORK, CALLS_OF_TOKEN, network_of, spend
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import NotFound, Problem, RuleBroken

# What a token may be for, in words. A token opens nothing that its scopes do not name.
SCOPES = {name: rule.words for name, rule in POLICY.items() if is_for_machines(name)}
LONGEST = timedelta(days=366)
# Told by its look where it should not be: in a log, a file or an email.
_LOOK = "sgt_"


def issue(session: Session, account: Account, scopes: Sequence[str], lasts: timedelta) -> str:
    """A new token of a machine's account; nobody can read it again.

    Raises:
        RuleBroken: the account is a person's or closed, a scope is not known, or it would last for more than a year.
    """
    if account.role != Role.MACHINE or not account.active:
        raise RuleBroken([Problem("account", "A token belongs to an open account in the role of a machine")])
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise RuleBroken([Problem("scope", f"Choose among these scopes: {', '.join(SCOPES)}")])
    if not timedelta(0) < lasts <= LONGEST:
        raise RuleBroken([Problem("days", "A token lasts for a year at most")])
    token, at = _LOOK + secrets.token_urlsafe(32), now()
    made = ServiceToken(
        id=uuid.uuid4(), account_id=account.id, token_sha256=sha256(token), scopes=sorted(set(scopes)), made_at=at, expires_at=at + lasts
    )
    session.add(made)
    session.flush()
    record(session, None, "token.issued", subject_kind="account", subject_id=account.id, token=str(made.id), scopes=made.scopes)
    return token


def rotate(session: Session, token_id: uuid.UUID, lasts: timedelta, overlap: timedelta) -> str:
    """A new token for the same account and scopes. The one before holds on for `overlap`, and not for longer than it would have.

    Raises:
        NotFound: there is no such token that still holds.
    """
    at = now()
    before = session.scalar(_holding().where(ServiceToken.id == token_id))
    if before is None:
        raise NotFound("no such token holds")
    account = session.scalars(select(Account).where(Account.id == before.account_id)).one()
    token = issue(session, account, before.scopes, lasts)
    before.expires_at = min(before.expires_at, at + overlap)
    return token


def revoke(session: Session, token_id: uuid.UUID) -> None:
    """The token opens nothing any longer, on every process.

    Raises:
        NotFound: there is no such token that still holds.
    """
    revoked = session.scalar(_holding().where(ServiceToken.id == token_id))
    if revoked is None:
        raise NotFound("no such token holds")
    revoked.revoked_at = now()
    record(session, None, "token.revoked", subject_kind="account", subject_id=revoked.account_id, token=str(token_id))


def tokens(session: Session) -> Sequence[tuple[ServiceToken, str]]:
    """Every token with the email address of its account, the newest first."""
    found = select(ServiceToken, Account.email).join(Account, Account.id == ServiceToken.account_id)
    return session.execute(found.order_by(ServiceToken.made_at.desc(), ServiceToken.id)).tuples().all()


def shown(session: Session, header: str | None) -> Bearer | None:
    """What the `Authorization` header of a request opens: `Bearer sgt_...`; None where it opens nothing."""
    kind, _, token = (header or "").partition(" ")
    if kind.lower() != "bearer" or not token.startswith(_LOOK) or len(token) > 200 or not token.isascii():
        return None
    found = session.execute(
        select(ServiceToken, Account)
        .join(Account, Account.id == ServiceToken.account_id)
        .where(
            ServiceToken.token_sha256 == sha256(token), ServiceToken.revoked_at.is_(None), ServiceToken.expires_at > now(),
            Account.active, Account.role == Role.MACHINE.value,
        )
        .options(joinedload(Account.agency))
    ).first()  # fmt: skip
    if found is None:
        return None
    kept, account = found
    return Bearer(kept.id, actor_of_account(account), Proof(Assurance.MACHINE, kept.made_at), frozenset(kept.scopes))


def use(session: Session, bearer: Bearer) -> None:
    """Count a call under the token, and note that it was used now.

    Raises:
        TooManyTries: it was used too often in a short time.
    """
    spend(session, (f"token:{bearer.id}", CALLS_OF_TOKEN))
    session.execute(update(ServiceToken).where(ServiceToken.id == bearer.id).values(last_used_at=now()))


def refuse(session: Session, network: str) -> None:
    """Count and note that a token was shown, from `network`, that opens nothing.

    Raises:
        TooManyTries: that was done too often from there; then nothing is noted.
    """
    spend(session, (f"bad-token:{network_of(network)}", BAD_TOKEN_FROM_NETWORK))
    record(session, None, "token.refused")


def _holding() -> Select[ServiceToken]:
    return select(ServiceToken).where(ServiceToken.revoked_at.is_(None), ServiceToken.expires_at > now()).with_for_update()
