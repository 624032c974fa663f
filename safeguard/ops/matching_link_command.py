"""`flask matching link`: the matcher over files that are not in the database."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from safeguard.kernel.clock import today
from safeguard.ops.matching_evaluate_command import settings_from, settings_option
from safeguard.people.matching.columns import ColumnProblem, Read, column_map, read_rows
from safeguard.people.matching.linking import Linked, likeliest, one_to_one, ready, scored
from safeguard.people.matching.profile import Profile
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.team import Team, together

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_NOTICES = 20


@click.command("link")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--columns", required=True, type=_FILE, help="A JSON object: which column holds which field.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the pairs are written, as CSV.")
@click.option("--train", "trains", is_flag=True, help="Learn the shares from the files first.")
@click.option("--one-to-one/--many", "single", default=None, help="Whether a record has one match at most: so for two files.")
@settings_option
def link_files(
    files: tuple[Path, ...], columns: Path, out: Path, trains: bool, single: bool | None, settings_file: Path | None
) -> None:
    """Link A.csv with B.csv, or find the duplicates within A.csv (see docs/matching.md).

    Writes id_a, id_b, probability and band, the likeliest first. Lines that are refused are named, and then the command
    ends with status 1 when all else is done.
    """
    if len(files) > 2:
        raise click.UsageError("Give one file or two.")
    settings = settings_from(settings_file)
    names, contents = _columns(columns), [_content(file) for file in files]
    read: list[Read] = []

    def made() -> list[Profile]:
        read[:] = (_rows(file, content, names) for file, content in zip(files, contents, strict=True))
        return ready((statement for one in read for statement in one.statements), settings)

    with together(made, sum(content.count(b"\n") for content in contents)) as team:
        _tell(files, read)
        first = len(read[0].statements) if len(read) == 2 else None
        links = _links(team, first, settings, f"{settings.version}+{files[0].stem[:16]}" if trains else None)
        if single if single is not None else first is not None:
            records = len(team.profiles)
            links = one_to_one(links, min(first, records - first) if first is not None else records // 2)
        _write(out, links, team.profiles)
    likely = sum(one.odds >= 0 for one in links)
    click.echo(f"{len(links):,} pairs written to {out}, {likely:,} of them likelier than not.")
    if any(notice.refused for one in read for notice in one.notices):
        raise SystemExit(1)


def _links(team: Team, first: int | None, settings: MatchSettings, learns: str | None) -> list[Linked]:
    """The likeliest pairs first. `learns`: what the settings are called that are learnt from the files beforehand."""
    # These two load NumPy, which takes longer than most commands do.
    from safeguard.people.matching.pairing import candidate_pairs
    from safeguard.people.matching.training import fitted, train

    settings = fitted(settings, team.profiles, first)
    pairs = candidate_pairs(team, first)
    click.echo(f"{len(pairs):,} pairs to compare.")
    if learns and pairs:
        learnt = train(settings, team, pairs, version=learns, first=first)
        settings = learnt.settings
        click.echo(f"Trained on {learnt.pairs:,} pairs; about {learnt.matches:,.0f} of all are expected to be one person.")
    return sorted(scored(team, pairs, settings), key=likeliest)


def _columns(columns: Path) -> dict[str, str]:
    try:
        return column_map(json.loads(columns.read_bytes()))
    except ColumnProblem as error:
        raise click.ClickException(f"{columns}: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{columns}: this is not JSON: {error}.") from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} could not be read: {error.strerror}.") from error


def _rows(file: Path, content: bytes, names: Mapping[str, str]) -> Read:
    try:
        return read_rows(content, names, on=today())
    except ColumnProblem as error:
        raise click.ClickException(f"{file}: {error}.") from error


def _tell(files: Sequence[Path], read: Sequence[Read]) -> None:
    """How much was read, and what is wrong with which lines."""
    for file, one in zip(files, read, strict=True):
        for notice in one.notices[:_MOST_NOTICES]:
            click.echo(f"{file}, line {notice.line}: {notice.words}" if notice.line else f"{file}: {notice.words}", err=True)
        if len(one.notices) > _MOST_NOTICES:
            refused = sum(notice.refused for notice in one.notices)
            click.echo(f"{file}: {len(one.notices):,} such lines in all, {refused:,} of them left out", err=True)
    click.echo(f"{' and '.join(f'{len(one.statements):,}' for one in read)} records read.")


def _write(out: Path, links: Sequence[Linked], profiles: Sequence[Profile]) -> None:
    try:
        out.touch(mode=0o600)
        with out.open("w", encoding="utf-8", newline="") as handle:
            rows = csv.writer(handle)
            rows.writerow(("id_a", "id_b", "probability", "band"))
            for link in links:
                one, other = profiles[link.one].said, profiles[link.other].said
                rows.writerow((one.id, other.id, f"{link.probability:.6f}", link.band))
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
