"""What a request sees: every query made for somebody leaves out what is hidden from them, whoever wrote it.

Each table that tells of people says once, beside its model, which of its rows are hidden (`keep_from_view`). While a
request acts for an actor, those conditions stand in every ORM query, in counts and in subqueries as well, and what may be
known but not read is covered as it is loaded (`cover`). Rules that must see everything to be right, such as matching and
signals, say so with `whole`: they write what is true for everybody and show nothing to the actor.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, has_request_context
from sqlalchemy import ColumnElement, event, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption

from safeguard.access.actor import Actor
from safeguard.kernel.record_key import open_with, unwrapped_key
from safeguard.kernel.sealed import place_of, ring
from safeguard.people import visible

P = ParamSpec("P")
R = TypeVar("R")
# As many ids go into a statement; the conditions of one name several sets of them.
FEW = 500
_WHOLE, _ACTING = "sees_everything", "acting_for"


class Unseen:
    """What is hidden from one actor at one moment, as conditions for queries; and of which kinds there is any."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.actor = actor
        restrictions: dict[str, list[uuid.UUID]] = defaultdict(list)
        with whole(session):
            for kind, key in session.execute(visible.stops(actor)).tuples():
                restrictions[kind].append(key)
        conflicts = restrictions["conflict"]
        stopped = {
            "people": restrictions["person"] or conflicts, "addresses": restrictions["address"], "events": restrictions["event"],
        }  # fmt: skip
        self.any = frozenset(kind for kind, there in stopped.items() if there)
        self._sets: dict[str, frozenset[Any]] = {}
        few = partial(self._few, session)
        self.people = few("people", "people", visible.people_behind(restrictions["person"], conflicts))
        self.records = few("people", "records", visible.records_behind(self.people))
        self.referrals = few("people", "referrals", visible.referrals_behind(self.records))
        self.addresses = few("addresses", "addresses", visible.addresses_behind(restrictions["address"]))
        self.at_hidden_addresses = few("addresses", "at_hidden_addresses", visible.records_at(self.addresses))
        self.events = few("events", "events", visible.events_behind(restrictions["event"], worded=False))
        self.reworded = few("events", "reworded", visible.events_behind(restrictions["event"], worded=True))
        self.words: dict[uuid.UUID, str] = {}
        self.ready: set[type] = set()
        # What the rooms above keep here to cover their own rows.
        self.kept: dict[str, Any] = {}
        self._hidings: list[_Hiding] | None = None
        if self.any:
            self._prepare(session, restrictions["event"])

    def _few(self, session: Session, kind: str, what: str, hidden: visible.Hidden) -> visible.Ids:
        """The ids of `what` themselves where they are few, as nearly always, and the query of them where they are many.

        A query inside another is only worked out when a row is there to be tried by it, and its time would tell a row that is
        hidden from one that is not there.
        """
        found: frozenset[Any] = frozenset()
        if kind in self.any:
            with whole(session):
                found = frozenset(session.scalars(select(hidden.subquery()).limit(FEW + 1)))
        if len(found) > FEW:
            return hidden
        self._sets[what] = found
        return sorted(found)

    def _prepare(self, session: Session, sealed: Sequence[uuid.UUID]) -> None:
        """Read what is needed to cover rows, before any is being loaded."""
        for what in ("referrals", "at_hidden_addresses"):
            self.ids(session, what)
        with whole(session):
            found = session.execute(visible.words_instead(sealed)).tuples().all()
        for event_id, restriction_id, wrapped, words in found:
            key = unwrapped_key(ring(), restriction_id, bytes(wrapped))
            self.words[event_id] = open_with(key, bytes(words), place_of("restriction", "instead_sealed", restriction_id)).decode()

    def ids(self, session: Session, what: str) -> frozenset[Any]:
        """The ids of one kind ("people", "records", "referrals", "addresses", "events"), read once a request.

        For what is covered as it is loaded, and for pure rules over graphs.
        """
        if what not in self._sets:
            with whole(session):
                self._sets[what] = frozenset(session.scalars(getattr(self, what)))
        return self._sets[what]

    @property
    def hidings(self) -> list[_Hiding]:
        """The conditions of every table, put together once: they stand in each query of a request."""
        if self._hidings is None:
            self._hidings = [
                _Hiding(entity, rule(self), include_aliases=True) for (entity, kind), rule in _rules.items() if kind in self.any
            ]
        return self._hidings


class _Hiding(LoaderCriteriaOption):
    """A condition on every appearance of an entity in a query, under whatever name the query gives it."""

    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(condition) if ext_info.is_aliased_class else condition


Rule = Callable[[Unseen], ColumnElement[bool]]
Cover = Callable[[Session, Any, Unseen], None]
Prepare = Callable[[Session, Unseen], None]
_prepares: dict[type, Prepare] = {}
_rules: dict[tuple[type, str], Rule] = {}


def keep_from_view(entity: type, kind: str, rule: Rule) -> None:
    """Leave the rows of `entity` that `rule` does not allow out of every query made for somebody.

    Args:
        kind: what the rule depends on: "people", "addresses" or "events", so that it costs nothing where none is hidden.
        rule: the condition on rows that may be seen. A second call for one entity adds a condition.
    """
    _rules[entity, kind] = rule


def cover(entity: type, function: Cover, *, prepare: Prepare | None = None) -> None:
    """Have `function` cover what an actor may not read of a row, on the loaded object alone and never in the database.

    `prepare` reads what it needs before the first row of a request is loaded: nothing can be asked while one is.
    """
    if prepare is not None:
        _prepares[entity] = prepare
    event.listen(entity, "load", lambda target, context: _cover(context.session, target, function))
    event.listen(entity, "refresh", lambda target, context, _names: _cover(context.session, target, function))


def ruled() -> Collection[type]:
    """The entities that say which of their rows are hidden."""
    return {entity for entity, _kind in _rules}


@contextmanager
def whole(session: Session) -> Iterator[None]:
    """Within the block queries see everything. For rules whose result would be wrong otherwise; show nothing of it."""
    before = session.info.get(_WHOLE, False)
    session.info[_WHOLE] = True
    try:
        yield
    finally:
        session.info[_WHOLE] = before


def sees_everything(function: Callable[P, R]) -> Callable[P, R]:
    """Run a service, whose first argument is the session, as `whole`."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session: Any = args[0]
        with whole(session):
            return function(*args, **kwargs)

    return run


@contextmanager
def acting_for(session: Session, actor: Actor) -> Iterator[None]:
    """Within the block queries see what `actor` may see, outside a request."""
    session.info[_ACTING] = Unseen(session, actor)
    try:
        yield
    finally:
        del session.info[_ACTING]


def unseen(session: Session) -> Unseen | None:
    """What is hidden from whoever this session acts for; None where it acts for nobody or sees everything."""
    if session.info.get(_WHOLE):
        return None
    found = session.info.get(_ACTING)
    if isinstance(found, Unseen):
        return found
    if not has_request_context():
        return None
    actor = g.get("actor")
    if not isinstance(actor, Actor):
        return None
    known = g.get("unseen")
    if not isinstance(known, Unseen) or known.actor != actor:
        known = g.unseen = Unseen(session, actor)
    return known


def forget() -> None:
    """Have what is hidden worked out anew: something was restricted, lifted or opened in this request."""
    g.pop("unseen", None)


def of_those(session: Session, what: str, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these ids the ones that are not hidden, for reads that no ORM query makes. `what` as in `Unseen.ids`."""
    there = unseen(session)
    return set(ids) - there.ids(session, what) if there is not None and there.any else set(ids)


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load:
        return
    there = unseen(state.session)
    if there is None:
        if state.session.info.get(_WHOLE) and has_request_context() and g.get("covered"):
            # What was covered for the reader must not go into what rules write.
            state.update_execution_options(populate_existing=True)
        return
    if there.any:
        for mapper in state.all_mappers:
            _made_ready(state.session, mapper.class_, there)
    if there.hidings:
        state.statement = state.statement.options(*there.hidings)


def _made_ready(session: Session, entity: type, there: Unseen) -> None:
    prepare = _prepares.get(entity)
    if prepare is not None and entity not in there.ready:
        there.ready.add(entity)
        with whole(session):
            prepare(session, there)


def _cover(session: Session, target: Any, function: Cover) -> None:
    there = unseen(session)
    if there is not None and there.any:
        function(session, target, there)


def note_covered() -> None:
    """An object of this request was covered."""
    if has_request_context():
        g.covered = True
