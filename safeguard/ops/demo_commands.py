"""`flask demo`"""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app

from config import Settings
from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.ops.demo.accounts import ACCOUNTS, PASSWORD
from safeguard.ops.demo.loader import holds_people
from safeguard.ops.demo.loader import load as load_authority
from safeguard.ops.demo.loading import Loading, empty_database, mark_finished, state_of
from safeguard.ops.demo.sample import sample_lines
from safeguard.ops.group import Commands

demo = Commands("demo", help="Made-up data to try the service with.")


def _refuse_real_settings() -> None:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.allows_synthetic_data:
        raise click.ClickException("These are production settings. Made-up people never go into a real database.")


@demo.command("load")
@click.option("--children", default=600, show_default=True, type=click.IntRange(20, 200_000), help="About how many children.")
@click.option("--seed", default=2026, show_default=True, type=int, help="The same seed makes the same people.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the story; today if not given.")
@click.option("--if-empty", is_flag=True, help="Do nothing where anybody is stored already.")
@click.option("--start-afresh", is_flag=True, help="First delete everything in this database, which must hold made-up people only.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def load(children: int, seed: int, until: datetime | None, if_empty: bool, start_afresh: bool, quiet: bool) -> None:
    """Make an authority: households, schools, agencies, and two years of referrals at national rates."""
    _refuse_real_settings()
    if start_afresh:
        empty_database()
        click.echo("Everything in the database was deleted.")
    with transaction() as session:
        state, full = state_of(session), holds_people(session)
    if state is Loading.UNFINISHED:
        raise click.ClickException(
            "An earlier load was interrupted, so the database holds only part of its invented authority. "
            "Nothing was deleted. To delete it all and load again, run: flask --app wsgi demo load --start-afresh"
        )
    if full:
        if if_empty:
            click.echo("The database holds people already: nothing was loaded.")
            _print_sign_ins()
            return
        raise click.ClickException("The database holds people already. Load into an empty one, or add --if-empty.")
    made = load_authority(children=children, seed=seed, today=until.date() if until else today(), quiet=quiet)
    with transaction() as session:
        mark_finished(session, referrals=made)
    click.echo(f"Loaded about {children:,} made-up children and {made:,} referrals.")
    _print_sign_ins()


@demo.command("accounts")
def accounts() -> None:
    """Print the demo sign-ins."""
    _refuse_real_settings()
    _print_sign_ins()


def _print_sign_ins() -> None:
    click.echo(f"Sign in with the password {PASSWORD} as:")
    for account in ACCOUNTS:
        click.echo(f"  {account.email:<30} {account.role.label} ({account.job_title.lower()})")


@demo.command("sample")
@click.option("--seed", default=25, show_default=True, type=int)
def sample(seed: int) -> None:
    """Print 25 made-up referrals in the documented JSON form, for `flask referrals import`."""
    for line in sample_lines(seed):
        click.echo(line)
