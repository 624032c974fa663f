"""Whose account somebody from single sign-on has: by issuer and subject. What else the provider says links nothing.

A link is made in three ways alone: by somebody signed in who has just proved who they are, by an invitation, or, where the
settings say what its claims mean, for an account that single sign-on itself opens.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor, Role
from safeguard.access.single_sign_on import SingleSignOn
from safeguard.accounts import administration, factors, links, outbox, sessions
from safeguard.accounts.proof_model import FederatedIdentity
from safeguard.agencies.model import Account
from safeguard.agencies.service import actor_of_account, agency_named, open_account
from safeguard.audit.service import record
from safeguard.kernel.clock import now
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.kernel.text import clean_line

_NOT_KNOWN = "This account of yours is not linked to one here. Sign in with your password and link it, or ask for an invitation."
_NO_ROLE = "Your organisation has not given you a role in this service. Ask your IT team."
_OTHER_AGENCY = "Your organisation says that you belong to another agency now. Ask whoever looks after the accounts of your agency."
_HAS_FACTOR = "This account has a second factor. Set a password by the link in the email, sign in with both, and link it there."
_TAKEN = "An account here has your email address already. Sign in to it with its password, and link it there."


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider vouches for: who somebody is there, and its claims."""

    subject: str
    claims: Mapping[str, Any]


def account_told(session: Session, provider: SingleSignOn, told: Told) -> Account:
    """The open account of whoever came from the provider, in the role that the claims stand for.

    Raises:
        RuleBroken: they have none, or the claims give no role, in words they can act on.
    """
    found = session.scalar(
        select(Account)
        .join(FederatedIdentity, FederatedIdentity.account_id == Account.id)
        .where(FederatedIdentity.issuer == provider.issuer, FederatedIdentity.subject == told.subject)
        .options(joinedload(Account.agency))
    )
    role, slug = provider.role_in(told.claims), provider.agency_in(told.claims)
    if found is not None and (not found.active or found.role == Role.MACHINE):
        raise RuleBroken([Problem("account", _NOT_KNOWN)])
    if provider.roles and role is None:
        raise RuleBroken([Problem("account", _NO_ROLE)])
    if found is None:
        return _opened(session, provider, told, role, slug)
    if slug is not None and found.agency.slug != slug:
        raise RuleBroken([Problem("account", _OTHER_AGENCY)])
    if role is not None and found.role != role.value:
        administration.give_role(session, None, found, role)
    return found


def _opened(session: Session, provider: SingleSignOn, told: Told, role: Role | None, slug: str | None) -> Account:
    """A new account, where both its role and its agency are given by the claims."""
    agency = agency_named(session, slug) if slug else None
    email = clean_line(str(told.claims.get("email") or "")).lower()
    doubted = told.claims.get("email_verified") in (False, "false")  # many providers do not say, and an organisation gives its addresses
    if role is None or agency is None or email.count("@") != 1 or len(email) > 254 or doubted:
        raise RuleBroken([Problem("account", _NOT_KNOWN)])
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise RuleBroken([Problem("account", _TAKEN)])
    name = clean_line(str(told.claims.get("name") or email))[:120]
    account = open_account(session, agency, name=name, email=email, role=role)
    record(session, None, "account.opened", subject_kind="account", subject_id=account.id, role=role.value, by="single sign-on")
    _link(session, actor_of_account(_with_agency(session, account)), provider, told.subject)
    return account


def link(session: Session, actor: Actor, provider: SingleSignOn, told: Told) -> None:
    """Link the signed-in actor's account, who has just proved who they are.

    Raises:
        RuleBroken: either side is linked already.
    """
    _link(session, actor, provider, told.subject)
    outbox.put(session, "proof_changed", account_id=actor.account_id)


def link_by_invitation(session: Session, code: str, provider: SingleSignOn, told: Told) -> Account:
    """Link the account that an invitation is for, and use the invitation up.

    Raises:
        RuleBroken: it opens nothing any longer, is no invitation, or either side is linked already; or its account has a
            second factor, which nobody who reads its email can pass by with another.
    """
    used = links.use(session, code)
    if used is None or used.purpose != "invitation":
        raise RuleBroken([Problem("account", "The invitation was used, or is too old. Ask for another one.")])
    if factors.factors_of(session, used.account.id).any:
        raise RuleBroken([Problem("account", _HAS_FACTOR)])
    _link(session, actor_of_account(used.account), provider, told.subject)
    outbox.put(session, "proof_changed", account_id=used.account.id)
    return used.account


def unlink(session: Session, actor: Actor, *, keep: uuid.UUID | None) -> None:
    """The actor's account is no longer linked, and every session of theirs but one ends: some may have begun by that link."""
    session.execute(delete(FederatedIdentity).where(FederatedIdentity.account_id == actor.account_id))
    ended = sessions.end_all(session, actor.account_id, but=keep)
    outbox.put(session, "proof_changed", account_id=actor.account_id)
    record(session, actor, "account.identity_unlinked", subject_kind="account", subject_id=actor.account_id, sessions=ended)


def is_linked(session: Session, actor: Actor) -> bool:
    """Whether the actor's account is linked to any provider."""
    return session.scalar(select(FederatedIdentity.id).where(FederatedIdentity.account_id == actor.account_id).limit(1)) is not None


def is_theirs(session: Session, actor: Actor, provider: SingleSignOn, told: Told) -> bool:
    """Whether whoever came from the provider is the signed-in actor."""
    found = select(FederatedIdentity.id).where(
        FederatedIdentity.account_id == actor.account_id,
        FederatedIdentity.issuer == provider.issuer,
        FederatedIdentity.subject == told.subject,
    )
    return session.scalar(found) is not None


def _link(session: Session, actor: Actor, provider: SingleSignOn, subject: str) -> None:
    held = session.scalar(
        select(FederatedIdentity.id).where(
            FederatedIdentity.issuer == provider.issuer,
            (FederatedIdentity.subject == subject) | (FederatedIdentity.account_id == actor.account_id),
        )
    )
    if held:
        raise RuleBroken([Problem("account", "One of the two is linked already. Unlink it first.")])
    session.add(FederatedIdentity(account_id=actor.account_id, issuer=provider.issuer, subject=subject, linked_at=now()))
    session.flush()
    record(session, actor, "account.identity_linked", subject_kind="account", subject_id=actor.account_id)


def _with_agency(session: Session, account: Account) -> Account:
    return session.scalars(
        select(Account).where(Account.id == account.id).options(joinedload(Account.agency)).execution_options(populate_existing=True)
    ).one()
