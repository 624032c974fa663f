"""`flask audit`"""

from __future__ import annotations

import click

from safeguard.audit.service import verify
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

audit = Commands("audit", help="Check the audit.")


@audit.command("verify")
def verify_chain() -> None:
    """Check every row of the audit chain; exit 1 at the first one that does not hold."""
    with transaction() as session:
        read, broken = verify(session)
    if broken:
        click.echo(f"The audit does not hold: {broken.words}.", err=True)
        raise SystemExit(1)
    click.echo(f"The audit holds: {read:,} rows checked.")
