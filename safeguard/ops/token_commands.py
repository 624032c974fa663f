"""`flask tokens`: what other systems show when they send referrals."""

from __future__ import annotations

import uuid
from datetime import timedelta

import click

from safeguard.access.actor import Role
from safeguard.accounts import tokens as service
from safeguard.accounts.administration import open_account_of
from safeguard.agencies.service import agency_named, open_account
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

tokens = Commands("tokens", help="The tokens of other systems.")
_DAYS = click.IntRange(1, 366)


@tokens.command("issue")
@click.argument("email")
@click.option("--agency", "slug", required=True, help="The agency that the system sends for.")
@click.option("--name", default="A system", show_default=True, help="What the system is called.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(sorted(service.SCOPES)))
@click.option("--days", default=90, show_default=True, type=_DAYS)
def issue(email: str, slug: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Print a new token, once. EMAIL is who answers for the system; its account is opened in the role of a machine, without a password."""
    if email.count("@") != 1 or not email.isprintable():
        raise click.BadParameter("Give an email address", param_hint="EMAIL")
    with transaction() as session:
        agency, account = agency_named(session, slug), open_account_of(session, email)
        if agency is None:
            raise click.BadParameter("No agency has that short name; see: flask agencies list", param_hint="--agency")
        if account is None:
            account = open_account(session, agency, name=name[:120], email=email, role=Role.MACHINE)
            audit(session, None, "account.opened", subject_kind="account", subject_id=account.id, role=Role.MACHINE.value)
        elif account.agency_id != agency.id:
            raise click.BadParameter("That address has an account of another agency, for which the token would act", param_hint="--agency")
        token = service.issue(session, account, scopes, timedelta(days=days))
    click.echo(token)


@tokens.command("list")
def list_tokens() -> None:
    """Print every token: its id, whom it belongs to, what it is for, and until when; never the token itself."""
    with transaction() as session:
        for token, email in service.tokens(session):
            state = "revoked" if token.revoked_at else "expired" if token.expires_at <= now() else f"until {token.expires_at:%Y-%m-%d}"
            used = f"last used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
            click.echo(f"{token.id}  {email}  {','.join(token.scopes)}  {state}  {used}")


@tokens.command("rotate")
@click.argument("token_id", type=click.UUID)
@click.option("--days", default=90, show_default=True, type=_DAYS)
@click.option("--overlap-hours", default=24, show_default=True, type=click.IntRange(0, 24 * 14), help="How long the old one holds.")
def rotate(token_id: uuid.UUID, days: int, overlap_hours: int) -> None:
    """Print a new token in place of TOKEN_ID, once."""
    with transaction() as session:
        token = service.rotate(session, token_id, timedelta(days=days), timedelta(hours=overlap_hours))
    click.echo(token)


@tokens.command("revoke")
@click.argument("token_id", type=click.UUID)
def revoke(token_id: uuid.UUID) -> None:
    """Let TOKEN_ID open nothing any longer."""
    with transaction() as session:
        service.revoke(session, token_id)
    click.echo("The token opens nothing any longer.")
