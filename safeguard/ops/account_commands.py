"""`flask agencies` and `flask accounts`: who is in the partnership, and who may sign in."""

from __future__ import annotations

import secrets
import sys

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError

from safeguard.access.actor import Role
from safeguard.accounts.administration import close as close_account
from safeguard.accounts.administration import give_role, open_account_of
from safeguard.accounts.common_passwords import problem_of
from safeguard.agencies.service import agencies_by_slug, agency_named, open_account, open_agency
from safeguard.audit.service import record as audit
from safeguard.kernel.codes.referral_source import REFERRAL_SOURCES
from safeguard.kernel.database import transaction
from safeguard.kernel.text import clean_line
from safeguard.ops.group import Commands

# A machine has tokens and no password: `flask tokens issue` opens its account.
_ROLES = [role.value for role in Role if role is not Role.MACHINE]

agencies = Commands("agencies", help="The organisations of the partnership.")
accounts = Commands("accounts", help="The people who may sign in.")


@agencies.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="As its people know it.")
@click.option("--kind", required=True, help="For example school, health, police, social-care.")
@click.option("--source-code", required=True, type=click.Choice(REFERRAL_SOURCES.codes), help="DfE referral source of its referrals.")
def add_agency(slug: str, name: str, kind: str, source_code: str) -> None:
    """Add an organisation; SLUG is its short name, such as oakfield-primary."""
    if not (slug.isascii() and slug.replace("-", "").isalnum() and slug == slug.lower() and len(slug) <= 80):
        raise click.BadParameter("Use small letters, digits and hyphens, at most 80", param_hint="SLUG")
    try:
        with transaction() as session:
            agency = open_agency(
                session, slug=slug, name=clean_line(name)[:200], kind=clean_line(kind)[:40], sector=source_code, source_code=source_code
            )
            audit(session, None, "agency.opened", subject_kind="agency", subject_id=agency.id)
    except IntegrityError as error:
        raise click.ClickException(f"There is an agency {slug} already.") from error
    click.echo(f"{slug} is part of the partnership.")


@agencies.command("list")
def list_agencies() -> None:
    """Print the short name, the DfE source code and the name of every organisation."""
    with transaction() as session:
        for slug, agency in sorted(agencies_by_slug(session).items()):
            click.echo(f"{slug:<40} {agency.source_code:<3} {agency.name}")


@accounts.command("add")
@click.argument("email")
@click.option("--agency", "slug", required=True, help="The short name of their organisation.")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(_ROLES))
@click.option("--job-title", default="")
@click.option("--phone", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def add_account(email: str, slug: str, name: str, role: str, job_title: str, phone: str, password_stdin: bool) -> None:
    """Open an account for EMAIL and print its password once; hand it over by a safe way."""
    if email.count("@") != 1 or len(email) > 254 or not email.isprintable():
        raise click.BadParameter("Give an email address", param_hint="EMAIL")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(15)
    wrong = problem_of(password, (name, email), current_app.config["SETTINGS"].breached_passwords)
    if wrong:
        raise click.ClickException(f"{wrong}.")
    try:
        with transaction() as session:
            agency = agency_named(session, slug)
            if agency is None:
                raise click.BadParameter("No agency has that short name; see: flask agencies list", param_hint="--agency")
            account = open_account(
                session, agency, name=clean_line(name)[:120], email=email, role=Role(role), password=password,
                job_title=clean_line(job_title)[:120], phone=clean_line(phone)[:40],
            )
            audit(session, None, "account.opened", subject_kind="account", subject_id=account.id, role=role)
    except IntegrityError as error:
        raise click.ClickException("That email address has an account already.") from error
    click.echo("The account is open." if password_stdin else f"The account is open. Password: {password}")


@accounts.command("close")
@click.argument("email")
def close(email: str) -> None:
    """Close the account of EMAIL at once: its sessions end, and what it did stays on record."""
    with transaction() as session:
        account = open_account_of(session, email)
        if account is None:
            raise click.ClickException("No open account has that email address.")
        close_account(session, None, account)
    click.echo("The account is closed and signed out everywhere.")


@accounts.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(_ROLES))
def change_role(email: str, role: str) -> None:
    """Give the account of EMAIL another ROLE; it is signed out everywhere, and signs in again with the new one."""
    with transaction() as session:
        account = open_account_of(session, email)
        if account is None:
            raise click.ClickException("No open account has that email address.")
        give_role(session, None, account, Role(role))
    click.echo("The role is changed and the account signed out everywhere.")
