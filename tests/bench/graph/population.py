"""A made-up population of any size with five edges a person, written by the database itself from its own numbers."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.engine import Connection

from safeguard.agencies.model import Agency
from safeguard.concerns.model import CaseEvent, told_columns
from safeguard.kernel.database import db
from safeguard.kernel.record_key import RecordKey

FAMILY = 5  # two adults, three children
HUB_RESIDENTS = 3_000
PUPILS = 1_500
_PAGE = 2_000
_SPREAD, _MASK = 2_654_435_761, 4_294_967_295
PERSON, RECORD, LINK, ADDRESS, RESIDENCE, RELATIONSHIP, PLACE, ENROLMENT, EVENT = range(1, 10)
_TABLES = ("person", "source_record", "person_link", "address", "residence", "relationship", "place", "enrolment", "case_event")


def id_of(kind: int, number: int) -> uuid.UUID:
    """The id of the `number`th row of a kind: spread as random ids are, so that rows of a family lie far apart."""
    return uuid.UUID(hex=f"{(number * _SPREAD + kind * 97) & _MASK:08x}{kind:08x}00000000{number:08x}")


def fill(people: int) -> int:
    """Write `people` people and what joins them; the number of edges. Indexes are made afterwards, as after any large load."""
    engine = db.engine
    with engine.connect() as connection:
        words = _Words(connection)
        if words.sqlite:
            for pragma in ("foreign_keys = OFF", "synchronous = OFF", "temp_store = MEMORY"):
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql(f"PRAGMA {pragma}")
                connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        indexes = [index for name in _TABLES for index in db.metadata.tables[name].indexes]
        for index in indexes:
            index.drop(connection)
        for statement in _statements(words, people):
            # A driver that takes parameters reads a single % as the beginning of one.
            connection.exec_driver_sql(statement if words.sqlite else statement.replace("%", "%%"))
        _write_events(connection, people // FAMILY)
        for index in indexes:
            index.create(connection)
        edges = sum(
            connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("residence", "relationship", "enrolment")
        )
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return int(edges)


class _Words:
    """The few things that the two databases write differently."""

    def __init__(self, connection: Connection) -> None:
        self.sqlite = connection.dialect.name == "sqlite"
        agency: Any = connection.execute(text("SELECT id FROM agency ORDER BY slug LIMIT 1")).scalar_one()
        self.agency = f"'{agency}'" if self.sqlite else f"'{agency}'::uuid"

    def id(self, kind: int, number: str) -> str:
        spread = f"((({number}) * {_SPREAD} + {kind * 97}) & {_MASK})"
        if self.sqlite:
            return f"printf('%08x%08x00000000%08x', {spread}, {kind}, {number})"
        big = f"(({number})::bigint * {_SPREAD} + {kind * 97}) & {_MASK}"
        return f"(lpad(to_hex({big}), 8, '0') || '{kind:08x}00000000' || lpad(to_hex(({number})::bigint), 8, '0'))::uuid"

    def day(self, day: str) -> str:
        return f"'{day}'" if self.sqlite else f"DATE '{day}'"

    def nothing(self, kind: str = "date") -> str:
        return "NULL" if self.sqlite else f"NULL::{kind}"

    @property
    def moment(self) -> str:
        return "'2026-01-05 09:00:00.000000'" if self.sqlite else "TIMESTAMPTZ '2026-01-05 09:00:00+00'"

    def json(self, value: str) -> str:
        return f"'{value}'" if self.sqlite else f"'{value}'::jsonb"

    def numbers(self, count: int) -> str:
        if self.sqlite:
            return f"(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) SELECT i FROM n) AS n"
        return f"generate_series(0, {count - 1}) AS n(i)"


def _statements(w: _Words, people: int) -> list[str]:
    # One address with thousands of past residents in 100,000 people, so that as many of a small population meet one as of a large.
    hubs = max(1, people // 100_000)
    hub = f"(i / {HUB_RESIDENTS}) * {people // FAMILY // hubs}"
    families, schools = people // FAMILY, max(1, people * 3 // FAMILY // PUPILS)
    adult = f"(i % {FAMILY} < 2)"
    lines = "'[\"' || i || ' Bench Street\"]'" + ("" if w.sqlite else " ")
    lines = lines if w.sqlite else f"({lines})::jsonb"
    homes = [(w.id(RESIDENCE, "i"), f"i / {FAMILY}", "2022-01-01", None),
             (w.id(RESIDENCE, f"i + {people}"), f"(i / {FAMILY} * 7919 + 13) % {families}", "2018-01-01", "2022-01-01")]  # fmt: skip
    return [
        (f"INSERT INTO address (id, match_key, lines, postcode, uprn) SELECT {w.id(ADDRESS, 'i')}, 'bench:' || i, {lines}, "
        f"{w.nothing('text')}, {w.nothing('text')} FROM {w.numbers(families)}"),
        (f"INSERT INTO place (id, kind, match_key, name) SELECT {w.id(PLACE, 'i')}, 'school', 'bench-' || i, 'Bench School ' || i "
        f"FROM {w.numbers(schools)}"),
        f"INSERT INTO person (id, created_at) SELECT {w.id(PERSON, 'i')}, {w.moment} FROM {w.numbers(people)}",
        ("INSERT INTO source_record (id, origin, agency_id, role, given_names, surname, birth_date, address_lines, family, other, "
        f"stated_at) SELECT {w.id(RECORD, 'i')}, 'register', {w.agency}, CASE WHEN {adult} THEN 'adult' ELSE 'child' END, 'Person ' || i, "
        f"'Family ' || (i / {FAMILY}), CASE WHEN {adult} THEN {w.day('1985-05-05')} ELSE {w.day('2015-05-05')} END, "
        f"{w.json('[]')}, {w.json('[]')}, {w.json('{}')}, {w.moment} FROM {w.numbers(people)}"),
        ("INSERT INTO person_link (id, source_record_id, person_id, made_by, made_at, band, reason, lines) "
        f"SELECT {w.id(LINK, 'i')}, {w.id(RECORD, 'i')}, {w.id(PERSON, 'i')}, 'matcher', {w.moment}, 'new', 'Made for a measure', "
        f"{w.json('[]')} FROM {w.numbers(people)}"),
        *(
            "INSERT INTO residence (id, source_record_id, address_id, since, until, agency_id, stated_at) "
            f"SELECT {key}, {w.id(RECORD, 'i')}, {w.id(ADDRESS, home)}, {w.day(since)}, {w.day(until) if until else w.nothing()}, "
            f"{w.agency}, {w.moment} FROM {w.numbers(people)}"
            for key, home, since, until in homes
        ),
        ("INSERT INTO residence (id, source_record_id, address_id, since, until, agency_id, stated_at) "
        f"SELECT {w.id(RESIDENCE, f'i + {2 * people}')}, {w.id(RECORD, f'(i * 37) % {people}')}, {w.id(ADDRESS, hub)}, "
        f"{w.day('2010-01-01')}, {w.day('2012-01-01')}, {w.agency}, {w.moment} FROM {w.numbers(HUB_RESIDENTS * hubs)}"),
        *(_relationships(w, families, number, *edge) for number, edge in enumerate(_edges(families))),
        ("INSERT INTO enrolment (id, source_record_id, place_id, agency_id, stated_at) "
        f"SELECT {w.id(ENROLMENT, 'i')}, {w.id(RECORD, 'i')}, {w.id(PLACE, f'(i / {FAMILY}) % {schools}')}, {w.agency}, {w.moment} "
        f"FROM {w.numbers(people)} WHERE NOT {adult}"),
    ]


def _write_events(connection: Connection, families: int) -> None:
    """A concern about a child of every other family; what it says is sealed, which no database does by itself."""
    agency = connection.execute(select(Agency.id).order_by(Agency.slug).limit(1)).scalar_one()
    same = {
        "kind": "inbound_concern", "known_on": date(2026, 1, 5), "agency_id": agency, "source_code": "2A", "categories": [],
        "closes": False, "recorded_at": datetime(2026, 1, 5, 9, tzinfo=UTC),
    }  # fmt: skip
    for start in range(0, families, 2 * _PAGE):
        page = [(id_of(EVENT, i), id_of(RECORD, i * FAMILY + 2)) for i in range(start, min(families, start + 2 * _PAGE), 2)]
        keys = {record: RecordKey.made_for("record", record) for _event, record in page}
        hung = [{"id": key.id, "kind": key.kind, "wrapped": key.wrapped} for key in keys.values()]
        connection.execute(insert(RecordKey.__table__), hung)  # type: ignore[arg-type]
        told = {"summary": "Made for a measure", "facts": {}}
        rows = [{"id": event, "source_record_id": record, **same, **told_columns(keys[record], event, told)} for event, record in page]
        connection.execute(insert(CaseEvent.__table__), rows)  # type: ignore[arg-type]


def _edges(families: int) -> list[tuple[str, str, str]]:
    """From, to and kind of the twelve relationships of family `i`, as numbers of people."""
    me = f"i * {FAMILY}"
    within = [(0, 2, "mother"), (0, 3, "mother"), (0, 4, "mother"), (1, 2, "father"), (1, 3, "father"), (1, 4, "father"),
              (2, 3, "sibling"), (2, 4, "sibling"), (3, 4, "sibling"), (0, 1, "partner")]  # fmt: skip
    beyond = [(f"((i * 31 + 7) % {families}) * {FAMILY}", me, "mother"),
              (f"{me} + 2", f"((i * 17 + 3) % {families}) * {FAMILY} + 2", "associate")]  # fmt: skip
    return [(f"{me} + {one}", f"{me} + {other}", kind) for one, other, kind in within] + beyond


def _relationships(w: _Words, families: int, number: int, one: str, other: str, kind: str) -> str:
    return (
        "INSERT INTO relationship (id, from_record_id, to_record_id, kind, parental_responsibility, lives_with, agency_id, stated_at) "
        f"SELECT {w.id(RELATIONSHIP, f'i * 12 + {number}')}, {w.id(RECORD, one)}, {w.id(RECORD, other)}, '{kind}', 'not_asked', "
        f"'not_known', {w.agency}, {w.moment} FROM {w.numbers(families)} WHERE {one} <> {other}"
    )
