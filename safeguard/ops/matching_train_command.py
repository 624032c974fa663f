"""`flask matching train`: settings learnt from the authority's own records."""

from __future__ import annotations

import re
from pathlib import Path

import click
from sqlalchemy import func, select

from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.ops.matching_evaluate_command import settings_from, settings_option
from safeguard.people.matching.linking import ready
from safeguard.people.matching.settings import MatchSettings, SettingsProblem
from safeguard.people.matching.team import together
from safeguard.people.model import SourceRecord
from safeguard.people.statements import statement_of

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")
# Fewer than this say too little of how forms go wrong.
_FEWEST_MATCHES = 50


@click.command("train")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The new settings file. It must not exist yet.")
@click.option("--version", required=True, help='What the new settings are called, such as "2027-01-aldermoor".')
@click.option("--records", default=100_000, show_default=True, type=click.IntRange(100), help="At most this many source records are read.")
@settings_option
def train_settings(out: Path, version: str, records: int, settings_file: Path | None) -> None:
    """Learn from the stored records how likely each kind of agreement is, and write it as a new settings file.

    Nothing in use changes. Compare the file with the one in use, try it with `flask matching evaluate --settings`, and
    adopt it by naming it in SAFEGUARD_MATCHING_SETTINGS. What was decided before keeps the version that decided it.
    """
    # These two load NumPy, which takes longer than most commands do.
    from safeguard.people.matching.pairing import candidate_pairs
    from safeguard.people.matching.training import as_toml, common_names, fitted, train

    settings = settings_from(settings_file)
    if not _VERSION.fullmatch(version) or version == settings.version:
        raise click.BadParameter("give a new one, of at most 40 letters, figures and . _ + -", param_hint="--version")
    if out.exists():
        raise click.ClickException(f"{out} exists already. A version that decided something is kept: give another name.")
    with transaction() as session:
        total = session.scalar(select(func.count()).select_from(SourceRecord)) or 0
        rows = session.scalars(select(SourceRecord).order_by(SourceRecord.id).limit(records))
        statements = [statement_of(row) for row in rows]
    with together(lambda: ready(statements, settings), len(statements)) as team:
        profiles, pairs = team.profiles, candidate_pairs(team)
        learnt = train(fitted(settings, profiles), team, pairs, version=version) if pairs else None
    if learnt is None or learnt.matches < _FEWEST_MATCHES:
        raise click.ClickException(
            f"The {len(statements):,} records read hold too few people twice to learn from: at least {_FEWEST_MATCHES} pairs are needed."
        )
    surname, given = common_names(profiles)
    note = (
        f"Learnt on {today().isoformat()} from {len(statements):,} of {total:,} source records, under {settings.version}:\n"
        f"{learnt.pairs:,} pairs looked at, about {learnt.matches:,.0f} of one person. docs/matching.md explains the form."
    )
    # How likely two records picked by chance are one person stays as it was set: it depends on who is stored, not on forms.
    kept = {**learnt.settings.bands, **{name: settings.bands[name] for name in ("prior", "relatives", "twins")}}
    new = learnt.settings.with_shares(learnt.settings.shares, bands=kept, version=version)
    try:
        out.write_text(as_toml(new, note=note, surname=surname, given=given), encoding="utf-8")
        MatchSettings.read(out)
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
    except SettingsProblem as error:
        raise click.ClickException(f"{out} was written and cannot be read: {error}.") from error
    click.echo(f"Wrote {out} as version {version}, learnt from {learnt.pairs:,} pairs in {learnt.rounds} rounds.")
