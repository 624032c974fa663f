"""A file outside the database, row by row, as statements: which column holds which of our fields. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from safeguard.people.matching.pairs import PairProblem, day_or_none, statement_from
from safeguard.people.matching.statement import Statement

IGNORED = "ignore"
# What a column may hold. Columns that hold one field are joined in their order, as a house number and a street are.
FIELDS = frozenset({
    "id", "given", "middle", "surname", "known_as", "dob", "estimated_age", "edd", "sex", "nhs_number", "upn",
    "home_office_ref", "local_id", "address", "postcode", "place", "phone", "email", "country", "mother", "mother_dob",
    "mother_nhs", "father", "father_dob", "date_of_death", IGNORED,
})  # fmt: skip
_DATES = ("dob", "edd", "mother_dob", "father_dob", "date_of_death")
_MOST_BYTES = 1_000_000_000
_ADULT_YEARS = 18
_LONGEST_CELL = 131_072


class ColumnProblem(ValueError):
    """A map or a file that cannot be used; the message names the column or line and the mend."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about one line that a person should know. `refused`: the line was left out."""

    line: int
    words: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: a statement a line, and what was wrong with it."""

    statements: tuple[Statement, ...]
    notices: tuple[Notice, ...]


def column_map(said: object) -> dict[str, str]:
    """The map of column names to our fields.

    Raises:
        ColumnProblem: it is no object of names, or names a field that we do not have.
    """
    if not isinstance(said, Mapping) or not said:
        raise ColumnProblem('The map must be one JSON object, such as {"first_name": "given", "occupation": "ignore"}')
    found: dict[str, str] = {}
    for column, field in said.items():
        if field not in FIELDS:
            raise ColumnProblem(f"Column {column!r} is mapped to {field!r}. Choose one of: {', '.join(sorted(FIELDS))}")
        found[str(column)] = field
    return found


def read_rows(content: bytes, columns: Mapping[str, str], *, on: date) -> Read:
    """The rows of a CSV file as statements.

    UTF-8, with or without a byte order mark, or else Latin-1. Null bytes are taken out. A row with too many cells, or
    without a word in it, is refused; one with too few says nothing in the last. Each is noticed with its line.

    Args:
        columns: by column name, as `column_map` makes it; a column that is not in it is refused.
        on: the day on which ages are reckoned.

    Raises:
        ColumnProblem: no header, a column that the map does not name, or one that the file does not have.
    """
    notices: list[Notice] = []
    text = _decoded(content, notices)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(rows, [])]
    _check_header(header, columns)
    fields = [columns[name] for name in header]
    statements = []
    seen: dict[str, int] = {}
    for line, cells in _cells(rows, notices):
        statement = _statement(fields, cells, line, notices, on)
        if statement is None:
            continue
        if statement.id in seen:
            words = f"the id {statement.id[:80]!r} stands on line {seen[statement.id]} already; the line is left out"
            notices.append(Notice(line, words, refused=True))
            continue
        seen[statement.id] = line
        statements.append(statement)
    return Read(tuple(statements), tuple(notices))


def _decoded(content: bytes, notices: list[Notice]) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
        notices.append(Notice(0, "the file is not UTF-8 and was read as Latin-1; check names with accents"))
    if "\0" in text:
        for number, line in enumerate(text.split("\n"), 1):
            if "\0" in line:
                notices.append(Notice(number, "null bytes were taken out"))
        text = text.replace("\0", "")
    return text


def _check_header(header: list[str], columns: Mapping[str, str]) -> None:
    if not any(header):
        raise ColumnProblem("The file has no header. Its first line must name the columns")
    unmapped = [name for name in header if name not in columns]
    if unmapped:
        words = ", ".join(repr(name) for name in unmapped)
        raise ColumnProblem(f"The map does not name {words}. Map each to a field, or to {IGNORED!r}")
    missing = [name for name in columns if name not in header and columns[name] != IGNORED]
    if missing:
        raise ColumnProblem(f"The file has no column {', '.join(repr(name) for name in missing)}")
    if len(set(header)) < len(header):
        raise ColumnProblem("Two columns have one name. Give each its own")


def _cells(rows: Any, notices: list[Notice]) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            notices.append(Notice(rows.line_num, f"this is not CSV ({error}); the line is left out", refused=True))
            continue
        if cells:
            yield rows.line_num, cells


def _statement(fields: list[str], cells: list[str], line: int, notices: list[Notice], on: date) -> Statement | None:
    if len(cells) > len(fields) and any(cell.strip() for cell in cells[len(fields) :]):
        notices.append(Notice(line, f"{len(cells)} cells where the header has {len(fields)}; the line is left out", refused=True))
        return None
    if len(cells) < len(fields):
        notices.append(Notice(line, f"{len(cells)} cells where the header has {len(fields)}; the last are taken as not stated"))
    facts: dict[str, str] = {}
    for field, cell in zip(fields, cells, strict=False):
        value = cell.strip()
        if value and field != IGNORED:
            facts[field] = f"{facts[field]} {value}" if field in facts else value
    key = facts.pop("id", "") or str(line)
    if not facts:
        notices.append(Notice(line, "nothing is stated; the line is left out", refused=True))
        return None
    written = _odd_dates(facts, line, notices)
    try:
        statement = statement_from(facts, key=key, where="row", on=on)
    except PairProblem as error:
        notices.append(Notice(line, f"{str(error).removeprefix('row: ')}; the line is left out", refused=True))
        return None
    if written is None:
        return statement
    adult = on.year - int(written[:4]) > _ADULT_YEARS
    return replace(statement, birth_written=written, kind="adult" if adult else statement.kind)


def _odd_dates(facts: dict[str, str], line: int, notices: list[Notice]) -> str | None:
    """Take dates that cannot be out of `facts`; the figures of the birth are kept, as most are a slip from a real one."""
    written = None
    for field in _DATES:
        text = facts.get(field)
        if text and day_or_none(text) is None and not (field == "dob" and len(text) == 4 and text.isdecimal()):
            figures = "".join(character for character in text if character.isdecimal())
            if field == "dob" and len(figures) == 8:
                written = figures
            else:
                notices.append(Notice(line, f"{field} is no date: {text[:40]!r}; taken as not stated"))
            del facts[field]
    return written
