"""`flask audit`"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import click

from safeguard.audit.digest import digest_of, holds_digest
from safeguard.audit.service import anchor, holds_anchor, verify
from safeguard.kernel.clock import today
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


@audit.command("digest")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day; yesterday if not given.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path), help="Write it to a file here.")
def print_digest(day: datetime | None, folder: Path | None) -> None:
    """Print the signed digest of a day: its rows by action, and an anchor. Run it every night, and keep it elsewhere."""
    wanted = day.date() if day else today() - timedelta(days=1)
    with transaction() as session:
        said = digest_of(session, wanted)
    if folder is None:
        click.echo(said, nl=False)
        return
    path = folder / f"audit-{wanted.isoformat()}.txt"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(said)
    except FileExistsError as error:
        raise click.ClickException(f"{path.name} is there already, and is not written over.") from error
    click.echo(f"{path.name} is written. Move it to where whoever could change the database cannot reach.")


@audit.command("check-digest")
@click.argument("file", type=click.File(encoding="utf-8"))
def check_digest(file: TextIO) -> None:
    """Check that the audit still has what the digest in FILE says; exit 1 where it has not."""
    with transaction() as session:
        try:
            broken = holds_digest(session, file.read(1_000_000))
        except (ValueError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{error}.") from error
    if broken:
        click.echo(f"The audit does not hold: {broken.words}.", err=True)
        raise SystemExit(1)
    click.echo("The audit has what the digest says.")


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
