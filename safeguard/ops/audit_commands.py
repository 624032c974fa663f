"""`flask audit`"""

from __future__ import annotations

from pathlib import Path

import click

from safeguard.audit.service import anchor, holds_anchor, verify
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

audit = Commands("audit", help="Check the audit.")


@audit.command("verify")
@click.option("--anchor", "kept", metavar="LINE|FILE", help="Also check that the chain still contains this anchor, or each in the file.")
@click.option("--since", metavar="LINE", help="Read only the rows after this anchor, and that its own row is still there.")
def verify_chain(kept: str | None, since: str | None) -> None:
    """Check every row of the audit chain, or those since an anchor; exit 1 at the first one that does not hold.

    The chain alone cannot show that its newest rows were taken away: an anchor kept elsewhere does.
    """
    with transaction() as session:
        try:
            read, broken = verify(session, since=since)
            lines = _anchors(kept)
            broken = broken or next(filter(None, (holds_anchor(session, line) for line in lines)), None)
        except ValueError as error:
            raise click.ClickException(f"{error}.") from error
    if broken:
        click.echo(f"The audit does not hold: {broken.words}.", err=True)
        raise SystemExit(1)
    held = f", {len(lines)} {'anchor' if len(lines) == 1 else 'anchors'} held" if lines else ""
    click.echo(f"The audit holds: {read:,} rows checked{held}.")


@audit.command("anchor")
def print_anchor() -> None:
    """Print a signed line about the newest row. Keep it where whoever could change the database cannot reach."""
    with transaction() as session:
        click.echo(anchor(session))


def _anchors(kept: str | None) -> list[str]:
    if kept is None:
        return []
    if kept.startswith("audit-anchor "):
        return [kept]
    try:
        lines = [line for line in Path(kept).read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{kept[:80]} is neither an anchor line nor a file that can be read.") from error
    if not lines:
        raise click.ClickException(f"There is no anchor in {kept[:80]}.")
    return lines
