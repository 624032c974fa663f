"""`flask graph`: the questions of docs/graph.md, on the command line."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from safeguard.access.policy import permits
from safeguard.agencies.service import actor_for
from safeguard.audit.service import record as audit
from safeguard.concerns import answer_json as plain
from safeguard.concerns.questions.around import around as who_is_around
from safeguard.concerns.questions.changes import changes as what_changed
from safeguard.concerns.questions.connect import connect as how_connected
from safeguard.concerns.questions.groups import groups as which_groups
from safeguard.concerns.questions.merged import merged as if_merged
from safeguard.concerns.questions.reach import reach as who_is_reached
from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.ops.group import Commands
from safeguard.people.sight import acting_for

graph = Commands("graph", help="Ask the concern graph. Every answer is noted in the audit.")

_Day = click.DateTime(["%Y-%m-%d"])
_Command = Callable[..., Any]


def _asked(command: _Command) -> _Command:
    """The options that every question has."""
    as_json = click.option("--json", "as_json", is_flag=True, help="As JSON, in the form that docs/graph.md describes.")
    as_who = click.option("--as", "email", metavar="EMAIL", help="As this account sees it. Otherwise everything is read.")
    return as_json(as_who(command))


_on = click.option("--on", type=_Day, help="The day of which is asked; today if not given.")
_since = click.option("--since", type=_Day, required=True, help="The first day that counts.")


@contextmanager
def _session(email: str | None, question: str, *subjects: uuid.UUID) -> Iterator[Session]:
    with _refusals(), transaction() as session:
        actor = actor_for(session, email) if email else None
        if actor is not None and not permits(actor, "person.view"):
            raise click.BadParameter("This account may not open the history of people", param_hint="--as")
        with acting_for(session, actor) if actor else nullcontext():
            audit(
                session, actor, "graph.asked", subject_kind="person" if subjects else None,
                subject_id=subjects[0] if subjects else None, shown=subjects[1:], question=question,
            )  # fmt: skip
            yield session


@contextmanager
def _refusals() -> Iterator[None]:
    """What was asked for in vain, in the words of the command line."""
    try:
        yield
    except NotFound as missing:
        raise click.ClickException(f"There is no such {missing}.") from missing
    except NoResultFound as missing:
        raise click.BadParameter("There is no such account", param_hint="--as") from missing
    except RuleBroken as broken:
        raise click.ClickException("; ".join(f"{one.field}: {one.message}" for one in broken.problems) + ".") from broken


@graph.command("around")
@click.argument("person", type=click.UUID)
@click.option("--hops", default=2, show_default=True, help="How many steps away, 1 to 3.")
@_on
@_asked
def around(person: uuid.UUID, hops: int, on: datetime | None, email: str | None, as_json: bool) -> None:
    """Who is around PERSON (an id), to a distance and on a day?"""
    with _session(email, "around", person) as session:
        answer = who_is_around(session, [person], hops=hops, on=_day(on), today=today())
    told = plain.around_json(answer)
    if as_json:
        _print(told)
        return
    for node in sorted(told["nodes"], key=lambda one: (one.get("steps", 99), one["label"])):
        if "steps" in node:
            click.echo(f"{node['steps']}  {node['label']}")
    labels = {node["id"]: node["label"] for node in told["nodes"]}
    for group in told["event_groups"]:
        click.echo(f"{group['words']}, {group['first']} to {group['last']}: {', '.join(labels[key] for key in group['of'])}")
    _links(told["links"])
    for path in told["risk_paths"]:
        click.echo(f"May pose a risk, by way of: {'; '.join(path['steps'])}")
    for hub in told["not_shown"]["hubs"]:
        click.echo(f"Not everybody is shown: {hub['people_ever']:,} people are said to have lived at {hub['label']}.")
    if told["not_shown"]["people"]:
        click.echo(f"{told['not_shown']['people']:,} more people are near and were not followed.")


@graph.command("connect")
@click.argument("one", type=click.UUID)
@click.argument("other", type=click.UUID)
@click.option("--on", type=_Day, help="Only what counted on this day; otherwise what ever did.")
@_asked
def connect(one: uuid.UUID, other: uuid.UUID, on: datetime | None, email: str | None, as_json: bool) -> None:
    """How are ONE and OTHER connected? Every shortest path."""
    with _session(email, "connect", one, other) as session:
        answer = how_connected(session, one, other, on=on.date() if on else None, today=today())
    told = plain.connection_json(answer, on=_day(on))
    if as_json:
        _print(told)
        return
    if not told["paths"]:
        click.echo(f"No connection of up to {told['longest_searched']} steps is known.")
    for number, path in enumerate(told["paths"], 1):
        click.echo(f"{number}. " + " – ".join(person["label"] for person in path["people"]))
        for step in path["steps"]:
            _links(step)
    if told["not_everybody_followed"]:
        click.echo("There were more people near than could be followed: there may be other ways.")


@graph.command("reach")
@click.argument("node", type=click.UUID)
@_on
@_asked
def reach(node: uuid.UUID, on: datetime | None, email: str | None, as_json: bool) -> None:
    """Which children does NODE (the id of a person, address, school or practice) connect?"""
    with _session(email, "reach", node) as session:
        answer = who_is_reached(session, node, on=_day(on), today=today())
    told = plain.reach_json(answer, on=_day(on))
    if as_json:
        _print(told)
        return
    click.echo(f"{told['of']['label']}: {told['people']:,} people")
    if told["summarised"]:
        click.echo("Too many to show: only children with a concern in the last year follow.")
    for child in told["children"]:
        last = f", last on {child['last_concern']}" if child["last_concern"] else ""
        click.echo(f"{child['label']}: {child['concerns']} concerns{last}")
        _links(child["links"])


@graph.command("groups")
@_since
@_asked
def groups(since: datetime, email: str | None, as_json: bool) -> None:
    """Which groups of children do places, online spaces, vehicles, phones, missing episodes or adults join?"""
    with _session(email, "groups") as session:
        answer = which_groups(session, since=since.date(), today=today())
    told = plain.groups_json(answer, on=today())
    if as_json:
        _print(told)
        return
    if not told["groups"]:
        click.echo("No children are joined by anything outside their families.")
    for number, group in enumerate(told["groups"], 1):
        click.echo(f"{number}. " + ", ".join(f"{child['label']} ({child['joined_with']})" for child in group["children"]))
        _links(group["links"])


@graph.command("changes")
@click.argument("person", type=click.UUID)
@_since
@_asked
def changes(person: uuid.UUID, since: datetime, email: str | None, as_json: bool) -> None:
    """What changed around PERSON's family since a day?"""
    with _session(email, "changes", person) as session:
        answer = what_changed(session, [person], since=since.date(), today=today())
    told = plain.changes_json(answer)
    if as_json:
        _print(told)
        return
    for one in told["changes"]:
        click.echo(f"{one['on']}  {one['label']}: {one['words']}")
    if not told["changes"]:
        click.echo("Nothing is known to have changed.")


@graph.command("merged")
@click.argument("stays", type=click.UUID)
@click.argument("joins", type=click.UUID)
@_asked
def merged(stays: uuid.UUID, joins: uuid.UUID, email: str | None, as_json: bool) -> None:
    """What would the family look like if STAYS and JOINS were the same person? Nothing is changed."""
    with _session(email, "merged", stays, joins) as session:
        answer = if_merged(session, stays, joins, today=today())
    told = plain.merged_json(answer, on=today())
    if as_json:
        _print(told)
        return
    for doubt in told["doubts"]:
        click.echo(f"Against it: {doubt}.")
    _links(told["links"])


def _day(on: datetime | None) -> date:
    return on.date() if on else today()


def _print(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def _links(links: list[dict[str, Any]]) -> None:
    for link in links:
        marks = [link["standing"]] if link["standing"] not in {"stated", "derived"} else []
        notes = "".join(f" [{note}]" for note in (*marks, *link["impossible"]))
        click.echo(f"   {link['words']}, {link['dates']}{notes} ({'; '.join(link['said_by'])})")
