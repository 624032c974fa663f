"""`flask risk`"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from sqlalchemy.exc import NoResultFound
from tqdm import tqdm

from safeguard.agencies.service import actor_for
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound, NotPermitted, RuleBroken
from safeguard.ops.group import Commands
from safeguard.ops.load import ablation_report
from safeguard.ops.load import report as load_report
from safeguard.ops.load.ablating import ablate as run_ablation
from safeguard.ops.load.taking import tally_of
from safeguard.ops.night_watch import Watch
from safeguard.ops.replay import dates as placing
from safeguard.ops.replay.reading import read
from safeguard.ops.replay.report import as_json, in_lines
from safeguard.ops.replay.running import replay as run
from safeguard.people.search import forget_old
from safeguard.risk import policy_trial
from safeguard.risk.model import PolicyTrial
from safeguard.risk.night import PAGE, families_of, next_people, people_to_read
from safeguard.risk.policy import NAMES, Policy
from safeguard.risk.policy_adoption import read_draft
from safeguard.risk.service import evaluate_children
from safeguard.risk.trial_summary import summary_of

risk = Commands("risk", help="Replay chronologies, count the load of a policy, read the signals of absence.")

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


class _PolicyFile(click.ParamType[Policy]):
    """A policy by the name of one that comes with the service, or out of a file."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Policy:
        if isinstance(value, Policy):
            return value
        if value in NAMES:
            return Policy.named(value)
        try:
            return Policy.read(value)
        except RuleBroken as error:
            _refuse(error)


_POLICY = _PolicyFile()


@risk.command("replay")
@click.argument("file", type=_IN)
@click.option("--feed", type=click.Choice(placing.FEEDS), default="all", show_default=True, help="What is fed: see docs/replay.md.")
@click.option("--dates", type=click.Choice(placing.CHOICES), default="latest", show_default=True, help="Which day of a loose date.")
@click.option("--policy", type=_POLICY, help="A policy to try in place of the one shipped: a file, or the name of one that comes with it.")
@click.option("--json", "out", type=_OUT, help="Write the whole report here.")
def replay(file: Path, feed: str, dates: str, policy: Policy | None, out: Path | None) -> None:
    """Replay the chronologies in FILE day by day in a throw-away database, and say what would have been flagged when."""
    try:
        policy = policy or Policy.load()
        cases = read(file.read_bytes())
    except RuleBroken as error:
        _refuse(error)
    replayed = list(run(cases, policy, dates=dates, feed=feed))
    for line in in_lines(replayed):
        click.echo(line)
    if out:
        _write(out, as_json(replayed, policy_version=policy.version, feed=feed, dates=dates))


def _refuse(error: RuleBroken) -> NoReturn:
    for problem in error.problems:
        click.echo(f"{problem.field}: {problem.message}", err=True)
    click.echo(f"{len(error.problems)} to mend; nothing was run.", err=True)
    raise SystemExit(1)


def _write(out: Path, report: dict[str, Any]) -> None:
    out.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(f"Written to {out}.")


@risk.command("load")
@click.option("--population", required=True, help="Address of a loaded demo database, or the path of its SQLite file; it is only read.")
@click.option("--weeks", default=52, show_default=True, type=click.IntRange(1, 520), help="How many weeks up to the newest event.")
@click.option("--policy", type=_POLICY, help="A policy to try in place of the one shipped: a file, or the name of one that comes with it.")
@click.option("--json", "out", type=_OUT, help="Write the whole report here.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def load(population: str, weeks: int, policy: Policy | None, out: Path | None, quiet: bool) -> None:
    """Count the new alerts a week that a policy makes over a population, and plain counting of contacts at the same load."""
    try:
        policy = policy or Policy.load()
        tally = tally_of(population, policy, weeks=weeks, quiet=quiet)
    except RuleBroken as error:
        _refuse(error)
    report = load_report.as_json(tally, policy_version=policy.version)
    for line in load_report.in_lines(report):
        click.echo(line)
    if out:
        _write(out, report)


@risk.command("ablate")
@click.argument("file", type=_IN)
@click.option("--population", required=True, help="Address of a loaded demo database, or the path of its SQLite file; it is only read.")
@click.option("--weeks", default=52, show_default=True, type=click.IntRange(1, 520), help="How many weeks up to the newest event.")
@click.option("--policy", type=_POLICY, help="A policy to try in place of the one shipped: a file, or the name of one that comes with it.")
@click.option("--dates", type=click.Choice(placing.CHOICES), default="latest", show_default=True, help="Which day of a loose date.")
@click.option("--feeds", is_flag=True, help="Leave out each feed in turn as well; this walks the population once for each.")
@click.option("--json", "out", type=_OUT, help="Write the whole report here.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def ablate(
    file: Path, population: str, weeks: int, policy: Policy | None, dates: str, feeds: bool, out: Path | None, quiet: bool
) -> None:
    """Say what each signal and each feed adds at equal load: recall and lead over FILE, load over a population."""
    try:
        policy = policy or Policy.load()
        cases = read(file.read_bytes())
        report = run_ablation(cases, population, policy, weeks=weeks, dates=dates, feeds=feeds, quiet=quiet)
    except RuleBroken as error:
        _refuse(error)
    for line in ablation_report.in_lines(report):
        click.echo(line)
    if out:
        _write(out, report)


@risk.command("nightly")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Where to keep how far the pass came; instance/night.json.")
@click.option("--again", is_flag=True, help="Read everybody once more, where tonight's pass is done already.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def nightly(state: Path | None, again: bool, quiet: bool) -> None:
    """Read the signals for everybody of whom anything is recorded: some fire or end because time has passed.

    Each page of people is a transaction of its own; a pass that was stopped goes on where it was. Run it every night. It
    also deletes what was typed into searches that nobody can open any more.
    """
    at, night = now(), today()
    with transaction() as session:
        forget_old(session, at=at)
    file = state or Path(current_app.config["MIGRATIONS_DIR"]).parent / "instance" / "night.json"
    watch = Watch(night) if again else Watch.kept(file, night)
    if watch.over:
        click.echo("Tonight's pass is done already. Use --again to read everybody once more.")
        return
    if watch.people:
        click.echo(f"Going on after the first {watch.people:,} people.")
    raised = 0
    # Read with their families before their turn; dropped once the pass has come past them.
    ahead: set[uuid.UUID] = set()
    with transaction() as session:
        wanted = people_to_read(session)
    with tqdm(total=max(wanted, watch.people), initial=watch.people, desc="People", unit="", disable=quiet or None) as bar:
        over = False
        while not over:
            with transaction() as session:
                people = next_people(session, watch.after)
                reading = families_of(session, people, ahead)
                raised += len(evaluate_children(session, reading, at=at))
            db.session.expunge_all()
            over = len(people) < PAGE
            ahead = {key for key in (*ahead, *reading) if key > people[-1]} if people else set()
            watch = Watch(night, people[-1] if people else watch.after, watch.people + len(people), over=over)
            watch.keep(file)
            bar.update(len(people))
    with transaction() as session:
        policy_trial.prune(session, at=at)
    click.echo(f"Read {watch.people:,} people; {raised:,} flags raised.")


@risk.command("try-policy")
@click.argument("file", type=_POLICY)
@click.option("--as", "email", required=True, help="The account of the manager who tries it; it is recorded.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def try_policy(file: Policy, email: str, quiet: bool) -> None:
    """Try a draft policy over the past year of this database, beside the policy in force, as the page does step by step.

    The result waits on the pages for whoever may adopt it. A trial that was stopped can be finished there.
    """
    try:
        with transaction() as session:
            trial = policy_trial.start(session, actor_for(session, email), read_draft(session, file.text), at=now())
        with tqdm(desc="Children", unit="", disable=quiet or None) as bar:
            while (step := policy_trial.next_step(db.session(), trial)) is not None:
                with transaction() as session:
                    policy_trial.keep_step(session, step, at=now())
                    trial = session.get_one(PolicyTrial, trial.id)
                    bar.total = policy_trial.progress_of(session, trial).total
                bar.update(len(step.found or ()))
    except RuleBroken as error:
        _refuse(error)
    except (NoResultFound, NotFound, NotPermitted) as error:
        raise click.ClickException(f"{email} may not try policies, or there is no such account") from error
    summary = summary_of((str(child), found) for child, found in policy_trial.results_of(db.session(), trial))
    for words, load in (("Red flags", summary.red), ("Amber flags", summary.amber), ("Children newly to review", summary.reviews)):
        was, becomes = (count / policy_trial.WEEKS for count in (load.now, load.draft))
        click.echo(f"{words:<25} {was:8.1f} a week now, {becomes:8.1f} under {trial.version}")
    click.echo(f"All of it: /risk/policy/trials/{trial.id}")
