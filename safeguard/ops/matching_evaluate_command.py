"""`flask matching evaluate`: how the matcher does on labelled pairs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from safeguard.people.matching.evaluation import confusion, disagreements, evaluate
from safeguard.people.matching.pairs import PairProblem, pairs_of
from safeguard.people.matching.settings import MatchSettings, SettingsProblem


def settings_from(path: Path | None) -> MatchSettings:
    """The settings in `path`, or those in use.

    Raises:
        ClickException: naming what is wrong with the file.
    """
    try:
        return MatchSettings.read(path) if path else MatchSettings.load()
    except (SettingsProblem, OSError) as error:
        raise click.ClickException(f"{path}: {error}.") from error


def settings_option(command: click.decorators.FC) -> click.decorators.FC:
    """`--settings FILE`, for every command that compares."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--settings", "settings_file", type=kind, help="Another settings file than the one in use.")(command)


@click.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write each pair's band, probability and weights.")
@settings_option
def evaluate_pairs(file: Path, out: Path | None, settings_file: Path | None) -> None:
    """Judge the labelled pairs in FILE, a JSON list of {id, a, b, expect} (see docs/matching.md).

    Prints how the bands fall for each expected verdict, and every disagreement explained line by line.
    """
    settings = settings_from(settings_file)
    try:
        pairs = pairs_of(json.loads(file.read_bytes()))
    except PairProblem as error:
        raise click.ClickException(f"{file}: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file}: this is not JSON: {error}.") from error
    judged = evaluate(pairs, settings)
    ignored = sorted({name for pair in pairs for name in pair.ignored})
    if ignored:
        click.echo(f"Not read, because the matcher does not know them: {', '.join(ignored)}", err=True)
    click.echo(confusion(judged))
    for one in disagreements(judged):
        click.echo(f"\n{one}")
    if out:
        try:
            out.write_text(json.dumps([one.document() for one in judged], indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
