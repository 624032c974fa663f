"""Whether time tells that a child has a neighbour who is hidden from whoever looks, from a child who has none."""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard import create_app
from safeguard.agencies.model import Agency
from safeguard.concerns.model import Address, CaseEvent, Relationship, Residence
from safeguard.kernel.database import db, new_id, transaction
from safeguard.kernel.record_key import RecordKey
from safeguard.ops.demo.accounts import PASSWORD
from safeguard.people.model import Person, PersonLink, SourceRecord
from tests.bench.accounts import auc
from tests.bench.databases import made
from tests.conftest import prepared, settings_for
from tests.integration.restricted import restricted
from tests.pages import Visitor
from tests.purposes import say_everything

_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
_HIDDEN, _ABSENT, _SEEN = "hidden", "not there", "seen"


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--families", type=int, default=40, help="of each kind")
    parser.add_argument("--rounds", type=int, default=6, help="how often each child's network is opened")


def run(asked: argparse.Namespace, folder: Path) -> None:
    """The network of children of families alike, but for a father who is hidden, not there, or seen by everybody."""
    url, stop = made(asked.database, folder, prepared)
    app = create_app(settings_for(url))
    with app.app_context():
        children = _families(asked.families)
        db.session.remove()
    say_everything(app, only=("screener@demo.example",))
    screener = Visitor(app.test_client())
    screener.submit("/sign-in", {"email": "screener@demo.example", "password": PASSWORD})
    times: dict[str, list[float]] = {kind: [] for kind in (_HIDDEN, _ABSENT, _SEEN)}
    for place in range(asked.rounds + 1):
        order = [(kind, child) for kind, theirs in children.items() for child in theirs]
        random.Random(place).shuffle(order)
        for kind, child in order:
            taken = _opened(screener, child)
            if place:
                times[kind].append(taken)
    with app.app_context():
        db.engine.dispose()
    stop()
    count = len(times[_HIDDEN])
    error = math.sqrt((2 * count + 1) / (12 * count * count))
    told = ", ".join(f"{kind} p50 {statistics.median(theirs) * 1000:.1f} ms" for kind, theirs in times.items())
    print(f"network, {asked.database}, {count} views of each: {told}")
    print(
        f"a child with a hidden father is answered later than one who has none in {auc(times[_HIDDEN], times[_ABSENT]):.3f} of all pairs "
        f"(0.5: time tells nothing; standard error {error:.3f}); one whose father is seen, in {auc(times[_SEEN], times[_ABSENT]):.3f}"
    )


def _opened(visitor: Visitor, child: uuid.UUID) -> float:
    started = time.perf_counter()
    answer = visitor.get(f"/people/{child}/network?hops=2")
    taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"expected 200, got {answer.status_code}")
    return taken


def _families(count: int) -> dict[str, list[uuid.UUID]]:
    """The first child of each family, by kind; the kinds come in turn, so that rows of all lie alike."""
    found: dict[str, list[uuid.UUID]] = {kind: [] for kind in (_HIDDEN, _ABSENT, _SEEN)}
    with transaction() as session:
        agency = session.scalars(select(Agency.id).order_by(Agency.slug)).first()
        for number in range(count):
            for kind, theirs in found.items():
                theirs.append(_family(session, agency, f"{kind} {number}", kind))
    return found


def _family(session: Session, agency: Any, name: str, kind: str) -> uuid.UUID:
    """A mother with two children; another with two of her own; and a father of all four, who lives with the first."""
    first, second = _address(session, name), _address(session, f"{name} elsewhere")
    mother, other = (_person(session, agency, name, "adult", home) for home in (first, second))
    here = [_person(session, agency, name, "child", first) for _ in range(2)]
    there = [_person(session, agency, name, "child", second) for _ in range(2)]
    stated = [(mother, "mother", child) for child in here] + [(other, "mother", child) for child in there]
    if kind != _ABSENT:
        father = _person(session, agency, name, "adult", first)
        stated += [(father, "father", child) for child in (*here, *there)] + [(father, "partner", mother)]
        session.add_all(_event(session, agency, father[1], place) for place in range(6))
    session.flush()
    session.add_all(
        Relationship(
            from_record_id=one[1], to_record_id=to[1], kind=what, parental_responsibility="not_asked", lives_with="not_known",
            agency_id=agency, stated_at=_AT,
        )
        for one, what, to in stated
    )  # fmt: skip
    session.add_all(_event(session, agency, child[1], place) for child in (*here, *there) for place in range(3))
    session.flush()
    if kind == _HIDDEN:
        restricted(session, father[0])
    return here[0][0]


def _address(session: Session, name: str) -> uuid.UUID:
    address = Address(id=new_id(), match_key=name, lines=[name])
    session.add(address)
    session.flush()
    return address.id


def _person(session: Session, agency: Any, name: str, role: str, home: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """The ids of a person and of their record."""
    person, record = Person(id=new_id(), created_at=_AT), new_id()
    said = {"given_names": role.capitalize(), "surname": name, "address_lines": [], "family": [], "other": {}}
    session.add_all([person, SourceRecord(id=record, role=role, stated_at=_AT, agency_id=agency, origin="register", **said)])
    session.flush()
    session.add_all([
        PersonLink(
            id=new_id(), source_record_id=record, person_id=person.id, made_by="matcher", made_at=_AT, band="new", reason="", lines=[]
        ),
        Residence(source_record_id=record, address_id=home, agency_id=agency, stated_at=_AT),
    ])  # fmt: skip
    return person.id, record


def _event(session: Session, agency: Any, record: uuid.UUID, place: int) -> CaseEvent:
    return CaseEvent(
        source_record_id=record, key_id=record, key=RecordKey.of(session, "record", record),
        kind="inbound_concern", known_on=date(2026, 2, 1 + place), agency_id=agency, source_code="3A",
        categories=["neglect"], told={"summary": "Something", "facts": {}}, recorded_at=_AT,
    )  # fmt: skip
