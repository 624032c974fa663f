"""Looking after accounts: inviting, closing, another role. What takes something away ends every session, on every process."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from safeguard.access.actor import Actor, Role
from safeguard.accounts import factors, links, outbox, sessions
from safeguard.accounts.giving import MAY_GIVE, may_give, of_every_agency
from safeguard.accounts.signing_in import forget_devices
from safeguard.agencies.model import Account, Agency
from safeguard.agencies.passwords import NO_PASSWORD
from safeguard.agencies.service import open_account
from safeguard.audit.service import record
from safeguard.kernel.errors import NotFound, Problem, RuleBroken
from safeguard.kernel.numbers import pages_of

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody to be invited, as it was typed and tidied."""

    name: str
    email: str
    role: Role
    job_title: str
    agency_id: uuid.UUID


def accounts_page(session: Session, actor: Actor, page: int) -> tuple[Sequence[Account], int]:
    """The accounts that `actor` looks after, open ones first, by name; and how many pages there are."""
    count = session.scalar(select(func.count()).select_from(_looked_after(actor).subquery())) or 0
    found = session.scalars(
        _looked_after(actor)
        .order_by(Account.active.desc(), Account.name, Account.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
        .options(joinedload(Account.agency))
    ).all()
    return found, pages_of(count, PAGE_LENGTH)


def account_for(session: Session, actor: Actor, account_id: uuid.UUID) -> Account:
    """One account that `actor` looks after.

    Raises:
        NotFound: there is none, or it is not theirs to look after; their own is not.
    """
    found = session.scalar(_looked_after(actor).where(Account.id == account_id).options(joinedload(Account.agency)))
    if found is None:
        raise NotFound("no such account")
    return found


def agencies_for(session: Session, actor: Actor) -> Sequence[Agency]:
    """The agencies that `actor` may invite people to."""
    found = select(Agency).order_by(Agency.name)
    return session.scalars(found if of_every_agency(actor) else found.where(Agency.id == actor.agency_id)).all()


def invite(session: Session, actor: Actor, asked: Invitation) -> Account:
    """Open an account without a password, or open a closed one of the same agency again, and have its owner invited.

    Raises:
        RuleBroken: the role or agency is not the actor's to give, or the address has an account.
    """
    if not may_give(actor, asked.role):
        raise RuleBroken([Problem("role", "Choose a role that you may give")])
    agency = next((one for one in agencies_for(session, actor) if one.id == asked.agency_id), None)
    if agency is None:
        raise RuleBroken([Problem("agency", "Choose an agency from the list")])
    account = session.scalar(select(Account).where(Account.email == asked.email))
    if account is None:
        account = open_account(
            session, agency, name=asked.name, email=asked.email, role=asked.role, job_title=asked.job_title
        )
    elif account.active or account.agency_id != agency.id or not may_give(actor, Role(account.role)):
        raise RuleBroken([Problem("email", "This address has an account already. Where it is of another agency, ask the hub")])
    else:
        account.active, account.role, account.name, account.job_title = True, asked.role.value, asked.name, asked.job_title
        account.password_hash = NO_PASSWORD
        factors.forget(session, account.id)
    outbox.put(session, "invitation", account_id=account.id)
    record(session, actor, "account.invited", subject_kind="account", subject_id=account.id, role=asked.role.value)
    return account


def invite_again(session: Session, actor: Actor, account: Account) -> None:
    """Send a new link; the ones before open nothing any longer.

    Raises:
        RuleBroken: the account is closed.
    """
    if not account.active:
        raise RuleBroken([Problem("account", "The account is closed. Invite the same address again to open it")])
    outbox.put(session, "invitation", account_id=account.id)
    record(session, actor, "account.invited", subject_kind="account", subject_id=account.id, role=account.role)


def close(session: Session, actor: Actor | None, account: Account) -> None:
    """Close an open account at once: its sessions end, and what it did stays on record. `actor` None: a command."""
    account.active = False
    ended = sessions.end_all(session, account.id)
    forget_devices(session, account.id)
    links.withdraw(session, account)
    factors.revoke_tokens(session, account.id)
    record(session, actor, "account.closed", subject_kind="account", subject_id=account.id, sessions=ended)


def give_role(session: Session, actor: Actor | None, account: Account, role: Role) -> None:
    """Give an account another role. It signs in again before it does anything in it.

    Raises:
        RuleBroken: the role is not the actor's to give.
    """
    if actor is not None and not may_give(actor, role):
        raise RuleBroken([Problem("role", "Choose a role that you may give")])
    before, account.role = account.role, role.value
    ended = sessions.end_all(session, account.id)
    record(
        session, actor, "account.role_changed", subject_kind="account", subject_id=account.id,
        before=before, after=role.value, sessions=ended,
    )  # fmt: skip


def sign_out_everywhere(session: Session, actor: Actor, account: Account) -> None:
    """End every session of somebody's account, for instance when a laptop is lost."""
    ended = sessions.end_all(session, account.id)
    forget_devices(session, account.id)
    record(session, actor, "account.sessions_ended", subject_kind="account", subject_id=account.id, sessions=ended)


def take_factors(session: Session, actor: Actor | None, account: Account) -> None:
    """Somebody lost their telephone: take away their second factors and end their sessions. Their password stays as it is."""
    factors.forget(session, account.id)
    ended = sessions.end_all(session, account.id)
    outbox.put(session, "proof_changed", account_id=account.id)
    record(session, actor, "account.factor_removed", subject_kind="account", subject_id=account.id, sessions=ended)


def open_account_of(session: Session, email: str) -> Account | None:
    """The open account with that email address, if there is one."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))


def _looked_after(actor: Actor) -> Select[Account]:
    roles = [role.value for role in MAY_GIVE.get(actor.role, ())]
    found = select(Account).where(Account.role.in_(roles), Account.id != actor.account_id)
    return found if of_every_agency(actor) else found.where(Account.agency_id == actor.agency_id)
