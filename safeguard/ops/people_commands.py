"""`flask people`"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path
from typing import TextIO

import click
from tqdm import tqdm

from safeguard.agencies.model import Agency
from safeguard.agencies.service import agency_named
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import RuleBroken
from safeguard.ops.group import Commands
from safeguard.registers.file import encoding_of, rows_of
from safeguard.registers.intake import Checked, Intake
from safeguard.registers.report import REPORT_COLUMNS, report_rows
from safeguard.registers.service import Taken, foresee, take

people = Commands("people", help="Take people from population registers.")

_BATCH = 100
_WORDS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252 (it is not UTF-8)", "latin-1": "Latin-1 (it is not UTF-8)"}


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "slug", required=True, help="The short name of the agency whose register it is.")
@click.option("--register", "register", required=True, help="The register's name, such as school-census: the same every time.")
@click.option("--apply", "apply_", is_flag=True, help="Store the people. Without it nothing is stored: a dry run.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column to leave unread. May be given several times.")
@click.option("--stated-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of which the register speaks; today if not given.")
@click.option("--report", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write what became of each row to this CSV.")
@click.option("--quiet", is_flag=True, help="No progress bar, and no line for each row that is refused.")
def import_file(
    file: Path, slug: str, register: str, apply_: bool, ignore: tuple[str, ...], stated_on: datetime | None,
    report: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Take the people in FILE, a CSV with a header (docs/people-import.md lists the columns).

    Every row ends as matched, possible, new, unchanged or refused, with the reason. A refused row stops nothing; the
    command then ends with status 1. The same file taken twice changes nothing, and a run that was broken off is
    finished by running it again.
    """
    _check_options(slug, register, stated_on)
    encoding = encoding_of(file)
    click.echo(f"Reading {file.name} as {_WORDS[encoding]}. " + ("" if apply_ else "This is a dry run: nothing is stored."))
    counts: Counter[str] = Counter()
    stated_at = datetime.combine(stated_on.date(), time(12), tzinfo=UTC) if stated_on else now()
    if report:
        report.touch(mode=0o600)  # it names nobody, and is still nobody else's
    with ExitStack() as stack:
        handle = stack.enter_context(file.open(encoding=encoding, newline=""))
        out = stack.enter_context(report.open("w", encoding="utf-8", newline="")) if report else None
        writer = csv.writer(out) if out else None
        if writer:
            writer.writerow(REPORT_COLUMNS)
        bar = stack.enter_context(tqdm(desc="Rows", unit="", disable=quiet or None))
        try:
            for batch in _batches(handle, ignore):
                taken = _take(slug, register, batch, apply_=apply_, stated_at=min(stated_at, now()))
                for cells in report_rows(batch, taken):
                    if writer:
                        writer.writerow(cells)
                    if cells.outcome == "refused" and not quiet:
                        click.echo(f"line {cells.line}: refused: {cells.field}: {cells.reason}", err=True)
                counts.update("refused" if one.entry is None else taken[one.line].result for one in batch)
                bar.update(len(batch))
        except RuleBroken as broken:
            raise click.ClickException("; ".join(f"{one.field}: {one.message}" for one in broken.problems)) from broken
        except UnicodeError as broken:
            raise click.ClickException("The file is not the text it says it is. Export it again, as CSV UTF-8.") from broken
    _conclude(counts, apply_)


def _check_options(slug: str, register: str, stated_on: datetime | None) -> None:
    if not 0 < len(register.strip()) <= 40 or not register.isprintable():
        raise click.BadParameter("Give the register a name of 1 to 40 characters", param_hint="--register")
    if stated_on and stated_on.date() > today():
        raise click.BadParameter("The day lies in the future", param_hint="--stated-on")
    with transaction() as session:
        if agency_named(session, slug) is None:
            raise click.BadParameter(f"No agency has the short name {slug[:80]!r}", param_hint="--agency")


def _batches(handle: TextIO, ignore: tuple[str, ...]) -> Iterator[list[Checked]]:
    intake = Intake(today())
    rows = (intake.check(row) for row in rows_of(handle, ignored=ignore))
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _take(slug: str, register: str, batch: list[Checked], *, apply_: bool, stated_at: datetime) -> dict[int, Taken]:
    """What becomes of the good rows of one batch, by line; a transaction of its own, so that a broken run keeps it."""
    good = [(one.line, one.entry) for one in batch if one.entry is not None]
    with transaction() as session:
        agency = _agency(agency_named(session, slug))
        entries = [entry for _line, entry in good]
        if apply_:
            taken = take(session, agency, register, entries, at=now(), stated_at=stated_at)
        else:
            taken = foresee(session, agency, register, entries, stated_at=stated_at)
    db.session.expunge_all()
    return {line: one for (line, _entry), one in zip(good, taken, strict=True)}


def _agency(found: Agency | None) -> Agency:
    if found is None:
        raise click.ClickException("The agency was removed meanwhile.")
    return found


def _conclude(counts: Counter[str], apply_: bool) -> None:
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("matched", "possible", "new", "unchanged", "refused"))
    click.echo(f"{counts.total():,} rows: {said}.")
    if not apply_:
        click.echo("Nothing was stored. Run it again with --apply to take the people in.")
    if counts["refused"]:
        raise SystemExit(1)
