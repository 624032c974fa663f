"""What an actor sees of the graph is the graph of what they may see: no count, path, hub, link, place in a picture, number of
statements or of rows read tells of the rest."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import event
from sqlalchemy.engine.cursor import CursorFetchStrategy

from safeguard import create_app
from safeguard.concerns import answer_json as plain
from safeguard.concerns import neighbourhood, neighbourhood_rows
from safeguard.concerns.genogram.tree import family_tree_of
from safeguard.concerns.network_events import ALL
from safeguard.concerns.network_picture import network_picture_of
from safeguard.concerns.questions.around import answered, around
from safeguard.concerns.questions.changes import changes
from safeguard.concerns.questions.connect import connect
from safeguard.concerns.questions.groups import groups
from safeguard.concerns.questions.merged import merged
from safeguard.concerns.questions.reach import reach
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import NotFound
from safeguard.people.sight import acting_for, unseen
from tests.conftest import settings_for
from tests.integration.graph_rows import Hidden, store, stranger
from tests.integration.help import somebody
from tests.integration.restricted import restricted
from tests.unit.concerns.populations import START, TODAY, population

KINDS = ("sqlite", "postgresql")


@contextmanager
def _database(url: str) -> Iterator[None]:
    app = create_app(settings_for(url))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind in KINDS for seed in range(4 if kind == "sqlite" else 1)])
def test_what_is_seen_is_the_graph_of_what_may_be_seen(
    kind: str, seed: int, copies: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits so low that whoever counts what is hidden comes to another answer."""
    for module, name, low in (
        (neighbourhood_rows, "_HUB_STATEMENTS", 3), (neighbourhood_rows, "_NEWEST", 3), (neighbourhood, "CROWD", 2),
        (neighbourhood, "MOST_RELATIONSHIPS", 2), (neighbourhood, "OFFICE", 3), (neighbourhood_rows, "_MOST_MARKED", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, low)
    found, made = population(1000 + seed), random.Random(seed)
    hidden = Hidden(
        people=made.sample(sorted(found.people), 3), addresses=made.sample(sorted(found.addresses), seed % 2),
        events=made.sample(sorted(event.id for event in found.events), min(len(found.events), seed % 3)),
    )  # fmt: skip
    database = copies(kind)
    with _database(database.copy()), transaction() as session:
        store(session, found)
        everything, _ran = _answers(session, found)
        _restrict_a_stranger(session)
        restricted(session, *hidden.people)
        for one in hidden.addresses:
            restricted(session, address_id=one)
        for one in hidden.events:
            if next(event for event in found.events if event.id == one).person_id not in hidden.people:
                restricted(session, event_id=one)
        session.flush()
        with acting_for(session, somebody(session)):
            seen, ran = _answers(session, found)
    with _database(database.copy()), transaction() as session:
        store(session, found, hidden)
        _restrict_a_stranger(session)
        with acting_for(session, somebody(session)):
            expected, usual = _answers(session, found)
    assert seen == expected
    assert ran == usual
    assert any(rows > 20 for _statements, rows in ran.values())
    assert seen != everything


def _restrict_a_stranger(session: Any) -> None:
    """Something of each kind is hidden that nothing near is joined to: where anything is, a few more statements are run."""
    person, address, event = stranger(session)
    restricted(session, person)
    restricted(session, address_id=address)
    restricted(session, event_id=event)
    session.flush()


def _answers(session: Any, found: Any) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    """Every question asked of everybody and every place, with pictures, table and export; and, for each, how many statements
    were run and how many rows read: what its time is made of.

    What says what is hidden at all is read before: it is the same whoever is looked at.
    """
    there = unseen(session)
    for what in ("people", "records", "referrals", "addresses", "events", "reworded", "at_hidden_addresses"):
        if there is not None:
            there.ids(session, what)
    people = sorted(found.people)
    asked: dict[str, Callable[[], Any]] = {"groups": lambda: plain.groups_json(groups(session, since=START, today=TODAY), on=TODAY)}
    for one in people[::2]:
        asked[f"drawn {one}"] = lambda one=one: _drawn(session, one)
        asked[f"around {one}"] = lambda one=one: plain.around_json(around(session, [one], hops=1, on=TODAY, today=TODAY))
    for one, other in zip(people[::3], [*people[5:], *people[:5]][::3], strict=True):
        asked[f"connect {one}"] = lambda one=one, other=other: plain.connection_json(
            connect(session, one, other, on=None, today=TODAY), on=TODAY
        )
    for one in people[::3]:
        asked[f"changes {one}"] = lambda one=one: plain.changes_json(changes(session, [one], since=START, today=TODAY))
        asked[f"merged {one}"] = lambda one=one: plain.merged_json(merged(session, people[1], one, today=TODAY), on=TODAY)
    for node in (*people[::3], *sorted(found.addresses)):
        asked[f"reach {node}"] = lambda node=node: plain.reach_json(reach(session, node, on=TODAY, today=TODAY), on=TODAY)
    answers, ran, rows, counts = {}, [], [], {}
    listen = lambda *words: ran.append(words[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    for name, ask in asked.items():
        if name == f"merged {people[1]}":
            continue
        ran.clear()
        rows.clear()
        try:
            with _rows_read(rows):
                answers[name] = ask()
        except NotFound:
            answers[name] = "not there"
        counts[name] = len(ran), sum(rows)
        session.expunge_all()
    event.remove(db.engine, "before_cursor_execute", listen)
    return {name: json.loads(json.dumps(answer)) for name, answer in answers.items()}, counts


@contextmanager
def _rows_read(rows: list[int]) -> Iterator[None]:
    """Note how many rows each fetch brings."""

    def noted(fetch: Callable[..., Any]) -> Callable[..., Any]:
        def run(*words: Any, **more: Any) -> Any:
            found = fetch(*words, **more)
            rows.append(len(found) if isinstance(found, list) else int(found is not None))
            return found

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fetchall", "fetchmany", "fetchone"):
            patch.setattr(CursorFetchStrategy, name, noted(getattr(CursorFetchStrategy, name)))
        yield


def _drawn(session: Any, one: uuid.UUID) -> list[str]:
    """The network page's picture and table and the family tree, as they are drawn."""
    near = neighbourhood.neighbourhood(session, [one], hops=2, thorough=True)
    if one not in near.people:
        raise NotFound("person")
    found = answered(near, hops=2, on=TODAY, today=TODAY)
    picture, each = (network_picture_of(near, found, opened=opened) for opened in ("", ALL))
    tree = family_tree_of(near, at=TODAY)
    svg = [
        current_app.jinja_env.get_template(f"concerns/{name}.html").module.__dict__[macro](*words)
        for name, macro, words in (
            ("network", "network_svg", (picture, ())), ("network", "network_svg", (each, ())),
            ("genogram", "genogram_svg", (tree.drawn, tree.title)),
        )
    ]  # fmt: skip
    return [*map(str, svg), *map(str, picture.lines), str(picture.steps), str(picture.left_out), str(picture.older), *picture.not_followed]


def test_who_is_named_sees_everything(context: Any) -> None:
    found = population(1001)
    with transaction() as session:
        store(session, found)
        everything = _answers(session, found)
        restricted(session, *sorted(found.people)[:3])
        with acting_for(session, somebody(session, "decider")):
            assert _answers(session, found)[0] == everything[0]


def test_a_hidden_person_is_not_there(context: Any) -> None:
    found = population(7)
    with transaction() as session:
        store(session, found)
        one = next(iter(found.people))
        restricted(session, one)
        with acting_for(session, somebody(session)), pytest.raises(NotFound):
            around(session, [one], hops=1, on=TODAY, today=TODAY)
        with acting_for(session, somebody(session)), pytest.raises(NotFound):
            reach(session, uuid.uuid4(), on=TODAY, today=TODAY)
