"""Commands about access: the matrix as documentation, and the nightly look at who looked."""

from __future__ import annotations

from datetime import timedelta

import click

from safeguard.access.matrix import as_markdown
from safeguard.governance.unusual import RULES, watch
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

access = Commands("access", help="Who may do what, and looking that somebody should ask about.")


@access.command("matrix")
def print_matrix() -> None:
    """Print docs/permissions.md, from the policy."""
    for line in as_markdown():
        click.echo(line)


@access.command("watch")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day to read; yesterday if not given.")
def watch_day(day: object) -> None:
    """Read a day of the audit for unusual looking, for somebody to review. Run it every night."""
    wanted = day.date() if hasattr(day, "date") else today() - timedelta(days=1)
    with transaction() as session:
        found = watch(session, wanted, at=now())
    for one in found:
        click.echo(f"{wanted}: {RULES[one.rule]}")
    click.echo(f"{len(found)} to review")
