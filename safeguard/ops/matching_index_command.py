"""`flask matching index`"""

from __future__ import annotations

import click
from tqdm import tqdm

from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.people.key_build import begin, index_state, step


@click.command("index")
@click.option("--check", is_flag=True, help="Only say whether the index is whole; exit code 1 where it is not.")
@click.option("--again", is_flag=True, help="Make it from the beginning, whatever is there.")
@click.option(
    "--records", default=200_000, show_default=True, type=click.IntRange(1), help="Source records a step; a stopped one is done again."
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def index(check: bool, again: bool, records: int, quiet: bool) -> None:
    """Make the index by which people are found, or go on where it was left.

    To be run after an upgrade that changes the rules for keys, and after people were stored by other means. It may be
    stopped at any time: running it again goes on. Until it is finished fewer people are found than there are.
    """
    with transaction() as session:
        state = index_state(session) if check else begin(session, again=again)
    if check and not state.finished:
        raise click.ClickException(f"The index covers {state.done:,} of {state.total:,} source records. Run: flask matching index")
    if state.finished:
        click.echo(f"The index is whole: {state.total:,} source records.")
        return
    with tqdm(total=state.total, initial=state.done, desc="Source records", unit="", disable=quiet or None) as bar:
        while True:
            with transaction() as session:
                done = step(session, records=records, at=now(), on_progress=bar.update)
            db.session.expunge_all()
            if not done:
                break
    click.echo("The index is whole.")
