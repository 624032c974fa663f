"""`flask matching sweep`"""

from __future__ import annotations

import click
from tqdm import tqdm

from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Conflict
from safeguard.people.duplicates import how_many
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.sweep import begin, compare_next, keep, left
from safeguard.people.sweep_model import Sweep

_RUNNING = "Another sweep is running. Wait until it has ended."


@click.command("sweep")
@click.option("--all", "everything", is_flag=True, help="Compare everybody again, for a matcher that has changed.")
@click.option("--records", default=200, show_default=True, type=click.IntRange(1, 5000), help="Records a turn.")
@click.option("--turns", type=click.IntRange(1), help="Stop after so many turns; the next sweep goes on there.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def sweep(everything: bool, records: int, turns: int | None, quiet: bool) -> None:
    """Look for people who are known twice, and put them in the queue of probable duplicates.

    Compares what was stored or linked anew since the last sweep. It may be stopped at any time, and goes on when run
    again. Pairs of whom a person has said something are left alone. Nobody is joined.
    """
    try:
        with transaction() as session:
            current = begin(session, everything=everything, at=now())
            to_do = left(session, current)
    except Conflict as error:
        raise click.ClickException(_RUNNING) from error
    if current.matcher_version != MatchSettings.load().version:
        click.echo(f"This sweep was begun with matcher {current.matcher_version} and goes on with {MatchSettings.load().version}.")
    before = (current.records, current.pairs, current.seconds)
    try:
        _go_on(current, records, turns, tqdm(total=to_do, desc="Records", unit="", disable=quiet or None))
    except Conflict as error:
        raise click.ClickException(_RUNNING) from error
    with transaction() as session:
        waiting = how_many(session)
    click.echo(_words(current, before))
    click.echo(f"{current.found:,} found that were not in the queue. {waiting:,} probable duplicates wait for an answer.")
    if current.finished_at is None:
        click.echo("It is not finished: run it again to go on.")


def _go_on(current: Sweep, records: int, turns: int | None, bar: tqdm) -> None:
    done = 0
    with bar:
        while turns is None or done < turns:
            # Read and compare without a lock; only what was found is written under one.
            reached = current.reached
            turn = compare_next(db.session(), current, records=records)
            with transaction() as session:
                moved = keep(session, current.id, reached, turn, at=now())
            for name in ("reached", "records", "pairs", "found", "seconds", "finished_at"):
                setattr(current, name, getattr(moved, name))
            db.session.expunge_all()
            bar.update(len(turn.links))
            done += 1
            if moved.finished_at is not None:
                return


def _words(current: Sweep, before: tuple[int, int, float]) -> str:
    """What this run compared and how fast."""
    records, pairs, seconds = (now_ - then for now_, then in zip((current.records, current.pairs, current.seconds), before, strict=True))
    words = f"Compared {records:,} records with {pairs:,} people in {seconds:.1f} s"
    return f"{words}: {records / seconds:,.0f} records and {pairs / seconds:,.0f} pairs a second." if records and seconds else f"{words}."
