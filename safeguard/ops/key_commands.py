"""`flask keys`: the ring of keys that sealed columns hang on."""

from __future__ import annotations

import click

from safeguard.kernel.database import db, transaction
from safeguard.kernel.key_ring import KeyRing, SealBroken, new_key
from safeguard.kernel.sealed import ring
from safeguard.ops.group import Commands
from safeguard.ops.old_pages import StillRead, write_anew
from safeguard.ops.turning import columns, hanging_on, turn

keys = Commands("keys", help="The keys that sealed data hangs on.")


@keys.command("new")
@click.argument("name")
def new(name: str) -> None:
    """Print a new key called NAME, such as 2026-11, to put before the others in SAFEGUARD_DATA_KEYS."""
    made = f"{name}:{new_key()}"
    try:
        KeyRing.read(made)
    except ValueError as error:
        raise click.BadParameter("Use letters, digits and hyphens, at most 40", param_hint="NAME") from error
    click.echo(made)


@keys.command("list")
def list_keys() -> None:
    """Print how many values hang on each key: one on which none hangs may be taken off the ring."""
    with transaction() as session:
        counts = hanging_on(session)
    for name, _key in ring().keys:
        click.echo(f"{name:<42}{counts[name]:>10,}{'  seals' if name == ring().current else ''}")
    if counts[""]:
        raise click.ClickException(f"{counts['']:,} values hang on a key that is not on the ring: they cannot be opened.")


@keys.command("rotate")
@click.option("--batch", default=500, show_default=True, type=click.IntRange(1, 10_000), help="How many values a transaction.")
def rotate(batch: int) -> None:
    """Let every value hang on the newest key. May be stopped and run again at any time: what is done stays done."""
    total = 0
    for kind, column in columns():
        while True:
            try:
                with transaction() as session:
                    turned = turn(session, kind, column, batch)
            except SealBroken as error:
                raise click.ClickException(f"The value in {error} does not open: put the key it hangs on back on the ring.") from error
            total += turned
            if turned < batch:
                break
    click.echo(f"{total:,} values were turned to the key {ring().current}.")


@keys.command("clean")
@click.option("--everything", is_flag=True, help="Every table, as after records were destroyed. SQLite always writes all of them.")
def clean(everything: bool) -> None:
    """Take out of the database's files what was sealed or deleted since and lies in free pages. Stop the service first."""
    try:
        count = write_anew(db.engine, everything=everything)
    except StillRead as error:
        raise click.ClickException("Another process reads the database, so its journal keeps old pages. Stop it, and try again.") from error
    click.echo(f"{count:,} tables were written anew. Backups and archived journals made before still hold what they held.")
