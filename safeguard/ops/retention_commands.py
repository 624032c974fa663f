"""`flask retention`: finding files whose time has ended."""

from __future__ import annotations

import click

from safeguard.governance.retention.due import look
from safeguard.governance.retention.schedule import in_force
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

retention = Commands("retention", help="How long records are kept.")


@retention.command("due")
def due() -> None:
    """Put files whose time has ended before a person. Run it every month; it destroys nothing, and may be stopped at any time."""
    people = found = unknown = 0
    reached = None
    while True:
        with transaction() as session:
            page = look(session, in_force(session), after=reached, at=now())
        people, found, unknown = people + page.people, found + page.found, unknown + page.unknown
        reached = page.reached
        if reached is None:
            break
    click.echo(f"{people:,} people looked at: {found:,} {'file' if found == 1 else 'files'} to review")
    if unknown:
        click.echo(f"Of {unknown:,} it cannot be said when their time ends: what it runs from is not recorded. They are kept.")
